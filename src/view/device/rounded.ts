import type { Point } from "../answer.ts";

const METERS_A_DEGREE = 111_195;
/** The last of them is 11 m; no device that people carry knows better. */
const MOST_DIGITS = 4;

/** A point with as many decimals as tell how exact it is: a step of the last one is at least so many metres. */
export function roundedTo(accuracyMeters: number, { latitude, longitude }: Point): Point {
  const digits = Math.floor(Math.log10(METERS_A_DEGREE / Math.max(accuracyMeters, 1)));
  const kept = Math.min(Math.max(digits, 0), MOST_DIGITS);
  return { latitude: Number(latitude.toFixed(kept)), longitude: Number(longitude.toFixed(kept)) };
}
