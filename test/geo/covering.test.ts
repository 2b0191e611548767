import fc from "fast-check";
import geographiclib from "geographiclib-geodesic";
import { expect, it } from "vitest";
import { type Cell, leafPosition, leavesOf } from "../../src/geo/cell.ts";
import { coverings } from "../../src/geo/covering.ts";
import { HALF_EARTH_METERS, longestWay, toDirection, widestAngle } from "../../src/geo/ellipsoid.ts";
import type { Point } from "../../src/geo/point.ts";
import { anyPoint } from "../support/points.ts";

const { WGS84 } = geographiclib.Geodesic;
const anyRadius = fc
  .double({ min: 0, max: 1, noNaN: true })
  .map((exponent) => 5 * (HALF_EARTH_METERS / 5) ** exponent);
const azimuth = fc.double({ min: 0, max: 360, noNaN: true });
// Most on the rim, where a covering is tight.
const share = fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true }));
/** From the inside out, each wider than the one before. */
const anyLadder = fc
  .tuple(anyRadius, fc.array(fc.double({ min: 1.01, max: 100, noNaN: true }), { maxLength: 8 }))
  .map(([lowest, factors]) => {
    const radii = [lowest];
    for (const factor of factors) {
      if (radii.at(-1)! * factor <= HALF_EARTH_METERS) radii.push(radii.at(-1)! * factor);
    }
    return radii;
  });

function pointAt(center: Point, direction: number, meters: number): Point {
  const { lat2, lon2 } = WGS84.Direct(center.latitude, center.longitude, direction, meters);
  return { latitude: lat2!, longitude: lon2! };
}

function holding<T extends Cell>(cells: readonly T[], point: Point): T[] {
  const position = leafPosition(point);
  return cells.filter((cell) => {
    const [first, last] = leavesOf(cell);
    return first <= position && position <= last;
  });
}

it("never leaves out a point of the circle, at any radius, at the poles and at ±180°", () => {
  fc.assert(
    fc.property(anyPoint, anyRadius, azimuth, share, (center, radius, direction, part) => {
      const [rung] = coverings(toDirection(center), [widestAngle(radius)]);
      const point = pointAt(center, direction, radius * part);
      expect(holding(rung!.cap, point)).toHaveLength(1);
    }),
    { numRuns: 5_000 },
  );
});

it("has each point once in the cap of a rung and the rings above it", () => {
  fc.assert(
    fc.property(anyPoint, anyLadder, azimuth, share, (center, radii, direction, part) => {
      const levels = coverings(toDirection(center), radii.map(widestAngle));
      const point = pointAt(center, direction, radii.at(-1)! * part);
      for (const start of levels.keys()) {
        const cells = [
          ...levels[start]!.cap,
          ...levels.slice(start + 1).flatMap(({ annulus }) => annulus),
        ];
        expect(holding(cells, point)).toHaveLength(1);
      }
    }),
    { numRuns: 2_000 },
  );
});

it("has what is outside a cap beyond its angle only, and bounds how far it is from both sides", () => {
  fc.assert(
    fc.property(anyPoint, anyLadder, azimuth, share, (center, radii, direction, part) => {
      const angles = radii.map(widestAngle);
      const levels = coverings(toDirection(center), angles);
      const meters = radii.at(-1)! * part;
      const point = pointAt(center, direction, meters);
      for (const [k, { cap, annulus }] of levels.entries()) {
        for (const { leastAngle } of annulus) expect(leastAngle).toBeGreaterThan(angles[k - 1]!);
        for (const { leastAngle, mostAngle } of holding([...cap, ...annulus], point)) {
          expect(leastAngle).toBeLessThanOrEqual(widestAngle(meters) + 1e-12);
          expect(longestWay(mostAngle)).toBeGreaterThanOrEqual(meters - 1e-6);
        }
      }
    }),
    { numRuns: 1_000 },
  );
});

it("takes few cells, in curve order, and not much more than the cap", () => {
  const leaves = 6 * 4 ** 20;
  fc.assert(
    fc.property(anyPoint, fc.double({ min: 200, max: 1e6, noNaN: true }), (center, radius) => {
      const angle = widestAngle(radius);
      const { cap, annulus } = coverings(toDirection(center), [angle / 2, angle])[1]!;
      expect(cap.length).toBeLessThanOrEqual(25);
      expect(annulus.length).toBeLessThanOrEqual(60);
      for (const cells of [cap, annulus]) {
        const ranges = cells.map(leavesOf);
        for (const [k, [first]] of ranges.entries()) {
          if (k > 0) expect(first).toBeGreaterThan(ranges[k - 1]![1]);
        }
      }
      const taken = cap.reduce((sum, { level }) => sum + 4 ** (20 - level), 0) / leaves;
      expect(taken).toBeLessThan((8 * (1 - Math.cos(angle))) / 2);
    }),
    { numRuns: 500 },
  );
});
