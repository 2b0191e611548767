import { CallerError } from "../../../errors.ts";
import { countLines, peek, rechunk } from "../../../formats/bytes/byte-stream.ts";
import { gunzip, isGzip } from "../../../formats/bytes/gzip.ts";
import { metered } from "../../../formats/bytes/metered.ts";
import { readLines } from "../../../formats/readers/lines.ts";
import { quoted } from "../../../text/schema-faults.ts";
import type { Pace } from "../../pace.ts";
import { LARGEST_ENTRY, MOST } from "./limits.ts";

/** Operations for a number, and for a byte of the file, unpacked. */
const READING = 400;
const PASSING = 10;
/** Blank ones count. */
const MOST_LINES = 10 * MOST;
const CHUNK_BYTES = 64 * 1024;

/**
 * The rows of a file of numbers, gzipped or not: a row a line, parted by semicolons, tabs, commas or blanks, whichever of
 * them the first line has first in this order.
 *
 * @param mostBytes of the file, unpacked
 * @throws CallerError for what is no matrix of at most MOST × MOST numbers, or is long for one
 */
export async function* broughtRows(
  bucket: R2Bucket,
  key: string,
  pace: Pace,
  mostBytes: number,
): AsyncGenerator<Float64Array> {
  const object = await bucket.get(key);
  if (!object) throw new CallerError('"input": the file is gone: POST it again.');
  const { head, bytes } = await peek(rechunk(object.body, CHUNK_BYTES), 2);
  const text = isGzip(head) ? rechunk(gunzip(bytes), CHUNK_BYTES) : bytes;
  let lines = 0;
  const onBytes = async (read: Uint8Array) => {
    lines += countLines(read);
    if (lines > MOST_LINES) {
      throw new CallerError(
        `"input": the file has more than ${MOST_LINES} lines, blank ones included, but there may be ${MOST} rows.`,
      );
    }
    await pace.count(PASSING * read.length);
  };
  const passed = metered(text, { mostBytes, onBytes });
  let separator: RegExp | undefined;
  let columns: number | undefined;
  let rows = 0;
  for await (const { number, text: line } of readLines(passed)) {
    const fault = (what: string) => new CallerError(`"input": line ${number} ${what}`);
    if (line === undefined) throw fault(`is longer than ${MOST} numbers are.`);
    if (line.trim() === "") continue;
    separator ??= separatorOf(line);
    const cells = line.trim().split(separator);
    columns ??= cells.length;
    if (++rows > MOST) throw fault(`is one too many: there may be ${MOST} rows.`);
    if (cells.length > MOST) throw fault(`has ${cells.length} numbers, but there may be ${MOST}.`);
    if (cells.length !== columns) {
      throw fault(`has ${cells.length} numbers, but the first one has ${columns}.`);
    }
    yield Float64Array.from(cells, (cell) => {
      const entry = cell.trim() === "" ? Number.NaN : Number(cell);
      if (Math.abs(entry) <= LARGEST_ENTRY) return entry;
      throw fault(
        `has "${quoted(cell)}" where a number from -${LARGEST_ENTRY} to ${LARGEST_ENTRY} must be. There may be no header.`,
      );
    });
    await pace.count(READING * columns);
  }
  if (rows === 0) throw new CallerError('"input": the file has no rows.');
}

/** Operations. @param bytes of the file, unpacked */
export function reading(rows: number, columns: number, bytes: number): number {
  return READING * rows * columns + PASSING * bytes;
}

function separatorOf(line: string): RegExp {
  return [/;/, /\t/, /,/].find((sign) => sign.test(line)) ?? /\s+/;
}
