import { Busy, Conflict, Stale } from "../../errors.ts";
import { dropCachedSnapshot } from "../snapshot.ts";
import { INDEX_FORMAT } from "./format.ts";

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
  /** Takes out of the bucket what the preparation has put there, if the statements are not carried out. */
  readonly compensate?: () => Promise<void>;
}

const MOST_TRIES = 16;
const LONGEST_PAUSE_MS = 500;
const CONFLICT = /CHECK constraint failed/;

/**
 * Prepares a write and carries it out, all of it or nothing. If another write was carried out since the preparation
 * began, it is prepared again. No lock is taken that a dead writer could leave behind.
 *
 * @param prepare reads from the primary. It runs once for each try, so what it puts into the bucket needs a new name each
 *   time. It may throw Stale to be run again.
 * @returns what the preparation found, and how many rows D1 has written and bills
 * @throws Busy if other writers were quicker each time
 */
export async function write<Found>(
  database: D1Database,
  prepare: (session: D1DatabaseSession) => Promise<Write<Found>>,
  { anyFormat = false } = {},
): Promise<{ found: Found; rowsWritten: number }> {
  for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
    const session = database.withSession("first-primary");
    const row = (await session
      .prepare("SELECT generation, index_format AS format FROM data_version")
      .first<{ generation: number; format: number | null }>())!;
    if (!anyFormat && row.format !== null && row.format !== INDEX_FORMAT) {
      throw new Conflict("The index was made by another version. Run npm run rebuild.");
    }
    const prepared = await prepare(session).catch((error) => {
      if (error instanceof Stale) return undefined;
      throw error;
    });
    if (prepared) {
      const { statements, found, compensate } = prepared;
      if (statements.length === 0) return { found, rowsWritten: 0 };
      try {
        const results = await session.batch([...claim(session, row.generation), ...statements]);
        dropCachedSnapshot(database);
        return {
          found,
          rowsWritten: results.reduce((sum, { meta }) => sum + meta.rows_written, 0),
        };
      } catch (error) {
        const isLate = error instanceof Error && CONFLICT.test(error.message);
        if (isLate || (await isUnchanged(session, row.generation))) await compensate?.();
        if (!isLate) throw error;
      }
    }
    await scheduler.wait(Math.random() * Math.min(LONGEST_PAUSE_MS, 10 * 2 ** attempt));
  }
  throw new Busy("Others are changing the data at this moment. Try again in a few seconds.");
}

/** Whether it is certain that nothing was written. */
async function isUnchanged(session: D1DatabaseSession, generation: number): Promise<boolean> {
  const now = await session
    .prepare("SELECT generation FROM data_version")
    .first<number>("generation")
    .catch(() => undefined);
  return now === generation;
}

/** The statements that let a batch fail if another write has come since the generation was read. */
function claim(session: D1DatabaseSession, generation: number): D1PreparedStatement[] {
  return [
    session
      .prepare(
        "INSERT INTO write_conflicts SELECT generation - ?1 FROM data_version WHERE generation <> ?1",
      )
      .bind(generation),
    session
      .prepare("UPDATE data_version SET generation = generation + 1, index_format = ?1")
      .bind(INDEX_FORMAT),
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
