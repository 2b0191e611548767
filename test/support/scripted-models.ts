import type {
  Admission,
  Admitted,
  AskModel,
  Ended,
  Health,
  Ledger,
  Model,
  ModelAnswer,
  Prompt,
  Settlement,
} from "../../src/models/contract.ts";
import { ModelFailure, requestIdOf } from "../../src/models/contract.ts";
import { Models, type ModelsParts } from "../../src/models/models.ts";
import type { ModelsAnswer, ModelsOptions, ModelsQuestion } from "../../src/models/question.ts";

/** A model as an operator might configure it. Its key is its name, unless told. */
export function model(name: string, rest: Partial<Model> = {}): Model {
  return {
    name,
    key: name,
    provider: "openai-compatible",
    id: `id-of-${name}`,
    baseUrl: "http://localhost:1/v1",
    secret: undefined,
    price: { input: 1, output: 2 },
    contextTokens: 8_192,
    mostOutputTokens: 1_000,
    tier: "medium",
    weight: 1,
    ...rest,
  };
}

/** What a scripted model does with one request. */
export type Step =
  | string
  | ModelFailure
  | "hang"
  | (Partial<ModelAnswer> & { readonly afterMs?: number });

/** A failure as providers tell of it. */
export function failure(
  outcome: ModelFailure["outcome"],
  options: ConstructorParameters<typeof ModelFailure>[2] = {},
): ModelFailure {
  return new ModelFailure(outcome, `it shows ${outcome}.`, options);
}

export interface Sent {
  readonly key: string;
  readonly prompt: Prompt;
  readonly isStreamed: boolean;
  readonly signal: AbortSignal;
}

/** Models that answer by a script: step after step, the last one again and again. */
export class ScriptedModels {
  readonly sent: Sent[] = [];
  readonly #scripts: Readonly<Record<string, readonly Step[]>>;

  constructor(scripts: Readonly<Record<string, readonly Step[]>>) {
    this.#scripts = scripts;
  }

  keys(): readonly string[] {
    return this.sent.map(({ key }) => key);
  }

  readonly ask: AskModel = async ({ key }, prompt, { signal, onText }) => {
    const script = this.#scripts[key] ?? [`says ${key}`];
    const index = this.sent.filter((sent) => sent.key === key).length;
    this.sent.push({ key, prompt, signal, isStreamed: onText !== undefined });
    const step = script[Math.min(index, script.length - 1)]!;
    if (step instanceof ModelFailure) throw step;
    if (step === "hang") return new Promise(() => {});
    const { afterMs = 0, ...answer } = typeof step === "string" ? { text: step } : step;
    if (afterMs > 0) await scheduler.wait(afterMs);
    const text = answer.text ?? `says ${key}`;
    onText?.(text);
    return { text, finish: "stop", usage: { inputTokens: 10, outputTokens: 5 }, ...answer };
  };
}

/** A ledger in memory, for one holder. */
export class MemoryLedger implements Ledger {
  readonly admissions: Admission[] = [];
  readonly ended: Ended[] = [];
  readonly kept = new Map<string, string>();
  /** Models that are left alone. */
  readonly open = new Set<string>();
  readonly health: Record<string, Partial<Health>> = {};
  /** How many requests are admitted before the budget is used up. */
  budget = Number.POSITIVE_INFINITY;
  /** What an admission waits for. */
  gate: Promise<unknown> = Promise.resolve();
  /** How long each admission takes. */
  delayMs = 0;
  /** The ids of all requests that were admitted and have not ended. */
  readonly running = new Map<string, Admission["bids"][number]>();

