import { parse } from "csv-parse/sync";
import { CallerError } from "../../errors.ts";
import { looksLikePlaceColumns } from "../geometry/coordinate-columns.ts";
import { GEONAMES_COLUMNS, GEONAMES_POSTAL_COLUMNS, geonamesKind } from "./geonames.ts";

/** How a delimited file is written. */
export interface Dialect {
  /** For people: "CSV with ;". */
  readonly label: string;
  readonly delimiter: string;
  /** Null if quotation marks are letters. */
  readonly quote: string | null;
  /** What stands before a quotation mark that is none: another one, or MySQL's backslash. */
  readonly escapeSign: string;
  /** The names of all columns, no two of them the same. */
  readonly columns: readonly string[];
  /** How many records come before the first row: titles, a header, Excel's `sep=`. */
  readonly skip: number;
}

const DELIMITERS = [",", ";", "\t", "|"];
const NAMES: Readonly<Record<string, string>> = { ",": "CSV", "\t": "TSV" };

/** The dialect is told by so many records. */
const SAMPLE_RECORDS = 50;

/**
 * Finds out how a text is delimited.
 *
 * @param sample the beginning of the text, or all of it if `isWhole`
 * @throws CallerError if it is no table
 */
export function dialectOf(sample: string, isWhole: boolean): Dialect {
  const stated = /^sep=(.)\r?\n/.exec(sample);
  const text = stated ? sample.slice(stated[0].length) : sample;
  const lines = wholeLines(text, isWhole);
  const candidates = stated ? [stated[1]!] : DELIMITERS;
  const [best] = candidates
    .map((delimiter) => tableOf(lines, delimiter))
    .sort((a, b) => b.agreement - a.agreement || b.width - a.width);
  const { delimiter, quote, escapeSign, records, width } = best!;
  const [first] = records;
  if (!first) throw new CallerError("The file has no rows: it is empty, or not what it is called.");

  const label = NAMES[delimiter] ?? `CSV with ${delimiter}`;
  const dialect = { delimiter, quote, escapeSign, skip: stated ? 1 : 0 };
  const known = knownTable(records);
  if (known) return { ...dialect, ...known };
  const header = headerOf(records, width);
  if (header >= 0) {
    const skip = dialect.skip + header + 1;
    return { ...dialect, label, columns: columnNames(records[header]!), skip };
  }
  const columns = first.map((_, index) => String(index + 1));
  return { ...dialect, label: `${label} without header`, columns };
}

/** A table without a header whose columns are known. */
function knownTable(records: readonly string[][]): Pick<Dialect, "label" | "columns"> | undefined {
  const geonames = geonamesKind(records);
  if (geonames === "places") return { label: "GeoNames dump", columns: GEONAMES_COLUMNS };
  if (geonames === "postal") {
    return { label: "GeoNames postal codes", columns: GEONAMES_POSTAL_COLUMNS };
  }
  if (records.every(isAirport)) return { label: "OpenFlights airports", columns: AIRPORT_COLUMNS };
  return undefined;
}

/** https://openflights.org/data: the kind of all of them is in the last column but one. */
const AIRPORT_COLUMNS =
  "id name city country iata_code icao_code latitude longitude altitude_feet utc_offset dst timezone type source".split(
    " ",
  );

function isAirport(cells: readonly string[]): boolean {
  const [id, , , , iata, icao, latitude, longitude] = cells;
  const isCode = (text: string | undefined, length: number) =>
    text === "\\N" || text === "" || text?.length === length;
  return (
    cells.length === AIRPORT_COLUMNS.length &&
    /^\d+$/.test(id!) &&
    isCode(iata, 3) &&
    isCode(icao, 4) &&
    [latitude, longitude].every((degrees) => /^-?\d+(\.\d+)?$/.test(degrees!))
  );
}

function wholeLines(text: string, isWhole: boolean): string {
  const end = text.lastIndexOf("\n");
  return isWhole || end < 0 ? text : text.slice(0, end + 1);
}

