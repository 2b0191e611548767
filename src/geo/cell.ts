import { toDirection } from "./ellipsoid.ts";
import type { Point } from "./point.ts";
import type { Vector } from "./vector.ts";

/**
 * The earth as six quadtrees of the directions from its centre. Each face of the enclosing cube is divided into four cells again and
 * again; a Hilbert curve runs through the cells of each level and on from face to face, so that
 * cells whose positions are near each other are near each other on the earth. There is no seam at
 * ±180° and no crowding at the poles.
 *
 * The construction (cube faces, quadratic projection, curve tables) is that of Google's S2 geometry
 * library, https://s2geometry.io/devguide/s2cell_hierarchy.
 */
export interface Cell {
  readonly face: number;
  /** 0 is a whole face; each level halves the edge. */
  readonly level: number;
  /** The cell's column and row on its face, 0 to 2^level − 1. */
  readonly i: number;
  readonly j: number;
  /** Where along the curve the cell lies among all cells of its level, 0 to 6 · 4^level − 1. */
  readonly position: number;
  /** How the curve runs inside the cell: bit 0 swaps the axes, bit 1 turns them round. */
  readonly orientation: number;
}

/** Where a cell lies on its face. */
export type Square = Pick<Cell, "face" | "level" | "i" | "j">;

/** The finest level: cells with an edge of some 7 to 12 metres. */
export const LEAF_LEVEL = 20;

/** For each orientation, the four sub-cells in curve order as (column bit, row bit). */
const CURVE = [
  [0b00, 0b01, 0b11, 0b10],
  [0b00, 0b10, 0b11, 0b01],
  [0b11, 0b10, 0b00, 0b01],
  [0b11, 0b01, 0b00, 0b10],
] as const;
/** How the orientation changes on entering the first to the fourth sub-cell. */
const TURN = [0b01, 0b00, 0b00, 0b11] as const;

export const FACES: readonly Cell[] = [0, 1, 2, 3, 4, 5].map((face) => ({
  face,
  level: 0,
  i: 0,
  j: 0,
  position: face,
  orientation: face & 1,
}));

/** The four cells that a cell divides into, in curve order. */
export function childrenOf(cell: Cell): Cell[] {
  return [0, 1, 2, 3].map((step) => childAt(cell, step));
}

function childAt({ face, level, i, j, position, orientation }: Cell, step: number): Cell {
  const bits = CURVE[orientation]![step]!;
  return {
    face,
    level: level + 1,
    i: 2 * i + (bits >> 1),
    j: 2 * j + (bits & 1),
    position: 4 * position + step,
    orientation: orientation ^ TURN[step]!,
  };
}

/** The position along the curve of the leaf cell that holds the point, 0 to 6 · 4^20 − 1. */
export function leafPosition(point: Point): number {
  return cellsHolding(point).at(-1)!.position;
}

/** The cells that hold the point, from the face down to that of the level. */
export function cellsHolding(point: Point, level = LEAF_LEVEL): Cell[] {
  const { face, s, t } = gridOf(toDirection(point));
  const size = 2 ** level;
  const i = Math.min(size - 1, Math.floor(s * size));
  const j = Math.min(size - 1, Math.floor(t * size));
  return cellsTo({ face, level, i, j });
}

/** The cell of a column and a row. */
export function cellAt(square: Square): Cell {
  return cellsTo(square).at(-1)!;
}

/** The cell of a level with this position along the curve. */
export function cellAlong(position: number, level: number): Cell {
  let cell = FACES[Math.floor(position / 4 ** level)]!;
  for (let left = level - 1; left >= 0; left--) {
    cell = childAt(cell, Math.floor(position / 4 ** left) % 4);
  }
  return cell;
}

/** The cells that hold a square, from the face down to itself. */
function cellsTo({ face, level, i, j }: Square): Cell[] {
  const cells = [FACES[face]!];
  for (let shift = level - 1; shift >= 0; shift--) {
    const bits = (((i >> shift) & 1) << 1) | ((j >> shift) & 1);
    const cell = cells.at(-1)!;
    cells.push(childAt(cell, CURVE[cell.orientation]!.indexOf(bits as 0)));
  }
  return cells;
}