  async admit(admission: Admission): Promise<Admitted> {
    await this.gate;
    if (this.delayMs > 0) await scheduler.wait(this.delayMs);
    this.admissions.push(admission);
    this.#end(admission.ended);
    const kept = admission.cacheKey && this.kept.get(admission.cacheKey);
    const requests: { id: string; key: string }[] = [];
    const passedOver: { key: string; outcome: "circuit_open" | "over_budget" | "unpriced" }[] = [];
    for (const bid of kept === undefined ? admission.bids : []) {
      const { key } = bid;
      if (requests.length === admission.wanted) break;
      if (this.open.has(key)) passedOver.push({ key, outcome: "circuit_open" });
      else if (this.budget === 0) passedOver.push({ key, outcome: "over_budget" });
      else {
        this.budget--;
        const id = requestIdOf(admission, key);
        this.running.set(id, bid);
        requests.push({ id, key });
      }
    }
    const unknown: Health = { circuit: "closed", p50Ms: undefined, p95Ms: undefined };
    return {
      kept,
      requests,
      passedOver,
      left: passedOver.some(({ outcome }) => outcome === "over_budget")
        ? { nanodollars: 5_000_000, tokens: 12, dayEndsAtMs: Date.now() + 3_600_000 }
        : undefined,
      health: Object.fromEntries(
        admission.bids.map(({ key }) => [key, { ...unknown, ...this.health[key] }]),
      ),
    };
  }

  async settle({ ended, keep }: Settlement): Promise<void> {
    this.#end(ended);
    if (keep) this.kept.set(keep.cacheKey, keep.answer);
  }

  #hasEnded({ id }: Ended): boolean {
    return this.ended.some((ended) => ended.id === id);
  }

  /** Throws for what no ledger may be told: then the test fails. */
  #end(ended: readonly Ended[]): void {
    for (const one of ended) {
      const bid = this.running.get(one.id);
      // Given back by whoever does not know whether it was admitted, or told once more.
      if (!bid && (one.used.tokens === 0 || this.#hasEnded(one))) continue;
      if (bid?.key !== one.key) throw new Error(`${one.id} of ${one.key} does not run`);
      if (one.used.tokens > bid.tokens) throw new Error(`${one.id} has used more than it might`);
      this.running.delete(one.id);
      this.ended.push(one);
    }
  }
}

/** Models with all around them in memory. */
export class Scripted {
  readonly models: Models;
  readonly asked: ScriptedModels;
  readonly ledger = new MemoryLedger();
  readonly counted: string[] = [];
  readonly #behind: Promise<unknown>[] = [];

  constructor(
    models: readonly Model[],
    scripts: Readonly<Record<string, readonly Step[]>> = {},
    rest: Partial<Omit<ModelsParts, "config">> & { config?: Partial<ModelsParts["config"]> } = {},
  ) {
    this.asked = new ScriptedModels(scripts);
    this.models = new Models({
      models,
      missing: [],
      ask: this.asked.ask,
      ledger: this.ledger,
      metrics: {
        count: (name, ...[labels]) =>
          void this.counted.push([name, ...Object.values({ ...labels })].join(" ")),
        observe: () => {},
      },
      waitUntil: (work) => void this.#behind.push(work),
      // No pauses, and models of one name in their order.
      random: () => 0,
      ...rest,
      config: {
        modelsTimeoutSeconds: 120,
        modelsDollarsPerDay: 0,
        modelsTokensPerDay: 0,
        modelsHedgeMs: 10_000,
        modelsCache: "deterministic",
        modelsCacheSeconds: 3_600,
        ...rest.config,
      },
    });
  }

  /** Asks, and waits for what goes on behind the answer, too. */
  async ask(
    question: Partial<ModelsQuestion> = {},
    options: Partial<ModelsOptions> = {},
  ): Promise<ModelsAnswer> {
    const signal = new AbortController().signal;
    try {
      return await this.models.ask(
        { prompt: "What is the capital of France?", ...question },
        { holder: "somebody" },
        { signal, ...options },
      );
    } finally {
      await Promise.all(this.#behind);
    }
  }

  /** The message of what `ask` throws. */
  async refusal(...asked: Parameters<Scripted["ask"]>): Promise<string> {
    const answer = await this.ask(...asked).catch((error: Error) => error);
    if (answer instanceof Error) return answer.message;
    throw new Error(`It was answered by ${answer.model}`);
  }
}

/** Attempts in short: `a error, b ok`. */
export function told({ attempts }: Pick<ModelsAnswer, "attempts">): string {
  return attempts.map(({ model: name, outcome }) => `${name} ${outcome}`).join(", ");
}
