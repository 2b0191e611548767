import { addCount, type CountChanges } from "../index/write/counts.ts";
import { allocateObjectNumber } from "../index/write/object-numbers.ts";
import { endRows, type StoredRow } from "../index/write/rows.ts";
import type { Stores, Write } from "../index/write/transaction.ts";
import { deleteObjects, tombstone, writeObject } from "../records/log.ts";
import { type Gone, NO_COUNTS } from "./contract.ts";
import {
  addPart,
  addSeen,
  type ImportRef,
  type Job,
  removesRows,
  requireImport,
  unseenRows,
  updateImport,
} from "./state.ts";

/**
 * An import that replaces a collection marks and sweeps. Each of its parts marks the rows that it has left as they are;
 * what has no mark in the end is gone. When the import starts, the source ids of the collection are split into buckets. A
 * part marks by bucket, so that a step of the sweep looks at one bucket only.
 */

/** Also the most entries that one object of tombstones has. */
export const BUCKET_SIZE = 10_000;

/** The statements that mark the rows that a part has left as they are. */
export function mark(job: Job, part: number, rows: readonly StoredRow[]): D1PreparedStatement[] {
  const splits = job.splitKeys.map((key) => Buffer.from(key));
  const keysByBucket = new Map<number, number[]>();
  for (const { key, source_id } of rows) {
    const bucket = bucketOf(Buffer.from(source_id), splits);
    const keys = keysByBucket.get(bucket);
    if (keys) keys.push(key);
    else keysByBucket.set(bucket, [key]);
  }
  return addSeen(job, part, keysByBucket);
}

/** SQLite orders texts by their bytes. */
function bucketOf(sourceId: Buffer, splits: readonly Buffer[]): number {
  let [low, high] = [0, splits.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Buffer.compare(splits[middle]!, sourceId) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

const MOST_NAMED = 20;

/** Some of the places that the sweep would remove of a bucket. @throws NotFound */
export async function goneFrom(
  { database, bucket: objects }: Stores,
  ref: ImportRef,
  bucket: number,
): Promise<Gone> {
  const session = database.withSession("first-primary");
  const job = await requireImport(session, objects, ref);
  const rows = removesRows(job.mode) ? await unseenRows(job, bucket) : [];
  const named = rows
    .slice(0, MOST_NAMED)
    .map(({ source_id: sourceId, name }) => ({ sourceId, name }));
  const isLast = bucket >= job.splitKeys.length;
  return { places: named, ...(!isLast && { next: bucket + 1 }) };
}

/**
 * Ends the rows of the next bucket that have no mark, and logs that their places are gone.
 */
export async function sweepBucket(job: Job): Promise<Write<void>> {
  const { session, bucket, metadata, mode, number, swept } = job;
  const rows = await unseenRows(job, swept);
  const isLast = swept >= job.splitKeys.length;
  const state = isLast ? "committing" : job.state;
  const next = updateImport(job, { swept: swept + 1, state });
  if (rows.length === 0) return { statements: [next], found: undefined };

  const keys = rows.map(({ key }) => key);
  // Their places are not gone: the import has other rows of them.
  if (mode === "rebuild")
    return { statements: [...endRows(session, keys, number), next], found: undefined };

  const changes: CountChanges = {};
  for (const { category } of rows) addCount(changes, category, -1);
  // Of a collection that is deleted as a whole, the log keeps nothing.
  const object = mode === "delete" ? undefined : await allocateObjectNumber(session);
  if (object !== undefined) {
    const texts = rows.map(({ source_id }) => JSON.stringify(tombstone(source_id)));
    await writeObject(bucket, metadata.id, object, texts);
  }
  const outcome = { counts: { ...NO_COUNTS, removed: keys.length }, repeated: [] };
  return {
    found: undefined,
    ...(object !== undefined && {
      compensate: () => deleteObjects(bucket, metadata.id, [object]),
    }),
    statements: [
      ...endRows(session, keys, number),
      addPart(job, { part: -1 - swept, digest: "", outcome, changes, object }),
      next,
    ],
  };
}
