import type { BlockTexts } from "./blocks.ts";
import type { AskedPoint } from "./chunks.ts";
import type { Nearest } from "./nearest.ts";

/** A row of the result: a point and one of its matches; or a point that has none within the radius. */
type Row = readonly (string | number | undefined)[];

const COLUMNS = [
  "point",
  "point_id",
  "point_latitude",
  "point_longitude",
  "rank",
  "distance_m",
  "place_id",
  "name",
  "category",
  "latitude",
  "longitude",
] as const;

const NAMES = COLUMNS.map((column) => `"${column}":`);

/** What spreadsheets take for a formula: they run it, whoever has written it (OWASP, "CSV injection"). */
const FORMULA = /^[=+\-@\t\r]/;

export const NDJSON = "application/x-ndjson";
export const CSV = "text/csv; charset=utf-8";
export const CSV_HEADER = csvLine(COLUMNS);

/** The rows of a point. */
export function rowsOf(
  { number, id, latitude, longitude }: AskedPoint,
  nearest: readonly Nearest[],
  texts: ReadonlyMap<number, BlockTexts>,
): Row[] {
  const asked = [number, id, latitude, longitude] as const;
  if (nearest.length === 0) return [asked];
  return nearest.map(({ block, match, point, distanceMeters }, at) => {
    const { ids, names, categories } = texts.get(block)!;
    const place = [ids[match], names[match], categories[match], point.latitude, point.longitude];
    return [...asked, at + 1, toMillimeters(distanceMeters), ...place];
  });
}

export function toMillimeters(meters: number): number {
  return Math.round(meters * 1_000) / 1_000;
}

export function ndjsonLine(row: Row): string {
  const told: string[] = [];
  for (const [at, value] of row.entries()) {
    if (value !== undefined) told.push(NAMES[at]! + JSON.stringify(value));
  }
  return `{${told.join()}}\n`;
}

/** A line by RFC 4180. */
export function csvLine(row: Row): string {
  return `${COLUMNS.map((_, at) => cell(row[at])).join(",")}\r\n`;
}

function cell(value: string | number | undefined): string {
  if (typeof value !== "string") return value === undefined ? "" : String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
