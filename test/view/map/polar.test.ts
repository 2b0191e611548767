import fc from "fast-check";
import geographiclib from "geographiclib-geodesic";
import { describe, expect, it } from "vitest";
import type { Point } from "../../../src/view/answer.ts";
import { AzimuthalEquidistant, type Flat } from "../../../src/view/map/earth/azimuthal.ts";
import { mercatorOutline, polarOutline, type Ring } from "../../../src/view/map/earth/outline.ts";

const centers = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});

describe("the map about a point", () => {
  it("has true distances and directions from there", () => {
    fc.assert(
      fc.property(
        centers,
        fc.double({ min: 0, max: 360, noNaN: true }),
        fc.double({ min: 1, max: 19_900, noNaN: true }),
        (center, bearing, km) => {
          const { lat2, lon2 } = geographiclib.Geodesic.WGS84.Direct(
            center.latitude,
            center.longitude,
            bearing,
            km * 1_000,
          );
          const flat = new AzimuthalEquidistant(center).project({
            latitude: lat2!,
            longitude: lon2!,
          });
          expect(Math.abs(Math.hypot(flat.x, flat.y) / km - 1)).toBeLessThan(0.01);
        },
      ),
    );
    const north = new AzimuthalEquidistant({ latitude: 85, longitude: 10 });
    const { x, y } = north.project({ latitude: 86, longitude: 10 });
    expect([Math.abs(x), Math.sign(y)]).toEqual([0, 1]);
  });

  it("takes each spot back to where it is", () => {
    fc.assert(
      fc.property(centers, centers, (center, point) => {
        const map = new AzimuthalEquidistant(center);
        const flat = map.project(point);
        const again = map.project(map.unproject(flat));
        expect(Math.hypot(again.x - flat.x, again.y - flat.y)).toBeLessThan(0.01);
      }),
    );
  });

  it("has its rim beyond which there is nothing", () => {
    const map = new AzimuthalEquidistant({ latitude: 90, longitude: 0 });
    expect(map.unproject({ x: 0, y: -30_000 }).latitude).toBeCloseTo(-90);
    expect(map.unproject({ x: 0, y: 0 })).toEqual({ latitude: 90, longitude: 0 });
  });
});

describe("the outline of the land", () => {
  const LAND = [
    { latitude: 47, longitude: 9 },
    { latitude: 0, longitude: 22 },
    { latitude: 68, longitude: 179 },
    { latitude: 65, longitude: -90 },
    { latitude: -25, longitude: 134 },
    { latitude: 75, longitude: -40 },
    { latitude: -80, longitude: 30 },
  ];
  const SEA = [
    { latitude: 0, longitude: -30 },
    { latitude: 30, longitude: -150 },
    { latitude: -40, longitude: 179.9 },
    { latitude: -60, longitude: -100 },
    { latitude: 86, longitude: 100 },
  ];
  const asIs = ({ latitude, longitude }: Point): Flat => ({ x: longitude, y: latitude });

  it.each([
    { latitude: 90, longitude: 0 },
    { latitude: 89.5, longitude: -120 },
    { latitude: 84.3, longitude: 170 },
    { latitude: -90, longitude: 0 },
    { latitude: -85, longitude: 45 },
    { latitude: 70, longitude: 25 },
  ])("is right about %j", (center) => {
    const flat = new AzimuthalEquidistant(center);
    const { sea, land } = polarOutline(center);
    const project = (point: Point) => flat.project(point);
    for (const point of LAND) expect([point, isIn(point, land, project)]).toEqual([point, true]);
    for (const point of SEA) {
      expect([point, isIn(point, land, project)]).toEqual([point, false]);
      expect(isIn(point, sea, project)).toBe(true);
    }
  });

  it("is right on Mercator's map, also beside the date line", () => {
    const { sea, land } = mercatorOutline();
    for (const shift of [-360, 0, 360]) {
      const shifted = (p: Point) => ({ ...p, longitude: p.longitude + shift });
      for (const point of LAND) expect(isIn(shifted(point), land, asIs)).toBe(true);
      for (const point of SEA.slice(0, 4)) {
        expect(isIn(shifted(point), land, asIs)).toBe(false);
        expect(isIn(shifted(point), sea, asIs)).toBe(true);
      }
    }
  });
});

/** By the rule that draws them: inside of an odd number of rings, as they lie on the map. */
function isIn(point: Point, rings: readonly Ring[], project: (point: Point) => Flat): boolean {
  const { x, y } = project(point);
  let isInside = false;
  for (const ring of rings) {
    const corners = ring.map(project);
    for (const [at, b] of corners.entries()) {
      const a = corners.at(at - 1)!;
      if (a.y > y !== b.y > y && x < a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x)) {
        isInside = !isInside;
      }
    }
  }
  return isInside;
}
