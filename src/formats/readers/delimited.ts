import { type CsvError, type Options, parse } from "csv-parse/sync";
import { countLines, joined } from "../bytes/byte-stream.ts";
import type { Dialect } from "./dialect.ts";
import {
  BEGINNING,
  type Bytes,
  emptyFields,
  faultyRow,
  type Mark,
  MOST_ROW_BYTES,
  type Row,
  TOO_LONG,
} from "./row.ts";

const NEWLINE = 10;
const RETURN = 13;

/**
 * The rows of a delimited file (UTF-8). A line that is no row, as with a quote that nothing closes, becomes
 * a row with a problem, and reading goes on with the line behind it.
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

/** A record of the parser with the place where it ends in the window. */
interface Parsed {
  readonly record: string[];
  readonly end: number;
}

/** Holds what has been read but not parsed: no more than one row's bound and a chunk. */
class WindowReader {
  readonly #dialect: Dialect;
  #window: Uint8Array = new Uint8Array(0);
  /** Of what has been taken off the window, in bytes, and the line on which the window begins. */
  #position: number;
  #line: number;
  #toSkip: number;
  /** Within a row that is too long. */
  #isLost = false;

  constructor(dialect: Dialect, { at, line }: Mark) {
    this.#dialect = dialect;
    this.#position = at;
    this.#line = line;
    this.#toSkip = at === 0 ? dialect.skip : 0;
  }

  *add(chunk: Uint8Array): Generator<Row> {
    this.#window = joined(this.#window, chunk);
    if (this.#isLost) this.#dropLine();
    if (this.#isLost) return;
    const whole = this.#window.lastIndexOf(NEWLINE) + 1;
    if (whole > 0) yield* this.#parse(whole, false);
    if (this.#window.length <= MOST_ROW_BYTES || this.#window.includes(NEWLINE)) return;
    yield faultyRow(this.#line, TOO_LONG);
    this.#isLost = true;
    this.#takeOff(this.#window.length);
  }

  *end(): Generator<Row> {
    if (!this.#isLost) yield* this.#parse(this.#window.length, true);
  }

  /** Parses the first bytes of the window, which end with a line, and takes them off. */
  *#parse(length: number, isEnd: boolean): Generator<Row> {
    let left = length;
    while (left > 0) {
      const text = this.#window.subarray(0, left);
      const { parsed, error } = this.#records(text);
      let from = 0;
      for (const { record, end } of parsed) {
        const line = this.#line + blankLines(text, from);
        const isTooLong = end - from > MOST_ROW_BYTES;
        const row = isTooLong ? faultyRow(line, TOO_LONG) : this.#row(record, line);
        this.#line += countLines(text.subarray(from, end));
        from = end;
        if (row) yield { ...row, next: { at: this.#position + from, line: this.#line } };
      }
      if (!error) {
        this.#line += countLines(text.subarray(from));
        from = left;
      }
      this.#takeOff(from);
      left -= from;
      if (!error) return;
      // A quote may be closed by what is to come.
      const mayClose = error.code === "CSV_QUOTE_NOT_CLOSED" && !isEnd;
      if (mayClose && this.#window.length <= MOST_ROW_BYTES) return;
      const skipped = this.#skipBlank();
      const line = this.#lineAlone(left - skipped);
      left -= skipped + line.length;
      yield* this.#relaxed(line, error);
    }
  }

  #records(text: Uint8Array): { parsed: Parsed[]; error?: CsvError } {
    const parsed: Parsed[] = [];
    const on_record: Options["on_record"] = (record, { bytes }) => {
      parsed.push({ record: record as unknown as string[], end: bytes });
    };
    try {
      parse(bufferOf(text), { ...this.#options(), on_record });
      return { parsed };
    } catch (error) {
      return { parsed, error: error as CsvError };
    }
  }

  #options(): Options {
    const { delimiter, quote } = this.#dialect;
    return {
      delimiter,
      quote: quote ?? false,
      record_delimiter: ["\r\n", "\n"],
      relax_column_count: true,
      skip_empty_lines: true,
    };
  }

  #skipBlank(): number {
    let blank = 0;
    while (this.#window[blank] === NEWLINE || this.#window[blank] === RETURN) blank += 1;
    this.#line += countLines(this.#window.subarray(0, blank));
    this.#takeOff(blank);
    return blank;
  }

  /** Takes the first line off. */
  #lineAlone(most: number): Uint8Array {
    const end = this.#window.indexOf(NEWLINE) + 1;
    const line = this.#window.subarray(0, end > 0 ? end : most);
    this.#takeOff(line.length);
    return line;
  }

  #takeOff(length: number): void {
    this.#window = this.#window.subarray(length);
    this.#position += length;
  }

  /** A line by itself, quotation marks taken as letters where they make no sense. */
  *#relaxed(bytes: Uint8Array, error: CsvError): Generator<Row> {
    const line = this.#line;
    this.#line += countLines(bytes);
    let records: string[][] = [];
    try {
      records = parse(bufferOf(bytes), { ...this.#options(), relax_quotes: true });
    } catch {
      // The strict parser's error says more.
    }
    const record = records.length === 1 ? records[0] : undefined;
    if (record?.length === this.#dialect.columns.length) {
      const row = this.#row(record, line);
      if (row) yield { ...row, next: { at: this.#position, line: this.#line } };
    } else {
      yield faultyRow(line, quoteProblem(error));
    }
  }

  #row(record: readonly string[], line: number): Row | undefined {
    if (this.#toSkip > 0) {
      this.#toSkip -= 1;
      return undefined;
    }
    const { columns } = this.#dialect;
    if (
      record.length > columns.length &&
      record.slice(columns.length).some((cell) => cell !== "")
    ) {
      return faultyRow(line, `has ${record.length} fields where the header has ${columns.length}`);
    }
    const fields = emptyFields();
    for (let index = 0; index < columns.length; index += 1) {
      const cell = record[index];
      if (cell !== undefined && cell !== "") fields[columns[index]!] = cell;
    }
    return { line, fields };
  }

  #dropLine(): void {
    const end = this.#window.indexOf(NEWLINE);
    this.#isLost = end < 0;
    this.#takeOff(end < 0 ? this.#window.length : end + 1);
    if (end >= 0) this.#line += 1;
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
