import { CallerError } from "../../../errors.ts";
import { pointOfRow } from "../../../formats/map-points.ts";
import type { Checkpoint } from "../../../formats/readers/row.ts";
import { openObject } from "../../../imports/inbox/file.ts";
import { EVERY_LEAF, WALK_START, type WalkPosition } from "../../../index/walk.ts";
import type { TaskFiles, World } from "../../contract.ts";
import { MOST_UNPACKED_BYTES } from "../../inputs.ts";
import type { AskedPoint, PointsRead, Settled, Skipped, Source } from "./chunks.ts";
import { noReach, reachOf } from "./reach.ts";

export const MOST_POINTS = 100_000;
export const tooManyPoints = (what: string) =>
  new CallerError(
    `${what}: there are more than ${MOST_POINTS} points. Cut them into several tasks.`,
  );

const MOST_SKIPPED_TOLD = 10;
/** Of a file, whether they are points or not. */
const MOST_ROWS = 2 * MOST_POINTS;
/** So many are read in one chunk: two seconds of a slow processor. */
const ROWS_A_CHUNK = 40_000;
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
  /** Beside what each item costs. */
  readonly cost: number;
  /** Whether it has read all from the beginning on: what was read before is void. */
  readonly isAnew?: boolean;
}

/** How far nothing is read. */
export function noPointsRead(radiusMeters: number): PointsRead {
  return { files: [], points: 0, items: 0, skipped: [], reach: noReach(radiusMeters) };
}

/** A hundred microseconds of unpacking and passing by. */
const BYTES_A_UNIT = 16 * 1024;

/** What it costs at most to read the points of a file. What is packed is unpacked from its beginning by each chunk. */
export function costOfFile(mostBytes: number): number {
  const chunks = MOST_ROWS / ROWS_A_CHUNK + 1;
  return MOST_ROWS + Math.ceil((chunks * mostBytes) / BYTES_A_UNIT);
}

/**
 * Reads the next points of a source, and writes them into files.
 *
 * @param most how many points a file has
 * @returns how far it is read then, whether that is all, and what it has cost
 * @throws CallerError if there are too many points
 */
export async function readPoints(
  source: Source,
  known: PointsRead,
  { settled, most, files }: { settled: Settled; most: number; files: TaskFiles },
  reading: Reading,
): Promise<{ read: PointsRead; isAll: boolean; cost: number }> {
  const taken = await take(source, known, settled, reading);
  const before = taken.isAnew ? noPointsRead(settled.radiusMeters) : known;
  const points = before.points + taken.points.length;
  if (points > MOST_POINTS) throw tooManyPoints(`"${source.by}"`);
  const written = [...before.files];
  let { reach } = before;
  for (let first = 0; first < taken.points.length; first += most) {
    const ofFile = taken.points.slice(first, first + most);
    written.push(await files.put(`points-${written.length}.json`, JSON.stringify(ofFile)));
    reach = reachOf(reach, ofFile);
    await reading.pause();
  }
  const read: PointsRead = {
    ...{ files: written, points, reach, items: taken.items, at: taken.at },
    skipped: [...before.skipped, ...taken.skipped].slice(0, MOST_SKIPPED_TOLD),
  };
  const cost = taken.cost + taken.items - before.items;
  return { read, isAll: taken.at === undefined, cost };
}

export async function pointsOf(files: TaskFiles, file: string): Promise<AskedPoint[]> {
  return (await files.get(file)).json();
}

async function take(
  source: Source,
  read: PointsRead,
  { nowMs }: Settled,
  reading: Reading,
): Promise<Taken> {
  switch (source.by) {
    case "points":
      return takeGiven(reading);
    case "collection":
      return takePlaces(source, read, nowMs, reading);
    case "input":
      return takeRows(source, read, reading);
  }
}

function takeGiven({ given }: Reading): Taken {
  const points = given.map((point, n): AskedPoint => ({ number: n + 1, ...point }));
  return { points, skipped: [], items: points.length, cost: 0, at: undefined };
}

function tooManyRows(points: number): CallerError {
  return new CallerError(
    `"input": there are more than ${MOST_ROWS} rows, but only ${points} of them are points. Leave the others out.`,
  );
}

/** The places of a collection, in the order of their keys. */
async function takePlaces(
  { match }: Extract<Source, { by: "collection" }>,
  { at = WALK_START, items: known }: PointsRead,
  nowMs: number,
  { places: index, pause }: Reading,
): Promise<Taken> {
  let points: AskedPoint[] = [];
  let [items, isAnew] = [known, false];
  const walk = { leaves: EVERY_LEAF, match, nowMs, withNames: true };
  let next: WalkPosition | undefined = at as WalkPosition;
  let cost = 0;
  while (next && points.length < ROWS_A_CHUNK) {
    await pause();
    const page = await index.walk(walk, next, ROWS_A_PAGE);
    if (page.isAnew) [points, items, isAnew] = [[], 0, true];
    for (const { latitude, longitude, source_id: id } of page.places) {
      points.push({ number: items + points.length + 1, latitude, longitude, id });
    }
    cost += page.rowsRead;
    next = page.next;
  }
  return { points, skipped: [], items: items + points.length, cost, at: next, isAnew };
}

async function takeRows(
  source: Extract<Source, { by: "input" }>,
  { at, items: before, points: known }: PointsRead,
  { stores, pause }: Reading,
): Promise<Taken> {
  const points: AskedPoint[] = [];
  const skipped: Skipped[] = [];
  let items = before;
  let cost = 0;
  const onBytes = async ({ length }: Uint8Array) => {
    cost += length / BYTES_A_UNIT;
    await pause();
  };
  const { rows, withSource } = await openObject(
    stores.bucket,
    source,
    at as Checkpoint | undefined,
    { mostBytes: MOST_UNPACKED_BYTES, onBytes },
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
    if (items > MOST_ROWS) throw tooManyRows(known + points.length);
    if (items - before >= ROWS_A_CHUNK && row.next) {
      return { points, skipped, items, cost: Math.ceil(cost), at: withSource(row.next) };
    }
  }
  return { points, skipped, items, cost: Math.ceil(cost), at: undefined };
}
