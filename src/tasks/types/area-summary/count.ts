import { LEAF_LEVEL } from "../../../geo/cell.ts";
import type { LeafRange } from "../../../geo/disc.ts";
import { Grid } from "../../../geo/region/grid.ts";
import { coverRegion, type RegionCovering } from "../../../geo/region/region-covering.ts";
import {
  leafOf,
  WALK_START,
  type Walk,
  type WalkedPlace,
  type WalkPosition,
} from "../../../index/walk.ts";
import type { Done, TaskFiles, Work, World } from "../../contract.ts";
import { type Area, areaOf } from "./area.ts";
import { cellSizeOf } from "./cells.ts";
import type { Chunk, CountChunk, Sought } from "./chunks.ts";
import { type AreaInput, DEFAULT_CELLS } from "./input.ts";
import { Tally, type TallyRow } from "./tally.ts";

/** Progress counts in thousandths of the covering: places are known only when they have been counted. */
export const ALL = 1_000;

/** How many cells of the index an area is read in. With some hundred, four to ten per cent of what is read lie outside. */
const MOST_COVERING_CELLS = 600;
/** Up to so many places, the plan counts them to know what the task will cost. */
const MOST_PLANNED_ROWS = 2_000;
/** Rows that a place and a test of it come to at most, about; and a range of keys. */
const ROWS_A_PLACE = 2;
const ROWS_A_TEST = 40;
const ROWS_A_RANGE = 10;
const PLACES_A_PAUSE = 500;

/** How many rows of places a statement and a chunk look at. */
export interface RowsAtOnce {
  readonly page: number;
  readonly chunk: number;
}

/** What one chunk has counted, and the file of the one before. */
interface Counts {
  readonly before?: string | undefined;
  readonly rows: readonly TallyRow[];
}

/** Counts a stretch of the area; then comes the next one, or, when all is counted, the summing up. */
export async function countOn(
  { sought, from, before: counted, done: doneSoFar, costLeft }: CountChunk,
  input: AreaInput,
  work: Work,
  rows: RowsAtOnce,
): Promise<Done<Chunk, never>> {
  const area = areaOf(input);
  const covering = coveringOf(area);
  const grid = new Grid(cellSizeOf(area, input.cells ?? DEFAULT_CELLS));
  const walk = walkOf(area, covering, sought);
  let [tally, before] = [new Tally(), counted];
  let at: WalkPosition | undefined = from;
  let [done, lookedAt, rowsRead] = [doneSoFar, 0, 0];
  while (at && lookedAt < rows.chunk) {
    const page = await work.places.walk(walk, at, rows.page);
    if (page.isAnew) [tally, before] = [new Tally(), undefined];
    for (const [nth, place] of page.places.entries()) {
      if (nth % PLACES_A_PAUSE === 0) await work.pause();
      if (isIn(area, covering, place)) tally.add(grid, place);
    }
    lookedAt += page.lookedAt;
    rowsRead += page.rowsRead;
    at = page.next;
    // What has begun anew has not done less.
    done = Math.max(done, doneBefore(at, covering));
    await work.report(done - doneSoFar, rowsRead);
  }
  const counts: Counts = { before, rows: tally.rows() };
  const file = await work.files.put("counts.json", JSON.stringify(counts));
  const cost = Math.min(rowsRead, costLeft);
  const next: Chunk = at
    ? { step: "count", sought, from: at, before: file, done, costLeft: costLeft - cost }
    : { step: "sum up", sought, counted: file };
  return { done: done - doneSoFar, cost, next: [next] };
}

/** All that the chunks have counted, from the last one back to the first. */
export async function allCounted(
  last: string,
  files: TaskFiles,
  pause: () => Promise<void>,
): Promise<Tally> {
  const tally = new Tally();
  for (let file: string | undefined = last; file !== undefined; ) {
    const { before, rows }: Counts = await (await files.get(file)).json<Counts>();
    tally.addRows(rows);
    file = before;
    await pause();
  }
  return tally;
}

/**
 * What the counting costs at most. A small area is counted once, and what it has come to is doubled, for places that come
 * meanwhile; a large one may hold all matches that there are.
 */
export async function costOfCounting(
  area: Area,
  sought: Sought,
  { places }: Pick<World, "places">,
): Promise<number> {
  const covering = coveringOf(area);
  const walk = walkOf(area, covering, sought);
  const ofRanges = ROWS_A_RANGE * covering.ranges.length;
  let at: WalkPosition | undefined = WALK_START;
  let [lookedAt, rowsRead] = [0, 0];
  while (at && lookedAt < MOST_PLANNED_ROWS) {
    const page = await places.walk(walk, at, MOST_PLANNED_ROWS);
    lookedAt += page.lookedAt;
    rowsRead += page.rowsRead;
    at = page.next;
  }
  if (!at) return 2 * rowsRead + ofRanges;
  const rows = (await places.mostOf(sought.match)) + MOST_PLANNED_ROWS;
  return rows * (ROWS_A_PLACE + ROWS_A_TEST * sought.tests.length) + ofRanges;
}

function coveringOf({ standing }: Area): RegionCovering {
  return coverRegion(standing, MOST_COVERING_CELLS, LEAF_LEVEL);
}

function walkOf(
  { contains }: Area,
  { ranges }: RegionCovering,
  { match, tests, nowMs }: Sought,
): Walk {
  return { leaves: ranges, match, tests, nowMs, wants: contains };
}

/** Whether a place that the walk has come to lies in the area. Of a run of overflow keys, the walk has asked before. */
function isIn({ contains }: Area, { inside }: RegionCovering, place: WalkedPlace): boolean {
  const leaf = leafOf(place.key);
  return leaf === undefined || isAmong(inside, leaf) || contains(place);
}

/** Whether one of the ranges has the leaf cell. */
function isAmong(ranges: readonly LeafRange[], leaf: number): boolean {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ranges[middle]![1] < leaf) low = middle + 1;
    else high = middle;
  }
  return low < ranges.length && ranges[low]![0] <= leaf;
}

/** How many thousandths of the leaf cells of the places' own section lie before a position. */
function doneBefore(at: WalkPosition | undefined, { ranges }: RegionCovering): number {
  if (!at) return ALL;
  if (at.section !== PLACES_SECTION) return at.section < PLACES_SECTION ? 0 : ALL;
  const leaf = leafOf(Math.max(0, at.key)) ?? Number.POSITIVE_INFINITY;
  const sizeOf = (sum: number, [first, last]: LeafRange) => sum + last - first + 1;
  const before = ranges
    .filter(([first]) => first < leaf)
    .map(([first, last]): LeafRange => [first, Math.min(last, leaf - 1)]);
  return Math.floor((ALL * before.reduce(sizeOf, 0)) / ranges.reduce(sizeOf, 0));
}
const PLACES_SECTION = 2;