interface Table {
  readonly delimiter: string;
  readonly quote: string | null;
  readonly escapeSign: string;
  readonly records: string[][];
  readonly width: number;
  /** The share of the records that have as many fields as most. */
  readonly agreement: number;
}

function tableOf(text: string, delimiter: string): Table {
  const quote = quoteOf(text, delimiter);
  const escapeSign = escapeOf(text, delimiter, quote);
  const records = recordsOf(text, { delimiter, quote, escapeSign }, true);
  const widths = new Map<number, number>();
  const rows = records.filter(([first]) => !first?.startsWith("#"));
  for (const { length } of rows) widths.set(length, (widths.get(length) ?? 0) + 1);
  const [width = 1, count = 0] = [...widths].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [];
  // One column always agrees, and says nothing.
  const agreement = width > 1 ? count / rows.length : 0;
  return { delimiter, quote, escapeSign, records, width, agreement };
}

function recordsOf(
  text: string,
  { delimiter, quote, escapeSign }: Pick<Table, "delimiter" | "quote" | "escapeSign">,
  isRelaxed: boolean,
): string[][] {
  return parse(text, {
    delimiter,
    quote: quote ?? false,
    escape: escapeSign,
    record_delimiter: ["\r\n", "\n"],
    relax_column_count: true,
    relax_quotes: isRelaxed,
    skip_empty_lines: true,
    skip_records_with_error: true,
    to: SAMPLE_RECORDS,
  });
}

/** A backslash if that makes more of the lines whole: `"Joe\\"s Bar"`. */
function escapeOf(text: string, delimiter: string, quote: string | null): string {
  if (!quote || !text.includes(`\\${quote}`)) return '"';
  const whole = (escapeSign: string) =>
    recordsOf(text, { delimiter, quote, escapeSign }, false).length;
  return whole("\\") > whole(quote) ? "\\" : quote;
}

/** With tabs, a quotation mark is a letter, unless all cells that begin with one end with one, too. */
function quoteOf(text: string, delimiter: string): string | null {
  if (delimiter !== "\t") return '"';
  const cells = text.split(/[\t\r\n]+/).filter((cell) => cell.startsWith('"'));
  return cells.length > 0 && cells.every((cell) => cell.length > 1 && cell.endsWith('"'))
    ? '"'
    : null;
}

/** Titles and comments above a header are no more records than these. */
const MOST_TITLES = 20;

/** Whether these are names of columns, two of which are for coordinates; a year is a name then, too. */
function namesCoordinates(cells: readonly string[]): boolean {
  return looksLikePlaceColumns(cells.map((cell) => cell.trim()));
}

/** The number of the header among the records, of which most have `width` fields; -1 if there is none. */
function headerOf(records: readonly string[][], width: number): number {
  const [first = []] = records;
  if (namesCoordinates(first) || (first.length === width && isHeader(first))) return 0;
  const top = records.slice(0, MOST_TITLES);
  const header = top.findIndex(namesCoordinates);
  if (header >= 0) return header;
  const whole = top.findIndex((cells) => cells.length === width && isHeader(cells));
  return whole < 0 && isHeader(first) ? 0 : whole;
}

/** A header has names, at least for half of the columns, and no numbers. */
function isHeader(cells: readonly string[]): boolean {
  const names = cells.map((cell) => cell.trim()).filter(Boolean);
  const hasNumber = names.some((name) => /^[-+]?[\d.,]+$/.test(name));
  return names.length > 0 && !hasNumber && names.length >= cells.length / 2;
}

/** A column without a name is called by its number, and a second one of a name gets its number added. */
function columnNames(header: readonly string[]): string[] {
  const taken = new Set<string>();
  return header.map((cell, index) => {
    const name = cell.trim() || `column_${index + 1}`;
    const free = taken.has(name) ? `${name}_${index + 1}` : name;
    taken.add(free);
    return free;
  });
}
