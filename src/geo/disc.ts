import {
  type Cell,
  cellAt,
  centerOf,
  childrenOf,
  circumradius,
  FACES,
  gridOf,
  leavesOf,
  levelOfEdge,
  ROUNDING,
  type Square,
  sineToCell,
} from "./cell.ts";
import { chordBetween, type Vector } from "./vector.ts";

/** Leaf cells that follow on the curve: the positions of the first and of the last one. */
export type LeafRange = readonly [first: number, last: number];

/** The longest edge of the cells, in radii of the disc: there are some ten to twenty of them. */
const EDGE_TO_RADIUS = 1;
/** A cell's edge is at least so long, as a part of its face's width: its column and row tell how far away it is. */
const SHORTEST_EDGE = 0.94;

/** The leaf cells of a disc: all those within an angle from a direction, and some more around them. In ascending order. */
export function rangesOfDisc(center: Vector, angle: number): LeafRange[] {
  const level = levelOfEdge(EDGE_TO_RADIUS * angle);
  const cells = cellsOnFace(center, angle, level) ?? cellsOnFaces(center, angle, level);
  const ranges: [number, number][] = [];
  for (const cell of cells.sort((a, b) => a.position - b.position)) {
    const [first, last] = leavesOf(cell);
    const before = ranges.at(-1);
    if (before && before[1] + 1 === first) before[1] = last;
    else ranges.push([first, last]);
  }
  return ranges;
}

/** The cells of the disc, looked for in a square around it; undefined if the square reaches beyond the face. */
function cellsOnFace(center: Vector, angle: number, level: number): Cell[] | undefined {
  const { face, s, t } = gridOf(center);
  const size = 2 ** level;
  const reach = Math.ceil((angle * size) / SHORTEST_EDGE) + 1;
  const [column, row] = [Math.floor(s * size), Math.floor(t * size)];
  const [left, right, low, high] = [column - reach, column + reach, row - reach, row + reach];
  if (left < 0 || low < 0 || right >= size || high >= size) return undefined;
  const cells: Cell[] = [];
  for (let i = left; i <= right; i++) {
    for (let j = low; j <= high; j++) {
      const square = { face, level, i, j };
      if (meets(square, center, angle)) cells.push(cellAt(square));
    }
  }
  return cells;
}

/** The cells of the disc, looked for on all faces, from whole faces down. */
function cellsOnFaces(center: Vector, angle: number, level: number): Cell[] {
  const partsOf = (cell: Cell): Cell[] => {
    if (!meets(cell, center, angle)) return [];
    return cell.level === level ? [cell] : childrenOf(cell).flatMap(partsOf);
  };
  return FACES.flatMap(partsOf);
}

function meets(square: Square, center: Vector, angle: number): boolean {
  const sine = Math.sin(Math.min(angle, Math.PI / 2));
  if (sineToCell(square, center) > sine + ROUNDING) return false;
  const farthest = Math.min(Math.PI, angle + circumradius(square.level));
  return chordBetween(centerOf(square), center) <= 2 * Math.sin(farthest / 2) + ROUNDING;
}
