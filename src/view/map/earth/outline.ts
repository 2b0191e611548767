import { feature, type Topology } from "topojson-client";
import topology from "world-atlas/land-110m.json";
import type { Point } from "../../answer.ts";
import { circle, HALF_EARTH_KM, unwrapped } from "./sphere.ts";

export type Ring = readonly Point[];

/**
 * The land of the earth at 1:110 million (Natural Earth, public domain), tens of kilometres off: for a look from afar, where no
 * tile is. Rings inside of an odd number of rings are land, as in SVG's "evenodd".
 */
function land(): Ring[] {
  const { features } = feature(topology as unknown as Topology, topology.objects.land);
  return features.flatMap(({ geometry }) => {
    if (geometry.type !== "MultiPolygon") return [];
    return geometry.coordinates.flatMap((rings) =>
      rings.map((ring) =>
        unrolled(
          ring.map(([longitude, latitude]) => ({ latitude: latitude!, longitude: longitude! })),
        ),
      ),
    );
  });
}

/** A ring without a jump at ±180. One around a pole, which is Antarctica, is closed along the pole. */
function unrolled(ring: Ring): Ring {
  const longitudes: number[] = [];
  for (const { longitude } of ring) longitudes.push(unwrapped(longitude, longitudes.at(-1) ?? 0));
  const middle = (Math.min(...longitudes) + Math.max(...longitudes)) / 2;
  const turn = unwrapped(middle, 0) - middle;
  const points = ring.map(({ latitude }, at) => ({ latitude, longitude: longitudes[at]! + turn }));
  const [first, last] = [points[0]!, points.at(-1)!];
  if (Math.abs(last.longitude - first.longitude) < 180) return points;
  return [...points, { ...last, latitude: -90 }, { ...first, latitude: -90 }, first];
}

const TURNS = [-360, 0, 360];

/** Where Mercator's map ends. */
const EDGE = 85.06;

/** Sea and land side by side so often that a map across the date line has both sides. */
export function mercatorOutline(): { sea: Ring[]; land: Ring[] } {
  const corner = (latitude: number, longitude: number) => ({ latitude, longitude });
  const shifted = TURNS.flatMap((shift) =>
    land().map((ring) =>
      ring.map(({ latitude, longitude }) => ({ latitude, longitude: longitude + shift })),
    ),
  );
  return {
    sea: [[corner(-EDGE, -540), corner(EDGE, -540), corner(EDGE, 540), corner(-EDGE, 540)]],
    land: shifted,
  };
}

/** Sea and land on the disc about a point. */
export function polarOutline(center: Point): { sea: Ring[]; land: Ring[] } {
  const rim = circle(center, HALF_EARTH_KM - 110);
  const rings = land().map(inShortSteps);
  const antipode = {
    latitude: -center.latitude,
    longitude: unwrapped(center.longitude + 180, 0),
  };
  // Land around the other side of the earth is what lies between its coast and the rim.
  return { sea: [rim], land: isWithin(antipode, rings) ? [rim, ...rings] : rings };
}

const LONGEST_STEP_DEGREES = 1;

/** Straight lines of a plate carrée are curves on the disc. */
function inShortSteps(ring: Ring): Ring {
  return ring.flatMap((to, at) => {
    const from = ring[at - 1] ?? to;
    const [dLat, dLon] = [to.latitude - from.latitude, to.longitude - from.longitude];
    // At a pole a line of many degrees is a point.
    const isPole = Math.abs(to.latitude) === 90 && dLat === 0;
    const steps = isPole ? 1 : Math.ceil(Math.hypot(dLat, dLon) / LONGEST_STEP_DEGREES) || 1;
    return Array.from({ length: steps }, (_, step) => {
      const left = (steps - 1 - step) / steps;
      return { latitude: to.latitude - left * dLat, longitude: to.longitude - left * dLon };
    });
  });
}

/** Whether a point is inside of an odd number of rings, which may reach past ±180. */
function isWithin({ latitude, longitude }: Point, rings: readonly Ring[]): boolean {
  let crossings = 0;
  for (const ring of rings) {
    for (const [at, to] of ring.entries()) {
      const from = ring.at(at - 1)!;
      if (from.latitude > latitude === to.latitude > latitude) continue;
      const part = (latitude - from.latitude) / (to.latitude - from.latitude);
      const there = from.longitude + part * (to.longitude - from.longitude);
      for (const shift of TURNS) if (longitude + shift < there) crossings++;
    }
  }
  return crossings % 2 === 1;
}
