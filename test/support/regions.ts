import fc from "fast-check";
import type { Point } from "../../src/geo/point.ts";

type Vertex = readonly [x: number, y: number];

/** A polygon around a point, not convex, and the ways in which it may be written. */
export interface Star {
  readonly center: Point;
  /** With longitudes that go on beyond ±180. */
  readonly ring: readonly Vertex[];
  readonly written: readonly (readonly Vertex[])[];
}

const center = fc.record({
  latitude: fc.double({ min: -75, max: 75, noNaN: true }),
  longitude: fc.oneof(
    fc.double({ min: -180, max: 180, noNaN: true }),
    fc.constantFrom(-180, 180, 179.9, -175),
  ),
});

/** Up to ten degrees from its middle to its points. */
export const star: fc.Arbitrary<Star> = fc
  .record({
    center,
    reaches: fc.array(fc.double({ min: 1, max: 10, noNaN: true }), { minLength: 3, maxLength: 12 }),
  })
  .map(({ center, reaches }) => {
    const ring = reaches.map((reach, at): Vertex => {
      const angle = (2 * Math.PI * (at + 0.1)) / reaches.length;
      const [x, y] = [reach * Math.cos(angle), reach * Math.sin(angle)];
      return [center.longitude + x, center.latitude + y];
    });
    const wrapped = ring.map(([x, y]): Vertex => [x > 180 ? x - 360 : x < -180 ? x + 360 : x, y]);
    return { center, ring, written: [ring, ring.toReversed(), [...wrapped, wrapped[0]!]] };
  });

/** Whether a ring runs around a point: the angles under which its edges are seen come to a turn. */
export function aroundBy(ring: readonly Vertex[], [x, y]: Vertex): boolean {
  let turn = 0;
  for (const [at, [fromX, fromY]] of ring.entries()) {
    const [toX, toY] = ring[(at + 1) % ring.length]!;
    const angle = Math.atan2(toY - y, toX - x) - Math.atan2(fromY - y, fromX - x);
    turn += angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
  }
  return Math.abs(turn) > Math.PI;
}
