import type { Config } from "../config/config.ts";
import { CallerError, OverBudget } from "../errors.ts";
import type { Metrics } from "../observe/metrics.ts";
import type { LabelsOf } from "../observe/vocabulary.ts";
import { Call } from "./call/call.ts";
import type { Found, Strategy } from "./call/strategy.ts";
import { choose, namesOf } from "./choice/choice.ts";
import { sizeOf } from "./choice/size.ts";
import { voicesOf } from "./choice/voices.ts";
import { type Random, weightedOrder } from "./choice/weighted-order.ts";
import { type AskModel, type Ledger, type Model, NANODOLLARS } from "./contract.ts";
import { Rejected, tooFew, tooMany, unknownStrategy } from "./failures.ts";
import { cacheKeyOf, type Kept, mayKeep } from "./kept.ts";
import {
  type ModelsAnswer,
  type ModelsAsker,
  type ModelsOptions,
  type ModelsQuestion,
  promptOf,
} from "./question.ts";
import type { Readiness } from "./readiness.ts";
import { STRATEGIES } from "./strategies.ts";
import { readJsonSchema } from "./validity/json-schema.ts";

/** What `Models` works with. */
export interface ModelsParts extends Readiness {
  readonly ask: AskModel;
  readonly ledger: Ledger;
  readonly metrics: Pick<Metrics, "count" | "observe">;
  readonly config: Pick<
    Config,
    | "modelsTimeoutSeconds"
    | "modelsDollarsPerDay"
    | "modelsTokensPerDay"
    | "modelsHedgeMs"
    | "modelsCache"
    | "modelsCacheSeconds"
  >;
  /** Lets work go on behind the answer. */
  readonly waitUntil: (work: Promise<unknown>) => void;
  /** Decides among models of one name, and who is drawn. */
  readonly random?: Random;
}

/** How long a call may take that does not say. */
export const USUAL_DEADLINE_MS = 30_000;

/** Asks language models, by strategies. */
export class Models {
  /** The strategies that callers may name, the usual one first. */
  static readonly strategies: readonly Pick<Strategy, "name" | "does">[] = STRATEGIES;
  readonly #parts: ModelsParts;

  constructor(parts: ModelsParts) {
    this.#parts = parts;
  }

