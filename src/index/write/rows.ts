import type { Point } from "../../geo/point.ts";
import type { ByteRange } from "../../records/log.ts";
import { LEAF_CAPACITY, MOST_UNLISTED } from "../key.ts";
import { keepsKey, planKeys } from "./keys.ts";
import { type ArrivingRecord, INSERT_ROWS, type RowContext, toRow } from "./row.ts";
import { eachSlice } from "./transaction.ts";

/** The rows of places, for those who change them. Functions that are called insert, end, revive and remove return statements. */

/** A place's row, as far as those who change it need to know it. */
export interface StoredRow extends Point {
  readonly key: number;
  readonly source_id: string;
  readonly category: number;
  /** The number of the import that brought it; 0 for an edit. */
  readonly import: number;
  /** The number of the import that replaces or removes it. */
  readonly ended: number | null;
  readonly digest: number;
  /** The number of the log's object that has its record. */
  readonly record_object: number;
}

const COLUMNS = [
  ...["key", "source_id", "category", "latitude", "longitude"],
  ...["import", "ended", "digest", "record_object"],
];

/** The columns of a StoredRow of the table `places`. */
export const STORED_ROW_COLUMNS = COLUMNS.map((column) => `places.${column}`).join(", ");

const READ_ROWS = `SELECT ${STORED_ROW_COLUMNS} FROM json_each(?1) AS id
  CROSS JOIN places ON collection = cast(?2 AS INTEGER) AND source_id = id.value`;

/** By source id the rows that a collection has of these places: one that counts, and one that an import is bringing. */
export async function readRows(
  session: D1DatabaseSession,
  collection: number,
  sourceIds: readonly string[],
): Promise<Map<string, StoredRow[]>> {
  const slices = eachSlice(session, READ_ROWS, sourceIds, collection);
  const answers = slices.length > 0 ? await session.batch<StoredRow>(slices) : [];
  return Map.groupBy(
    answers.flatMap(({ results }) => results),
    ({ source_id }) => source_id,
  );
}

/** The keys of rows that an import has ended. */
export async function rowsEndedBy(
  session: D1DatabaseSession,
  importNumber: number,
  most: number,
): Promise<number[]> {
  const { results } = await session
    .prepare("SELECT key FROM places WHERE ended = cast(?1 AS INTEGER) ORDER BY key LIMIT ?2")
    .bind(importNumber, most)
    .all<{ key: number }>();
  return results.map(({ key }) => key);
}

/** The rows that an import has brought, by source id, from one behind `after` on. */
export async function rowsBroughtBy(
  session: D1DatabaseSession,
  collection: number,
  importNumber: number,
  { after, most }: { readonly after: string; readonly most: number },
): Promise<Pick<StoredRow, "key" | "source_id">[]> {
  const { results } = await session
    .prepare(
      `SELECT key, source_id FROM places
       WHERE collection = cast(?1 AS INTEGER) AND import = cast(?2 AS INTEGER) AND source_id > ?3
       ORDER BY source_id LIMIT ?4`,
    )
    .bind(collection, importNumber, after, most)
    .all<Pick<StoredRow, "key" | "source_id">>();
  return results;
}

/** Every `size`-th source id of a collection, in the order of SQLite: that of their bytes. */
export async function splitKeys(
  session: D1DatabaseSession,
  collection: number,
  size: number,
): Promise<string[]> {
  const { results } = await session
    .prepare(
      `SELECT source_id FROM (
         SELECT source_id, row_number() OVER (ORDER BY source_id) AS number
         FROM places WHERE collection = cast(?1 AS INTEGER))
       WHERE number % ?2 = 0`,
    )
    .bind(collection, size)
    .all<{ source_id: string }>();
  return results.map(({ source_id }) => source_id);
}

/** Rows of a collection whose time is over. */
export async function expiredRows(
  session: D1DatabaseSession,
  collection: number,
  nowMs: number,
  most: number,
): Promise<Pick<StoredRow, "key" | "category">[]> {
  const { results } = await session
    // Without the sign, SQLite reads all rows of the collection instead of all that have an end.
    .prepare("SELECT key, category FROM places WHERE valid_to <= ?1 AND +collection = ?2 LIMIT ?3")
    .bind(nowMs, collection, most)
    .all<Pick<StoredRow, "key" | "category">>();
  return results;
}

/** @param ranges where the text of each record lies in its object */
export async function insertRows(
  session: D1DatabaseSession,
  records: readonly ArrivingRecord[],
  ranges: readonly ByteRange[],
  context: RowContext,
): Promise<D1PreparedStatement[]> {
  if (records.length === 0) return [];
  const { keys, runs, cells } = await planKeys(
    session,
    records.map(({ record }) => record),
  );
  return [
    ...eachSlice(session, WRITE_RUNS, runs),
    ...insertAt(session, keys, records, ranges, context),
    ...eachSlice(session, CHECK_CELLS, cells),
  ];
}

