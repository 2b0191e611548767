import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as z from "zod/v4";
import { LIMITS } from "../../src/imports/batches.ts";

/** A guess for the first part: more than a place ever takes. */
const ROWS_A_PLACE = 12;
/** With less for a day, an import might never send its first part. */
export const ROWS_A_PART = ROWS_A_PLACE * LIMITS.places;

/** Says what was written, by target. */
const LEDGER = ".wrangler/rows-written.json";

const Ledger = z.record(z.string(), z.object({ day: z.string(), rows: z.number() }));

/**
 * How many rows D1 may still write today, for a target. A file keeps what was written, because several imports share a
 * day. D1's days begin at midnight UTC.
 */
export class RowBudget {
  readonly #most: number;
  readonly #target: string;
  readonly #ledger = readLedger();
  readonly #day = new Date().toISOString().slice(0, 10);
  /** The most that a place of this import has taken, once a part has been written. */
  #rowsAPlace: number | undefined;

  /** @param most undefined: any number */
  constructor(most: number | undefined, target: string) {
    this.#most = most ?? Number.POSITIVE_INFINITY;
    this.#target = target;
  }

  /** Whether there is room for so many places. */
  allows(places: number): boolean {
    const rows = Math.ceil(places * (this.#rowsAPlace ?? ROWS_A_PLACE));
    return this.#spentToday() + rows <= this.#most;
  }

  /** @param places if the rows are those of a part, how many places it has */
  spend(rows: number, places?: number): void {
    if (places) this.#rowsAPlace = Math.max(1, this.#rowsAPlace ?? 0, rows / places);
    this.#ledger[this.#target] = { day: this.#day, rows: this.#spentToday() + rows };
    mkdirSync(dirname(LEDGER), { recursive: true });
    writeFileSync(LEDGER, JSON.stringify(this.#ledger));
  }

  #spentToday(): number {
    const spent = this.#ledger[this.#target];
    return spent?.day === this.#day ? spent.rows : 0;
  }
}

function readLedger(): z.infer<typeof Ledger> {
  try {
    return Ledger.parse(JSON.parse(readFileSync(LEDGER, "utf8")));
  } catch {
    return {};
  }
}
