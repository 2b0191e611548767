import geographiclib from "geographiclib-geodesic";
import type { Point } from "../src/geo/point.ts";
import type { Random } from "../test/support/random.ts";

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
