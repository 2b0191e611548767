import fc from "fast-check";
import geographiclib from "geographiclib-geodesic";
import { expect, it } from "vitest";
import {
  HALF_EARTH_METERS,
  longestWayOver,
  shortestChord,
  shortestWay,
  toEarthCentered,
  widestAngle,
} from "../../src/geo/ellipsoid.ts";
import type { Point } from "../../src/geo/point.ts";

const { WGS84 } = geographiclib.Geodesic;
/** GeographicLib's error, that of coordinates in degrees, and that of metres from the earth's centre. */
const ROUNDING_METERS = 20e-9;

const geodesic = (a: Point, b: Point) =>
  WGS84.Inverse(a.latitude, a.longitude, b.latitude, b.longitude).s12!;

function walk(from: Point, azimuth: number, meters: number): Point {
  const { lat2, lon2 } = WGS84.Direct(from.latitude, from.longitude, azimuth, meters);
  return { latitude: lat2!, longitude: lon2! };
}

function chord(a: Point, b: Point): number {
  const [p, q] = [toEarthCentered(a), toEarthCentered(b)];
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

/** The angle at the centre of the earth, exact for the smallest too. */
function angle(a: Point, b: Point): number {
  const [[ax, ay, az], [bx, by, bz]] = [toEarthCentered(a), toEarthCentered(b)];
  const across = Math.hypot(ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx);
  return Math.atan2(across, ax * bx + ay * by + az * bz);
}

const latitude = fc.oneof(
  fc.constantFrom(0, 90, -90, 45, -45, 1e-9, 89.999999),
  fc.double({ min: -90, max: 90, noNaN: true }),
);
const longitude = fc.oneof(
  fc.constantFrom(0, 180, -180, 179.999999, 90),
  fc.double({ min: -180, max: 180, noNaN: true }),
);
const point: fc.Arbitrary<Point> = fc.record({ latitude, longitude });
/** All over the scale, and much about half the earth. */
const meters = fc.oneof(
  fc.double({ min: -3, max: Math.log10(HALF_EARTH_METERS), noNaN: true }).map((log) => 10 ** log),
  fc.double({ min: 0, max: 7, noNaN: true }).map((log) => HALF_EARTH_METERS - 10 ** log),
  fc.double({ min: 8e6, max: 1.2e7, noNaN: true }),
);
/** Along the meridian and across it the curvature differs most. */
const azimuth = fc.oneof(
  fc.constantFrom(0, 90, 180, -90),
  fc.double({ min: -180, max: 180, noNaN: true }),
);
const RUNS = { numRuns: 4_000, seed: 1 };

/** Two points: anywhere, some way apart, or almost opposite to each other. */
const pair: fc.Arbitrary<readonly [Point, Point]> = fc.oneof(
  fc.tuple(point, point),
  fc.tuple(point, azimuth, meters).map(([a, way, far]) => [a, walk(a, way, far)] as const),
  fc.tuple(point, azimuth, meters).map(([a, way, far]) => {
    const opposite = {
      latitude: -a.latitude,
      longitude: a.longitude > 0 ? a.longitude - 180 : a.longitude + 180,
    };
    return [a, walk(opposite, way, far / 100)] as const;
  }),
);

it("gives a chord that is nowhere undercut", () => {
  fc.assert(
    fc.property(pair, ([a, b]) => {
      expect(shortestChord(geodesic(a, b))).toBeLessThanOrEqual(chord(a, b) + ROUNDING_METERS);
    }),
    RUNS,
  );
});

it("gives a way that is nowhere undercut", () => {
  fc.assert(
    fc.property(pair, ([a, b]) => {
      expect(shortestWay(chord(a, b))).toBeLessThanOrEqual(geodesic(a, b) + ROUNDING_METERS);
    }),
    RUNS,
  );
});

it("gives a way that is nowhere exceeded", () => {
  fc.assert(
    fc.property(pair, ([a, b]) => {
      expect(longestWayOver(chord(a, b) + ROUNDING_METERS)).toBeGreaterThanOrEqual(
        geodesic(a, b) - ROUNDING_METERS,
      );
    }),
    RUNS,
  );
});

it("gives an angle that is nowhere exceeded", () => {
  fc.assert(
    fc.property(pair, ([a, b]) => {
      expect(widestAngle(geodesic(a, b) + ROUNDING_METERS)).toBeGreaterThanOrEqual(angle(a, b));
    }),
    RUNS,
  );
});

it("bounds closely where the ellipsoid is bent most and least: chords at the equator, angles and ways at the poles", () => {
  const [equator, pole] = [
    { latitude: 0, longitude: 20 },
    { latitude: 90, longitude: 20 },
  ];
  const [north, south] = [walk(equator, 0, 50_000), walk(pole, 180, 50_000)];
  expect(shortestChord(50_000) / chord(equator, north)).toBeGreaterThan(1 - 1e-7);
  expect(widestAngle(50_000) / angle(pole, south)).toBeLessThan(1 + 1e-6);
  expect(shortestWay(chord(pole, south)) / 50_000).toBeGreaterThan(1 - 1e-7);
});

it("knows the longest geodesic", () => {
  const longest = geodesic({ latitude: 90, longitude: 0 }, { latitude: -90, longitude: 0 });
  expect(HALF_EARTH_METERS).toBeGreaterThanOrEqual(longest);
  expect(HALF_EARTH_METERS).toBeLessThan(longest + 0.001);
});

it("puts points where they are", () => {
  const [a, b] = [6_378_137, 6_356_752.314_245_179];
  const rounded = (latitude: number, longitude: number) =>
    toEarthCentered({ latitude, longitude }).map((meters) => Math.round(meters * 1e3) / 1e3 + 0);
  expect(rounded(0, 0)).toEqual([a, 0, 0]);
  expect(rounded(0, 90)).toEqual([0, a, 0]);
  expect(rounded(0, 180)).toEqual([-a, 0, 0]);
  expect(rounded(90, 77)).toEqual([0, 0, Math.round(b * 1e3) / 1e3]);
  expect(rounded(-90, 0)).toEqual([0, 0, -Math.round(b * 1e3) / 1e3]);
  fc.assert(
    fc.property(point, (place) => {
      const [x, y, z] = toEarthCentered(place);
      expect((x ** 2 + y ** 2) / a ** 2 + z ** 2 / b ** 2).toBeCloseTo(1, 12);
      // Geodetic coordinates are the direction in which the ellipsoid is upright.
      const [phi, lambda] = [(place.latitude * Math.PI) / 180, (place.longitude * Math.PI) / 180];
      const upright = [x / a ** 2, y / a ** 2, z / b ** 2] as const;
      const length = Math.hypot(...upright);
      expect(upright[0] / length).toBeCloseTo(Math.cos(phi) * Math.cos(lambda), 12);
      expect(upright[1] / length).toBeCloseTo(Math.cos(phi) * Math.sin(lambda), 12);
      expect(upright[2] / length).toBeCloseTo(Math.sin(phi), 12);
    }),
  );
});
