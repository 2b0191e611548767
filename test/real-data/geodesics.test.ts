import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FOLDER } from "../../bench/real-places.ts";
import type { Point } from "../../src/geo/point.ts";
import { inverseGeodesic } from "../../src/geodesic.ts";

const at = (latitude: number, longitude: number): Point => ({ latitude, longitude });
const anyPoint = fc
  .tuple(
    fc.double({ min: -90, max: 90, noNaN: true }),
    fc.double({ min: -180, max: 180, noNaN: true }),
  )
  .map(([latitude, longitude]) => at(latitude, longitude));

/** What GeographicLib promises, metres. */
const EXACT = 15e-9;

const TEST_SET = join(FOLDER, "GeodTest-short.dat.gz");

describe.runIf(existsSync(TEST_SET))("agrees with Karney's test set", () => {
  // Columns: lat1 lon1 azi1 lat2 lon2 azi2 s12 a12 m12 S12.
  it("in the distance, and in the direction as far as it matters at the other end", () => {
    let lines = 0;
    let [worstDistance, worstAside] = [0, 0];
    for (const line of gunzipSync(readFileSync(TEST_SET)).toString().trim().split("\n")) {
      const numbers = line.split(" ").map(Number);
      const [lat1, lon1, azi1, lat2, lon2, , s12, , m12] = numbers as [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      const way = inverseGeodesic(at(lat1, lon1), at(lat2, lon2));
      lines += 1;
      worstDistance = Math.max(worstDistance, Math.abs(way.distanceMeters - s12));
      // The reduced length says how far aside one arrives that sets out a radian aside.
      const turn = ((way.azimuthDegrees - azi1 + 540) % 360) - 180;
      worstAside = Math.max(worstAside, Math.abs((turn * Math.PI) / 180) * Math.abs(m12));
    }
    expect(lines).toBe(10_000);
    expect(worstDistance).toBeLessThan(EXACT);
    expect(worstAside).toBeLessThan(EXACT);
  });
});

it.each<[string, Point, Point, number, number]>([
  ["a quarter of a meridian", at(0, 0), at(90, 0), 10_001_965.729312724, 0],
  ["a degree of the equator", at(0, 10), at(0, 11), 111_319.49079327357, 90],
  ["half the earth, over a pole", at(0, 0), at(0, 180), 20_003_931.458625447, 0],
  ["from pole to pole", at(-90, 0), at(90, 0), 20_003_931.458625447, 0],
  ["a way over the date line", at(0, 179.5), at(0, -179.5), 111_319.49079327357, 90],
  ["no way at all", at(12, 34), at(12, 34), 0, 0],
  // JFK to Heathrow, as GeographicLib's own documentation gives it (GeodSolve).
  ["JFK to LHR", at(40.6, -73.8), at(51.6, -0.5), 5_551_759.400_318_68, 51.198_882_846],
])("measures %s", (_, from, to, distance, azimuth) => {
  const way = inverseGeodesic(from, to);
  expect(Math.abs(way.distanceMeters - distance)).toBeLessThan(1e-7);
  if (distance > 0) expect(way.azimuthDegrees).toBeCloseTo(azimuth, 8);
});

it("sets out to the south from the north pole and to the north from the south pole", () => {
  fc.assert(
    fc.property(anyPoint, fc.double({ min: -180, max: 180, noNaN: true }), (to, longitude) => {
      expect(inverseGeodesic(at(90, longitude), to).azimuthDegrees).toBe(180);
      expect(inverseGeodesic(at(-90, longitude), to).azimuthDegrees).toBe(0);
    }),
  );
});

it("is as long in both directions, sets out at 0 to 360 degrees, and is no longer than half the earth", () => {
  fc.assert(
    fc.property(anyPoint, anyPoint, (a, b) => {
      const [there, back] = [inverseGeodesic(a, b), inverseGeodesic(b, a)];
      expect(Math.abs(there.distanceMeters - back.distanceMeters)).toBeLessThan(2 * EXACT);
      expect(there.azimuthDegrees).toBeGreaterThanOrEqual(0);
      expect(there.azimuthDegrees).toBeLessThan(360);
      expect(there.distanceMeters).toBeLessThanOrEqual(20_003_931.458_625_5);
    }),
  );
});
