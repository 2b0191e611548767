import { type CsvError, type Options, parse } from "csv-parse/sync";
import { type Bytes, concatBytes, countLines } from "../bytes/byte-stream.ts";
import type { Dialect } from "./dialect.ts";
import {
  BEGINNING,
  type Checkpoint,
  type Fields,
  faultyRow,
  MOST_ROW_BYTES,
  type Row,
  TOO_LONG,
} from "./row.ts";

const NEWLINE = 10;
const RETURN = 13;
/** How MySQL and PostgreSQL write that there is no value. */
const SQL_NULL = "\\N";

/**
 * The rows of a delimited file in UTF-8. A line that cannot be parsed, for example with a quote that nothing closes,
 * becomes a row with a problem, and reading goes on with the next line.
 */
export async function* readDelimited(
  bytes: Bytes,
  dialect: Dialect,
  start = BEGINNING,
): AsyncGenerator<Row> {
  const reader = new WindowReader(dialect, start);
  for await (const chunk of bytes) yield* reader.add(chunk);
  yield* reader.end();
}

interface ParsedRecord {
  readonly cells: string[];
  /** How many bytes of the parsed text it ends after. */
  readonly end: number;
}

/** Holds a window of what has been read but not parsed: no more than MOST_ROW_BYTES and a chunk. */
class WindowReader {
  readonly #dialect: Dialect;
  #window: Uint8Array = new Uint8Array(0);
  /** How many bytes of the text come before the window. */
  #position: number;
  /** The number of the line on which the window begins. */
  #line: number;
  /** How many records are still to be skipped: a header, Excel's `sep=`. */
  #toSkip: number;
  /** Whether the window begins within a row that is too long. */
  #isInLongRow = false;

  constructor(dialect: Dialect, { at, line }: Checkpoint) {
    this.#dialect = dialect;
    this.#position = at;
    this.#line = line;
    this.#toSkip = at === 0 ? dialect.skip : 0;
  }