/**
 * Inserts a record instead of a row that the same batch removes before. A place that stays at its point keeps its key: a walk
 * of many pages (src/index/walk.ts) takes it once, though it is edited meanwhile.
 */
export async function insertInstead(
  session: D1DatabaseSession,
  old: StoredRow,
  record: ArrivingRecord,
  range: ByteRange,
  context: RowContext,
): Promise<D1PreparedStatement[]> {
  return keepsKey(old, record.record)
    ? insertAt(session, [old.key], [record], [range], context)
    : insertRows(session, [record], [range], context);
}

function insertAt(
  session: D1DatabaseSession,
  keys: readonly number[],
  records: readonly ArrivingRecord[],
  ranges: readonly ByteRange[],
  context: RowContext,
): D1PreparedStatement[] {
  const rows = records
    .map((one, index) => toRow(keys[index]!, one, ranges[index]!, context))
    // FTS5 keeps what comes in the order of its row ids together, and flushes otherwise.
    .sort((a, b) => a.key - b.key);
  return [
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

const LAST_SUFFIX = LEAF_CAPACITY - 1;

/**
 * Lets the batch fail if the write was not alone and its keys, planned without the other ones, do not go with theirs: by
 * the invariants of src/index/key.ts, of the leaf cells that it takes as a JSON list.
 */
const CHECK_CELLS = `INSERT INTO write_conflicts SELECT 1 FROM data_version WHERE alone = 0 AND EXISTS (
    SELECT 1 FROM json_each(?1) AS cell WHERE CASE
      WHEN EXISTS (SELECT 1 FROM runs WHERE home = cell.value) THEN EXISTS (
        SELECT 1 FROM places WHERE key BETWEEN cell.value AND cell.value + ${LAST_SUFFIX} AND 1 <> (
          SELECT count(*) FROM runs WHERE home = cell.value AND places.key BETWEEN first AND last
            AND runs.latitude = places.latitude AND runs.longitude = places.longitude))
      ELSE ${MOST_UNLISTED} < (
        SELECT count(*) FROM places WHERE key BETWEEN cell.value AND cell.value + ${LAST_SUFFIX})
    END)`;

/** Takes a JSON list of runs (src/index/key.ts). Of a run that is there, more keys are used from now on. */
export const WRITE_RUNS = `INSERT INTO runs (home, first, last, next, latitude, longitude)
  SELECT value ->> 'home', value ->> 'first', value ->> 'last', value ->> 'next',
    value ->> 'latitude', value ->> 'longitude' FROM json_each(?1)
  WHERE true ON CONFLICT (home, first) DO UPDATE SET next = excluded.next`;

/** Has an import end rows: they count until it is committed. */
export function endRows(
  session: D1DatabaseSession,
  keys: readonly number[],
  importNumber: number,
): D1PreparedStatement[] {
  return eachSlice(
    session,
    "UPDATE places SET ended = cast(?2 AS INTEGER) WHERE key IN (SELECT value FROM json_each(?1))",
    keys,
    importNumber,
  );
}

/** Has rows that an import has ended go on to count. */
export function reviveRows(
  session: D1DatabaseSession,
  keys: readonly number[],
): D1PreparedStatement[] {
  return eachSlice(
    session,
    "UPDATE places SET ended = NULL WHERE key IN (SELECT value FROM json_each(?1))",
    keys,
  );
}

export function removeRows(
  session: D1DatabaseSession,
  keys: readonly number[],
): D1PreparedStatement[] {
  return REMOVE_ROWS.flatMap((sql) => eachSlice(session, sql, keys));
}

const REMOVE_ROWS = [
  "DELETE FROM places_text WHERE rowid IN (SELECT value FROM json_each(?1))",
  "DELETE FROM places WHERE key IN (SELECT value FROM json_each(?1))",
];

/** Where the record of a place lies from now on. */
export interface MovedRecord extends ByteRange {
  readonly sourceId: string;
}

/**
 * The statements that have rows point to another object of the log, which has the records of some others now.
 *
 * @param from the numbers of these others; rows that point elsewhere stay as they are
 */
export function moveRecords(
  session: D1DatabaseSession,
  collection: number,
  records: readonly MovedRecord[],
  { from, to }: { readonly from: readonly number[]; readonly to: number },
): D1PreparedStatement[] {
  const rows = records.map(({ sourceId, offset, length }) => [sourceId, offset, length]);
  return eachSlice(session, MOVE_RECORDS, rows, collection, JSON.stringify(from), to);
}

const MOVE_RECORDS = `WITH found AS MATERIALIZED (
    SELECT places.key, moved.value ->> 1 AS offset, moved.value ->> 2 AS length
    FROM json_each(?1) AS moved CROSS JOIN places
      ON places.collection = cast(?2 AS INTEGER) AND places.source_id = moved.value ->> 0
    WHERE places.record_object IN (SELECT value FROM json_each(?3)))
  UPDATE places SET record_object = ?4, record_offset = found.offset, record_length = found.length
  FROM found WHERE places.key = found.key`;
