import { Conflict } from "../errors.ts";
import {
  addDelta,
  countStatements,
  type Deltas,
  type ImportRow,
  labelStatement,
} from "./collection-rows.ts";
import { partsDone, requireImport, type Stores } from "./imports.ts";
import { deleteReports } from "./inbox-report.ts";
import {
  deleteManifest,
  deleteObjects,
  FORMAT,
  type Label,
  readManifest,
  writeManifest,
  writeObject,
} from "./record-log.ts";
import { removals } from "./removal.ts";
import type { Attributes } from "./schemas.ts";
import { VERSION_COLUMNS, type Version } from "./stage.ts";
import { eachSlice, type Index, write } from "./write.ts";

/** How far a long work has got; to be asked for again until it is done. */
export interface Step {
  readonly done: boolean;
  readonly phase: string;
  /** How many places the import takes away that were noticed in this step. */
  readonly removed: number;
  readonly rowsWritten: number;
}

/** So many places are looked at in a step. */
const MARKED_A_STEP = 20_000;
export const PURGED_A_STEP = 2_000;

/**
 * Finishes an import, a bounded step each time. What a replacing import did not bring is marked; then all of it counts at
 * once, and what it replaced does not; then that is taken out of the index. Readers see the old state until
 * the switch and the new one from there on. Where a step broke off, the next one goes on.
 */
export async function finishStep(
  stores: Stores,
  collection: string,
  number: number,
  parts: number,
): Promise<Step> {
  const session = stores.database.withSession("first-primary");
  const row = await requireImport(session, collection, number);
  switch (row.state) {
    case "open":
      return beginToFinish(stores, collection, number, parts);
    case "finishing":
      return row.mode === "replace" || row.mode === "delete"
        ? markUnseen(stores, collection, number)
        : commit(stores, collection, number);
    case "purging":
      return purge(stores, collection, number);
    case "aborting":
      throw new Conflict("This import is being aborted: go on with that.");
  }
}

async function beginToFinish(
  { database }: Stores,
  collection: string,
  number: number,
  parts: number,
): Promise<Step> {
  const { rowsWritten } = await write(database, async ({ session }) => {
    const row = await requireImport(session, collection, number);
    const there = new Set(await partsDone(session, row.id));
    const missing = Array.from({ length: parts }, (_, part) => part).filter(
      (part) => !there.has(part),
    );
    if (missing.length > 0 || there.size > parts) {
      throw new Conflict(
        missing.length > 0
          ? `Parts are missing: ${missing.slice(0, 20).join(", ")}. Send them, then finish.`
          : `There are ${there.size} parts, not ${parts}.`,
      );
    }
    return {
      found: undefined,
      statements: [
        session
          .prepare(
            "UPDATE imports SET state = 'finishing', objects = ?2 WHERE id = ?1 AND state = 'open'",
          )
          .bind(row.id, parts),
      ],
    };
  });
  return { done: false, phase: "finishing", removed: 0, rowsWritten };
}

/** Marks what the import did not bring, and writes down in the log that it is gone. */
async function markUnseen(
  { database, bucket }: Stores,
  collection: string,
  number: number,
): Promise<Step> {
  const { found, rowsWritten } = await write(database, async ({ session }: Index) => {
    const row = await requireImport(session, collection, number);
    const { results } = await session
      .prepare(
        `SELECT ${VERSION_COLUMNS} FROM places
         WHERE collection = cast(?1 AS INTEGER) AND source_id > ?2 AND import <> cast(?3 AS INTEGER)
           AND ended IS NULL AND key NOT IN (
             SELECT seen.value FROM import_parts, json_each(import_parts.seen) AS seen WHERE import = ?3)
         ORDER BY source_id LIMIT ${MARKED_A_STEP}`,
      )
      .bind(row.collection, row.cursor, row.id)
      .all<Version>();
    if (results.length === 0) return { statements: [], found: 0 };
    const deltas: Deltas = {};
    for (const { category } of results) addDelta(deltas, category, -1);
    const lines = results.map(({ source_id }) =>
      JSON.stringify({ sourceId: source_id, deleted: true }),
    );
    if (row.mode !== "delete") {
      await writeObject(bucket, collection, row.first_object + row.objects, lines);
    }
    return {
      found: results.length,
      statements: [
        ...eachSlice(
          session,
          "UPDATE places SET ended = cast(?2 AS INTEGER) WHERE key IN (SELECT value FROM json_each(?1))",
          results.map(({ key }) => key),
          row.id,
        ),
        session
          .prepare("INSERT INTO import_parts VALUES (?1, ?2, '', '', ?3, '[]')")
          .bind(row.id, -1 - row.objects, JSON.stringify(deltas)),
        session
          .prepare("UPDATE imports SET objects = objects + 1, cursor = ?2 WHERE id = ?1")
          .bind(row.id, results.at(-1)!.source_id),
      ],
    };
  });
  if (found === 0) return commit({ database, bucket }, collection, number);
  return { done: false, phase: "finishing", removed: found, rowsWritten };
}

