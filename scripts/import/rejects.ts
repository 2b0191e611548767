import { createWriteStream, type WriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import type { Said } from "../../src/formats/map-rows.ts";
import { jsonRow } from "../../src/formats/readers/json-row.ts";
import { faultyRow, type Row } from "../../src/formats/readers/row.ts";
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

  add({ file, line, reason, row }: RejectedRow): void {
    const isKnown = this.#counts.has(reason) || this.#counts.size < MOST_REASONS;
    const counted = isKnown ? reason : OTHERS;
    this.#counts.set(counted, (this.#counts.get(counted) ?? 0) + 1);
    if (!this.file) return;
    this.#stream ??= createWriteStream(this.#draft);
    const said = JSON.stringify({ file, line, reason });
    this.#stream.write(row ? `${said.slice(0, -1)},"row":${row}}\n` : `${said}\n`);
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

/** What a file says of a row, as JSON: with a point of its own it is a feature of GeoJSON. */
export function rowText({ fields, point }: Said): string | undefined {
  if (!point) return Object.keys(fields).length > 0 ? JSON.stringify(fields, plain) : undefined;
  const geometry = { type: "Point", coordinates: [point.longitude, point.latitude] };
  return JSON.stringify({ type: "Feature", geometry, properties: fields }, plain);
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

/** The fields of a reject; of what was no row at all, only the reason is there. */
const REJECT = ["file", "line", "reason"];

function mended({ fields, line, ...rest }: Row): Row {
  const { row, ...others } = fields;
  const names = Object.keys(others);
  const isReject = names.length === REJECT.length && REJECT.every((name) => name in others);
  if (!isReject) return { fields, line, ...rest };
  const inner = row === undefined ? undefined : jsonRow(line, JSON.stringify(row), false);
  return { ...(inner ?? faultyRow(line, "is no row that could be mended")), ...rest };
}
