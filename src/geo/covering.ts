import {
  type Cell,
  centerOf,
  childrenOf,
  circumradius,
  FACES,
  LEAF_LEVEL,
  sineToCell,
} from "./cell.ts";
import type { Vector } from "./vector.ts";

/** A cell, and the angle from some direction within which nothing of it lies. */
export interface DistantCell extends Cell {
  readonly leastAngle: number;
}

/** Cells around a direction, out to some angle. */
export interface Rung {
  /** The cells that together hold the whole disc of that angle, in curve order. */
  readonly disc: readonly DistantCell[];
  /** What they have beyond the disc of the rung below: empty for the lowest rung. */
  readonly ring: readonly DistantCell[];
}

/** A cell's edge on the unit sphere is some 1.5 / 2^level. */
const EDGE = 1.5;
/** The longest edge of the cells of a disc, in radii: such a disc takes some ten cells. */
const EDGE_TO_RADIUS = 1.4;
/** Far more than the rounding of the angles; six micrometres on the ground. */
const ROUNDING = 1e-12;

/**
 * Coverings of discs around one direction, with these outer angles, which must ascend. No two cells
 * of a disc and of the rings of the rungs above it overlap, and together they are the highest disc.
 */
export function climb(center: Vector, angles: readonly number[]): Rung[] {
  const rungs: { disc: DistantCell[]; ring: DistantCell[] }[] = [];
  let cells = FACES.map((face) => measure(face, center));
  // From the highest down: the cells of each disc are parts of those of the disc above it.
  for (const angle of angles.toReversed()) {
    const { inside, outside } = divide(cells, center, angle);
    const above = rungs.at(-1);
    if (above) above.ring = outside;
    rungs.push({ disc: inside, ring: [] });
    cells = inside;
  }
  return rungs.reverse();
}

/** The cells, or parts of them, that meet the disc, fine enough for it; and what is left. */
function divide(
  cells: readonly DistantCell[],
  center: Vector,
  angle: number,
): { inside: DistantCell[]; outside: DistantCell[] } {
  const fineEnough = Math.ceil(Math.log2(EDGE / (EDGE_TO_RADIUS * angle)));
  const level = Math.min(LEAF_LEVEL, fineEnough);
  const inside: DistantCell[] = [];
  const outside: DistantCell[] = [];
  const visit = (cell: DistantCell): void => {
    if (cell.leastAngle > angle + ROUNDING) outside.push(cell);
    else if (cell.level >= level) inside.push(cell);
    else for (const child of childrenOf(cell)) visit(measure(child, center));
  };
  for (const cell of cells) visit(cell);
  return { inside, outside };
}

function measure(cell: Cell, center: Vector): DistantCell {
  const toMiddle = angleTo(centerOf(cell), center) - circumradius(cell.level);
  const toEdge = Math.asin(Math.min(1, sineToCell(cell, center)));
  return { ...cell, leastAngle: Math.max(0, toMiddle, toEdge) };
}

/** The angle between two unit vectors, through the chord: exact for small angles too. */
function angleTo([ax, ay, az]: Vector, [bx, by, bz]: Vector): number {
  const chord = Math.sqrt((ax - bx) ** 2 + (ay - by) ** 2 + (az - bz) ** 2);
  return 2 * Math.asin(Math.min(1, chord / 2));
}