/** The switch: the manifest first, because R2 has the truth, then the index, all of it at once. */
async function commit(
  { database, bucket }: Stores,
  collection: string,
  number: number,
): Promise<Step> {
  const loadedAt = new Date().toISOString();
  const { rowsWritten } = await write(database, async ({ session }) => {
    const row = await requireImport(session, collection, number);
    const label: Label = JSON.parse(row.label);
    if (row.mode === "merge" || row.mode === "replace") {
      await noteInManifest(bucket, row, label, loadedAt);
    } else if (row.mode === "delete") {
      await deleteManifest(bucket, collection);
    }
    const { results } = await session
      .prepare(
        `SELECT d.key AS category, sum(d.value) AS places
         FROM import_parts, json_each(import_parts.deltas) AS d WHERE import = ?1 GROUP BY d.key`,
      )
      .bind(row.id)
      .all<{ category: string; places: number }>();
    const deltas = Object.fromEntries(results.map(({ category, places }) => [category, places]));
    return {
      found: undefined,
      statements: [
        session
          .prepare("UPDATE imports SET state = 'purging', committed = 1 WHERE id = ?1")
          .bind(row.id),
        session
          .prepare(
            "UPDATE collections SET next_object = max(next_object, ?2), fingerprint = ?3, loaded_at = ?4 WHERE id = ?1",
          )
          .bind(row.collection, row.first_object + row.objects, row.fingerprint, loadedAt),
        labelStatement(session, row.collection, label),
        ...(await countStatements(session, row.collection, deltas)),
      ],
    };
  });
  return { done: false, phase: "purging", removed: 0, rowsWritten };
}

async function noteInManifest(
  bucket: R2Bucket,
  { first_object: first, objects, fingerprint }: ImportRow,
  label: Label,
  loadedAt: string,
): Promise<void> {
  const before = (await readManifest(bucket, label.id))?.objects ?? [];
  // The manifest may have been written by a step that broke off behind it.
  const others = before.filter(([number]) => number < first);
  const own = objects > 0 ? [[first, first + objects - 1] as const] : [];
  const manifest = {
    format: FORMAT,
    label,
    loadedAt,
    fingerprint,
    objects: [...others, ...own],
  } as const;
  await writeManifest(bucket, manifest);
}

/** Takes out of the index what the import has ended. */
async function purge(stores: Stores, collection: string, number: number): Promise<Step> {
  const { bucket, database } = stores;
  const { found, rowsWritten } = await write(database, async ({ session }) => {
    const row = await requireImport(session, collection, number);
    const { results } = await session
      .prepare(
        `SELECT ${VERSION_COLUMNS} FROM places WHERE ended = cast(?1 AS INTEGER) LIMIT ${PURGED_A_STEP}`,
      )
      .bind(row.id)
      .all<Version>();
    const previous: Attributes = JSON.parse(row.previous);
    const gone = await removals(session, bucket, collection, previous, results);
    if (results.length > 0) return { statements: gone, found: results.length };
    return {
      found: 0,
      statements: [
        session.prepare("DELETE FROM import_parts WHERE import = ?1").bind(row.id),
        session.prepare("DELETE FROM imports WHERE id = ?1").bind(row.id),
        ...(row.mode === "delete"
          ? [session.prepare("DELETE FROM collections WHERE id = ?1").bind(row.collection)]
          : []),
      ],
    };
  });
  if (found > 0) return { done: false, phase: "purging", removed: 0, rowsWritten };
  const isDeleted = !(await readManifest(bucket, collection));
  if (isDeleted) {
    await deleteObjects(bucket, collection);
    await deleteReports(bucket, collection);
  }
  return { done: true, phase: "done", removed: 0, rowsWritten };
}
