import geographiclib from "geographiclib-geodesic";
import type { Point } from "../src/geo/point.ts";

/** A number from 0 to 1, 1 excluded; the same ones in the same order for the same seed. */
export type Random = () => number;

/** Mulberry32: 32 bits of state, more than enough to choose test questions. */
export function seeded(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function oneOf<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)]!;
}

/** A point some way off in any direction, all ways between the two lengths being as likely. */
export function jitter(random: Random, from: Point, least: number, most: number): Point {
  const meters = least + random() * (most - least);
  const { latitude, longitude } = from;
  const to = geographiclib.Geodesic.WGS84.Direct(latitude, longitude, random() * 360, meters);
  return { latitude: to.lat2!, longitude: to.lon2! };
}

/** A point anywhere on the globe, every square kilometre being as likely. */
export function anywhere(random: Random): Point {
  const latitude = (Math.asin(2 * random() - 1) * 180) / Math.PI;
  return { latitude, longitude: random() * 360 - 180 };
}
