import fc from "fast-check";
import type { Point } from "../../src/geo/point.ts";

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