  *add(chunk: Uint8Array): Generator<Row> {
    this.#window = concatBytes(this.#window, chunk);
    if (this.#isInLongRow) this.#skipLongRow();
    if (this.#isInLongRow) return;
    const whole = this.#window.lastIndexOf(NEWLINE) + 1;
    if (whole > 0) yield* this.#parse(whole, false);
    if (this.#window.length <= MOST_ROW_BYTES || this.#window.includes(NEWLINE)) return;
    yield faultyRow(this.#line, TOO_LONG);
    this.#isInLongRow = true;
    this.#advance(this.#window.length);
  }

  *end(): Generator<Row> {
    if (!this.#isInLongRow) yield* this.#parse(this.#window.length, true);
  }

  /** Parses the first bytes of the window, which end with a line, and advances past them. */
  *#parse(length: number, isEnd: boolean): Generator<Row> {
    let left = length;
    while (left > 0) {
      const text = this.#window.subarray(0, left);
      const { parsed, error } = this.#records(text);
      let from = 0;
      for (const { cells, end } of parsed) {
        const line = this.#line + blankLines(text, from);
        const isTooLong = end - from > MOST_ROW_BYTES;
        const row = isTooLong ? faultyRow(line, TOO_LONG) : this.#row(cells, line);
        this.#line += countLines(text.subarray(from, end));
        from = end;
        if (row) yield { ...row, next: { at: this.#position + from, line: this.#line } };
      }
      if (!error) {
        this.#line += countLines(text.subarray(from));
        from = left;
      }
      this.#advance(from);
      left -= from;
      if (!error) return;
      // A quote may be closed by what is to come.
      const mayClose = error.code === "CSV_QUOTE_NOT_CLOSED" && !isEnd;
      if (mayClose && this.#window.length <= MOST_ROW_BYTES) return;
      const skipped = this.#skipBlank();
      const line = this.#takeLine(left - skipped);
      left -= skipped + line.length;
      yield* this.#parseAlone(line, error);
    }
  }

  #records(text: Uint8Array): { parsed: ParsedRecord[]; error?: CsvError } {
    const parsed: ParsedRecord[] = [];
    const on_record: Options["on_record"] = (record, { bytes }) => {
      parsed.push({ cells: record as unknown as string[], end: bytes });
    };
    try {
      parse(bufferOf(text), { ...this.#options(), on_record });
      return { parsed };
    } catch (error) {
      return { parsed, error: error as CsvError };
    }
  }

  #options(): Options {
    const { delimiter, quote, escapeSign } = this.#dialect;
    return {
      delimiter,
      quote: quote ?? false,
      escape: escapeSign,
      record_delimiter: ["\r\n", "\n"],
      relax_column_count: true,
      skip_empty_lines: true,
    };
  }

  #skipBlank(): number {
    let blank = 0;
    while (this.#window[blank] === NEWLINE || this.#window[blank] === RETURN) blank += 1;
    this.#line += countLines(this.#window.subarray(0, blank));
    this.#advance(blank);
    return blank;
  }

  /** The first line of the window, which advances past it. */
  #takeLine(most: number): Uint8Array {
    const end = this.#window.indexOf(NEWLINE) + 1;
    const line = this.#window.subarray(0, end > 0 ? end : most);
    this.#advance(line.length);
    return line;
  }

  #advance(length: number): void {
    this.#window = this.#window.subarray(length);
    this.#position += length;
  }

  /** Parses a line by itself, with quotation marks as letters where they make no sense as quotes. */
  *#parseAlone(bytes: Uint8Array, error: CsvError): Generator<Row> {
    const line = this.#line;
    this.#line += countLines(bytes);
    if (this.#toSkip > 0) {
      this.#toSkip -= 1;
      return;
    }
    let records: string[][] = [];
    try {
      records = parse(bufferOf(bytes), { ...this.#options(), relax_quotes: true });
    } catch {
      // The strict parser's error says more.
    }
    const cells = records.length === 1 ? records[0] : undefined;
    const isRow = cells?.length === this.#dialect.columns.length;
    const row = isRow ? this.#row(cells, line) : faultyRow(line, quoteProblem(error));
    if (row) yield { ...row, next: { at: this.#position, line: this.#line } };
  }

  /** Undefined for a record that is to be skipped. */
  #row(cells: readonly string[], line: number): Row | undefined {
    if (this.#toSkip > 0) {
      this.#toSkip -= 1;
      return undefined;
    }
    const { columns } = this.#dialect;
    if (cells.slice(columns.length).some((cell) => cell !== "")) {
      return faultyRow(line, `has ${cells.length} fields where the header has ${columns.length}`);
    }
    const fields: Fields = new Cells();
    for (let index = 0; index < columns.length; index += 1) {
      const cell = cells[index];
      if (cell !== undefined && cell !== "" && cell !== SQL_NULL) fields[columns[index]!] = cell;
    }
    return { line, fields };
  }

  #skipLongRow(): void {
    const end = this.#window.indexOf(NEWLINE);
    this.#isInLongRow = end < 0;
    this.#advance(end < 0 ? this.#window.length : end + 1);
    if (end >= 0) this.#line += 1;
  }
}

/**
 * Fields that inherit nothing, as emptyFields makes them, but of a class: V8 is quicker with them, as all rows of a table
 * have the same.
 */
class Cells implements Fields {
  [column: string]: unknown;
}
Object.setPrototypeOf(Cells.prototype, null);
Reflect.deleteProperty(Cells.prototype, "constructor");

/** The same text with line ends as we know them: old ones of the Macintosh, and Excel's for it, are returns alone. */
export async function* withNewlines(bytes: Bytes): Bytes {
  for await (const chunk of bytes) {
    yield chunk.map((byte) => (byte === RETURN ? NEWLINE : byte));
  }
}

/** The parser takes node's buffers. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** How many lines are empty before a record begins. */
function blankLines(text: Uint8Array, from: number): number {
  let lines = 0;
  for (let at = from; text[at] === NEWLINE || text[at] === RETURN; at += 1) {
    if (text[at] === NEWLINE) lines += 1;
  }
  return lines;
}

function quoteProblem({ code }: CsvError): string {
  return code === "CSV_QUOTE_NOT_CLOSED"
    ? "opens a quote that nothing closes"
    : "has a quotation mark in the wrong place";
}
