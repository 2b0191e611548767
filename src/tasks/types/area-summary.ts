import { WALK_START } from "../../index/walk.ts";
import { describeAnswer } from "../../nearby/present/reading.ts";
import type { Joined, Plan, TaskType, World } from "../contract.ts";
import { checkedAreaOf } from "./area-summary/area.ts";
import type { Chunk, Part, Sought } from "./area-summary/chunks.ts";
import { ALL, costOfCounting, countOn, type RowsAtOnce } from "./area-summary/count.ts";
import { AreaInput } from "./area-summary/input.ts";
import type { AreaSummary } from "./area-summary/result.ts";
import { COST_OF_SUMMING_UP, sumUp } from "./area-summary/sum-up.ts";

/** In a statement some milliseconds of the database, in a chunk some tenths of a second. */
const ROWS_AT_ONCE: RowsAtOnce = { page: 2_000, chunk: 50_000 };

/** @param rows how many rows of places a statement and a chunk look at */
export function areaSummaryOf(
  rows: RowsAtOnce,
): TaskType<typeof AreaInput, Chunk, Part, AreaSummary> {
  return {
    name: "area_summary",
    title: "What an area holds",
    description:
      "What a circle, a box or a polygon holds, counted exactly: by kind and by cell, with densities, the densest cells and the largest gaps; all cells as GeoJSON.",
    input: AreaInput,
    unit: "thousandths of the area",

    async plan(input, world): Promise<Plan<Chunk>> {
      const area = checkedAreaOf(input);
      const sought = await soughtBy(input, world);
      const costLeft = await costOfCounting(area, sought, world);
      return {
        chunks: [{ step: "count", sought, from: WALK_START, done: 0, costLeft }],
        total: ALL,
        cost: costLeft + COST_OF_SUMMING_UP,
      };
    },

    run(chunk, input, work) {
      return chunk.step === "count" ? countOn(chunk, input, work, rows) : sumUp(chunk, input, work);
    },

    async join([part]): Promise<Joined<AreaSummary>> {
      const { summary, cells } = part!;
      const file = { name: "cells.geojson", mediaType: "application/geo+json", parts: [cells] };
      return { result: summary, files: [file] };
    },

    summarize({ places, area_km2, places_per_km2, kinds, densest_cells, largest_gaps, notes }) {
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
        ...notes,
      ]
        .filter(Boolean)
        .join(" ");
    },
  };
}

const areaSummary = areaSummaryOf(ROWS_AT_ONCE);
export default areaSummary;

/** @throws CallerError that says what to change */
async function soughtBy(
  { query = "", category, collection, filter }: AreaInput,
  { nearby, places }: World,
): Promise<Sought> {
  // It is compiled with what the collections declare now.
  await places.snapshot();
  const asked = { query, category, collection, filter, limit: 1 };
  const { matching, answer } = await nearby.matching(asked, { isOrdered: false });
  const { sets, tests } = matching;
  return {
    match: sets[0] ?? undefined,
    tests,
    nowMs: Date.now(),
    notes: describeAnswer(answer),
  };
}
