import type { Point } from "../../../geo/point.ts";
import type { Bounds } from "../../../geo/region/bounds.ts";
import { centerOfBounds, type Grid } from "../../../geo/region/grid.ts";
import { type Area, metersAcross } from "./area.ts";
import type { CellCount, Tally } from "./tally.ts";

/** A cell of the grid, as far as it lies in the area. */
export interface AreaCell {
  readonly bounds: Bounds;
  /** Of its part within the area. */
  readonly squareMeters: number;
  /** Its middle, if that lies in the area. */
  readonly center: Point | undefined;
  /** Undefined of an empty one. */
  readonly count: CellCount | undefined;
}

/** The sizes that cells may have: 1, 2 or 5 times a power of ten, metres. */
const STEPS = [1, 2, 5, 10];

/** The smallest size of cells, in metres, of which there are at most so many across the area. */
export function cellSizeOf({ outline }: Area, mostAcross: number): number {
  const least = Math.max(1, metersAcross(outline.bounds) / mostAcross);
  const power = 10 ** Math.floor(Math.log10(least));
  return STEPS.map((step) => step * power).find((size) => size >= least) ?? 10 * power;
}

/**
 * The cells that the area meets, row by row from the south, each from the west; then those that have a place of the area
 * and nothing else of it: a place at a pole may have any longitude.
 */
export async function cellsOf(
  { outline, contains }: Area,
  grid: Grid,
  tally: Tally,
  pause: () => Promise<void>,
): Promise<AreaCell[]> {
  const cells: AreaCell[] = [];
  const counts = new Map(tally.cells);
  const { south, north, west, east } = outline.bounds;
  for (let row = grid.rowOf(south); row <= grid.rowOf(north); row++) {
    await pause();
    const part = outline.within({ ...grid.boundsOfRow(row), west, east });
    for (const cell of grid.cellsOfRow(row, west, east)) {
      const bounds = grid.boundsOf(cell);
      const count = counts.get(cell);
      const squareMeters = part.areaWithin(bounds);
      if (!count && squareMeters === 0) continue;
      const center = centerOfBounds(bounds);
      cells.push({ bounds, squareMeters, center: contains(center) ? center : undefined, count });
      counts.delete(cell);
    }
  }
  const others = [...counts.values()].sort((a, b) => a.cell - b.cell);
  for (const count of others) {
    const bounds = grid.boundsOf(count.cell);
    cells.push({ bounds, squareMeters: 0, center: undefined, count });
  }
  return cells;
}
