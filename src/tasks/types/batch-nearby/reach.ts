import { cellAlong, cellsHolding, centerOf, circumradius, levelOfEdge } from "../../../geo/cell.ts";
import { type LeafRange, rangesOfDisc } from "../../../geo/disc.ts";
import { widestAngle } from "../../../geo/ellipsoid.ts";
import type { Point } from "../../../geo/point.ts";

/** Where points lie, roughly: the cells of one level that have some. Plain data. */
export interface Reach {
  readonly level: number;
  /** Their positions along the curve. */
  readonly cells: readonly number[];
}

/** More cells than this are not kept apart: the next coarser ones take their place. */
const MOST_CELLS = 256;
/** Between more ranges the smallest gaps are read, too. */
const MOST_RANGES = 128;

/** The reach of no points. Finer cells than the radius would say nothing. */
export function noReach(radiusMeters: number): Reach {
  return { level: levelOfEdge(Math.min(Math.PI, widestAngle(radiusMeters))), cells: [] };
}

export function reachOf(before: Reach, points: readonly Point[]): Reach {
  let { level } = before;
  let cells = new Set(before.cells);
  for (const point of points) {
    cells.add(cellsHolding(point, level).at(-1)!.position);
    while (cells.size > MOST_CELLS && level > 0) {
      level--;
      cells = new Set(Array.from(cells, (position) => Math.floor(position / 4)));
    }
  }
  return { level, cells: [...cells].sort((a, b) => a - b) };
}

/** All leaf cells within the radius of any of the points, and some more. In ascending order. */
export function leavesWithin({ level, cells }: Reach, radiusMeters: number): LeafRange[] {
  const angle = widestAngle(radiusMeters) + circumradius(level);
  const leaves = cells.flatMap((position) =>
    rangesOfDisc(centerOf(cellAlong(position, level)), angle),
  );
  const merged: [number, number][] = [];
  for (const [first, last] of leaves.sort(([a], [b]) => a - b)) {
    const before = merged.at(-1);
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else merged.push([first, last]);
  }
  return withFewGaps(merged);
}

function withFewGaps(ranges: readonly LeafRange[]): LeafRange[] {
  const gapBefore = (at: number) => ranges[at]![0] - ranges[at - 1]![1];
  const kept = Array.from({ length: Math.max(0, ranges.length - 1) }, (_, n) => n + 1)
    .sort((a, b) => gapBefore(b) - gapBefore(a))
    .slice(0, MOST_RANGES - 1)
    .sort((a, b) => a - b);
  const starts = [0, ...kept];
  return ranges.length === 0
    ? []
    : starts.map((start, n) => [
        ranges[start]![0],
        ranges[(starts[n + 1] ?? ranges.length) - 1]![1],
      ]);
}
