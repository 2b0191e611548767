import type { Metrics } from "../../observe/metrics.ts";
import type { Size, Tokens } from "../choice/size.ts";
import { mostOf, spentOn } from "../choice/size.ts";
import {
  type Ended,
  type Model,
  NANODOLLARS,
  type Outcome,
  type Prompt,
  type Usage,
} from "../contract.ts";
import type { Attempt, CallUsage } from "../question.ts";

/** A request that was admitted. */
export interface Granted {
  readonly id: string;
  readonly model: Model;
}

/** What a tally is of. */
export interface Of {
  /** The strategy's name. */
  readonly strategy: string;
  readonly prompt: Prompt;
  readonly size: Size;
}

/** How a request ended. */
export interface Ending {
  readonly outcome: Outcome;
  readonly tookMs: number;
  /** Whether a whole answer has come, of whatever worth. */
  readonly isWhole: boolean;
  /** Undefined where the provider has not told. */
  readonly usage: Usage | undefined;
  readonly mayHaveCost: boolean;
  readonly error: string | undefined;
}

const NOTHING: Tokens = { input: 0, output: 0 };

/** No answer came, or none that anybody could read. */
const UNWELL: ReadonlySet<Outcome> = new Set([
  "error",
  "unreachable",
  "broken",
  "too_long",
  "rate_limited",
]);
/** Callers can give a model no time at all: a shorter one says nothing of the model. */
const FAIR_MS = 10_000;

/** How the requests of a call have ended, and what they have used. */
export class Tally {
  readonly attempts: Attempt[] = [];
  readonly #of: Of;
  readonly #metrics: Pick<Metrics, "count" | "observe">;
  readonly #onAttempt: (attempt: Attempt) => void;
  readonly #toSettle: Ended[] = [];
  #used: Tokens = NOTHING;
  #isBound = false;
  #nanodollars = 0;
  #isPriced = true;

  constructor(
    of: Of,
    metrics: Pick<Metrics, "count" | "observe">,
    onAttempt: (attempt: Attempt) => void = () => {},
  ) {
    this.#of = of;
    this.#metrics = metrics;
    this.#onAttempt = onAttempt;
  }

  /** Notes that a model was not asked. */
  pass({ name: model }: Model, outcome: Outcome, error: string): void {
    this.#note({ model, outcome, latency_ms: 0, error });
  }

  /** @param usualMostMs what the model nearly always takes at most, if that is known */
  end({ id, model }: Granted, ending: Ending, usualMostMs: number | undefined): void {
    const { outcome, tookMs, isWhole, usage, mayHaveCost, error } = ending;
    const tokens = this.#tokensOf(model, usage, mayHaveCost);
    const used = spentOn(model, tokens);
    const verdict = verdictOf(ending, usualMostMs);
    const latencyMs = isWhole ? tookMs : undefined;
    this.#toSettle.push({ id, key: model.key, used, verdict, latencyMs });
    this.#isBound ||= mayHaveCost && !usage;
    this.#add(model, tokens, used.nanodollars);
    if (isWhole) {
      const labels = { model: model.name, strategy: this.#of.strategy };
      this.#metrics.observe("hereabouts_model_request_seconds", labels, tookMs / 1_000);
    }
    const attempt = { model: model.name, outcome, latency_ms: tookMs };
    this.#note(error === undefined ? attempt : { ...attempt, error });
  }

  /** What the ledger has not been told yet. */
  takeEnded(): readonly Ended[] {
    return this.#toSettle.splice(0);
  }

  get usage(): CallUsage {
    const { input, output } = this.#used;
    const usage = { input_tokens: input, output_tokens: output };
    return this.#isBound ? { ...usage, at_most: true } : usage;
  }

  /** Undefined where the price of a model that may have cost is not known. */
  get dollars(): number | undefined {
    return this.#isPriced ? this.#nanodollars / NANODOLLARS : undefined;
  }

  #tokensOf(model: Model, usage: Usage | undefined, mayHaveCost: boolean): Tokens {
    if (usage) return { input: usage.inputTokens, output: usage.outputTokens };
    return mayHaveCost ? mostOf(model, this.#of.prompt, this.#of.size) : NOTHING;
  }

  #add({ name: model, price }: Model, tokens: Tokens, nanodollars: number): void {
    this.#used = {
      input: this.#used.input + tokens.input,
      output: this.#used.output + tokens.output,
    };
    this.#nanodollars += nanodollars;
    this.#isPriced &&= price !== undefined || tokens === NOTHING;
    for (const direction of ["input", "output"] as const) {
      this.#metrics.count("hereabouts_model_tokens_total", { model, direction }, tokens[direction]);
    }
    const dollars = nanodollars / NANODOLLARS;
    this.#metrics.count("hereabouts_model_dollars_total", { model }, dollars);
  }

  #note(attempt: Attempt): void {
    const { model, outcome } = attempt;
    const { strategy } = this.#of;
    this.#metrics.count("hereabouts_model_requests_total", { model, strategy, outcome });
    this.attempts.push(attempt);
    this.#onAttempt(attempt);
  }
}

/** What an ending says of the model. What a caller can bring about at will says nothing against it. */
function verdictOf({ outcome, tookMs, isWhole }: Ending, usualMostMs = 0): Ended["verdict"] {
  if (isWhole) return "well";
  const isLate = outcome === "timeout" && tookMs >= Math.max(usualMostMs, FAIR_MS);
  return isLate || UNWELL.has(outcome) ? "unwell" : "none";
}
