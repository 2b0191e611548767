import { CallerError, OverBudget, UpstreamDown } from "../errors.ts";
import { quoted } from "../text/schema-faults.ts";
import type { RuledOut } from "./choice/choice.ts";
import { type Admitted, type Bid, type Model, type ModelFailure, NANODOLLARS } from "./contract.ts";
import { dollars } from "./dollars.ts";
import type { Attempt } from "./question.ts";

/** Errors of questions to models, in words for whoever asks. */

export function unknownModel(name: string, known: readonly string[]): CallerError {
  return new CallerError(
    `There is no model "${quoted(name)}" here; there are ${known.join(", ")}.`,
  );
}

export function unknownStrategy(name: string, known: readonly string[]): CallerError {
  return new CallerError(`There is no strategy "${quoted(name)}"; there are ${known.join(", ")}.`);
}

/** No model can be asked. */
export function noneFits(ruledOut: readonly RuledOut[]): CallerError {
  const reasons = ruledOut.map(({ model, why }) => ({ model: model.name, error: why }));
  const way = ruledOut.some(({ outcome }) => outcome === "unfit")
    ? "Shorten the prompt, or ask for fewer max_tokens."
    : "Whoever runs this server can mend that.";
  return new CallerError(`No model can be asked this: ${listed(reasons)}. ${way}`);
}

/** Each attempt has failed. */
export function allFailed(attempts: readonly Attempt[]): UpstreamDown {
  return new UpstreamDown(`All models failed: ${listed(attempts)}.`);
}

/** A provider takes a request for a mistake of ours: another model would only hide it. */
export class Rejected extends CallerError {
  override readonly name = "Rejected";

  constructor(model: Model, { message }: ModelFailure) {
    super(
      `The model "${model.name}" cannot be asked: ${clause(message)}. Tell whoever runs this server, or name other models.`,
    );
  }
}

export function tooFew({ name }: { name: string }, fewest: number, given: number): CallerError {
  return new CallerError(
    `The strategy ${name} needs ${fewest} different models at least, and here ${given} can be asked: name more, or take another strategy.`,
  );
}

export function tooMany({ name }: { name: string }, most: number, given: number): CallerError {
  return new CallerError(
    `The strategy ${name} asks ${most} models at most, and ${given} are named: name fewer, or take another strategy.`,
  );
}

/** Nothing was sent, because today's budget does not reach. @param bids that it keeps out */
export function budgetUsedUp(
  left: NonNullable<Admitted["left"]>,
  bids: readonly Bid[],
): OverBudget {
  const least = (of: "nanodollars" | "tokens") => Math.min(...bids.map((bid) => bid[of]));
  const parts = [
    [left.nanodollars / NANODOLLARS, least("nanodollars") / NANODOLLARS, dollars] as const,
    [left.tokens, least("tokens"), tokens] as const,
  ].filter(([amount]) => Number.isFinite(amount));
  const has = parts.map(([amount, , write]) => write(amount)).join(" and ");
  const wants = parts.map(([, amount, write]) => write(amount)).join(" and ");
  const returns = new Date(left.dayEndsAtMs).toISOString();
  return new OverBudget(
    `Today's budget for models has ${has} left, and this may use ${wants}. Ask for fewer max_tokens, or shorten the prompt; the next day begins at ${returns}.`,
    Math.max(1_000, left.dayEndsAtMs - Date.now()),
  );
}

function listed(reasons: readonly Pick<Attempt, "model" | "error">[]): string {
  return reasons.map(({ model, error = "" }) => `${model}: ${clause(error)}`).join("; ");
}

/** A sentence as a part of another. */
function clause(sentence: string): string {
  return sentence.replace(/\.$/, "");
}

function tokens(amount: number): string {
  return `${amount} tokens`;
}
