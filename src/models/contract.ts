/** What asks models (strategies), what speaks to them (providers) and what counts (the ledger) know of each other. */

import type { Model } from "../config/models.ts";
import type { LabelsOf } from "../observe/vocabulary.ts";

export type { Model, ProviderName, Tier } from "../config/models.ts";

/** What a model is asked. */
export interface Prompt {
  readonly text: string;
  readonly system: string | undefined;
  /** Undefined: as many as the model may answer. */
  readonly maxTokens: number | undefined;
  readonly temperature: number | undefined;
  /** A JSON Schema that the answer has to fit. */
  readonly jsonSchema: Readonly<Record<string, unknown>> | undefined;
}

export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** What a provider has answered, whole. Whether it is any good is not judged yet. */
export interface ModelAnswer {
  readonly text: string;
  /** `length`: cut off; `refused`: the provider's filter has stopped it. */
  readonly finish: "stop" | "length" | "refused" | "other";
  /** Undefined where the provider does not tell. */
  readonly usage: Usage | undefined;
}

/** How a request to a model ended: the metrics say what each means. */
export type Outcome = LabelsOf<"hereabouts_model_requests_total">["outcome"];

/** A request that brought no valid answer. Its message is in our words, without anything that the provider said. */
export class ModelFailure extends Error {
  override readonly name = "ModelFailure";
  readonly outcome: Exclude<Outcome, "ok">;
  /** When the provider wants to be asked again. */
  readonly retryAfterMs: number | undefined;
  /** Whether it may have been billed: false where the provider has turned the request away, or was never reached. */
  readonly mayHaveCost: boolean;

  constructor(
    outcome: ModelFailure["outcome"],
    message: string,
    { retryAfterMs, mayHaveCost = false }: { retryAfterMs?: number; mayHaveCost?: boolean } = {},
  ) {
    super(message);
    this.outcome = outcome;
    this.retryAfterMs = retryAfterMs;
    this.mayHaveCost = mayHaveCost;
  }
}

export interface AskOptions {
  /** Ends the request, and closes its connection. */
  readonly signal: AbortSignal;
  /** Gets the answer's text as it comes; with it the answer is asked for as a stream. */
  readonly onText?: ((piece: string) => void) | undefined;
}

/**
 * Sends one request to a model, without any retry.
 *
 * @throws ModelFailure; the reason of the signal
 */
export type AskModel = (model: Model, prompt: Prompt, options: AskOptions) => Promise<ModelAnswer>;

/** Money is counted in billionths of a US dollar, which are whole numbers: a token of $0.001 a million is one. */
export const NANODOLLARS = 1e9;

/** What requests use up, of what a day's budget is of. */
export interface Spent {
  readonly nanodollars: number;
  readonly tokens: number;
}

/** What one request to a model uses at most. */
export interface Bid extends Spent {
  readonly key: string;
}

/** A request to a model that has ended. */
export interface Ended {
  /** The request's, by which it was admitted. */
  readonly id: string;
  readonly key: string;
  /** All that was reserved, where nobody knows. */
  readonly used: Spent;
  /** What it says of the model: `none` where it was cancelled, or where the mistake is ours. */
  readonly verdict: "well" | "unwell" | "none";
  /** Until the whole answer was there. Undefined where none came. */
  readonly latencyMs: number | undefined;
}

/** How a model has been lately, as all isolates have seen it. */
export interface Health {
  /** `trial`: one request tries whether it is well again. */
  readonly circuit: "closed" | "open" | "trial";
  /** Undefined while too little is known. */
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
}

export interface Admission {
  /** Made by whoever asks: who hears no answer can still give back what may have been reserved. */
  readonly id: string;
  /** Whose budget it is. */
  readonly holder: string;
  /** 0: any amount. */
  readonly mostADay: Spent;
  /** Models that would do, best first. */
  readonly bids: readonly Bid[];
  /** So many of them are to be asked. */
  readonly wanted: number;
  /** What has not ended until then counts as having used all that was reserved. */
  readonly untilMs: number;
  /** A digest of what is asked: an answer that is kept under it is taken instead. Undefined: none is looked for. */
  readonly cacheKey: string | undefined;
  /** Requests of the same call that have ended before. */
  readonly ended: readonly Ended[];
}

/** The id of the request that a bid of an admission becomes. */
export function requestIdOf({ id }: Pick<Admission, "id">, key: string): string {
  return `${id} ${key}`;
}

/** What the ledger says to a request for admission: it is one round trip. */
export interface Admitted {
  /** What was kept; nothing is admitted then. */
  readonly kept: string | undefined;
  /** In the order of the bids. */
  readonly requests: readonly { readonly id: string; readonly key: string }[];
  /** Who was passed over, and why. */
  readonly passedOver: readonly {
    readonly key: string;
    readonly outcome: "circuit_open" | "over_budget" | "unpriced";
  }[];
  /** What is left of today's budget, where it has kept a bid out; infinite where it is not limited. */
  readonly left: (Spent & { readonly dayEndsAtMs: number }) | undefined;
  /** By the keys of the models. */
  readonly health: Readonly<Record<string, Health>>;
}

export interface Settlement {
  readonly holder: string;
  readonly ended: readonly Ended[];
  /** An answer to keep. */
  readonly keep:
    | { readonly cacheKey: string; readonly answer: string; readonly ttlSeconds: number }
    | undefined;
}

/** Who counts what models cost, knows how they are, and keeps answers: for all isolates. */
export interface Ledger {
  /** @throws StoreDown if the object that counts does not answer: then no model is asked */
  admit(admission: Admission): Promise<Admitted>;
  /** Never fails: what is not settled counts as used whole. */
  settle(settlement: Settlement): Promise<void>;
}
