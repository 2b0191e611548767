import { CallerError } from "../errors.ts";
import type { AskModel, Ledger, Model } from "./contract.ts";
import type { ModelsAnswer, ModelsAsker, ModelsOptions, ModelsQuestion } from "./question.ts";

/** Settings that questions to models depend on (`src/config/settings.ts`). */
export interface ModelsConfig {
  readonly modelsTimeoutSeconds: number;
  /** 0: any amount. */
  readonly modelsDollarsPerDay: number;
  readonly modelsTokensPerDay: number;
  readonly modelsHedgeMs: number;
  readonly modelsCache: "never" | "deterministic" | "unset";
  readonly modelsCacheSeconds: number;
  readonly modelsCacheShared: "no" | "yes";
}

/** What `Models` works with. */
export interface ModelsParts {
  /** Models that can be asked, as the operator has ordered them. */
  readonly models: readonly Model[];
  /** Those that cannot, and why: a sentence that names the secret, or the binding. */
  readonly missing: readonly { readonly model: Model; readonly why: string }[];
  readonly ask: AskModel;
  readonly ledger: Ledger;
  readonly config: ModelsConfig;
  /** Lets work go on behind the answer. */
  readonly waitUntil: (work: Promise<unknown>) => void;
}

/** Asks models, by strategies. */
export class Models {
  readonly #parts: ModelsParts;

  constructor(parts: ModelsParts) {
    this.#parts = parts;
  }

  /** What callers may name, in the operator's order. */
  names(): readonly string[] {
    const { models, missing } = this.#parts;
    return [...new Set([...models, ...missing.map(({ model }) => model)].map(({ name }) => name))];
  }

  /** @throws CallerError */
  async ask(_: ModelsQuestion, __: ModelsAsker, ___: ModelsOptions): Promise<ModelsAnswer> {
    throw new CallerError("No strategy is there yet.");
  }
}
