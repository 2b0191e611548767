import type { MappedRow } from "../formats/map-rows.ts";
import type { Checkpoint } from "../formats/readers/row.ts";
import type { PlaceRecord } from "../records/place.ts";
import type { Counts, StagedPart } from "./contract.ts";

/**
 * From the rows of files to the parts of an import: the same for the import command, which sends them, and for the inbox,
 * which stages them where it is.
 */

/** A row of a file: the line of a text file, or the number of the row in a binary one. */
interface Origin {
  readonly file: string;
  readonly line: number;
}

export interface RejectedRow extends Origin {
  /** To be read after "row 7": "has no name". */
  readonly reason: string;
}

/** Some rows of the files in their order, with the records among them. */
export interface Batch {
  /** The number of the part that it is; if it has no records, that of the next part. */
  readonly part: number;
  readonly records: readonly PlaceRecord[];
  /** The same as JSON. */
  readonly texts: readonly string[];
  /** Where each record is from. */
  readonly origins: readonly Origin[];
  readonly rejected: readonly RejectedRow[];
  /** Where the next row begins, if that is known. */
  readonly next: Checkpoint | undefined;
}

/** A batch is full when it has so many places, so many bytes of records, or so many rows, good or bad. */
export interface BatchLimits {
  readonly places: number;
  readonly bytes: number;
  readonly rows: number;
}

export const LIMITS: BatchLimits = { places: 5_000, bytes: 6 * 1024 * 1024, rows: 40_000 };

export interface PlacesOfFile {
  readonly path: string;
  readonly places: AsyncIterable<MappedRow>;
}

/** Cuts files into batches, the same files always into the same: so an import can go on where it stopped. */
export async function* batchesOf(
  files: Iterable<PlacesOfFile>,
  firstPart = 0,
  limits = LIMITS,
): AsyncGenerator<Batch> {
  let part = firstPart;
  let batch = emptyBatch(part);
  let bytes = 0;
  for (const { path: file, places } of files) {
    for await (const { line, next, ...row } of places) {
      if ("problem" in row) {
        batch.rejected.push({ file, line, reason: row.problem });
      } else {
        const text = JSON.stringify(row.record);
        bytes += Buffer.byteLength(text) + 1;
        batch.records.push(row.record);
        batch.texts.push(text);
        batch.origins.push({ file, line });
      }
      const { length } = batch.records;
      const rows = length + batch.rejected.length;
      if (length < limits.places && bytes < limits.bytes && rows < limits.rows) continue;
      yield { ...batch, next };
      if (length > 0) part += 1;
      batch = emptyBatch(part);
      bytes = 0;
    }
  }
  if (batch.records.length + batch.rejected.length > 0) yield { ...batch, next: undefined };
}

function emptyBatch(part: number) {
  const [records, texts]: [PlaceRecord[], string[]] = [[], []];
  const [origins, rejected]: [Origin[], RejectedRow[]] = [[], []];
  return { part, records, texts, origins, rejected };
}

/** No more different notes are counted. */
const MOST_NOTES = 100;

/** What has come of the rows of an import so far: plain data. */
export interface Totals {
  /** How many parts the batches make. */
  readonly parts: number;
  /** How many rows were read. */
  readonly rows: number;
  /** How many of them were skipped. */
  readonly skipped: number;
  readonly counts: Counts;
  /** What could not be kept as it was, and how often. */
  readonly notes: Readonly<Record<string, number>>;
}

export const NOTHING: Totals = {
  parts: 0,
  rows: 0,
  skipped: 0,
  counts: { stored: 0, updated: 0, unchanged: 0, removed: 0 },
  notes: {},
};

/** Counts what comes of the rows of an import. */
export class Tally {
  parts: number;
  rows: number;
  skipped: number;
  readonly counts: { -readonly [What in keyof Counts]: number };
  readonly notes: Record<string, number>;
  readonly #onRejected: (row: RejectedRow) => void;

  /** @param before what has come of the rows before */
  constructor(onRejected: (row: RejectedRow) => void, before = NOTHING) {
    this.parts = before.parts;
    this.rows = before.rows;
    this.skipped = before.skipped;
    this.counts = { ...before.counts };
    this.notes = { ...before.notes };
    this.#onRejected = onRejected;
  }

  get totals(): Totals {
    const { parts, rows, skipped, counts, notes } = this;
    return { parts, rows, skipped, counts, notes };
  }

  note(what: string): void {
    const isKnown = what in this.notes || Object.keys(this.notes).length < MOST_NOTES;
    if (isKnown) this.notes[what] = (this.notes[what] ?? 0) + 1;
  }

  read({ records, rejected }: Batch): void {
    if (records.length > 0) this.parts += 1;
    this.rows += records.length + rejected.length;
    for (const row of rejected) this.#reject(row);
  }

  staged({ origins }: Batch, { counts, rejected }: Pick<StagedPart, "counts" | "rejected">): void {
    for (const what of ["stored", "updated", "unchanged", "removed"] as const) {
      this.counts[what] += counts[what];
    }
    for (const { index, reason } of rejected) {
      this.#reject({ ...origins[index]!, reason: `is refused: ${reason}` });
    }
  }

  #reject(row: RejectedRow): void {
    this.skipped += 1;
    this.#onRejected(row);
  }
}
