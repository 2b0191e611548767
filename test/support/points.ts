import fc from "fast-check";
import type { Point } from "../../src/geo/point.ts";
import { firstKey, LEAF_CAPACITY } from "../../src/index/key.ts";

const latitude = fc.oneof(
  fc.double({ min: -90, max: 90, noNaN: true }),
  fc.constantFrom(-90, 90, 0, 89.9999999, -89.9999999, 35.2643896828, 45),
);
const longitude = fc.oneof(
  fc.double({ min: -180, max: 180, noNaN: true }),
  fc.constantFrom(-180, 180, 179.9999999, -179.9999999, 0, 45, -135, 90),
);

/** Any point, and often a pole, ±180°, or an edge or corner of the cube. */
export const anyPoint: fc.Arbitrary<Point> = fc.record({ latitude, longitude });

/** Different points of the leaf cell of a point, and of the cells that follow on the curve. */
export function leavesFrom(point: Point, count: number): Point[][] {
  const first = firstKey(point);
  const cells = Array.from({ length: count }, (): Point[] => []);
  for (let i = -80; i <= 80; i++) {
    for (let j = -80; j <= 80; j++) {
      const near = { latitude: point.latitude + i * 7e-6, longitude: point.longitude + j * 7e-6 };
      cells[(firstKey(near) - first) / LEAF_CAPACITY]?.push(near);
    }
  }
  return cells;
}
