import type { Point } from "../geo/point.ts";

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)$/;

/** Decimal degrees from a number or a text; undefined if they are none, or out of range. */
export function toDegrees(value: unknown, most: 90 | 180): number | undefined {
  // Number("") is 0.
  if (typeof value === "string" && !DECIMAL.test(value.trim())) return undefined;
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const degrees = Number(value);
  return Math.abs(degrees) <= most ? degrees : undefined;
}

/**
 * A point that a machine reports, at two decimals (some 1 km: more would be pretence). Nobody is at
 * 0, 0; it is what failed look-ups give.
 */
export function toReportedPoint(latitude: unknown, longitude: unknown): Point | undefined {
  const point = { latitude: toDegrees(latitude, 90), longitude: toDegrees(longitude, 180) };
  if (point.latitude === undefined || point.longitude === undefined) return undefined;
  const reported = { latitude: rounded(point.latitude), longitude: rounded(point.longitude) };
  return reported.latitude === 0 && reported.longitude === 0 ? undefined : reported;
}

function rounded(degrees: number): number {
  // Not minus zero, which JSON does not know.
  return Number(degrees.toFixed(2)) + 0;
}

/** The length of a degree of latitude. */
export const METERS_A_DEGREE = 111_195;
/** No device that people carry knows better. */
export const ACCURACY_FLOOR_METERS = 10;

/** How far off a point may be for its last digit: half of it, but never less than 10 m. */
export function accuracyOf({ latitude, longitude }: Point): number {
  const decimals = Math.max(decimalsOf(latitude), decimalsOf(longitude));
  return Math.max(ACCURACY_FLOOR_METERS, Math.round(METERS_A_DEGREE / 2 / 10 ** decimals));
}

function decimalsOf(degrees: number): number {
  return /\.(\d+)$/.exec(String(degrees))?.[1]?.length ?? (Number.isInteger(degrees) ? 0 : 7);
}
