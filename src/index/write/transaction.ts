import { Busy, Stale, StoreDown } from "../../errors.ts";
import { dropCachedSnapshot } from "../snapshot.ts";

/** Where the places are kept: the index in D1, the log in R2. */
export interface Stores {
  readonly database: D1Database;
  readonly bucket: R2Bucket;
}

/** A write that is prepared. */
export interface Write<Found> {
  /** None: there is nothing to write. */
  readonly statements: readonly D1PreparedStatement[];
  /** What the preparation has to tell the caller of `write`. */
  readonly found: Found;
  /** What of it readers see at once: nothing if left out, other answers, or other metadata of collections, too. */
  readonly shows?: "answers" | "collections";
  /** How many places come, go or change by it: upkeep is due once they are many. */
  readonly changedPlaces?: number;
  /** Takes out of the bucket what the preparation has put there, if the statements are not carried out. */
  readonly compensate?: () => Promise<void>;
}

/** What a write changes: the collection of an id, which need not be there; or what all have in common. */
export type Scope = { readonly collection: string } | "index";

const MOST_TRIES = 16;
/** A batch that has failed by what passes is prepared again only where it is certain that nothing of it was written. */
const MOST_TRIES_OF_STORE = 3;
const LONGEST_PAUSE_MS = 500;
/** Two writes may also have given one key to two places: the second write fails by it. */
const CONFLICT = /CHECK constraint failed|UNIQUE constraint failed: places\.key/;

/**
 * Prepares a write and carries it out, all of it or nothing. If another write of the same scope was carried out since the
 * preparation began, it is prepared again. No lock is taken that a dead writer could leave behind. The scope "index" is
 * that of all: for what depends on every collection.
 *
 * @param prepare reads from the primary. It runs once for each try, so what it puts into the bucket needs a new name each
 *   time. It may throw Stale to be run again.
 * @returns what the preparation found, and how many rows D1 has written and bills
 * @throws Busy if other writers were quicker each time
 */
export async function write<Found>(
  database: D1Database,
  scope: Scope,
  prepare: (session: D1DatabaseSession) => Promise<Write<Found>>,
): Promise<{ found: Found; rowsWritten: number }> {
  for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
    const session = database.withSession("first-primary");
    const before = await readGenerations(session, scope);
    const prepared = await prepare(session).catch((error) => {
      if (error instanceof Stale) return undefined;
      throw error;
    });
    if (prepared) {
      const { statements, found, shows, compensate } = prepared;
      if (statements.length === 0) return { found, rowsWritten: 0 };
      try {
        const results = await session.batch([
          ...claim(session, scope, before, prepared),
          ...statements,
        ]);
        if (shows) dropCachedSnapshot(database);
        return {
          found,
          rowsWritten: results.reduce((sum, { meta }) => sum + meta.rows_written, 0),
        };
      } catch (error) {
        const isLate = error instanceof Error && CONFLICT.test(error.message);
        const isUndone = isLate || (await isUnchanged(session, scope, before));
        if (isUndone) await compensate?.();
        const isPassing = error instanceof StoreDown && error.kind === "passing";
        if (!isLate && !(isUndone && isPassing && attempt < MOST_TRIES_OF_STORE)) throw error;
      }
    }
    await scheduler.wait(Math.random() * Math.min(LONGEST_PAUSE_MS, 10 * 2 ** attempt));
  }
  throw new Busy("Others are changing the data at this moment. Try again in a few seconds.");
}

interface Generations {
  readonly all: number;
  /** Null if there is no such collection. */
  readonly own: number | null;
}

const nameOf = (scope: Scope): string | null => (scope === "index" ? null : scope.collection);

async function readGenerations(session: D1DatabaseSession, scope: Scope): Promise<Generations> {
  const row = await session
    .prepare(
      'SELECT generation AS "all", (SELECT generation FROM collections WHERE name = ?1) AS own FROM data_version',
    )
    .bind(nameOf(scope))
    .first<Generations>();
  return row!;
}

/** Whether it is certain that nothing was written. */
async function isUnchanged(
  session: D1DatabaseSession,
  scope: Scope,
  before: Generations,
): Promise<boolean> {
  const now = await readGenerations(session, scope).catch(() => undefined);
  return now !== undefined && (scope === "index" ? now.all === before.all : now.own === before.own);
}

/** The statements that let a batch fail if another write of the scope has come since the generations were read. */
function claim(
  session: D1DatabaseSession,
  scope: Scope,
  before: Generations,
  { shows, changedPlaces = 0 }: Write<unknown>,
): D1PreparedStatement[] {
  const all = session.prepare(
    "INSERT INTO write_conflicts SELECT 1 FROM data_version WHERE generation <> ?1",
  );
  const own = session.prepare(
    "INSERT INTO write_conflicts SELECT 1 WHERE (SELECT generation FROM collections WHERE name = ?1) IS NOT ?2",
  );
  const name = nameOf(scope);
  return [
    name === null ? all.bind(before.all) : own.bind(name, before.own),
    session
      .prepare(
        `UPDATE data_version SET generation = generation + 1, alone = (generation = ?1),
           visible = visible + ?2, catalog = catalog + ?3, changed_places = changed_places + ?4`,
      )
      .bind(before.all, shows ? 1 : 0, shows === "collections" ? 1 : 0, changedPlaces),
    session
      .prepare(
        "UPDATE collections SET generation = (SELECT generation FROM data_version) WHERE name = ?1",
      )
      .bind(name),
  ];
}

/**
 * The same statement for each slice of the rows, which it takes as a JSON list, its first parameter. D1 takes 2 MB for a
 * parameter.
 *
 * @param more the other parameters
 */
export function eachSlice(
  session: D1DatabaseSession,
  sql: string,
  rows: readonly unknown[],
  ...more: unknown[]
): D1PreparedStatement[] {
  const statements: D1PreparedStatement[] = [];
  let slice: string[] = [];
  let characters = 0;
  const close = () => {
    if (slice.length > 0) {
      statements.push(session.prepare(sql).bind(`[${slice.join(",")}]`, ...more));
    }
    slice = [];
    characters = 0;
  };
  for (const row of rows) {
    const json = JSON.stringify(row);
    if (characters + json.length > MOST_CHARACTERS) close();
    slice.push(json);
    characters += json.length;
  }
  close();
  return statements;
}

/** Of up to three bytes each. */
const MOST_CHARACTERS = 600_000;
