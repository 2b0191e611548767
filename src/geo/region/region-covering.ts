import { type Cell, childrenOf, FACES, leavesOf } from "../cell.ts";
import type { LeafRange } from "../disc.ts";
import type { Standing } from "./bounds.ts";

/** Leaf cells that hold a region, in the order of their positions. */
export interface RegionCovering {
  /** All of them: ranges that follow on each other are one. */
  readonly ranges: readonly LeafRange[];
  /** Those of which each lies inside: what they hold belongs to the region without a look. */
  readonly inside: readonly LeafRange[];
}

/**
 * The covering with at most so many cells, fine where the border is: cells on the border are divided, level by level, as
 * long as there are not too many (after Google's S2RegionCoverer, https://s2geometry.io/devguide/s2cell_hierarchy).
 *
 * @param finest the level of the smallest cells
 * @param standing may call "border" what is inside or outside
 */
export function coverRegion(
  standing: (cell: Cell) => Standing,
  mostCells: number,
  finest: number,
): RegionCovering {
  const inside: Cell[] = [];
  let border: Cell[] = [];
  const sort = (cells: readonly Cell[]) => {
    const sorted: { inside: Cell[]; border: Cell[] } = { inside: [], border: [] };
    for (const cell of cells) {
      const is = standing(cell);
      if (is !== "outside") sorted[is].push(cell);
    }
    return sorted;
  };
  let next = sort(FACES);
  while (
    inside.length + next.inside.length + next.border.length <= mostCells ||
    border.length === 0
  ) {
    inside.push(...next.inside);
    border = next.border;
    if (border.length === 0 || border[0]!.level === finest) break;
    next = sort(border.flatMap(childrenOf));
  }
  return { ranges: joined([...inside, ...border]), inside: joined(inside) };
}

function joined(cells: readonly Cell[]): LeafRange[] {
  const ranges: [number, number][] = [];
  for (const [first, last] of cells.map(leavesOf).sort((a, b) => a[0] - b[0])) {
    const before = ranges.at(-1);
    if (before && before[1] + 1 === first) before[1] = last;
    else ranges.push([first, last]);
  }
  return ranges;
}
