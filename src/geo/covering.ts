import {
  type Cell,
  centerOf,
  childrenOf,
  circumradius,
  FACES,
  levelOfEdge,
  ROUNDING,
  sineToCell,
} from "./cell.ts";
import { chordBetween, type Vector } from "./vector.ts";

/** A cell, and the angles from some direction between which all of it lies. */
export interface DistantCell extends Cell {
  readonly leastAngle: number;
  readonly mostAngle: number;
}

/** Cells around a direction, out to some angle. */
export interface Covering {
  /** The cells that together hold the whole cap of that angle, in curve order. */
  readonly cap: readonly DistantCell[];
  /** What they have beyond the cap of the level below: empty for the lowest level. */
  readonly annulus: readonly DistantCell[];
}

/** The longest edge of the cells of a cap, in radii: such a cap takes some ten cells. */
const EDGE_TO_RADIUS = 1.4;

/**
 * Coverings of discs around one direction, with these outer angles, which must ascend. No two cells
 * of a cap and of the annuli of the levels above it overlap, and together they are the highest cap.
 */
export function coverings(center: Vector, angles: readonly number[]): Covering[] {
  const levels: { cap: DistantCell[]; annulus: DistantCell[] }[] = [];
  let cells = FACES.map((face) => measureCell(face, center));
  // From the highest down: the cells of each cap are parts of those of the cap above it.
  for (const angle of angles.toReversed()) {
    const { inside, outside } = divide(cells, center, angle);
    const above = levels.at(-1);
    if (above) above.annulus = outside;
    levels.push({ cap: inside, annulus: [] });
    cells = inside;
  }
  return levels.reverse();
}

/** The cells, or parts of them, that meet the cap, fine enough for it; and what is left. */
function divide(
  cells: readonly DistantCell[],
  center: Vector,
  angle: number,
): { inside: DistantCell[]; outside: DistantCell[] } {
  const level = levelOfEdge(EDGE_TO_RADIUS * angle);
  const inside: DistantCell[] = [];
  const outside: DistantCell[] = [];
  const visit = (cell: DistantCell): void => {
    if (cell.leastAngle > angle + ROUNDING) outside.push(cell);
    else if (cell.level >= level) inside.push(cell);
    else for (const child of childrenOf(cell)) visit(measureCell(child, center));
  };
  for (const cell of cells) visit(cell);
  return { inside, outside };
}

/** A cell, and how far it is from a direction. */
export function measureCell(cell: Cell, center: Vector): DistantCell {
  const toMiddle = angleTo(centerOf(cell), center);
  const reach = circumradius(cell.level);
  const toEdge = Math.asin(Math.min(1, sineToCell(cell, center)));
  return {
    ...cell,
    leastAngle: Math.max(0, toMiddle - reach, toEdge),
    mostAngle: toMiddle + reach + ROUNDING,
  };
}

/** The angle between two unit vectors, through the chord: exact for small angles too. */
function angleTo(a: Vector, b: Vector): number {
  return 2 * Math.asin(Math.min(1, chordBetween(a, b) / 2));
}
