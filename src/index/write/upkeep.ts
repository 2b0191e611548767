import { completionStep } from "./completions.ts";
import type { Stores } from "./transaction.ts";

/**
 * What the index needs once many places have come or gone, at the end of an import and from time to time: in steps, each of
 * which is one short write. Searches are right without it, but they take longer, and a prefix stands for the words that were counted last.
 */

/** The words are counted again once so large a share of the places has changed: fewer change hardly any prefix. */
const DUE_SHARE = 0.01;

export interface UpkeepOptions {
  /** The words are counted again if more than that share of the places has changed. */
  readonly dueShare?: number;
  readonly mostSteps?: number;
  /** Called between the steps. */
  readonly pause?: () => Promise<void>;
}

/** How far the completions are counted, and whether so much has changed that they are to be counted again. */
const READ_STATE = `SELECT uncounted_from, changed_places,
    changed_places > ?1 * (SELECT coalesce(sum(places), 0) FROM collections) AS isDue
  FROM data_version`;

interface State {
  /** From which word on they are still to be counted; null: all are. */
  readonly uncounted_from: string | null;
  readonly changed_places: number;
  readonly isDue: 0 | 1;
}

/** Takes the next step of the upkeep. @returns whether nothing is left to do */
export async function upkeepStep(
  { database }: Pick<Stores, "database">,
  dueShare = DUE_SHARE,
): Promise<boolean> {
  const session = database.withSession("first-primary");
  if (!(await mergeStep(session))) return false;
  const state = await session.prepare(READ_STATE).bind(dueShare).first<State>();
  const { uncounted_from: before, changed_places: changed, isDue } = state!;
  if (before === null && !isDue) return true;
  const from = before ?? "";
  const next = (await completionStep(session, from)) ?? null;
  // What has changed since it was read is still to be counted. Another run may have taken the same step, and subtracted the same.
  await session
    .prepare(
      `UPDATE data_version SET uncounted_from = ?2, changed_places = max(0, changed_places - ?3)
       WHERE uncounted_from IS ?1`,
    )
    .bind(before, next, from === "" ? changed : 0)
    .run();
  return next === null;
}

/** So many steps of the upkeep are taken in one scheduled run: some ten seconds. */
const STEPS_A_RUN = 100;

/**
 * Takes some steps of the upkeep. What is left is done by the next run.
 *
 * @returns whether nothing is left to do
 */
export async function keepUp(
  stores: Pick<Stores, "database">,
  { dueShare, mostSteps = STEPS_A_RUN, pause = async () => {} }: UpkeepOptions = {},
): Promise<boolean> {
  for (let steps = 0; steps < mostSteps; steps++) {
    if (await upkeepStep(stores, dueShare)) return true;
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
