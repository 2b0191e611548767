import { setTimeout as wait } from "node:timers/promises";
import { within } from "../deadline.ts";
import { StoreDown } from "../errors.ts";
import { reportFailure } from "../observe/failures.ts";
import type { Metrics } from "../observe/metrics.ts";

/** Callers wait for 10 s at most, and what they are told takes time, too. */
const READ_PATIENCE_MS = 8_000;
/** As long as D1 itself takes for a statement, or for a batch. */
const WRITE_PATIENCE_MS = 30_000;
const LONGEST_PAUSE_MS = 200;

/** A call of a store, as far as it matters how long it takes, and whether it may be made twice. */
export interface StoreCall {
  readonly store: "d1" | "r2";
  readonly isWrite: boolean;
  /** Whether it does no harm if the store carries it out twice. */
  readonly isRepeatable: boolean;
}

/** What passes by itself, so that trying again helps. Cloudflare's documents list those of D1. */
const PASSING: Readonly<Record<StoreCall["store"], RegExp>> = {
  d1: /Network connection lost|storage caused object to be reset|reset because its code was updated|Cannot resolve D1 DB due to transient issue/,
  // Internal error, service unavailable, too many requests.
  r2: /Network connection lost|\((?:10001|10043|10058)\)/,
};
/** What passes as well, but only gets worse if everybody tries again. */
const OVERLOADED =
  /D1 DB is overloaded|Too many requests queued|storage operation exceeded timeout/;

/** How long calls of stores are waited for, and which are made again. */
export class Patience {
  readonly #metrics: Pick<Metrics, "count">;

  constructor(metrics: Pick<Metrics, "count">) {
    this.#metrics = metrics;
  }

  /**
   * Makes a call, and once more if it fails by what passes: D1 has tried reads three times by itself before.
   *
   * @throws StoreDown if no answer comes in time, or none but what passes; whatever else the store throws
   */
  async call<Answer>(call: StoreCall, make: () => Promise<Answer>): Promise<Answer> {
    const limit = call.isWrite ? withinWritePatience : withinReadPatience;
    try {
      return await limit(() => this.#twice(call, make));
    } catch (error) {
      if (error instanceof StoreDown) {
        this.#count(call, "timed_out");
        reportFailure(`${call.store}, which took too long`, error);
        throw error;
      }
      this.#count(call, "failed");
      if (!hasPassing(call, error) && !OVERLOADED.test(messageOf(error))) throw error;
      reportFailure(call.store, error);
      throw new StoreDown("passing");
    }
  }

  async #twice<Answer>(call: StoreCall, make: () => Promise<Answer>): Promise<Answer> {
    try {
      return await make();
    } catch (error) {
      if (!call.isRepeatable || !hasPassing(call, error)) throw error;
      this.#count(call, "retried");
      await wait(Math.random() * LONGEST_PAUSE_MS);
      return make();
    }
  }

  #count({ store }: StoreCall, kind: "retried" | "timed_out" | "failed"): void {
    this.#metrics.count("hereabouts_store_failures_total", { store, kind });
  }
}

const late = () => new StoreDown("late");
const withinReadPatience = within(READ_PATIENCE_MS, late);
const withinWritePatience = within(WRITE_PATIENCE_MS, late);

function hasPassing({ store }: StoreCall, error: unknown): boolean {
  return PASSING[store].test(messageOf(error));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "";
}
