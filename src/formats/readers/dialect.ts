import { parse } from "csv-parse/sync";
import { CallerError } from "../../errors.ts";
import { GEONAMES_COLUMNS, GEONAMES_POSTAL_COLUMNS, geonamesKind } from "./geonames.ts";

/** How a delimited file is written. */
export interface Dialect {
  /** For people: "CSV with ;". */
  readonly label: string;
  readonly delimiter: string;
  readonly quote: string | null;
  readonly columns: readonly string[];
  /** How many records come before the first row: a header, Excel's `sep=`. */
  readonly skip: number;
}

const DELIMITERS = [",", ";", "\t", "|"];
const NAMES: Readonly<Record<string, string>> = { ",": "CSV", "\t": "TSV" };

/** So many records tell the dialect. */
const SAMPLE_RECORDS = 50;

/** Finds out how text is delimited from its beginning. Throws a CallerError if it is no table. */
export function dialectOf(sample: string, isWhole: boolean): Dialect {
  const told = /^sep=(.)\r?\n/.exec(sample);
  const text = told ? sample.slice(told[0].length) : sample;
  const lines = wholeLines(text, isWhole);
  const skip = told ? 1 : 0;
  const candidates = told ? [told[1]!] : DELIMITERS;
  const [best] = candidates
    .map((delimiter) => tableOf(lines, delimiter))
    .sort((a, b) => b.agreement - a.agreement || b.width - a.width);
  const { delimiter, quote, records } = best!;
  const first = records[0];
  if (!first) throw new CallerError("The file has no rows: it is empty, or not what it is called.");

  const label = NAMES[delimiter] ?? `CSV with ${delimiter}`;
  const dialect = { delimiter, quote };
  const geonames = geonamesKind(records);
  if (geonames === "places") {
    return { ...dialect, label: "GeoNames dump", columns: GEONAMES_COLUMNS, skip };
  }
  if (geonames === "postal") {
    return { ...dialect, label: "GeoNames postal codes", columns: GEONAMES_POSTAL_COLUMNS, skip };
  }
  if (isHeader(first)) {
    return { ...dialect, label, columns: columnNames(first), skip: skip + 1 };
  }
  const columns = first.map((_, index) => String(index + 1));
  return { ...dialect, label: `${label} without header`, columns, skip };
}

function wholeLines(text: string, isWhole: boolean): string {
  const end = text.lastIndexOf("\n");
  return isWhole || end < 0 ? text : text.slice(0, end + 1);
}

interface Table {
  readonly delimiter: string;
  readonly quote: string | null;
  readonly records: string[][];
  readonly width: number;
  /** The share of the records that have as many fields as most. */
  readonly agreement: number;
}

function tableOf(text: string, delimiter: string): Table {
  const quote = quoteOf(text, delimiter);
  const records: string[][] = parse(text, {
    delimiter,
    quote: quote ?? false,
    record_delimiter: ["\r\n", "\n"],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    to: SAMPLE_RECORDS,
  });
  const widths = new Map<number, number>();
  for (const { length } of records) widths.set(length, (widths.get(length) ?? 0) + 1);
  const [width = 1, count = 0] = [...widths].sort((a, b) => b[1] - a[1])[0] ?? [];
  // One column always agrees, and says nothing.
  const agreement = width > 1 ? count / records.length : 0;
  return { delimiter, quote, records, width, agreement };
}

/** Tabs need no quotes, so mostly there are none, and a quotation mark is a letter: unless all come in pairs. */
function quoteOf(text: string, delimiter: string): string | null {
  if (delimiter !== "\t") return '"';
  const cells = text.split(/[\t\r\n]+/).filter((cell) => cell.startsWith('"'));
  return cells.length > 0 && cells.every((cell) => cell.length > 1 && cell.endsWith('"'))
    ? '"'
    : null;
}

/** A header has names, all different, and no numbers. */
function isHeader(cells: readonly string[]): boolean {
  const names = cells.map((cell) => cell.trim()).filter(Boolean);
  const hasNumber = names.some((name) => /^[-+]?[\d.,]+$/.test(name));
  return names.length > 0 && !hasNumber && names.length >= cells.length / 2;
}

/** The names of all columns: those without a name are called by their number, a second of one name gets it added. */
function columnNames(header: readonly string[]): string[] {
  const taken = new Set<string>();
  return header.map((cell, index) => {
    const name = cell.trim() || `column_${index + 1}`;
    const free = taken.has(name) ? `${name}_${index + 1}` : name;
    taken.add(free);
    return free;
  });
}
