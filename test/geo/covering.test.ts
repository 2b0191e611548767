import fc from "fast-check";
import geographiclib from "geographiclib-geodesic";
import { expect, it } from "vitest";
import { leafPosition } from "../../src/geo/cell.ts";
import { coverEach, type Range } from "../../src/geo/covering.ts";
import { HALF_EARTH_METERS, toDirection, widestAngle } from "../../src/geo/ellipsoid.ts";
import { anyPoint } from "../support/points.ts";

const { WGS84 } = geographiclib.Geodesic;
const anyRadius = fc
  .double({ min: 0, max: 1, noNaN: true })
  .map((exponent) => 5 * (HALF_EARTH_METERS / 5) ** exponent);

function holds(ranges: readonly Range[], position: number): boolean {
  return ranges.some(([first, last]) => first <= position && position <= last);
}

it("never leaves out a point of the circle", () => {
  const azimuth = fc.double({ min: 0, max: 360, noNaN: true });
  // Most on the rim, where a covering is tight.
  const share = fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true }));
  fc.assert(
    fc.property(anyPoint, anyRadius, azimuth, share, (center, radius, direction, part) => {
      const { lat2, lon2 } = WGS84.Direct(
        center.latitude,
        center.longitude,
        direction,
        radius * part,
      );
      const point = { latitude: lat2!, longitude: lon2! };
      const [ranges] = coverEach(toDirection(center), 0, [widestAngle(radius)]);
      expect(holds(ranges!, leafPosition(point))).toBe(true);
    }),
    { numRuns: 5_000 },
  );
});

it("leaves out what is inside the hole only", () => {
  fc.assert(
    fc.property(anyPoint, anyPoint, anyRadius, anyRadius, (center, point, a, b) => {
      const [inner, outer] = [widestAngle(Math.min(a, b)), widestAngle(Math.max(a, b))];
      const [ranges] = coverEach(toDirection(center), inner, [outer]);
      const [x, y, z] = toDirection(center);
      const [u, v, w] = toDirection(point);
      const away = 2 * Math.asin(Math.min(1, Math.hypot(x - u, y - v, z - w) / 2));
      if (away >= inner && away <= outer) expect(holds(ranges!, leafPosition(point))).toBe(true);
    }),
    { numRuns: 3_000 },
  );
});

it("gives few ranges, in order, apart, and each ladder's rung inside the next", () => {
  fc.assert(
    fc.property(anyPoint, anyRadius, (center, radius) => {
      const outers = [1, 0.7, 0.5, 0.1, 0.01].map((share) => widestAngle(radius * share));
      const coverings = coverEach(toDirection(center), 0, outers);
      for (const ranges of coverings) {
        expect(ranges.length).toBeLessThanOrEqual(6);
        for (const [k, [first, last]] of ranges.entries()) {
          expect(last).toBeGreaterThanOrEqual(first);
          if (k > 0) expect(first).toBeGreaterThan(ranges[k - 1]![1] + 1);
        }
        expect(holds(ranges, leafPosition(center))).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

it("is tight: it takes in about twice the disc, not more than five times", () => {
  const leaves = 6 * 4 ** 20;
  fc.assert(
    fc.property(anyPoint, fc.double({ min: 200, max: 1e6, noNaN: true }), (center, radius) => {
      const outer = widestAngle(radius);
      const [ranges] = coverEach(toDirection(center), 0, [outer]);
      const share = ranges!.reduce((sum, [first, last]) => sum + last - first + 1, 0) / leaves;
      expect(share).toBeLessThan((5 * (1 - Math.cos(outer))) / 2);
    }),
    { numRuns: 500 },
  );
});
