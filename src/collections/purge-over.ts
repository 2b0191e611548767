import type { CollectionRow } from "../places/directory.ts";
import { addDelta, countStatements, type Deltas, labelOf } from "./collection-rows.ts";
import type { Stores } from "./imports.ts";
import { removals } from "./removal.ts";
import { VERSION_COLUMNS, type Version } from "./stage.ts";
import { write } from "./write.ts";

const PLACES_A_STEP = 500;
/** One run does no more: the next one goes on. */
const MOST_STEPS = 20;

/**
 * Takes places out of the index whose time is over; nobody sees them any more as it is. Their records stay. Collections
 * into which an import is under way are left for the next time.
 *
 * @returns how many are gone
 */
export async function purgeOver(stores: Stores, nowMs: number): Promise<number> {
  let gone = 0;
  for (let step = 0; step < MOST_STEPS; step++) {
    const count = await purgeSome(stores, nowMs);
    if (count === 0) break;
    gone += count;
  }
  return gone;
}

async function purgeSome({ database, bucket }: Stores, nowMs: number): Promise<number> {
  const { found } = await write(database, async ({ session }) => {
    const collection = await session
      .prepare(
        `SELECT * FROM collections WHERE id = (
           SELECT collection FROM places WHERE valid_to <= ?1
             AND collection NOT IN (SELECT collection FROM imports) LIMIT 1)`,
      )
      .bind(nowMs)
      .first<CollectionRow>();
    if (!collection) return { statements: [], found: 0 };
    const { results } = await session
      .prepare(
        `SELECT ${VERSION_COLUMNS}
         FROM places WHERE valid_to <= ?1 AND collection = ?2 LIMIT ${PLACES_A_STEP}`,
      )
      .bind(nowMs, collection.id)
      .all<Version>();
    const deltas: Deltas = {};
    for (const { category } of results) addDelta(deltas, category, -1);
    const { attributes } = labelOf(collection);
    return {
      found: results.length,
      statements: [
        ...(await removals(session, bucket, collection.name, attributes, results)),
        ...(await countStatements(session, collection.id, deltas)),
      ],
    };
  });
  return found;
}
