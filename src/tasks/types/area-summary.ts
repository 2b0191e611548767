import { LEAF_LEVEL } from "../../geo/cell.ts";
import type { LeafRange } from "../../geo/disc.ts";
import { Grid } from "../../geo/region/grid.ts";
import { coverRegion, type RegionCovering } from "../../geo/region/region-covering.ts";
import {
  leafOf,
  WALK_START,
  type Walk,
  type WalkedPlace,
  type WalkPosition,
} from "../../index/walk.ts";
import type { Done, Joined, Plan, TaskType, World } from "../contract.ts";
import { type Area, areaOf } from "./area-summary/area.ts";
import { cellSizeOf, cellsOf } from "./area-summary/cells.ts";
import { findGaps } from "./area-summary/gaps.ts";
import { AreaInput, DEFAULT_CELLS } from "./area-summary/input.ts";
import {
  type AreaSummary,
  density,
  featuresOf,
  viewCell,
  viewGap,
  viewKinds,
} from "./area-summary/result.ts";
import { compile, readingsOf, type Sought } from "./area-summary/sought.ts";
import { Tally, type TallyRow } from "./area-summary/tally.ts";

/** How many cells of the index an area is read in. With some hundred, four to ten per cent of what is read lie outside. */
const MOST_COVERING_CELLS = 600;
/** How many rows of places are looked at: in a statement some milliseconds of the database, in a chunk some tenths of a second. */
const ROWS_AT_ONCE = { page: 2_000, chunk: 50_000 };
/** Up to so many places, the plan counts them to know what the task will cost. */
const MOST_PLANNED_ROWS = 2_000;
/** Rows that a place and a test of it come to at most, about; and a range of keys. */
const ROWS_A_PLACE = 2;
const ROWS_A_TEST = 40;
const ROWS_A_RANGE = 10;
const PLACES_A_PAUSE = 500;

const MOST_KINDS = 20;
const MOST_KINDS_OF_CELL = 5;
const MOST_SPOTS = 5;
const MOST_SEARCHES = 100;

/** Progress counts in thousandths of the covering: places are known only when they have been counted. */
const ALL = 1_000;

/**
 * A stretch of the curve through the area. Each leads on to the next: the database runs one statement at a time anyway, and
 * what is left of the cost goes along.
 */
interface Chunk {
  readonly number: number;
  readonly from: WalkPosition;
  readonly sought: Sought;
  /** How many thousandths are done before it. */
  readonly done: number;
  /** What the rest of the task may cost. */
  readonly costLeft: number;
}

interface Part {
  /** The file with what it has counted. */
  readonly file: string;
  readonly sought: Sought;
}

