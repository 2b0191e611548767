import { addDelta, type Deltas, drawObject, type ImportRow } from "../index/write/collections.ts";
import { eachSlice, type Write } from "../index/write/transaction.ts";
import { endings, VERSION_COLUMNS, type Version } from "../index/write/versions.ts";
import { deleteObjects, writeObject } from "../records/log.ts";

/**
 * What a replacing import does not bring. The collection as it was at the start is cut into buckets by source id;
 * each part notes by buckets what it found as it was, so that a step has to look at one bucket only.
 */

/** Also the most lines of an object of deletions. */
const PLACES_A_BUCKET = 10_000;

/** The last source id of each bucket, but the last bucket. */
export async function bordersOf(session: D1DatabaseSession, collection: number): Promise<string[]> {
  const { results } = await session
    .prepare(
      `SELECT source_id FROM (
         SELECT source_id, row_number() OVER (ORDER BY source_id) AS number
         FROM places WHERE collection = cast(?1 AS INTEGER))
       WHERE number % ${PLACES_A_BUCKET} = 0`,
    )
    .bind(collection)
    .all<{ source_id: string }>();
  return results.map(({ source_id }) => source_id);
}

/** The statements that note what a part found as it was. */
export function noteSeen(
  session: D1DatabaseSession,
  row: ImportRow,
  part: number,
  seen: readonly Version[],
): D1PreparedStatement[] {
  const borders = (JSON.parse(row.borders) as string[]).map((border) => Buffer.from(border));
  const buckets = Map.groupBy(seen, ({ source_id }) => bucketOf(Buffer.from(source_id), borders));
  const rows = [...buckets].map(([bucket, versions]) => [
    bucket,
    JSON.stringify(versions.map(({ key }) => key)),
  ]);
  return eachSlice(
    session,
    "INSERT INTO import_seen SELECT ?2, value ->> 0, ?3, value ->> 1 FROM json_each(?1)",
    rows,
    row.id,
    part,
  );
}

/** In the order that SQLite has for text: that of its bytes. */
function bucketOf(sourceId: Buffer, borders: readonly Buffer[]): number {
  let [low, high] = [0, borders.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Buffer.compare(borders[middle]!, sourceId) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface Unseen {
  readonly removed: number;
  /** Whether this was the last bucket. */
  readonly isLast: boolean;
}

/** Marks what a bucket has that the import did not bring, and writes down in the log that it is gone. */
export async function markUnseen(
  session: D1DatabaseSession,
  bucket: R2Bucket,
  collection: string,
  row: ImportRow,
): Promise<Write<Unseen>> {
  const borders: string[] = JSON.parse(row.borders);
  const number = Number(row.cursor);
  const { results } = await session
    .prepare(
      `SELECT ${VERSION_COLUMNS} FROM places
       WHERE collection = cast(?1 AS INTEGER) AND source_id > ?2 AND (?3 IS NULL OR source_id <= ?3)
         AND import <> cast(?4 AS INTEGER) AND ended IS NULL AND key NOT IN (
           SELECT seen.value FROM import_seen, json_each(import_seen.keys) AS seen
           WHERE import = ?4 AND bucket = ?5)`,
    )
    .bind(row.collection, borders[number - 1] ?? "", borders[number] ?? null, row.id, number)
    .all<Version>();
  const moveOn = session
    .prepare("UPDATE imports SET cursor = ?2 WHERE id = ?1")
    .bind(row.id, String(number + 1));
  const found = { removed: results.length, isLast: number >= borders.length };
  if (results.length === 0) return { statements: [moveOn], found };

  const deltas: Deltas = {};
  for (const { category } of results) addDelta(deltas, category, -1);
  // Of a collection that goes as a whole, nothing needs to be written down.
  const object = row.mode === "delete" ? null : await drawObject(session);
  if (object !== null) {
    const lines = results.map(({ source_id }) =>
      JSON.stringify({ sourceId: source_id, deleted: true }),
    );
    await writeObject(bucket, collection, object, lines);
  }
  return {
    found,
    ...(object !== null && { discard: () => deleteObjects(bucket, collection, [object]) }),
    statements: [
      ...endings(
        session,
        results.map(({ key }) => key),
        row.id,
      ),
      session
        .prepare("INSERT INTO import_parts VALUES (?1, ?2, '', '', ?3, ?4)")
        .bind(row.id, -1 - number, JSON.stringify(deltas), object),
      moveOn,
    ],
  };
}
