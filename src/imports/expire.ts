import type { CollectionRow } from "../index/snapshot.ts";
import { collectionWithExpiredRows } from "../index/write/collections.ts";
import { addCount, type CountChanges, updateCounts } from "../index/write/counts.ts";
import { expiredRows, removeRows } from "../index/write/rows.ts";
import { type Stores, write } from "../index/write/transaction.ts";
import { reportFailure } from "../observe/failures.ts";
import { collectionsUnderImport } from "./state.ts";

const PLACES_A_STEP = 500;
/** One run does no more. The next one goes on. */
const MOST_STEPS = 20;

/**
 * Takes places out of the index whose time is over. They have not shown since then, and their records stay in the log.
 * Collections into which an import is under way are left for the next run, and so are those where it fails.
 *
 * @returns how many places are removed
 */
export async function removeExpired(stores: Stores, nowMs: number): Promise<number> {
  const session = stores.database.withSession("first-primary");
  const skipped = await collectionsUnderImport(session);
  let removed = 0;
  for (let step = 0; step < MOST_STEPS; step++) {
    const collection = await collectionWithExpiredRows(session, nowMs, skipped);
    if (!collection) break;
    try {
      removed += await removeSome(stores, nowMs, collection);
    } catch (error) {
      reportFailure("removal of expired places", error);
      skipped.push(collection.id);
    }
  }
  return removed;
}

async function removeSome(
  { database }: Stores,
  nowMs: number,
  { id, name }: CollectionRow,
): Promise<number> {
  const { found } = await write(database, { collection: name }, async (session) => {
    if ((await collectionsUnderImport(session)).includes(id)) return { statements: [], found: 0 };
    const rows = await expiredRows(session, id, nowMs, PLACES_A_STEP);
    const changes: CountChanges = {};
    for (const { category } of rows) addCount(changes, category, -1);
    const keys = rows.map(({ key }) => key);
    return {
      found: keys.length,
      changedPlaces: keys.length,
      statements: [...removeRows(session, keys), ...updateCounts(session, id, changes)],
    };
  });
  return found;
}
