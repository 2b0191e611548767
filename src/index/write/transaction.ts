import { Busy, Conflict, Stale } from "../../errors.ts";
import { dropCachedSnapshot } from "../snapshot.ts";
import { INDEX_FORMAT } from "./format.ts";

/** What a write is to be, and what was found on the way to it. */
export interface Write<Found> {
  readonly statements: readonly D1PreparedStatement[];
  readonly found: Found;
  /** Takes back what was put into the bucket for this write, which came too late. */
  readonly discard?: () => Promise<void>;
}

const MOST_TRIES = 16;
const LONGEST_PAUSE_MS = 500;
const CONFLICT = /CHECK constraint failed/;

/**
 * Reads what `prepare` needs, from the primary, and writes what it returns, all of it or nothing; anew if another write
 * came in between. There is no lock to be left behind. What `prepare` puts into the bucket must be under names of
 * its own.
 *
 * @returns what `prepare` found, and the rows that D1 has written, and bills
 * @throws Busy if others always come in between
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
      throw new Conflict("The index was made by another version: run npm run rebuild.");
    }
    const prepared = await prepare(session).catch((error) => {
      if (error instanceof Stale) return undefined;
      throw error;
    });
    if (prepared) {
      const { statements, found, discard } = prepared;
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
        if (isLate || (await isUnchanged(session, row.generation))) await discard?.();
        if (!isLate) throw error;
      }
    }
    await scheduler.wait(Math.random() * Math.min(LONGEST_PAUSE_MS, 10 * 2 ** attempt));
  }
  throw new Busy("Others are changing the data at this moment. Try again in a few seconds.");
}

/** Whether surely nothing was written. */
async function isUnchanged(session: D1DatabaseSession, generation: number): Promise<boolean> {
  const now = await session
    .prepare("SELECT generation FROM data_version")
    .first<number>("generation")
    .catch(() => undefined);
  return now === generation;
}

/** Fails if there has been a write since; then it is this one's turn. */
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

/** A statement for each slice of the rows, which it takes as one JSON text: D1 takes 2 MB for a parameter. */
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

/** Up to three bytes a character. */
const MOST_CHARACTERS = 600_000;