  /** The models that callers may name, in the operator's order. */
  names(): readonly string[] {
    return namesOf(this.#parts);
  }

  /** Those that can be asked, in the operator's order. */
  offered(): readonly Model[] {
    return this.#parts.models;
  }

  /**
   * Sees whether a question can be asked, without asking anybody.
   *
   * @throws CallerError as `ask` does before anything is sent
   */
  async check(question: ModelsQuestion): Promise<void> {
    await this.#plan(question);
  }

  /**
   * Asks a question.
   *
   * @throws CallerError before anything is sent, for what no model can be asked; where a provider takes the request for a
   *   mistake of the operator's
   * @throws OverBudget where nothing could be sent for it
   * @throws UpstreamDown where all models have failed
   * @throws StoreDown where the ledger does not answer
   * @throws the reason of the signal
   */
  async ask(
    question: ModelsQuestion,
    { holder }: ModelsAsker,
    options: ModelsOptions,
  ): Promise<ModelsAnswer> {
    const startedMs = Date.now();
    const { strategy, prompt, size, groups, ruledOut, fits } = await this.#plan(question);
    const { config, metrics, random = Math.random } = this.#parts;
    const mayBeKept = mayKeep(question.cache, prompt.temperature, config.modelsCache);
    const cacheKey = mayBeKept ? await cacheKeyOf(prompt, strategy.name, groups) : undefined;
    const subject = {
      strategy: strategy.name,
      prompt,
      size,
      fits,
      groups: groups.map((group) => weightedOrder(group, random)),
      holder,
      mostADay: {
        nanodollars: Math.ceil(config.modelsDollarsPerDay * NANODOLLARS),
        tokens: config.modelsTokensPerDay,
      },
      cacheKey,
      deadlineMs: Math.min(
        options.deadlineMs ?? USUAL_DEADLINE_MS,
        config.modelsTimeoutSeconds * 1_000,
      ),
    };
    const parts = { ...this.#parts, hedgeMs: config.modelsHedgeMs, random };
    const call = new Call(subject, parts, options);
    for (const { model, outcome, why } of ruledOut) call.tally.pass(model, outcome, why);

    const count = (outcome: CallOutcome) =>
      metrics.count("hereabouts_model_calls_total", { strategy: strategy.name, outcome });
    let kept: Kept | undefined;
    try {
      const found = await strategy.find(call);
      options.signal.throwIfAborted();
      const isKept = call.kept !== undefined;
      const told: Kept = isKept ? JSON.parse(call.kept!) : keptOf(found, call);
      // Models that have not agreed may agree the next time.
      if (cacheKey && told.response !== null) kept = told;
      count(isKept ? "kept" : told.response === null ? "no_majority" : "ok");
      return answerOf(strategy, told, call, Date.now() - startedMs);
    } catch (error) {
      count(outcomeOf(error, options.signal));
      throw error;
    } finally {
      const answer = kept && JSON.stringify(kept);
      call.end(
        answer && !call.kept
          ? { cacheKey: cacheKey!, answer, ttlSeconds: config.modelsCacheSeconds }
          : undefined,
      );
    }
  }

  /** @throws CallerError */
  async #plan(question: ModelsQuestion) {
    const strategy = strategyOf(question.strategy);
    const prompt = promptOf(question);
    if (question.prompt.trim() === "") throw new CallerError("The prompt is empty. Ask something.");
    const size = sizeOf(prompt);
    const { groups, ruledOut } = choose(question, this.#parts, prompt, size);
    const { fewestModels = 1, mostModels = Number.POSITIVE_INFINITY } = strategy;
    const { length: given } = voicesOf(groups);
    if (given < fewestModels) throw tooFew(strategy, fewestModels, given);
    const isNamed = (question.models ?? []).length > 0;
    if (isNamed && given > mostModels) throw tooMany(strategy, mostModels, given);
    const fits = prompt.jsonSchema && (await readJsonSchema(prompt.jsonSchema));
    return { strategy, prompt, size, groups, ruledOut, fits };
  }
}

type CallOutcome = LabelsOf<"hereabouts_model_calls_total">["outcome"];

function outcomeOf(error: unknown, { aborted }: AbortSignal): CallOutcome {
  if (aborted) return "cancelled";
  if (error instanceof Rejected) return "rejected";
  return error instanceof OverBudget ? "over_budget" : "failed";
}

/** @throws CallerError */
function strategyOf(name: string | undefined): Strategy {
  if (name === undefined) return STRATEGIES[0];
  const strategy = STRATEGIES.find((known) => known.name === name);
  if (strategy) return strategy;
  throw unknownStrategy(
    name,
    STRATEGIES.map((known) => known.name),
  );
}

/** @throws UpstreamDown; OverBudget */
function keptOf(found: Found | undefined, call: Call): Kept {
  if (!found) throw call.failure();
  const { answer, consensus } = found;
  return {
    model: answer?.model.name ?? null,
    response: answer?.text ?? null,
    ...(answer && call.prompt.jsonSchema && { response_json: answer.json }),
    ...(consensus && { consensus }),
  };
}

function answerOf({ name }: Strategy, told: Kept, call: Call, latencyMs: number): ModelsAnswer {
  const { consensus, ...answer } = told;
  const isKept = call.kept !== undefined;
  const { usage, dollars, attempts } = call.tally;
  return {
    strategy: name,
    ...answer,
    usage,
    ...(dollars !== undefined && { cost_usd: dollars }),
    latency_ms: latencyMs,
    cached: isKept,
    attempts: isKept ? [] : attempts,
    ...(consensus && { consensus }),
  };
}
