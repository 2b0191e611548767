import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Cell,
  cellsHolding,
  centerOf,
  childrenOf,
  circumradius,
  FACES,
  LEAF_LEVEL,
  leafPosition,
  leavesOf,
  sineToCell,
} from "../../src/geo/cell.ts";
import { toDirection } from "../../src/geo/ellipsoid.ts";
import type { Vector } from "../../src/geo/vector.ts";
import { anyPoint } from "../support/points.ts";

const angle = (a: Vector, b: Vector) =>
  2 * Math.asin(Math.min(1, Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) / 2));

function cellsAt(level: number): Cell[] {
  let cells: readonly Cell[] = FACES;
  for (let step = 0; step < level; step++) cells = cells.flatMap(childrenOf);
  return [...cells];
}

describe("the cells of one level", () => {
  it.each([0, 1, 2, 3, 4, 5])("lie along one curve without gaps, at level %i", (level) => {
    const cells = cellsAt(level);
    expect(cells.map(({ position }) => position)).toEqual(cells.map((_, index) => index));
    const edge = Math.PI / 2 / 2 ** level;
    const steps = cells.slice(1).map((cell, k) => angle(centerOf(cell), centerOf(cells[k]!)));
    // Neighbours share an edge: a step over a corner, or farther, would be longer.
    expect(Math.max(...steps)).toBeLessThan(1.1 * edge * (level === 0 ? 1.1 : 1.05));
  });

  it("are no larger than the circumradius says", () => {
    for (const cell of cellsAt(4)) {
      let corners: Cell[] = [cell];
      for (let step = 0; step < 4; step++) corners = corners.flatMap(childrenOf);
      const reach = Math.max(...corners.map((small) => angle(centerOf(small), centerOf(cell))));
      expect(reach).toBeLessThan(circumradius(4));
    }
  });
});

it("holds each point in one cell of each level, and in its leaf", () => {
  fc.assert(
    fc.property(anyPoint, (point) => {
      const cells = cellsHolding(point);
      expect(cells).toHaveLength(LEAF_LEVEL + 1);
      const position = leafPosition(point);
      for (const cell of cells) {
        const [first, last] = leavesOf(cell);
        expect(position).toBeGreaterThanOrEqual(first);
        expect(position).toBeLessThanOrEqual(last);
        expect(sineToCell(cell, toDirection(point))).toBeLessThan(1e-15);
        expect(angle(centerOf(cell), toDirection(point))).toBeLessThan(circumradius(cell.level));
      }
    }),
    { numRuns: 500 },
  );
});

it("never overestimates how far a cell is", () => {
  fc.assert(
    fc.property(
      anyPoint,
      anyPoint,
      fc.integer({ min: 0, max: LEAF_LEVEL }),
      (here, there, level) => {
        const cell = cellsHolding(there)[level]!;
        const sine = sineToCell(cell, toDirection(here));
        const away = angle(toDirection(here), toDirection(there));
        if (away < Math.PI / 2) expect(sine).toBeLessThanOrEqual(Math.sin(away) + 1e-12);
      },
    ),
    { numRuns: 2_000 },
  );
});
