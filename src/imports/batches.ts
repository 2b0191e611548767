import type { MappedRow, Said } from "../formats/map-rows.ts";
import type { Checkpoint } from "../formats/readers/row.ts";
import type { PlaceRecord } from "../records/place.ts";
import {
  type Counts,
  isRepeatProblem,
  type KeptPlace,
  NO_COUNTS,
  repeatProblem,
  type StagedPart,
  sumOf,
} from "./contract.ts";

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
  /** The row itself as JSON, if that is wanted. */
  readonly row?: string | undefined;
}

/** Some rows of the files in their order, with the records among them. */
export interface Batch {
  /** The number of the part that it is; if it has nothing for a part, that of the next part. */
  readonly part: number;
  readonly records: readonly PlaceRecord[];
  /** The same as JSON. */
  readonly texts: readonly string[];
  /** Where each record is from. */
  readonly origins: readonly Origin[];
  /** The rows that cannot be read, but for their ids: their places are to be left as they are. */
  readonly kept: readonly KeptPlace[];
  readonly rejected: readonly RejectedRow[];
  /** How many rows say the same as an earlier row. */
  readonly same: number;
  /** Where the next row begins, if that is known. */
  readonly next: Checkpoint | undefined;
}

/** Whether there is anything to be sent. */
export function isPart({ records, kept }: Batch): boolean {
  return records.length + kept.length > 0;
}

/** The lines of a batch as a part. */
export function linesOf({ texts, kept }: Batch): string {
  return [...texts, ...kept.map((one) => JSON.stringify(one))].join("\n");
}

/**
 * A batch is full when it has so many lines of a part, so many bytes of records, or so many rows, good or bad. A step of the
 * inbox reads no more rows than one batch may have, however many batches they make.
 */
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

/** The places that have come already. */
export interface SeenPlaces {
  /** @returns what an earlier record of this place says, if there was one */
  meet(record: PlaceRecord, text: string): "new" | "same" | "other";
}

export interface BatchOptions {
  readonly firstPart?: number;
  readonly limits?: BatchLimits;
  /** Left out where the import itself knows what it has brought. */
  readonly seen?: SeenPlaces;
  /** Whether the places of rows that cannot be read are to be kept. */
  readonly keeps?: boolean;
  /** The JSON of a row that is rejected; left out where only the reasons are wanted. */
  readonly rowText?: (said: Said) => string | undefined;
}

/** Cuts files into batches, the same files always into the same: so an import can go on where it stopped. */
export async function* batchesOf(
  files: Iterable<PlacesOfFile>,
  { firstPart = 0, limits = LIMITS, seen, keeps = false, rowText }: BatchOptions = {},
): AsyncGenerator<Batch> {
  let part = firstPart;
  let batch = emptyBatch(part);
  let bytes = 0;
  const reject = (row: RejectedRow, said: Said | undefined) => {
    const text = said && rowText?.(said);
    bytes += text?.length ?? 0;
    batch.rejected.push({ ...row, row: text });
  };
  for (const { path: file, places } of files) {
    for await (const { line, next, said, ...row } of places) {
      const origin = { file, line };
      if ("problem" in row) {
        const { problem, sourceId } = row;
        reject({ ...origin, reason: problem }, said);
        if (keeps && sourceId !== undefined) batch.kept.push({ sourceId, kept: true });
      } else {
        const text = JSON.stringify(row.record);
        const met = seen?.meet(row.record, text) ?? "new";
        if (met === "new") {
          bytes += Buffer.byteLength(text) + 1;
          batch.records.push(row.record);
          batch.texts.push(text);
          batch.origins.push(origin);
        } else if (met === "same") batch.same += 1;
        else reject({ ...origin, reason: repeatProblem(row.record) }, said);
      }
      const length = batch.records.length + batch.kept.length;
      const rows = rowsOf(batch);
      if (length < limits.places && bytes < limits.bytes && rows < limits.rows) continue;
      yield { ...batch, next };
      if (length > 0) part += 1;
      batch = emptyBatch(part);
      bytes = 0;
    }
  }
  if (rowsOf(batch) > 0) yield { ...batch, next: undefined };
}

function emptyBatch(part: number) {
  const [records, texts, kept]: [PlaceRecord[], string[], KeptPlace[]] = [[], [], []];
  const [origins, rejected]: [Origin[], RejectedRow[]] = [[], []];
  return { part, records, texts, origins, kept, rejected, same: 0 };
}

function rowsOf({ records, rejected, same }: Pick<Batch, "records" | "rejected" | "same">): number {
  return records.length + rejected.length + same;
}

const SAME = "the same row once more: stored once";

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
  /** How many of these have the id of another row, and say something else. */
  readonly repeated: number;
  readonly counts: Counts;
  /** What could not be kept as it was, and how often. */
  readonly notes: Readonly<Record<string, number>>;
}

export const NOTHING: Totals = {
  parts: 0,
  rows: 0,
  skipped: 0,
  repeated: 0,
  counts: NO_COUNTS,
  notes: {},
};

/** Counts what comes of the rows of an import. */
export class Tally {
  parts: number;
  rows: number;
  skipped: number;
  repeated: number;
  counts: Counts;
  readonly notes: Record<string, number>;
  readonly #onRejected: (row: RejectedRow) => void;

  /** @param before what has come of the rows before */
  constructor(onRejected: (row: RejectedRow) => void, before = NOTHING) {
    this.parts = before.parts;
    this.rows = before.rows;
    this.skipped = before.skipped;
    this.repeated = before.repeated;
    this.counts = before.counts;
    this.notes = { ...before.notes };
    this.#onRejected = onRejected;
  }

  get totals(): Totals {
    const { parts, rows, skipped, repeated, counts, notes } = this;
    return { parts, rows, skipped, repeated, counts, notes: { ...notes } };
  }

  note(what: string): void {
    const isKnown = what in this.notes || Object.keys(this.notes).length < MOST_NOTES;
    if (isKnown) this.notes[what] = (this.notes[what] ?? 0) + 1;
  }

  read(batch: Batch): void {
    if (isPart(batch)) this.parts += 1;
    this.rows += rowsOf(batch);
    for (let count = 0; count < batch.same; count += 1) this.note(SAME);
    for (const row of batch.rejected) this.#reject(row);
  }

  staged(
    { origins, texts }: Batch,
    { counts, rejected }: Pick<StagedPart, "counts" | "rejected">,
  ): void {
    this.counts = sumOf(this.counts, counts);
    for (const { index, reason } of rejected) {
      const isRefused = !isRepeatProblem(reason);
      this.#reject({
        ...origins[index]!,
        reason: isRefused ? `is refused: ${reason}` : reason,
        row: texts[index],
      });
    }
  }

  #reject(row: RejectedRow): void {
    this.skipped += 1;
    if (isRepeatProblem(row.reason)) this.repeated += 1;
    this.#onRejected(row);
  }
}
