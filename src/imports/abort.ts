import { Conflict } from "../errors.ts";
import { findCollection, type ImportRow, isPastAborting } from "../index/write/collections.ts";
import { write } from "../index/write/transaction.ts";
import { deletions } from "../index/write/versions.ts";
import { deleteObjects } from "../records/log.ts";
import { endStatements, objectsOf, PURGED_A_STEP, type Step, setState } from "./finish.ts";
import { requireImport, type Stores } from "./job.ts";

const UNMARKED_A_STEP = 50_000;

/** Takes an import back, a bounded step each time. */
export async function abortStep(stores: Stores, collection: string, number: number): Promise<Step> {
  const { database, bucket } = stores;
  const { found: isDone, rowsWritten } = await write(database, async (session) => {
    // A collection that was made by the import has gone with it.
    if (!(await findCollection(session, collection))) return { statements: [], found: true };
    const row = await requireImport(session, collection, number);
    if (row.state === "aborted") return { statements: [], found: true };
    refuseToAbort(row);
    const { results } = await session
      .prepare(
        `SELECT key, source_id FROM places
         WHERE collection = cast(?1 AS INTEGER) AND import = cast(?2 AS INTEGER) AND source_id > ?3
         ORDER BY source_id LIMIT ${PURGED_A_STEP}`,
      )
      .bind(row.collection, row.id, row.state === "aborting" ? row.cursor : "")
      .all<{ key: number; source_id: string }>();
    if (results.length > 0) {
      const deleted = deletions(
        session,
        results.map(({ key }) => key),
      );
      const last = results.at(-1)!.source_id;
      return { statements: [...aborting(session, row, last), ...deleted], found: false };
    }
    const marked = await session
      .prepare("SELECT 1 FROM places WHERE ended = cast(?1 AS INTEGER) LIMIT 1")
      .bind(row.id)
      .first();
    if (marked) {
      const unmark = session
        .prepare(
          `UPDATE places SET ended = NULL WHERE key IN (
             SELECT key FROM places WHERE ended = cast(?1 AS INTEGER) LIMIT ${UNMARKED_A_STEP})`,
        )
        .bind(row.id);
      return { statements: [...aborting(session, row, row.cursor), unmark], found: false };
    }
    // The objects go first: as long as there is the import, no other one can begin.
    await deleteObjects(bucket, collection, await objectsOf(session, row.id));
    return { statements: endStatements(session, row, "aborted"), found: true };
  });
  return { done: isDone, phase: isDone ? "aborted" : "aborting", removed: 0, rowsWritten };
}

function refuseToAbort({ state, mode }: ImportRow): void {
  if (mode === "rebuild") {
    throw new Conflict("The index is being made anew: npm run rebuild goes on with it.");
  }
  if (isPastAborting(state)) {
    throw new Conflict("This import counts already: it can only be finished.");
  }
}

function aborting(session: D1DatabaseSession, row: ImportRow, cursor: string) {
  return [
    setState(session, row, "aborting"),
    session.prepare("UPDATE imports SET cursor = ?2 WHERE id = ?1").bind(row.id, cursor),
  ];
}
