import * as z from "zod/v4";
import { CallerError } from "../../errors.ts";
import { type AttributeTest, Filter } from "../../index/search/filter.ts";
import { describeAnswer } from "../../nearby/present/reading.ts";
import { METERS_IN, radiusInMeters, UnitInput } from "../../nearby/present/units.ts";
import type { Asked } from "../../nearby/question.ts";
import type { Done, Joined, Plan, TaskFiles, TaskType, Work } from "../contract.ts";
import {
  type Chunk,
  MOST_WORST,
  type NearestPart,
  type Part,
  type PointsChunk,
  type PointsPart,
  type Settled,
  type Skipped,
  type Worst,
} from "./batch-nearby/chunks.ts";
import { matchesChunk, readMatches } from "./batch-nearby/matches.ts";
import { MOST_POINTS, noPointsRead, readPoints } from "./batch-nearby/points.ts";
import { CSV, CSV_HEADER, NDJSON } from "./batch-nearby/rows.ts";
import { sourceOf } from "./batch-nearby/source.ts";
import { costOf, distancesOf, writeNearest } from "./batch-nearby/write.ts";

const MOST_GIVEN = 5_000;
const MOST_K = 50;
const MOST_ROWS = 1_000_000;
/** Rows of the index. */
const COST_A_MATCH = 2.2;
/** Of both files of rows, and of what is put before them. */
const KIB_A_ROW = 0.75;
const KIB_A_MATCH = 0.3;
const COST_OF_A_WALK = 2_000;
const DEFAULT_RADIUS = 10;

const Point = z.preprocess(
  (given) =>
    Array.isArray(given) && given.length === 2
      ? { latitude: given[0], longitude: given[1] }
      : given,
  z.strictObject({
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
    id: z
      .preprocess((id) => (typeof id === "number" ? String(id) : id), z.string().max(200))
      .optional(),
  }),
);

const input = z.strictObject({
  points: z
    .array(Point)
    .min(1)
    .max(MOST_GIVEN)
    .optional()
    .describe('[latitude, longitude], or {"latitude", "longitude", "id"}, each'),
  collection: z.string().max(200).optional().describe("Or: every place of this collection"),
  input: z.string().max(200).optional().describe("Or: a file that was sent to /mcp/inputs"),
  query: z.string().max(200).optional().describe("What to look for, as in get_nearby_data"),
  category: z.string().max(100).optional(),
  radius: z.number().positive().optional().meta({ default: DEFAULT_RADIUS }),
  unit: UnitInput.optional(),
  k: z.int().min(1).max(MOST_K).optional().meta({ default: 1 }),
  filter: Filter.optional(),
});
type Input = z.output<typeof input>;

/** What whoever asked is told at once; the rows are in the files. */
export interface BatchResult {
  readonly points: number;
  readonly k: number;
  readonly radius: number;
  readonly unit: string;
  /** How many points have no match within the radius. */
  readonly without: number;
  readonly rows: number;
  /** From each point to its nearest match, in the unit; left out if none has one. */
  readonly distances?: {
    readonly least: number;
    readonly median: number;
    readonly p90: number;
    readonly most: number;
  };
  /** The points that are farthest from their nearest match. */
  readonly worst: readonly Worst[];
  /** Rows of the file that are no points, and the first of them. */
  readonly skipped?: {
    readonly rows: number;
    readonly first: readonly { readonly line: number; readonly reason: string }[];
  };
  readonly notes: readonly string[];
}

/**
 * The k nearest matches of each of many points. The order is that of get_nearby_data: by the geodesic to the millimetre, then
 * by key; places of a name before places of the kind that is called so. It differs where that tool reads a text more loosely
 * when there is no match within the radius: here the text is read once, as it is where the radius is the whole earth, and a
 * point that has no match within the radius has none.
 *
 * Not one search per point: the matches within reach of the points are read once, in key order, and put into files as blocks
 * of neighbours; each file of points is joined with the blocks that are near it (nearest.ts).
 */
