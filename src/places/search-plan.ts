import { type Cell, cellsHolding, leavesOf } from "../geo/cell.ts";
import { coverEach, type Range } from "../geo/covering.ts";
import { shortestChord, toDirection, toEarthCentered, widestAngle } from "../geo/ellipsoid.ts";
import type { Point } from "../geo/point.ts";
import { firstKey, keysOf } from "./key.ts";
import { nearestStatement } from "./nearest-statement.ts";
import type { TextQuery } from "./text-query.ts";

/** What to search for: the places nearest to the center that match the text, within the radius. */
export interface Search {
  readonly center: Point;
  readonly radiusMeters: number;
  readonly limit: number;
  /** Left out: every place matches. */
  readonly text?: TextQuery | undefined;
  /** Only what comes behind this place in the order of distance, then key. */
  readonly after?: { readonly distanceMeters: number; readonly key: number } | undefined;
  /** Whether to try the ladder first; without it the search is exact at any distance, but reads more. */
  readonly quick: boolean;
}

/** Each rung of the ladder is this much wider than the one below. */
const GROWTH = 1.4;
const LOWEST_RUNG_METERS = 30;

/** The statement and its parameters, ready to bind. */
export function planSearch(search: Search): { sql: string; parameters: unknown[] } {
  const { center, radiusMeters, limit, text, after } = search;
  // A page that goes on from a cursor has no use for the matches right at the point.
  const quick = search.quick && !after;
  const ladder = quick ? climb(center, radiusMeters) : undefined;
  const json = JSON.stringify({ ...ladder, ...text });
  const parameters = [
    json,
    ...toEarthCentered(center),
    radiusMeters ** 2,
    firstKey(center),
    limit,
    after ? shortestChord(after.distanceMeters) ** 2 : 0,
    after ? after.key : -1,
  ];
  return { sql: STATEMENTS[text ? "matching" : "any"][quick ? "quick" : "thorough"], parameters };
}

const STATEMENTS = {
  matching: {
    quick: nearestStatement({ matching: true, quick: true }),
    thorough: nearestStatement({ matching: true, quick: false }),
  },
  any: {
    quick: nearestStatement({ matching: false, quick: true }),
    thorough: nearestStatement({ matching: false, quick: false }),
  },
};

/** Coverings of discs from small to the whole radius, and what the statement needs to pick one. */
function climb(center: Point, radiusMeters: number) {
  const radii = [radiusMeters];
  for (let radius = radiusMeters / GROWTH; radius > LOWEST_RUNG_METERS; radius /= GROWTH) {
    radii.push(radius);
  }
  const coverings = coverEach(toDirection(center), 0, radii.map(widestAngle)).reverse();
  const widest = coverings.at(-1)!.map(keysOf);
  const holding = cellsHolding(center);
  return {
    radius: radiusMeters,
    growth: GROWTH,
    rungs: coverings.length,
    /** The most that a geodesic within the radius is longer than its chord. */
    stretch: radiusMeters / shortestChord(radiusMeters),
    first: widest[0]![0],
    last: widest.at(-1)![1],
    coverings: coverings.map((ranges) => ranges.map(keysOf)),
    /** For each rung, which of the cells holding the point holds the whole covering, too: the smallest; or none. */
    levels: coverings.map((ranges) => levelHolding(ranges, holding)),
    holding: holding.map(({ face, level, i, j, orientation, position }) => {
      return { face, level, i, j, turn: orientation, position };
    }),
  };
}

/** An index behind the last cell is JSON for none. */
function levelHolding(ranges: readonly Range[], holding: readonly Cell[]): number {
  const level = holding.findLastIndex((cell) => {
    const [first, last] = leavesOf(cell);
    return first <= ranges[0]![0] && ranges.at(-1)![1] <= last;
  });
  return level < 0 ? holding.length : level;
}
