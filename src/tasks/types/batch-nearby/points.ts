import { CallerError } from "../../../errors.ts";
import { pointOfRow } from "../../../formats/map-points.ts";
import type { Checkpoint } from "../../../formats/readers/row.ts";
import { openObject } from "../../../imports/inbox/file.ts";
import { EVERY_LEAF, WALK_START, type WalkPosition } from "../../../index/walk.ts";
import type { TaskFiles, World } from "../../contract.ts";
import type { AskedPoint, PointsRead, Settled, Skipped, Source } from "./chunks.ts";
import { reachOf } from "./reach.ts";

export const MOST_POINTS = 100_000;
export const tooManyPoints = (what: string) =>
  new CallerError(
    `${what}: there are more than ${MOST_POINTS} points. Cut them into several tasks.`,
  );

const MOST_SKIPPED_TOLD = 10;
/** So many rows of a file that are no points are passed by in one chunk. */
const MOST_ROWS_A_CHUNK = 40_000;
const ROWS_A_PAGE = 5_000;
/** Between pauses. A row of a file takes some fifty microseconds. */
const ROWS_A_TURN = 250;

/** Where points can be read from. */
export interface Reading extends Pick<World, "places" | "stores"> {
  pause(): Promise<void>;
  /** Those that came with the task. */
  readonly given: readonly Omit<AskedPoint, "number">[];
}

/** What one reading has brought. */
interface Taken extends Pick<PointsRead, "items" | "at"> {
  readonly points: readonly AskedPoint[];
  readonly skipped: readonly Skipped[];
  /** Rows of the index. */
  readonly rowsRead: number;
}

/**
 * Reads the next points of a source, as many as a file of points has, and writes them.
 *
 * @returns how far it is read then, whether that is all, and what it has cost
 * @throws CallerError if there are too many points
 */
export async function readPoints(
  source: Source,
  before: PointsRead,
  { settled, most, files }: { settled: Settled; most: number; files: TaskFiles },
  reading: Reading,
): Promise<{ read: PointsRead; isAll: boolean; rowsRead: number }> {
  const taken = await take(source, before, { most, nowMs: settled.nowMs }, reading);
  const points = before.points + taken.points.length;
  if (points > MOST_POINTS) throw tooManyPoints(`"${source.by}"`);
  if (taken.points.length > 0) {
    await files.put(pointsFile(before.files), JSON.stringify(taken.points));
  }
  const read: PointsRead = {
    files: before.files + (taken.points.length > 0 ? 1 : 0),
    points,
    items: taken.items,
    skipped: [...before.skipped, ...taken.skipped].slice(0, MOST_SKIPPED_TOLD),
    reach: reachOf(before.reach, taken.points),
    at: taken.at,
  };
  return { read, isAll: taken.at === undefined, rowsRead: taken.rowsRead };
}

export async function pointsOf(files: TaskFiles, file: number): Promise<AskedPoint[]> {
  return (await files.get(pointsFile(file))).json();
}

const pointsFile = (file: number) => `points/${file}.json`;

interface Share {
  readonly most: number;
  readonly nowMs: number;
}

function take(source: Source, read: PointsRead, share: Share, reading: Reading): Promise<Taken> {
  switch (source.by) {
    case "points":
      return takeGiven(read, share, reading);
    case "collection":
      return takePlaces(source, read, share, reading);
    case "input":
      return takeRows(source, read, share, reading);
  }
}

async function takeGiven(
  { at = 0 }: PointsRead,
  { most }: Share,
  { given }: Reading,
): Promise<Taken> {
  const first = at as number;
  const points = given
    .slice(first, first + most)
    .map((point, n): AskedPoint => ({ number: first + n + 1, ...point }));
  const items = first + points.length;
  return { points, skipped: [], items, rowsRead: 0, at: items < given.length ? items : undefined };
}

/** The places of a collection, in the order of their keys. */
async function takePlaces(
  { match }: Extract<Source, { by: "collection" }>,
  { at = WALK_START, items }: PointsRead,
  { most, nowMs }: Share,
  { places: index, pause }: Reading,
): Promise<Taken> {
  const points: AskedPoint[] = [];
  const walk = { leaves: EVERY_LEAF, match, nowMs, withNames: true };
  let next: WalkPosition | undefined = at as WalkPosition;
  let rowsRead = 0;
  while (next && points.length < most) {
    await pause();
    const page = await index.walk(walk, next, Math.min(ROWS_A_PAGE, most - points.length));
    for (const { latitude, longitude, source_id: id } of page.places) {
      points.push({ number: items + points.length + 1, latitude, longitude, id });
    }
    rowsRead += page.rowsRead;
    next = page.next;
  }
  return { points, skipped: [], items: items + points.length, rowsRead, at: next };
}

async function takeRows(
  source: Extract<Source, { by: "input" }>,
  { at, items: before, points: known }: PointsRead,
  { most }: Share,
  { stores, pause }: Reading,
): Promise<Taken> {
  const points: AskedPoint[] = [];
  const skipped: Skipped[] = [];
  let items = before;
  const { rows, withSource } = await openObject(
    stores.bucket,
    source,
    at as Checkpoint | undefined,
  );
  for await (const row of rows) {
    if (items % ROWS_A_TURN === 0) await pause();
    items++;
    const mapped = pointOfRow(row, source.mapping);
    if ("point" in mapped) points.push({ number: items, ...mapped.point, id: mapped.id });
    else if (skipped.length < MOST_SKIPPED_TOLD) {
      skipped.push({ line: row.line, reason: mapped.problem });
    }
    if (known + points.length > MOST_POINTS) throw tooManyPoints('"input"');
    const isEnough = points.length === most || items - before >= MOST_ROWS_A_CHUNK;
    if (isEnough && row.next) {
      return { points, skipped, items, rowsRead: 0, at: withSource(row.next) };
    }
  }
  return { points, skipped, items, rowsRead: 0, at: undefined };
}
