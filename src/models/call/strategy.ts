import type { Model } from "../contract.ts";
import type { Consensus } from "../question.ts";
import type { Valid } from "../validity/judge.ts";
import type { Call } from "./call.ts";

/** A valid answer of a model. */
export interface Answer extends Valid {
  readonly model: Model;
}

/** What a strategy comes to. */
export interface Found {
  /** Undefined where models have not agreed. */
  readonly answer: Answer | undefined;
  readonly consensus?: Consensus;
}

/**
 * So many requests of a call are under way at once. A deployed Worker lets no more connections wait for headers, which come
 * with the whole answer where it is not streamed: a further request would wait unsent, and seem late
 * (developers.cloudflare.com/workers/platform/limits, "Simultaneous open connections").
 */
export const MOST_AT_ONCE = 6;

/** A way to ask some models. */
export interface Strategy {
  /** `first_available`. */
  readonly name: string;
  /** For models and people, in half a sentence. */
  readonly does: string;
  /** How many different models it needs: one, unless it says more. */
  readonly fewestModels?: number;
  /** How many of those named it can ask: any number, unless it says less. */
  readonly mostModels?: number;
  /**
   * @returns undefined where no valid answer came, or where one was kept
   * @throws CallerError where a request shows a mistake of the operator's; StoreDown
   */
  find(call: Call): Promise<Found | undefined>;
}
