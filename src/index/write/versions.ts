import type { Attributes } from "../../records/collection-schema.ts";
import { digestOf, type Line, type LogLine } from "../../records/log.ts";
import type { PlaceRecord } from "../../records/place.ts";
import { planKeys } from "./keys.ts";
import { INSERT_ROWS, type RowContext, toRow } from "./rows.ts";
import { eachSlice } from "./transaction.ts";

/** A place's row, as far as changing it needs to know. */
export interface Version {
  readonly key: number;
  readonly source_id: string;
  readonly category: number;
  readonly import: number;
  readonly ended: number | null;
  readonly digest: number;
  readonly record_object: number;
}

/** The columns of a version. */
export const VERSION_COLUMNS = "key, source_id, category, import, ended, digest, record_object";

/** A record that is to be stored, and the text that it has in the log. */
export interface Incoming {
  readonly record: PlaceRecord;
  readonly text: string;
  readonly digest: number;
}

export function incoming(record: PlaceRecord, attributes: Attributes): Incoming {
  const text = JSON.stringify(record);
  return { record, text, digest: digestOf(text, attributes) };
}

export function isTombstone(line: LogLine): line is Extract<LogLine, { deleted: true }> {
  return "deleted" in line;
}

/** The versions that a collection has of these places: one that counts, and one that an import is bringing. */
export async function readVersions(
  session: D1DatabaseSession,
  collection: number,
  sourceIds: readonly string[],
): Promise<Map<string, Version[]>> {
  const slices = eachSlice(session, READ_VERSIONS, sourceIds, collection);
  const answers = slices.length > 0 ? await session.batch<Version>(slices) : [];
  return Map.groupBy(
    answers.flatMap(({ results }) => results),
    ({ source_id }) => source_id,
  );
}
const READ_VERSIONS = `SELECT p.key, p.source_id, p.category, p.import, p.ended, p.digest, p.record_object
  FROM json_each(?1) AS s CROSS JOIN places AS p
    ON p.collection = cast(?2 AS INTEGER) AND p.source_id = s.value`;

/** The statements that put records into the index, with keys of their own. */
export async function insertions(
  session: D1DatabaseSession,
  records: readonly Incoming[],
  lines: readonly Line[],
  context: RowContext,
): Promise<D1PreparedStatement[]> {
  if (records.length === 0) return [];
  const { keys, runs } = await planKeys(
    session,
    records.map(({ record }) => record),
  );
  const rows = records
    .map((one, index) => toRow(keys[index]!, one, lines[index]!, context))
    // FTS5 keeps what comes in the order of its row ids together, and flushes otherwise.
    .sort((a, b) => a.key - b.key);
  return [
    ...eachSlice(session, WRITE_RUNS, runs),
    ...eachSlice(
      session,
      INSERT_ROWS.places,
      rows.map(({ columns }) => columns),
    ),
    ...eachSlice(
      session,
      INSERT_ROWS.words,
      rows.map(({ key, words }) => [key, words]),
    ),
  ];
}

/** The statements that mark rows as those that an import ends. */
export function endings(
  session: D1DatabaseSession,
  keys: readonly number[],
  endedBy: number,
): D1PreparedStatement[] {
  return eachSlice(
    session,
    "UPDATE places SET ended = cast(?2 AS INTEGER) WHERE key IN (SELECT value FROM json_each(?1))",
    keys,
    endedBy,
  );
}

/** A run that is there is only used further. */
export const WRITE_RUNS = `INSERT INTO runs (home, first, last, next, latitude, longitude)
  SELECT value ->> 'home', value ->> 'first', value ->> 'last', value ->> 'next',
    value ->> 'latitude', value ->> 'longitude' FROM json_each(?1)
  WHERE true ON CONFLICT (home, first) DO UPDATE SET next = excluded.next`;

/** The statements that take rows out of the index. */
export function deletions(
  session: D1DatabaseSession,
  keys: readonly number[],
): D1PreparedStatement[] {
  return DELETE_ROWS.flatMap((sql) => eachSlice(session, sql, keys));
}
const DELETE_ROWS = [
  "DELETE FROM places_text WHERE rowid IN (SELECT value FROM json_each(?1))",
  "DELETE FROM places WHERE key IN (SELECT value FROM json_each(?1))",
];
