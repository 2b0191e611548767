import type { Point } from "../answer.ts";

const METERS_A_DEGREE = 111_195;
/** The last of them is 11 m; no device that people carry knows better. */
const MOST_DIGITS = 4;

/**
 * A point with as many decimals as tell how exact it is: a step of the last one is at least so many metres. Where degrees of
 * longitude are so much shorter that this would not do from east to west, longitudes go by several steps.
 */
export function roundedTo(accuracyMeters: number, { latitude, longitude }: Point): Point {
  const meters = Math.min(Math.max(accuracyMeters, 1), METERS_A_DEGREE);
  const digits = Math.min(Math.floor(Math.log10(METERS_A_DEGREE / meters)), MOST_DIGITS);
  const aDegree = 10 ** digits;
  const metersEast = (METERS_A_DEGREE * Math.cos((latitude * Math.PI) / 180)) / aDegree;
  const steps = Math.min(Math.max(1, Math.ceil(meters / metersEast)), 360 * aDegree);
  const east = (Math.round((longitude * aDegree) / steps) * steps) / aDegree;
  const around = east > 180 ? east - 360 : east < -180 ? east + 360 : east;
  return { latitude: Number(latitude.toFixed(digits)), longitude: Number(around.toFixed(digits)) };
}
