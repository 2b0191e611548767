import { Conflict } from "../errors.ts";
import { PURGED_A_STEP, type Step } from "./finish.ts";
import { requireImport, type Stores } from "./imports.ts";
import { deleteObjects, type Label } from "./record-log.ts";
import { removals } from "./removal.ts";
import { VERSION_COLUMNS, type Version } from "./stage.ts";
import { write } from "./write.ts";

/** Takes an import back, a bounded step each time. */
export async function abortStep(stores: Stores, collection: string, number: number): Promise<Step> {
  const { database, bucket } = stores;
  const { found, rowsWritten } = await write(database, async ({ session }) => {
    const row = await requireImport(session, collection, number);
    if (row.committed) throw new Conflict("This import counts already: it can only be finished.");
    const { results } = await session
      .prepare(
        `SELECT ${VERSION_COLUMNS} FROM places
         WHERE collection = cast(?1 AS INTEGER) AND import = cast(?2 AS INTEGER) LIMIT ${PURGED_A_STEP}`,
      )
      .bind(row.collection, row.id)
      .all<Version>();
    const { attributes }: Label = JSON.parse(row.label);
    const gone = await removals(session, bucket, collection, attributes, results);
    const aborting = session
      .prepare("UPDATE imports SET state = 'aborting' WHERE id = ?1")
      .bind(row.id);
    if (results.length > 0 || row.state !== "aborting")
      return { statements: [aborting, ...gone], found: { done: false } };
    // As long as the import is there, no other one can write objects of these numbers.
    await deleteObjects(bucket, collection, row.first_object);
    return {
      found: { done: true },
      statements: [
        session
          .prepare("UPDATE places SET ended = NULL WHERE ended = cast(?1 AS INTEGER)")
          .bind(row.id),
        session.prepare("DELETE FROM import_parts WHERE import = ?1").bind(row.id),
        session.prepare("DELETE FROM imports WHERE id = ?1").bind(row.id),
        session
          .prepare("DELETE FROM collections WHERE id = ?1 AND loaded_at = ''")
          .bind(row.collection),
      ],
    };
  });
  const phase = found.done ? "aborted" : "aborting";
  return { done: found.done, phase, removed: 0, rowsWritten };
}
