import { MOST_COMPLETIONS } from "../search/match.ts";
import type { Stores } from "./transaction.ts";

/**
 * What the index needs once many rows have come or gone, at the end of an import and from time to time: in steps, each of
 * which is one short write. Searches are right without it, but they take longer, and a prefix stands for the words that were counted last.
 */

/** The statement that asks for upkeep, for a write by which many rows come or go. */
export function askForUpkeep(session: D1DatabaseSession): D1PreparedStatement {
  return session.prepare("UPDATE data_version SET uncounted_from = ''");
}

/** Takes the next step of the upkeep. @returns whether nothing is left to do */
export async function upkeepStep({ database }: Pick<Stores, "database">): Promise<boolean> {
  const session = database.withSession("first-primary");
  if (!(await mergeStep(session))) return false;
  const row = await session
    .prepare("SELECT uncounted_from FROM data_version")
    .first<{ uncounted_from: string | null }>();
  const from = row!.uncounted_from;
  if (from === null) return true;
  const next = (await completionStep(session, from)) ?? null;
  await session
    .prepare("UPDATE data_version SET uncounted_from = ?2 WHERE uncounted_from = ?1")
    .bind(from, next)
    .run();
  return next === null;
}

/** So many steps of the upkeep are taken in one scheduled run: some ten seconds. */
const STEPS_A_RUN = 100;

/**
 * Takes some steps of the upkeep. What is left is done by the next run.
 *
 * @param pause called between the steps
 * @returns whether nothing is left to do
 */
export async function keepUp(
  stores: Pick<Stores, "database">,
  mostSteps = STEPS_A_RUN,
  pause: () => Promise<void> = async () => {},
): Promise<boolean> {
  for (let steps = 0; steps < mostSteps; steps++) {
    if (await upkeepStep(stores)) return true;
    await pause();
  }
  return false;
}

/** How many pages (of 1,000 bytes) a step writes: some 50 ms. */
const PAGES_A_STEP = 4_000;

/** As FTS5's own tables have it: a segment is a whole index, and a search looks into each of them. */
const SEGMENTS = `WITH RECURSIVE segment (id) AS (
    SELECT min(segid) FROM places_text_idx
    UNION ALL
    SELECT (SELECT min(segid) FROM places_text_idx WHERE segid > id) FROM segment WHERE id IS NOT NULL
  )
  SELECT count(id) AS segments FROM segment`;

/** Merges a part of the full-text index's segments. @returns whether there is one left: nothing is to be done */
async function mergeStep(session: D1DatabaseSession): Promise<boolean> {
  const [, left] = await session.batch<{ segments: number }>([
    session
      .prepare("INSERT INTO places_text (places_text, rank) VALUES ('merge', cast(?1 AS INTEGER))")
      .bind(-PAGES_A_STEP),
    session.prepare(SEGMENTS),
  ]);
  return left!.results[0]!.segments <= 1;
}

/** How many words a step reads. */
const WORDS_A_STEP = 20_000;
const SHORTEST_HEAD = 3;
const LONGEST_HEAD = 12;
/** What begins with a sign from the first to before the second is no word (text/tokens.ts). */
const SIGNS = ["\u00a4", "\u00b8"] as const;

const NEXT_WORD = `SELECT term FROM places_vocabulary WHERE term >= ?1 AND term < ?2
  LIMIT 1 OFFSET ${WORDS_A_STEP}`;
const DELETE_COMPLETIONS = "DELETE FROM completions WHERE head >= ?1 AND head < ?2";
const LENGTHS = Array.from(
  { length: LONGEST_HEAD + 1 - SHORTEST_HEAD },
  (_, more) => SHORTEST_HEAD + more,
);
const INSERT_COMPLETIONS = `INSERT INTO completions
  SELECT head, json_group_array(term) FROM (
    SELECT head, term, count(*) OVER (PARTITION BY head) AS words,
      row_number() OVER (PARTITION BY head ORDER BY doc DESC, term) AS place
    FROM (
      SELECT substr(term, 1, letters.value) AS head, term, doc
      FROM places_vocabulary CROSS JOIN json_each('[${LENGTHS}]') AS letters
      WHERE term >= ?1 AND term < ?2 AND letters.value <= length(term)
    )
  ) WHERE words > ${MOST_COMPLETIONS} AND place <= ${MOST_COMPLETIONS} GROUP BY head`;

/**
 * Counts anew which words the prefixes from one on stand for.
 *
 * @param from where to begin: "" at first
 * @returns where the next step begins; undefined if there is nothing left to do
 */
async function completionStep(
  session: D1DatabaseSession,
  from: string,
): Promise<string | undefined> {
  const [firstSign, behindSigns] = SIGNS;
  const isBefore = from < firstSign;
  const most = isBefore ? firstSign : String.fromCodePoint(0x10ffff);
  const next = await session.prepare(NEXT_WORD).bind(from, most).first<{ term: string }>();
  const to = next === null ? most : endBefore(next.term, from);
  await session.batch(
    [DELETE_COMPLETIONS, INSERT_COMPLETIONS].map((sql) => session.prepare(sql).bind(from, to)),
  );
  if (next !== null) return to;
  return isBefore ? behindSigns : undefined;
}

/** Words that share their first letters are counted in one step, however many they are. */
function endBefore(word: string, from: string): string {
  const head = [...word].slice(0, SHORTEST_HEAD).join("");
  return head > from ? head : head + String.fromCodePoint(0x10ffff);
}
