import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LEAF_LEVEL, leafPosition } from "../../src/geo/cell.ts";
import { type LeafRange, rangesOfDisc } from "../../src/geo/disc.ts";
import { toDirection, widestAngle } from "../../src/geo/ellipsoid.ts";
import { inverseGeodesic } from "../../src/geodesic.ts";
import { anyPoint } from "../support/points.ts";

const EARTH_METERS = 6_371_000;
const LEAVES = 6 * 4 ** LEAF_LEVEL;

/** From metres to half the earth. */
const radius = fc.double({ min: 0.5, max: 7.3, noNaN: true }).map((power) => 10 ** power);
const rangesAround = (center: Parameters<typeof toDirection>[0], meters: number) =>
  rangesOfDisc(toDirection(center), widestAngle(meters));
const holds = (ranges: readonly LeafRange[], position: number) =>
  ranges.some(([first, last]) => first <= position && position <= last);

describe("a disc's ranges", () => {
  it("hold whatever is within the radius", () => {
    let within = 0;
    const share = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(anyPoint, radius, share, share, (center, meters, north, east) => {
        const degrees = (meters / EARTH_METERS) * (180 / Math.PI);
        const across = Math.max(1e-6, Math.cos((center.latitude * Math.PI) / 180));
        const latitude = center.latitude + north * degrees;
        const turned = center.longitude + (east * degrees) / across;
        const place = { latitude, longitude: ((turned + 540) % 360) - 180 };
        if (Math.abs(latitude) > 90 || !Number.isFinite(place.longitude)) return;
        if (Math.abs(place.longitude) > 180) return;
        if (inverseGeodesic(center, place).distanceMeters > meters) return;
        within += 1;
        expect(holds(rangesAround(center, meters), leafPosition(place))).toBe(true);
      }),
      { numRuns: 4_000, seed: 11 },
    );
    expect(within).toBeGreaterThan(1_000);
  });

  it("ascend, are apart, lie on the curve, and are few", () => {
    fc.assert(
      fc.property(anyPoint, radius, (center, meters) => {
        const ranges = rangesAround(center, meters);
        expect(ranges.length).toBeLessThan(40);
        let end = -1;
        for (const [first, last] of ranges) {
          expect(first).toBeGreaterThan(end + (end < 0 ? 0 : 1));
          expect(last).toBeGreaterThanOrEqual(first);
          end = last;
        }
        expect(end).toBeLessThan(LEAVES);
      }),
      { numRuns: 2_000, seed: 12 },
    );
  });
});
