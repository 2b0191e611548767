import {
  type Cell,
  centerOf,
  childrenOf,
  circumradius,
  FACES,
  LEAF_LEVEL,
  leavesOf,
  sineToCell,
} from "./cell.ts";
import type { Vector } from "./vector.ts";

/** A run of leaf positions along the curve, both ends included. */
export type Range = readonly [first: number, last: number];

/** Everything at an angle from `inner` to `outer` radians around a direction; a disc if `inner` is 0. */
export interface Ring {
  readonly center: Vector;
  readonly inner: number;
  readonly outer: number;
}

/** Finer cells hold fewer strangers but make more ranges; this takes in some 1.6 times the disc. */
const CELLS_ACROSS = 2;
/** Each range is a seek in the index. */
const MAX_RANGES = 6;
/** A cell's edge on the unit sphere is some 1.5 / 2^level. */
const EDGE = 1.5;
/** Far more than the rounding of the angles; six micrometres on the ground. */
const ROUNDING = 1e-12;

/**
 * Coverings of rings around one direction: for each a few ranges of leaf positions that together hold
 * every point of the ring, and not much else; disjoint, in curve order. The rings have the same hole,
 * and their outer angles must descend: each ring lies inside the one before it, so its cells are
 * looked for only in there.
 */
export function coverEach(center: Vector, inner: number, outers: readonly number[]): Range[][] {
  let cells = FACES;
  return outers.map((outer) => {
    cells = cellsOf({ center, inner, outer }, cells);
    return toRanges(cells);
  });
}

/** The cells below the given ones that meet the ring, in curve order. */
function cellsOf({ center, inner, outer }: Ring, within: readonly Cell[]): Cell[] {
  const reach = outer + ROUNDING;
  const hole = inner - ROUNDING;
  const finest = Math.ceil(Math.log2((EDGE * CELLS_ACROSS) / outer));
  const level = Math.min(LEAF_LEVEL, Math.max(0, finest));
  const sineOfReach = reach < Math.PI / 2 ? Math.sin(reach) : Number.POSITIVE_INFINITY;
  const cells: Cell[] = [];

  const visit = (cell: Cell): void => {
    const radius = circumradius(cell.level);
    const angle = angleTo(centerOf(cell), center);
    if (angle - radius > reach || angle + radius < hole) return;
    if (angle > reach && sineToCell(cell, center) > sineOfReach) return;
    const whole = angle + radius <= reach && angle - radius >= hole;
    if (cell.level >= level || whole) cells.push(cell);
    else for (const child of childrenOf(cell)) visit(child);
  };
  for (const cell of within) visit(cell);
  return cells;
}

function toRanges(cells: readonly Cell[]): Range[] {
  const ranges: [first: number, last: number][] = [];
  for (const cell of cells) {
    const [first, last] = leavesOf(cell);
    const previous = ranges.at(-1);
    if (previous?.[1] === first - 1) previous[1] = last;
    else ranges.push([first, last]);
  }
  return bridgeGaps(ranges);
}

/** Joins the ranges with the smallest gaps between them until few enough are left. */
function bridgeGaps(ranges: [first: number, last: number][]): Range[] {
  const gapBefore = (k: number) => ranges[k]![0] - ranges[k - 1]![1];
  while (ranges.length > MAX_RANGES) {
    let narrowest = 1;
    for (let k = 2; k < ranges.length; k++) {
      if (gapBefore(k) < gapBefore(narrowest)) narrowest = k;
    }
    ranges[narrowest - 1]![1] = ranges[narrowest]![1];
    ranges.splice(narrowest, 1);
  }
  return ranges;
}

/** The angle between two unit vectors, through the chord: exact for small angles too. */
function angleTo([ax, ay, az]: Vector, [bx, by, bz]: Vector): number {
  const chord = Math.sqrt((ax - bx) ** 2 + (ay - by) ** 2 + (az - bz) ** 2);
  return 2 * Math.asin(Math.min(1, chord / 2));
}
