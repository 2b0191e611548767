import { DAY_MS, HOUR_MS } from "../hours/calendar.ts";
import type { Limit } from "./contract.ts";
import { allowedAgainMs, type Counts, countOneMore } from "./rate.ts";

/** A thirtieth of what Open-Meteo's free service allows the whole deployment. */
const LIMITS: readonly Limit[] = [
  { most: 60, windowMs: HOUR_MS },
  { most: 300, windowMs: DAY_MS },
];
/** Parts of a day count whole. */
const COUNTS_MS = 1.1 * DAY_MS;
const PREFIX = "share:";

interface Share {
  readonly counts: Counts;
  readonly takenAtMs: number;
}

/** How many new places each caller has had providers asked for, so that nobody uses up what all may ask. */
export class Shares {
  readonly #kv: SyncKvStorage;

  constructor(kv: SyncKvStorage) {
    this.#kv = kv;
  }

  /** Takes one. @returns when there will be one again, if there is none */
  take(holder: string): number | undefined {
    const { counts = [] } = this.#kv.get<Share>(PREFIX + holder) ?? {};
    const nowMs = Date.now();
    const next = countOneMore(counts, LIMITS, nowMs);
    if (!next) return allowedAgainMs(counts, LIMITS, nowMs);
    this.#kv.put<Share>(PREFIX + holder, { counts: next, takenAtMs: nowMs });
    return undefined;
  }

  /** Forgets who has asked for nothing for as long as it counts. @returns whether anybody is left */
  sweep(): boolean {
    let isAnybodyLeft = false;
    for (const [key, { takenAtMs }] of this.#kv.list<Share>({ prefix: PREFIX })) {
      if (takenAtMs < Date.now() - COUNTS_MS) this.#kv.delete(key);
      else isAnybodyLeft = true;
    }
    return isAnybodyLeft;
  }
}
