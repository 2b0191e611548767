import fc from "fast-check";
import geographiclib from "geographiclib-geodesic";
import { describe, expect, it } from "vitest";
import type { Point } from "../../../src/view/answer.ts";
import { AzimuthalEquidistant } from "../../../src/view/map/earth/azimuthal.ts";
import { onMercator } from "../../../src/view/map/earth/rings.ts";
import { circle, destination, distanceKm, unwrapped } from "../../../src/view/map/earth/sphere.ts";

const earth = geographiclib.Geodesic.WGS84;

function trueKm(from: Point, to: Point): number {
  return earth.Inverse(from.latitude, from.longitude, to.latitude, to.longitude).s12! / 1_000;
}

/** Web Mercator, as browsers' maps have it. */
const mercator = {
  project: ({ latitude, longitude }: Point) => ({
    x: longitude,
    y: Math.asinh(Math.tan((latitude * Math.PI) / 180)),
  }),
  unproject: ({ x, y }: { x: number; y: number }): Point => ({
    latitude: (Math.atan(Math.sinh(y)) * 180) / Math.PI,
    longitude: x,
  }),
};

/** What is drawn: the points, and the middles of the straight lines between them on the map. */
function drawn(lines: readonly Point[][], map: typeof mercator): Point[] {
  return lines.flatMap((line) =>
    line.flatMap((to, at) => {
      const from = line[at - 1];
      if (!from) return [to];
      const [a, b] = [map.project(from), map.project(to)];
      return [map.unproject({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }), to];
    }),
  );
}

describe("the circle that is drawn", () => {
  it.each(
    [10, 100, 5_000].flatMap((km) => [0, 60, 89, -60, -89].map((latitude) => [km, latitude])),
  )("of %d km at %d° is true to half a percent", (km, latitude) => {
    for (const longitude of [0, 179.9, -77]) {
      const center = { latitude, longitude };
      const ring = circle(center, km);
      const flat = new AzimuthalEquidistant(center);
      const seen =
        Math.abs(latitude) > 84
          ? drawn([ring], { project: (p) => flat.project(p), unproject: (p) => flat.unproject(p) })
          : drawn(onMercator(ring, longitude), mercator);
      expect(seen.length).toBeGreaterThan(250);
      const errors = seen.map((point) => Math.abs(trueKm(center, point) - km) / km);
      expect(Math.max(...errors)).toBeLessThan(0.005);
    }
  });

  it("has no jump at the date line, and goes all around a pole that it has inside", () => {
    for (const [latitude, km, turn] of [
      [0, 5_000, 0],
      [60, 5_000, 360],
      [-60, 5_000, -360],
      [89, 10, 0],
      [48, 15_000, 360],
    ] as const) {
      const ring = circle({ latitude, longitude: 170 }, km);
      const steps = ring.slice(1).map((point, at) => point.longitude - ring[at]!.longitude);
      expect(Math.max(...steps.map(Math.abs))).toBeLessThan(180);
      expect(Math.abs(ring.at(-1)!.longitude - ring[0]!.longitude)).toBeCloseTo(Math.abs(turn), 6);
      expect(ring.at(-1)!.latitude).toBeCloseTo(ring[0]!.latitude, 6);
    }
  });

  it("is none around the whole earth", () => {
    expect(circle({ latitude: 48, longitude: 2 }, 20_000)).toEqual([]);
  });

  it("is left out beyond Mercator's edge", () => {
    const lines = onMercator(circle({ latitude: 80, longitude: 0 }, 800), 0);
    expect(lines.flat().length).toBeGreaterThan(50);
    expect(Math.max(...lines.flat().map(({ latitude }) => latitude))).toBeLessThanOrEqual(85.05);
  });

  it("is there from both sides, if it reaches to the other side of the earth", () => {
    const far = onMercator(circle({ latitude: 10, longitude: 100 }, 18_000), 100);
    expect(Math.min(...far.flat().map(({ longitude }) => longitude))).toBeLessThan(-80);
    expect(Math.max(...far.flat().map(({ longitude }) => longitude))).toBeGreaterThan(280);
    expect(onMercator(circle({ latitude: 10, longitude: 179 }, 50), 179)).toHaveLength(1);
  });
});

const points = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});

describe("the geodesic", () => {
  it("ends where GeographicLib's does, to a metre", () => {
    fc.assert(
      fc.property(
        points,
        fc.double({ min: 0, max: 360, noNaN: true }),
        fc.double({ min: 0.001, max: 19_000, noNaN: true }),
        (from, bearing, km) => {
          const end = destination(from, bearing, km);
          const { lat2, lon2 } = earth.Direct(from.latitude, from.longitude, bearing, km * 1_000);
          expect(trueKm(end, { latitude: lat2!, longitude: lon2! })).toBeLessThan(0.001);
        },
      ),
    );
  });

  it("is as long on the sphere, to a percent", () => {
    fc.assert(
      fc.property(points, points, (a, b) => {
        const km = trueKm(a, b);
        expect(Math.abs(distanceKm(a, b) - km)).toBeLessThanOrEqual(0.01 * km + 0.001);
      }),
    );
  });
});

it("longitudes are taken from the nearer side", () => {
  expect(unwrapped(-179, 179)).toBe(181);
  expect(unwrapped(179, -179)).toBe(-181);
  expect(unwrapped(10, 370)).toBe(370);
  expect(unwrapped(2, 2)).toBe(2);
});
