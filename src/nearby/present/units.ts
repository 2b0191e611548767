import { CallerError } from "../../errors.ts";
import { HALF_EARTH_METERS } from "../../geo/ellipsoid.ts";

export const UNITS = ["km", "mi", "m"] as const;
export type Unit = (typeof UNITS)[number];

export const METERS_IN: Readonly<Record<Unit, number>> = { km: 1_000, mi: 1_609.344, m: 1 };
const METERS_IN_FOOT = 0.3048;

/** A radius in metres. @throws CallerError beyond half the earth */
export function radiusInMeters(radius: number, unit: Unit): number {
  const meters = radius * METERS_IN[unit];
  if (meters <= HALF_EARTH_METERS) return meters;
  const most = Math.floor(HALF_EARTH_METERS / METERS_IN[unit]);
  throw new CallerError(
    `"radius": must be at most ${most} ${unit}, which is half the earth, but is ${radius}.`,
  );
}

/** How distances are told. */
export interface DistanceFormat {
  /** Miles and feet, or else kilometres and metres. */
  readonly unit: Unit;
  /** Only whole kilometres or miles: the point that they are measured from is not exact. */
  readonly roughly: boolean;
}

export function formatDistance(meters: number, { unit, roughly }: DistanceFormat): string {
  const large = unit === "mi" ? "mi" : "km";
  const amount = meters / METERS_IN[large];
  if (roughly) return amount < 1 ? `less than 1 ${large}` : `about ${Math.round(amount)} ${large}`;
  if (amount >= (unit === "mi" ? 0.1 : 1)) return `${amount.toFixed(1)} ${large}`;
  return unit === "mi" ? `${Math.round(meters / METERS_IN_FOOT)} ft` : `${Math.round(meters)} m`;
}