const batchNearby: TaskType<typeof input, Chunk, Part, BatchResult> = {
  name: "batch_nearby",
  title: "The nearest places of many points",
  description: `The k nearest matches of each of up to ${MOST_POINTS} points: a summary, and all rows as files.`,
  input,
  unit: "points",

  async plan(given, world): Promise<Plan<Chunk>> {
    const k = kOf(given);
    const radiusMeters = radiusMetersOf(given);
    const { source, points, cost } = await sourceOf(given, world);
    if ((points ?? 0) * k > MOST_ROWS) throw tooManyRows(points!, k);
    const { query = "", category, filter } = given;
    const asked: Asked = { query, category, filter, limit: 1 };
    const { matching, answer } = await world.nearby.matching(asked);
    const notes = describeAnswer(answer);
    const most = await Promise.all(
      matching.sets.map((match) => world.places.mostOf(match ?? undefined)),
    );
    const settled: Settled = { matching, notes, radiusMeters, nowMs: Date.now() };
    const matches = most.reduce((sum, ofSet) => sum + ofSet, 0);
    return {
      chunks: [{ step: "points", settled, source, read: noPointsRead(radiusMeters) }],
      total: points ?? 0,
      cost:
        cost +
        costOf(points ?? MOST_POINTS, matches, { k, radiusMeters }) +
        Math.ceil(KIB_A_ROW * Math.min(MOST_ROWS, (points ?? MOST_POINTS) * k)) +
        costOfMatches(most, matching.tests, answer.snapshot.attributes.length),
    };
  },

  async run(chunk, given, work) {
    switch (chunk.step) {
      case "points":
        return takePoints(chunk, given, work);
      case "matches":
        return readMatches(chunk, work);
      case "nearest":
        return writeNearest(chunk, kOf(given), work);
    }
  },

  async join(parts, given, { files }): Promise<Joined<BatchResult>> {
    const { points, notes, skipped, skippedRows } = parts.find((part) => part.step === "points")!;
    const joined = parts.filter((part) => part.step === "nearest");
    const header = await files.put("header.csv", CSV_HEADER);
    const { radius = DEFAULT_RADIUS, unit = "km" } = given;
    const distances = await quantiles(joined, METERS_IN[unit], files);
    const sum = (of: (part: NearestPart) => number) =>
      joined.reduce((sum, part) => sum + of(part), 0);
    const without = sum((part) => part.without);
    return {
      result: {
        ...{ points, k: kOf(given), radius, unit, without, rows: sum(({ rows }) => rows) },
        ...(distances && { distances }),
        worst: joined
          .flatMap(({ worst }) => worst)
          .sort((a, b) => b.distance_m - a.distance_m || a.point - b.point)
          .slice(0, MOST_WORST),
        ...(skippedRows > 0 && { skipped: { rows: skippedRows, first: skipped } }),
        notes: [...notes, ...(without > 0 ? [NONE_WITHIN] : [])],
      },
      files: [
        {
          name: "rows.csv",
          mediaType: CSV,
          parts: [header, ...joined.map((part) => part.files.csv)],
        },
        {
          name: "rows.ndjson",
          mediaType: NDJSON,
          parts: joined.map((part) => part.files.ndjson),
        },
      ],
    };
  },

  summarize({ points, without, radius, unit, distances, rows, skipped, notes }) {
    const told = distances
      ? `Distances to the nearest match: least ${distances.least}, median ${distances.median}, p90 ${distances.p90}, most ${distances.most} ${unit}.`
      : "";
    return [
      `${points} points; ${without} of them have no match within ${radius} ${unit}.`,
      told,
      `The files have ${rows} rows.`,
      skipped ? `${skipped.rows} rows of the file are no points.` : "",
      ...notes,
    ]
      .filter(Boolean)
      .join(" ");
  },
};

export default batchNearby;

const NONE_WITHIN =
  "get_nearby_data tells the nearest match beyond the radius, and may read the text more loosely where it finds none within; here such points have a row without a place.";

function kOf({ k = 1 }: Input): number {
  return k;
}

function radiusMetersOf({ radius = DEFAULT_RADIUS, unit = "km" }: Input): number {
  return radiusInMeters(radius, unit);
}

function tooManyRows(points: number, k: number): CallerError {
  return new CallerError(
    `"k": ${points} points with ${k} matches each are more than ${MOST_ROWS} rows. Pass a smaller k, or fewer points.`,
  );
}

/** How many points a file of points has: they are joined by one chunk, in some seconds, in memory. */
const MOST_ROWS_A_FILE = 40_000;
const MOST_POINTS_A_FILE = 12_500;

function pointsAFile(given: Input): number {
  return Math.min(MOST_POINTS_A_FILE, Math.floor(MOST_ROWS_A_FILE / kOf(given)));
}

/** Reads points; when all are there, their matches come next. */
async function takePoints(
  chunk: PointsChunk,
  given: Input,
  work: Work,
): Promise<Done<Chunk, PointsPart>> {
  const { settled, source, read: before } = chunk;
  const { read, isAll, cost } = await readPoints(
    source,
    before,
    { settled, most: pointsAFile(given), files: work.files },
    { ...work, given: given.points ?? [] },
  );
  if (!isAll) return { done: 0, cost, next: [{ ...chunk, read }] };
  const { points, items, skipped, reach, files } = read;
  if (points === 0) throw noPoints(skipped);
  if (points * kOf(given) > MOST_ROWS) throw tooManyRows(points, kOf(given));
  const { notes } = settled;
  return {
    part: { step: "points", points, skipped, skippedRows: items - points, notes },
    ...{ done: 0, cost, total: points },
    next: [matchesChunk({ settled, reach, files, blocks: [] }, 0)],
  };
}

function noPoints([first]: readonly Skipped[]): CallerError {
  const why = first ? `line ${first.line} ${first.reason}` : "it is empty";
  return new CallerError(`None of the rows is a point: ${why}.`);
}

/** A posting and a row of each match, what its tests read, and what the walks read besides. */
function costOfMatches(
  most: readonly number[],
  tests: readonly AttributeTest[],
  declared: number,
): number {
  const ofTests = tests.flat().reduce(
    // Each attribute of a place is compared with each value.
    (sum, { one_of = [] }) => sum + 3 + declared * (2 + one_of.length),
    tests.length,
  );
  const ofAll = most.reduce(
    (sum, matches) => sum + matches * (COST_A_MATCH + KIB_A_MATCH + ofTests),
    0,
  );
  return Math.ceil(ofAll) + COST_OF_A_WALK * most.length;
}

async function quantiles(
  parts: readonly NearestPart[],
  metersInUnit: number,
  files: TaskFiles,
): Promise<BatchResult["distances"]> {
  const lists = await Promise.all(parts.map((part) => distancesOf(files, part.files.distances)));
  const all = new Float64Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  if (all.length === 0) return undefined;
  all.sort();
  const quantile = (share: number) => {
    const meters = all[Math.max(0, Math.ceil(share * all.length) - 1)]!;
    return Math.round((meters / metersInUnit) * 1_000) / 1_000;
  };
  return { least: quantile(0), median: quantile(0.5), p90: quantile(0.9), most: quantile(1) };
}
