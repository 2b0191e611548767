import type { CollectionRow } from "../index/snapshot.ts";
import { addDelta, countStatements, type Deltas, openImport } from "../index/write/collections.ts";
import { write } from "../index/write/transaction.ts";
import { deletions } from "../index/write/versions.ts";
import type { Stores } from "./job.ts";

const PLACES_A_STEP = 500;
/** One run does no more: the next one goes on. */
const MOST_STEPS = 20;

/**
 * Takes places out of the index whose time is over; nobody sees them any more as it is. Their records stay. Collections
 * into which an import is under way are left for the next time, and so are those where it fails.
 *
 * @returns how many are gone
 */
export async function purgeOver(stores: Stores, nowMs: number): Promise<number> {
  let gone = 0;
  const failures = new Map<number, unknown>();
  for (let step = 0; step < MOST_STEPS; step++) {
    const collection = await nextOver(stores, nowMs, [...failures.keys()]);
    if (!collection) break;
    try {
      gone += await purgeSome(stores, nowMs, collection);
    } catch (error) {
      failures.set(collection.id, error);
    }
  }
  if (failures.size > 0) {
    throw new AggregateError(failures.values(), "Places that are over could not be taken out");
  }
  return gone;
}

async function nextOver(
  { database }: Stores,
  nowMs: number,
  failed: readonly number[],
): Promise<CollectionRow | null> {
  return database
    .withSession("first-primary")
    .prepare(
      `SELECT * FROM collections WHERE id = (
         SELECT collection FROM places WHERE valid_to <= ?1
           AND collection NOT IN (SELECT collection FROM open_imports)
           AND collection NOT IN (SELECT value FROM json_each(?2)) LIMIT 1)`,
    )
    .bind(nowMs, JSON.stringify(failed))
    .first<CollectionRow>();
}

async function purgeSome(
  { database }: Stores,
  nowMs: number,
  collection: CollectionRow,
): Promise<number> {
  const { found } = await write(database, async (session) => {
    if (await openImport(session, collection.id)) return { statements: [], found: 0 };
    const { results } = await session
      .prepare(
        `SELECT key, category
         FROM places WHERE valid_to <= ?1 AND +collection = ?2 LIMIT ${PLACES_A_STEP}`,
      )
      .bind(nowMs, collection.id)
      .all<{ key: number; category: number }>();
    const deltas: Deltas = {};
    for (const { category } of results) addDelta(deltas, category, -1);
    const keys = results.map(({ key }) => key);
    return {
      found: keys.length,
      statements: [...deletions(session, keys), ...countStatements(session, collection.id, deltas)],
    };
  });
  return found;
}
