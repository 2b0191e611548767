import { setTimeout as wait } from "node:timers/promises";
import { within } from "../deadline.ts";
import { StoreDown } from "../errors.ts";
import { reportFailure } from "../observe/failures.ts";
import type { Metrics } from "../observe/metrics.ts";

const LONGEST_PAUSE_MS = 200;

/** A call of a store, as far as it matters how long it takes, and whether it may be made twice. */
export interface StoreCall {
  readonly store: keyof typeof STORES;
  /** Tells it from others of its kind in the log. */
  readonly name?: string;
  /** Of D1 and R2, whose writes are waited for longer. */
  readonly isWrite?: boolean;
  /** Whether it does no harm if the store carries it out twice. */
  readonly isRepeatable: boolean;
  /** How long it is waited for, where that is not as long as for any call of its store. */
  readonly patienceMs?: number | undefined;
}

/** A call of a Durable Object. @param patienceMs for one that itself waits for others */
export function objectCall(name: string, isRepeatable = true, patienceMs?: number): StoreCall {
  return { store: "durable_object", name, isRepeatable, patienceMs };
}

/** What is known of a kind of store. */
interface Store {
  /** How long its reads and its writes are waited for. */
  readonly readPatienceMs: number;
  readonly writePatienceMs: number;
  /** Whether a failure passes by itself, so that asking again helps. */
  isPassing(error: unknown): boolean;
  /** Whether the store is at fault. Any other failure is for whoever asks to understand. */
  isDown(error: unknown): boolean;
}

/** Callers wait for 10 s at most, and what they are told takes time, too. */
const READ_PATIENCE_MS = 8_000;
/** As long as D1 itself takes for a statement, or for a batch. */
const WRITE_PATIENCE_MS = 30_000;

/** Cloudflare's documents list them. */
const D1_PASSING =
  /Network connection lost|storage caused object to be reset|reset because its code was updated|Cannot resolve D1 DB due to transient issue/;
/** What passes as well, but only gets worse if everybody tries again. */
const D1_OVERLOADED =
  /D1 DB is overloaded|Too many requests queued|storage operation exceeded timeout/;
/** Internal error, service unavailable, too many requests. */
const R2_PASSING = /Network connection lost|\((?:10001|10043|10058)\)/;

const STORES = {
  d1: {
    readPatienceMs: READ_PATIENCE_MS,
    writePatienceMs: WRITE_PATIENCE_MS,
    isPassing: (error) => D1_PASSING.test(messageOf(error)),
    isDown: (error) => D1_PASSING.test(messageOf(error)) || D1_OVERLOADED.test(messageOf(error)),
  },
  r2: {
    readPatienceMs: READ_PATIENCE_MS,
    writePatienceMs: WRITE_PATIENCE_MS,
    isPassing: (error) => R2_PASSING.test(messageOf(error)),
    isDown: (error) => R2_PASSING.test(messageOf(error)),
  },
  // Cloudflare's own files beside the Worker.
  assets: {
    readPatienceMs: 3_000,
    writePatienceMs: 3_000,
    isPassing: () => false,
    isDown: () => true,
  },
  // A sign-in asks it a few times, one after the other, and clients wait ten seconds for all of it.
  kv: {
    readPatienceMs: 2_000,
    writePatienceMs: 2_000,
    isPassing: () => false,
    // Too many writes of one key: whoever writes is to come again later.
    isDown: (error) => !messageOf(error).includes("429 Too Many Requests"),
  },
  durable_object: {
    readPatienceMs: 3_000,
    writePatienceMs: 3_000,
    // The object was moved, or its code replaced: it is there again at once.
    isPassing: (error) => {
      const { retryable = false, overloaded = false } = Object(error) as Partial<ObjectFailure>;
      return retryable && !overloaded;
    },
    isDown: () => true,
  },
} as const satisfies Readonly<Record<string, Store>>;

/** https://developers.cloudflare.com/durable-objects/best-practices/error-handling/ */
interface ObjectFailure {
  readonly retryable: boolean;
  readonly overloaded: boolean;
}

/** How long calls of stores are waited for, and which are made again. */
export class Patience {
  readonly #metrics: Pick<Metrics, "count">;

  constructor(metrics: Pick<Metrics, "count">) {
    this.#metrics = metrics;
  }

  /**
   * Makes a call, and once more if it fails by what passes: D1 has tried reads three times by itself before.
   *
   * @throws StoreDown if no answer comes in time, or the store is at fault; whatever else the store throws
   */
  async call<Answer>(call: StoreCall, make: () => Promise<Answer>): Promise<Answer> {
    const { readPatienceMs, writePatienceMs } = STORES[call.store];
    const usualMs = call.isWrite ? writePatienceMs : readPatienceMs;
    const inTime = within(call.patienceMs ?? usualMs, late);
    try {
      return await inTime(() => this.#twice(call, make));
    } catch (error) {
      throw this.failureOf(call, error);
    }
  }

  /** What to throw for what a call of a store has thrown. It is counted, and what callers cannot mend is logged. */
  failureOf(call: Pick<StoreCall, "store" | "name">, error: unknown): unknown {
    const { store, name = store } = call;
    if (error instanceof StoreDown) {
      this.#count(store, "timed_out");
      reportFailure(`${name}, which took too long`, error);
      return error;
    }
    this.#count(store, "failed");
    if (!STORES[store].isDown(error)) return error;
    reportFailure(name, error);
    return new StoreDown("passing");
  }

  async #twice<Answer>(
    { store, isRepeatable }: StoreCall,
    make: () => Promise<Answer>,
  ): Promise<Answer> {
    try {
      return await make();
    } catch (error) {
      if (!isRepeatable || !STORES[store].isPassing(error)) throw error;
      this.#count(store, "retried");
      await wait(Math.random() * LONGEST_PAUSE_MS);
      return make();
    }
  }

  #count(store: StoreCall["store"], kind: "retried" | "timed_out" | "failed"): void {
    this.#metrics.count("hereabouts_store_failures_total", { store, kind });
  }
}

const late = () => new StoreDown("late");

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "";
}
