import fc from "fast-check";
import geographiclib from "geographiclib-geodesic";
import { describe, expect, it } from "vitest";
import {
  HALF_EARTH_METERS,
  longestChord,
  SEMI_MAJOR_METERS,
  toEarthCentered,
} from "../../src/geo/ellipsoid.ts";
import type { Point } from "../../src/geo/point.ts";
import { CHORD, LAMBERT } from "../../src/geo/ranking.ts";
import { anyPoint } from "../support/points.ts";

const { WGS84 } = geographiclib.Geodesic;
const share = fc.double({ min: 0, max: 1, noNaN: true });
/** Anywhere; and in every direction some millimetres to half the earth away; and nearly opposite. */
const anyPair = anyPoint.chain((from) =>
  fc
    .oneof(
      anyPoint,
      fc.tuple(share, share).map(([turn, part]): Point => {
        const meters = 1e-3 * 2e10 ** part;
        const to = WGS84.Direct(from.latitude, from.longitude, 360 * turn, meters);
        return { latitude: to.lat2!, longitude: to.lon2! };
      }),
      fc.tuple(share, share, share).map(([across, along, part]): Point => {
        const far = 20 * part ** 4;
        const longitude = from.longitude + 180 + far * (across - 0.5);
        return {
          latitude: Math.max(-90, Math.min(90, -from.latitude + far * (along - 0.5))),
          longitude: ((longitude + 540) % 360) - 180,
        };
      }),
    )
    .map((to) => [from, to] as const),
);

function distance(from: Point, to: Point): number {
  return WGS84.Inverse(from.latitude, from.longitude, to.latitude, to.longitude).s12!;
}

describe.each([CHORD, LAMBERT])("the ranking by $name", (ranking) => {
  const rank = (from: Point, to: Point) => ranking.rank(toEarthCentered(from), toEarthCentered(to));

  it("has its bounds on the right side of the geodesic, on any pair of points", () => {
    fc.assert(
      fc.property(anyPair, ([from, to]) => {
        const [meters, ranked] = [distance(from, to), rank(from, to)];
        expect(ranking.leastDistance(ranked)).toBeLessThanOrEqual(meters);
        expect(ranking.leastRank(meters)).toBeLessThanOrEqual(ranked);
        expect(ranking.mostRank(meters)).toBeGreaterThanOrEqual(ranked);
        const chord = CHORD.rank(toEarthCentered(from), toEarthCentered(to));
        expect(ranking.leastRankByChord(chord)).toBeLessThanOrEqual(ranked);
      }),
      { numRuns: 20_000 },
    );
  });

  it("has bounds that grow with the distance", () => {
    const farthest = ranking === CHORD ? 2 * SEMI_MAJOR_METERS : HALF_EARTH_METERS;
    const meters = fc.double({ min: 0, max: farthest, noNaN: true });
    fc.assert(
      fc.property(meters, meters, (a, b) => {
        const [near, far] = a < b ? [a, b] : [b, a];
        expect(ranking.leastDistance(near)).toBeLessThanOrEqual(ranking.leastDistance(far));
        expect(ranking.leastRank(near)).toBeLessThanOrEqual(ranking.leastRank(far));
        expect(ranking.mostRank(near)).toBeLessThanOrEqual(ranking.mostRank(far));
      }),
      { numRuns: 5_000 },
    );
  });
});

it("knows distances by Lambert's formula to 2 m in a million up to 10 000 km", () => {
  fc.assert(
    fc.property(anyPair, ([from, to]) => {
      const meters = distance(from, to);
      fc.pre(meters < 1e7);
      const ranked = LAMBERT.rank(toEarthCentered(from), toEarthCentered(to));
      expect(Math.abs(ranked - meters)).toBeLessThan(2e-6 * meters + 1e-6);
    }),
    { numRuns: 3_000 },
  );
});

it("knows by Lambert's formula, and by the way, how far and how straight it is at most", () => {
  fc.assert(
    fc.property(anyPair, ([from, to]) => {
      const meters = distance(from, to);
      const [a, b] = [toEarthCentered(from), toEarthCentered(to)];
      expect(LAMBERT.mostDistance(LAMBERT.rank(a, b))).toBeGreaterThanOrEqual(meters);
      expect(longestChord(meters) + 1e-6).toBeGreaterThanOrEqual(CHORD.rank(a, b));
    }),
    { numRuns: 20_000 },
  );
});
