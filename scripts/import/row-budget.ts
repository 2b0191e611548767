import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as z from "zod";
import { LIMITS } from "../../src/formats/parts.ts";

/** A guess for the first part: more than a place ever takes. */
const ROWS_A_PLACE = 12;
/** With less for a day, an import might never send its first part. */
export const ROWS_A_PART = ROWS_A_PLACE * LIMITS.places;

/** Where it is kept what was written, by target. */
export const LEDGER = ".wrangler/rows-written.json";

const Spent = z.object({ day: z.string(), rows: z.number() });
const Ledger = z.record(z.string(), Spent);

/**
 * How many rows D1 may still write today, for a target. What was written is kept in a file, because several
 * imports share a day. D1's days begin at midnight UTC.
 */
export class RowBudget {
  readonly #most: number;
  readonly #file: string;
  readonly #target: string;
  readonly #ledger: z.infer<typeof Ledger>;
  readonly #day: string;
  #reserved = 0;
  /** The most that a place of this import has taken. */
  #rowsAPlace = ROWS_A_PLACE;

  constructor(most: number | undefined, file: string, target: string) {
    this.#most = most ?? Number.POSITIVE_INFINITY;
    this.#file = file;
    this.#target = target;
    this.#ledger = readLedger(file);
    this.#day = new Date().toISOString().slice(0, 10);
  }

  /** Whether that many places may be written, given what is under way. */
  allows(places: number): boolean {
    return this.#spent() + this.#reserved + this.#cost(places) <= this.#most;
  }

  /** Of a part that is sent. Returns what to do when it is written. */
  reserve(places: number): (rowsWritten: number) => void {
    const cost = this.#cost(places);
    const isFirst = this.#reserved === 0 && this.#rowsAPlace === ROWS_A_PLACE;
    this.#reserved += cost;
    return (rowsWritten) => {
      this.#reserved -= cost;
      const each = rowsWritten / places;
      this.#rowsAPlace = isFirst ? Math.max(1, each) : Math.max(this.#rowsAPlace, each);
      this.spend(rowsWritten);
    };
  }

  spend(rows: number): void {
    this.#ledger[this.#target] = { day: this.#day, rows: this.#spent() + rows };
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, JSON.stringify(this.#ledger));
  }

  #spent(): number {
    const spent = this.#ledger[this.#target];
    return spent?.day === this.#day ? spent.rows : 0;
  }

  #cost(places: number): number {
    return Math.ceil(places * this.#rowsAPlace);
  }
}

function readLedger(file: string): z.infer<typeof Ledger> {
  try {
    return Ledger.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return {};
  }
}
