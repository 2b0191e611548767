import { createWriteStream, type WriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import type { Said } from "../../src/formats/map-rows.ts";
import { jsonRow } from "../../src/formats/readers/json-row.ts";
import type { Row } from "../../src/formats/readers/row.ts";
import type { RejectedRow } from "../../src/imports/batches.ts";

/** So many reasons are counted one by one. */
const MOST_REASONS = 100;
const OTHERS = "other problems";

/**
 * The skipped rows: counted by reason, and written to a file, `{ file, line, reason, row }` on each line. The file can be
 * mended and imported (`mendedRows`), even by the import that writes the next one.
 */
export class Rejects {
  readonly file: string | undefined;
  readonly #draft: string;
  #stream: WriteStream | undefined;
  readonly #counts = new Map<string, number>();

  /** Without a file they are only counted. */
  constructor(file?: string) {
    this.file = file;
    this.#draft = `${file}.new`;
  }

  add({ file, line, reason, said }: RejectedRow): void {
    const isKnown = this.#counts.has(reason) || this.#counts.size < MOST_REASONS;
    const counted = isKnown ? reason : OTHERS;
    this.#counts.set(counted, (this.#counts.get(counted) ?? 0) + 1);
    if (!this.file) return;
    this.#stream ??= createWriteStream(this.#draft);
    const row = said && rowOf(said);
    this.#stream.write(`${JSON.stringify({ file, line, reason, row }, plain)}\n`);
  }

  /** How often each reason came, the most frequent first. */
  reasons(): [reason: string, count: number][] {
    return [...this.#counts].sort((a, b) => b[1] - a[1]);
  }

  /**
   * Ends the file. If nothing was skipped, a file of an earlier run is deleted: its rows are mended.
   *
   * @param isDone whether all rows were read; else a file of an earlier run stays
   */
  async close(isDone: boolean): Promise<void> {
    const stream = this.#stream;
    if (stream) {
      await new Promise<void>((resolve, reject) => {
        stream.on("error", reject);
        stream.end(resolve);
      });
      if (isDone) await rename(this.#draft, this.file!);
      else await rm(this.#draft);
    } else if (this.file && isDone) {
      await rm(this.file, { force: true });
    }
  }
}

/** What a file says of a row, as JSON can say it: with a point of its own it is a feature of GeoJSON. */
function rowOf({ fields, point }: Said): object | undefined {
  if (point) {
    const coordinates = [point.longitude, point.latitude];
    return { type: "Feature", geometry: { type: "Point", coordinates }, properties: fields };
  }
  return Object.keys(fields).length > 0 ? fields : undefined;
}

/** Bytes say nothing to people. */
function plain(_: string, value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return undefined;
  if (typeof value !== "bigint") return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : `${value}`;
}

/** The rows themselves of a file of rejects; those of other files as they are. */
export async function* mendedRows(rows: AsyncIterable<Row>): AsyncGenerator<Row> {
  for await (const row of rows) yield mended(row);
}

const REJECT = ["file", "line", "reason", "row"];

function mended(row: Row): Row {
  const names = Object.keys(row.fields);
  const isReject = names.length === REJECT.length && names.every((name) => REJECT.includes(name));
  const inner = isReject && jsonRow(row.line, JSON.stringify(row.fields.row), false);
  return inner ? { ...inner, ...(row.next && { next: row.next }) } : row;
}
