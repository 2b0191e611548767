import type { Bytes } from "../bytes/byte-stream.ts";
import { elementsOf } from "./json-elements.ts";
import type { JsonPlan } from "./json-plan.ts";
import { jsonRow } from "./json-row.ts";
import { readLines } from "./lines.ts";
import { BEGINNING, faultyRow, type Row, TOO_LONG } from "./row.ts";

/** The rows of JSON: GeoJSON's features, Overpass's elements, or the objects of a list, of one document or of several. */
export async function* readJsonDocuments(
  bytes: Bytes,
  plan: JsonPlan,
  start = BEGINNING,
): AsyncGenerator<Row> {
  for await (const { line, text, key, next } of elementsOf(bytes, plan, start)) {
    const isOverpass = next?.array?.key === "elements";
    const row = text === undefined ? faultyRow(line, TOO_LONG) : jsonRow(line, text, isOverpass);
    if (!row) continue;
    if (key !== undefined && !("key" in row.fields)) row.fields.key = key;
    yield next ? { ...row, next } : row;
  }
}

/** RFC 8142 begins each record with this sign. */
export const RECORD_SEPARATOR = "\x1e";

/** The rows of a file with a JSON object on each line: NDJSON, line-delimited GeoJSON, GeoJSON text sequences. */
export async function* readJsonLines(bytes: Bytes, start = BEGINNING): AsyncGenerator<Row> {
  for await (const { number, text, end } of readLines(bytes, start)) {
    const next = { at: end, line: number + 1 };
    if (text === undefined) {
      yield { ...faultyRow(number, TOO_LONG), next };
      continue;
    }
    const json = (text.startsWith(RECORD_SEPARATOR) ? text.slice(1) : text).trim();
    const row = json && jsonRow(number, json, false);
    if (row) yield { ...row, next };
  }
}
