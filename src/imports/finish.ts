import { Conflict } from "../errors.ts";
import {
  countStatements,
  type ImportRow,
  labelStatement,
  nextObject,
} from "../index/write/collections.ts";
import { write } from "../index/write/transaction.ts";
import { deletions } from "../index/write/versions.ts";
import {
  changeManifest,
  deleteLog,
  deleteManifest,
  FORMAT,
  grow,
  type Label,
  readManifest,
} from "../records/log.ts";
import { deleteReports } from "./inbox/report.ts";
import { partsDone, requireImport, type Stores } from "./job.ts";
import { markUnseen } from "./sweep.ts";

/** How far a long work has got; to be asked for again until it is done. */
export interface Step {
  readonly done: boolean;
  readonly phase: string;
  /** How many places the import takes away that were noticed in this step. */
  readonly removed: number;
  readonly rowsWritten: number;
}

/** So many places are taken out of the index in a step, at most. */
export const PURGED_A_STEP = 5_000;

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
      return finishMarking(stores, collection, number);
    case "committing":
      return commit(stores, collection, number);
    case "purging":
      return purge(stores, collection, number);
    case "done":
      return { done: true, phase: "done", removed: 0, rowsWritten: 0 };
    case "aborting":
    case "aborted":
      throw new Conflict("This import was given up. Start it anew.");
  }
}

/** The import, as it has to be for this step; another one may have come first. */
async function inState(
  session: D1DatabaseSession,
  collection: string,
  number: number,
  state: ImportRow["state"],
): Promise<ImportRow> {
  const row = await requireImport(session, collection, number);
  if (row.state === state) return row;
  throw new Conflict(`The import has gone on in between, its state is: ${row.state}. Ask again.`);
}

async function beginToFinish(
  { database }: Stores,
  collection: string,
  number: number,
  parts: number,
): Promise<Step> {
  const { rowsWritten } = await write(database, async (session) => {
    const row = await inState(session, collection, number, "open");
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
    const removes = row.mode === "replace" || row.mode === "delete";
    const statements = [setState(session, row, removes ? "finishing" : "committing")];
    return { statements, found: undefined };
  });
  return { done: false, phase: "finishing", removed: 0, rowsWritten };
}

async function finishMarking(
  { database, bucket }: Stores,
  collection: string,
  number: number,
): Promise<Step> {
  const { found, rowsWritten } = await write(database, async (session) => {
    const row = await inState(session, collection, number, "finishing");
    const marking = await markUnseen(session, bucket, collection, row);
    if (!marking.found.isLast) return marking;
    const committing = setState(session, row, "committing");
    return { ...marking, statements: [...marking.statements, committing] };
  });
  return { done: false, phase: "finishing", removed: found.removed, rowsWritten };
}

/**
 * The switch: the manifest first, because R2 has the truth, then the index, all of it at once. From this state on the import can
 * only be finished.
 */
async function commit(
  { database, bucket }: Stores,
  collection: string,
  number: number,
): Promise<Step> {
  const now = new Date().toISOString();
  const { rowsWritten } = await write(database, async (session) => {
    const row = await inState(session, collection, number, "committing");
    const label: Label = JSON.parse(row.label);
    if (row.mode === "merge" || row.mode === "replace") {
      await noteInManifest(bucket, row, label, now, await objectsOf(session, row.id));
    } else if (row.mode === "delete") {
      await deleteManifest(bucket, collection);
    }
    // What is made anew is as old as it was.
    const manifest = row.mode === "rebuild" ? await readManifest(bucket, collection) : undefined;
    const { loadedAt, fingerprint } = manifest ?? { ...row, loadedAt: now };
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
        setState(session, row, "purging"),
        session
          .prepare("UPDATE collections SET fingerprint = ?2, loaded_at = ?3 WHERE id = ?1")
          .bind(row.collection, fingerprint, loadedAt),
        labelStatement(session, row.collection, label),
        ...countStatements(session, row.collection, deltas),
      ],
    };
  });
  return { done: false, phase: "purging", removed: 0, rowsWritten };
}

/** The objects of an import, in the order of its parts; what it removes comes last. */
export async function objectsOf(session: D1DatabaseSession, number: number): Promise<number[]> {
  const { results } = await session
    .prepare(
      `SELECT object FROM import_parts WHERE import = ?1 AND object IS NOT NULL
       ORDER BY part < 0, abs(part)`,
    )
    .bind(number)
    .all<{ object: number }>();
  return results.map(({ object }) => object);
}

async function noteInManifest(
  bucket: R2Bucket,
  { fingerprint }: ImportRow,
  label: Label,
  loadedAt: string,
  own: readonly number[],
): Promise<void> {
  await changeManifest(bucket, label.id, (before) => {
    const objects = before?.objects ?? [];
    const last = own.at(-1);
    // It may have been written by a step that broke off behind it.
    const isThere =
      last !== undefined && objects.some(([first, to]) => first <= last && last <= to);
    return {
      format: FORMAT,
      label,
      loadedAt,
      fingerprint,
      objects: isThere ? objects : grow(objects, own),
    };
  });
}

/** Takes out of the index what the import has ended. */
async function purge(stores: Stores, collection: string, number: number): Promise<Step> {
  const { bucket, database } = stores;
  const { found: left, rowsWritten } = await write(database, async (session) => {
    const row = await inState(session, collection, number, "purging");
    const { results } = await session
      .prepare(
        `SELECT key FROM places WHERE ended = cast(?1 AS INTEGER) ORDER BY key LIMIT ${PURGED_A_STEP}`,
      )
      .bind(row.id)
      .all<{ key: number }>();
    if (results.length > 0) {
      const keys = results.map(({ key }) => key);
      return { statements: deletions(session, keys), found: keys.length };
    }
    // The log goes first: as long as there is the import, no other one can begin.
    if (row.mode === "delete") {
      await deleteLog(bucket, collection, await nextObject(session));
      await deleteReports(bucket, collection);
    }
    return { found: 0, statements: endStatements(session, row, "done") };
  });
  const isDone = left === 0;
  return { done: isDone, phase: isDone ? "done" : "purging", removed: 0, rowsWritten };
}

/** The statements that end an import; the collection goes with it if nothing is left of it. */
export function endStatements(
  session: D1DatabaseSession,
  row: ImportRow,
  state: "done" | "aborted",
): D1PreparedStatement[] {
  const isGone = `(SELECT id FROM collections WHERE id = ?1 AND (loaded_at = '' OR ?2 = 'delete'))`;
  const mode = state === "done" ? row.mode : "";
  return [
    session.prepare("DELETE FROM import_parts WHERE import = ?1").bind(row.id),
    session.prepare("DELETE FROM import_seen WHERE import = ?1").bind(row.id),
    setState(session, row, state),
    session.prepare(`DELETE FROM imports WHERE collection IN ${isGone}`).bind(row.collection, mode),
    session.prepare(`DELETE FROM collections WHERE id IN ${isGone}`).bind(row.collection, mode),
  ];
}

/** The statement that takes an import on. Its rows are hidden until it counts; an aborted one has none left. */
export function setState(
  session: D1DatabaseSession,
  row: ImportRow,
  state: ImportRow["state"],
): D1PreparedStatement {
  return session
    .prepare(
      "UPDATE imports SET state = ?2, committed = ?2 IN ('purging', 'done', 'aborted') WHERE id = ?1",
    )
    .bind(row.id, state);
}