/** @param rows how many rows of places a statement and a chunk look at */
export function areaSummaryOf(
  rows: typeof ROWS_AT_ONCE,
): TaskType<typeof AreaInput, Chunk, Part, AreaSummary> {
  return {
    name: "area_summary",
    title: "What an area holds",
    description:
      "What a circle, a box or a polygon holds, counted exactly: by kind and by cell, with densities, the densest cells and the largest gaps; all cells as GeoJSON.",
    input: AreaInput,
    unit: "thousandths of the area",

    async plan(input, world): Promise<Plan<Chunk>> {
      const area = areaOf(input);
      const what = await compile(input, world);
      const readings = await readingsOf(what, world);
      const covering = coveringOf(area);
      const first = await firstWithPlaces(readings, area, covering, world);
      if (!first.hasPlaces && what.query.category) {
        await world.nearby.requireCategory(what.query.category);
      }
      const cost = first.rowsRead ?? (await mostRows(world, covering, first.sought));
      return {
        chunks: [{ number: 0, from: WALK_START, sought: first.sought, done: 0, costLeft: cost }],
        total: ALL,
        cost,
      };
    },

    async run(chunk, input, work): Promise<Done<Chunk, Part>> {
      const { number, sought } = chunk;
      const area = areaOf(input);
      const covering = coveringOf(area);
      const grid = new Grid(cellSizeOf(area, input.cells ?? DEFAULT_CELLS));
      const tally = new Tally();
      const walk = walkOf(area, covering, sought);
      let at: WalkPosition | undefined = chunk.from;
      let [lookedAt, rowsRead] = [0, 0];
      while (at && lookedAt < rows.chunk) {
        const page = await work.places.walk(walk, at, rows.page);
        for (const [nth, place] of page.places.entries()) {
          if (nth % PLACES_A_PAUSE === 0) await work.pause();
          if (isIn(area, covering, place)) tally.add(grid, place);
        }
        lookedAt += page.lookedAt;
        rowsRead += page.rowsRead;
        at = page.next;
        await work.report(doneBefore(at, covering) - chunk.done, rowsRead);
      }
      // Where it ends is in the name: if another run of the chunk ends elsewhere, the file of the one that counts stays as it is.
      const file = `counts-${number}-${at ? Object.values(at).join("-") : "end"}`;
      await work.files.put(file, JSON.stringify(tally.rows()));
      const done = doneBefore(at, covering);
      const cost = Math.min(rowsRead, chunk.costLeft);
      const rest = { number: number + 1, sought, done, costLeft: chunk.costLeft - cost };
      return {
        part: { file, sought },
        done: done - chunk.done,
        cost,
        ...(at && { next: [{ ...rest, from: at }] }),
      };
    },

    async join(parts, input, work): Promise<Joined<AreaSummary>> {
      const area = areaOf(input);
      const { sought } = parts[0]!;
      const sizeMeters = cellSizeOf(area, input.cells ?? DEFAULT_CELLS);
      const tally = new Tally();
      for (const { file } of parts) {
        tally.addRows(await (await work.files.get(file)).json<TallyRow[]>());
        await work.pause();
      }
      const cells = await cellsOf(area, new Grid(sizeMeters), tally, () => work.pause());
      const kindsByNumber = tally.kinds();
      const categories = await work.places.categoriesOf([...kindsByNumber.keys()]);
      const kinds = viewKinds(kindsByNumber, categories);
      const others = kinds.slice(MOST_KINDS);

      const { gaps, isCut } = await findGaps(
        cells.flatMap(({ center }) => center ?? []),
        [...tally.cells.values()].map(({ one }) => one),
        (center, radiusMeters) => work.nearby.nearest({ center, radiusMeters }, sought),
        { most: MOST_SPOTS, mostSearches: MOST_SEARCHES, pause: () => work.pause() },
      );
      const snapshot = await work.places.snapshot();
      const occupied = cells.filter(({ count }) => count);
      const summary: AreaSummary = {
        ...density(tally.places, area.outline.area()),
        places: tally.places,
        ...readAs(sought),
        kinds: kinds.slice(0, MOST_KINDS),
        ...(others.length > 0 && {
          more_kinds: {
            kinds: others.length,
            places: others.reduce((sum, { places }) => sum + places, 0),
          },
        }),
        cells: { size_m: sizeMeters, all: cells.length, with_places: occupied.length },
        densest_cells: occupied
          .toSorted((a, b) => b.count!.places - a.count!.places)
          .slice(0, MOST_SPOTS)
          .map((cell) => viewCell(cell, categories, MOST_KINDS_OF_CELL)),
        largest_gaps: gaps.map((gap) => viewGap(gap, snapshot)),
        notes: [...area.notes, ...(isCut ? [GAPS_ARE_CUT] : [])],
      };

      const lines: string[] = [];
      const views = cells.map((cell) => viewCell(cell, categories, MOST_KINDS_OF_CELL));
      for (const feature of featuresOf(views, summary)) {
        if (lines.push(JSON.stringify(feature)) % PLACES_A_PAUSE === 0) await work.pause();
      }
      const head = {
        type: "FeatureCollection",
        area_km2: summary.area_km2,
        places: summary.places,
        kinds,
      };
      const text = `${JSON.stringify(head).slice(0, -1)},"features":[\n${lines.join(",\n")}\n]}\n`;
      await work.files.put(CELLS_FILE, text);
      const file = { name: CELLS_FILE, mediaType: "application/geo+json", parts: [CELLS_FILE] };
      return { result: summary, files: [file] };
    },

    summarize({ places, area_km2, places_per_km2, kinds, densest_cells, largest_gaps }) {
      const named = kinds.slice(0, 5).map(({ label, places }) => `${label} ${places}`);
      const [densest] = densest_cells;
      const [gap] = largest_gaps;
      return [
        `${places} places in ${area_km2} km², ${places_per_km2} a km².`,
        named.length > 0 && `Most are: ${named.join(", ")}.`,
        densest?.center &&
          `Densest cell: ${densest.places} places around ${densest.center.latitude}, ${densest.center.longitude}.`,
        gap &&
          `Largest gap: none within ${gap.empty_within_km} km of ${gap.latitude}, ${gap.longitude}.`,
      ]
        .filter(Boolean)
        .join(" ");
    },
  };
}

const areaSummary = areaSummaryOf(ROWS_AT_ONCE);
export default areaSummary;

const CELLS_FILE = "cells.geojson";
const GAPS_ARE_CUT =
  "There may be more large gaps than those told: the search for them has come to its limit.";

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

/** The first way to read the question in which there is a place; the first of all if there is none. */
async function firstWithPlaces(
  readings: readonly Sought[],
  area: Area,
  covering: RegionCovering,
  { places }: World,
): Promise<{
  readonly sought: Sought;
  readonly hasPlaces: boolean;
  /** What it has come to at most, with room for places that come meanwhile; undefined if not all was read. */
  readonly rowsRead: number | undefined;
}> {
  let total = 0;
  for (const sought of readings) {
    const walk = walkOf(area, covering, sought);
    let at: WalkPosition | undefined = WALK_START;
    let [lookedAt, rowsRead, hasPlaces] = [0, 0, false];
    while (at && lookedAt < MOST_PLANNED_ROWS) {
      const page = await places.walk(walk, at, MOST_PLANNED_ROWS);
      hasPlaces ||= page.places.some((place) => isIn(area, covering, place));
      lookedAt += page.lookedAt;
      rowsRead += page.rowsRead;
      at = page.next;
    }
    total = Math.max(total, rowsRead);
    const most = at ? undefined : 2 * total + ROWS_A_RANGE * covering.ranges.length;
    if (hasPlaces || at) return { sought, hasPlaces: true, rowsRead: most };
  }
  const most = 2 * total + ROWS_A_RANGE * covering.ranges.length;
  return { sought: readings[0]!, hasPlaces: false, rowsRead: most };
}

/** What a large area may come to: it may hold all matches that there are. */
async function mostRows(
  { places }: World,
  { ranges }: RegionCovering,
  { match, tests = [] }: Sought,
): Promise<number> {
  const rows = (await places.mostOf(match)) + MOST_PLANNED_ROWS;
  const rowsAPlace = ROWS_A_PLACE + ROWS_A_TEST * tests.length;
  return rows * rowsAPlace + ROWS_A_RANGE * ranges.length;
}

function readAs({ mode, reading }: Sought): Pick<AreaSummary, "read_as"> {
  if (!reading) return {};
  const kinds = reading.kinds.map(([label]) => label);
  return { read_as: { mode, kinds, words: reading.rewritten ?? [] } };
}
