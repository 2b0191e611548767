import { Grid } from "../../../geo/region/grid.ts";
import type { Done, Work } from "../../contract.ts";
import { areaOf } from "./area.ts";
import { cellSizeOf, cellsOf } from "./cells.ts";
import type { Chunk, Part, SumUpChunk } from "./chunks.ts";
import { allCounted } from "./count.ts";
import { findGaps } from "./gaps.ts";
import { type AreaInput, DEFAULT_CELLS } from "./input.ts";
import { type AreaSummary, density, featuresOf, viewCell, viewGap, viewKinds } from "./result.ts";

const MOST_KINDS = 20;
const MOST_KINDS_OF_CELL = 5;
const MOST_SPOTS = 5;
const FEATURES_A_PAUSE = 500;

/** An invocation has only so many calls. */
const MOST_SEARCHES = 100;
/** What the search for gaps may cost before it is given up; the last of its searches may go some thousand beyond. */
const MOST_COST_OF_GAPS = 100_000;
/** Cells that are cut out of the area in a hundred microseconds, and rows read for a kind's label. */
const CELLS_A_UNIT = 5;
const ROWS_A_KIND = 2;
/** At most. */
export const COST_OF_SUMMING_UP = 150_000;

const GAPS_ARE_CUT =
  "There may be more large gaps than those told: the search for them has come to its limit.";

/** Makes the summary and the file of all cells of what was counted. */
export async function sumUp(
  { sought, counted }: SumUpChunk,
  input: AreaInput,
  work: Work,
): Promise<Done<Chunk, Part>> {
  const pause = () => work.pause();
  const area = areaOf(input);
  const sizeMeters = cellSizeOf(area, input.cells ?? DEFAULT_CELLS);
  const tally = await allCounted(counted, work.files, pause);
  const cells = await cellsOf(area, new Grid(sizeMeters), tally, pause);
  const kindsByNumber = tally.kinds();
  const categories = await work.places.categoriesOf([...kindsByNumber.keys()]);
  const kinds = viewKinds(kindsByNumber, categories);
  const others = kinds.slice(MOST_KINDS);

  const { gaps, isCut, cost } = await findGaps(
    cells.flatMap(({ center }) => center ?? []),
    [...tally.cells.values()].map(({ one }) => one),
    (center, radiusMeters, mostRows) =>
      work.nearby.nearest({ center, radiusMeters }, sought, mostRows),
    { most: MOST_SPOTS, mostSearches: MOST_SEARCHES, mostCost: MOST_COST_OF_GAPS, pause },
  );
  const snapshot = await work.places.snapshot();
  const occupied = cells.filter(({ count }) => count);
  const summary: AreaSummary = {
    ...density(tally.places, area.outline.area()),
    places: tally.places,
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
    notes: [...sought.notes, ...area.notes, ...(isCut ? [GAPS_ARE_CUT] : [])],
  };

  const lines: string[] = [];
  const views = cells.map((cell) => viewCell(cell, categories, MOST_KINDS_OF_CELL));
  for (const feature of featuresOf(views, summary)) {
    if (lines.push(JSON.stringify(feature)) % FEATURES_A_PAUSE === 0) await pause();
  }
  const { area_km2, places } = summary;
  const head = { type: "FeatureCollection", area_km2, places, kinds };
  const text = `${JSON.stringify(head).slice(0, -1)},"features":[\n${lines.join(",\n")}\n]}\n`;
  const ofCells = Math.ceil(cells.length / CELLS_A_UNIT) + ROWS_A_KIND * kindsByNumber.size;
  return {
    part: { summary, cells: await work.files.put("cells.geojson", text) },
    done: 0,
    cost: Math.min(cost + ofCells, COST_OF_SUMMING_UP),
  };
}
