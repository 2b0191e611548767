import { forgetDirectory } from "../places/directory.ts";

/** What reads and writes the index: the primary, so that a write builds on the last one. */
export interface Index {
  readonly session: D1DatabaseSession;
  /** How many writes there have been when this one was prepared. */
  readonly generation: number;
}

const MOST_TRIES = 8;
const CONFLICT = /CHECK constraint failed/;

/**
 * Reads what `prepare` needs and writes what it returns, all of it or nothing; anew if another write came in
 * between. There is no lock to be left behind.
 *
 * @returns what `prepare` found, and the rows that D1 has written, and bills
 */
export async function write<Found>(
  database: D1Database,
  prepare: (index: Index) => Promise<{ statements: D1PreparedStatement[]; found: Found }>,
): Promise<{ found: Found; rowsWritten: number; results: D1Result[] }> {
  for (let attempt = 1; ; attempt++) {
    const session = database.withSession("first-primary");
    const row = await session
      .prepare("SELECT generation FROM data_version")
      .first<{ generation: number }>();
    const generation = row!.generation;
    const { statements, found } = await prepare({ session, generation });
    if (statements.length === 0) return { found, rowsWritten: 0, results: [] };
    try {
      const results = await session.batch([
        session
          .prepare(
            "INSERT INTO write_conflicts SELECT generation - ?1 FROM data_version WHERE generation <> ?1",
          )
          .bind(generation),
        session.prepare("UPDATE data_version SET generation = generation + 1"),
        ...statements,
      ]);
      forgetDirectory(database);
      const rowsWritten = results.reduce((sum, { meta }) => sum + meta.rows_written, 0);
      return { found, rowsWritten, results: results.slice(2) };
    } catch (error) {
      const conflict = error instanceof Error && CONFLICT.test(error.message);
      if (!conflict || attempt === MOST_TRIES) throw error;
    }
  }
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