/** The positions of the first and the last leaf inside the cell. */
export function leavesOf({ level, position }: Cell): readonly [first: number, last: number] {
  const leaves = 4 ** (LEAF_LEVEL - level);
  return [position * leaves, (position + 1) * leaves - 1];
}

/** The direction of the cell's middle. */
export function centerOf({ face, level, i, j }: Square): Vector {
  const size = 2 ** level;
  const [x, y, z] = fromFace(face, fromGrid((i + 0.5) / size), fromGrid((j + 0.5) / size));
  const length = Math.sqrt(x * x + y * y + z * z);
  return [x / length, y / length, z / length];
}

/** A cell's edge on the unit sphere is some 1.5 / 2^level. */
const EDGE_OF_LEVEL_ZERO = 1.5;

/** The coarsest level whose cells have no longer edges than this angle; the finest one if that has longer ones, too. */
export function levelOfEdge(angle: number): number {
  return Math.min(LEAF_LEVEL, Math.max(0, Math.ceil(Math.log2(EDGE_OF_LEVEL_ZERO / angle))));
}

/** Far more than the rounding of the angles and sines here; six micrometres on the ground. */
export const ROUNDING = 1e-12;

/** The angle from a cell's middle within which the whole cell lies, for any cell of the level. */
export function circumradius(level: number): number {
  return CIRCUMRADIUS_OF_LEVEL_ZERO / 2 ** level;
}
/** S2's longest cell diagonal (2.4387 / 2^level) by two, rounded up. */
const CIRCUMRADIUS_OF_LEVEL_ZERO = 1.22;

/**
 * A lower bound of the sine of the angle from a direction to the cell, 0 if the direction may be
 * inside. The cell is what four great circles enclose, so the farthest of the four that the
 * direction is on the wrong side of bounds its distance.
 */
export function sineToCell({ face, level, i, j }: Square, direction: Vector): number {
  const size = 2 ** level;
  const [u, v, w] = onFace(face, direction);
  return Math.max(
    0,
    outside(fromGrid(i / size), w, u),
    -outside(fromGrid((i + 1) / size), w, u),
    outside(fromGrid(j / size), w, v),
    -outside(fromGrid((j + 1) / size), w, v),
  );
}

/** Where a direction lies: its face, and how far across it, 0 to 1 along both of its axes. */
export function gridOf(direction: Vector): { face: number; s: number; t: number } {
  const face = faceOf(direction);
  const [u, v, w] = onFace(face, direction);
  return { face, s: toGrid(u / w), t: toGrid(v / w) };
}

function outside(edge: number, w: number, coordinate: number): number {
  return (edge * w - coordinate) / Math.sqrt(1 + edge * edge);
}

/** S2's quadratic projection: makes cells of one level nearly equal in size. */
function toGrid(u: number): number {
  return u >= 0 ? 0.5 * Math.sqrt(1 + 3 * u) : 1 - 0.5 * Math.sqrt(1 - 3 * u);
}

export function fromGrid(s: number): number {
  return s >= 0.5 ? (4 * s * s - 1) / 3 : (1 - 4 * (1 - s) ** 2) / 3;
}

function faceOf([x, y, z]: Vector): number {
  const [ax, ay, az] = [Math.abs(x), Math.abs(y), Math.abs(z)];
  if (ax >= ay && ax >= az) return x > 0 ? 0 : 3;
  if (ay >= az) return y > 0 ? 1 : 4;
  return z > 0 ? 2 : 5;
}

/** A position or direction in the face's own axes: its column axis, its row axis, and outwards. */
export function onFace(face: number, [x, y, z]: Vector): Vector {
  switch (face) {
    case 0:
      return [y, z, x];
    case 1:
      return [-x, z, y];
    case 2:
      return [-x, -y, z];
    case 3:
      return [-z, -y, -x];
    case 4:
      return [-z, x, -y];
    default:
      return [y, x, -z];
  }
}

export function fromFace(face: number, u: number, v: number): Vector {
  switch (face) {
    case 0:
      return [1, u, v];
    case 1:
      return [-u, 1, v];
    case 2:
      return [-u, -v, 1];
    case 3:
      return [-1, -v, -u];
    case 4:
      return [v, -1, -u];
    default:
      return [v, u, -1];
  }
}
