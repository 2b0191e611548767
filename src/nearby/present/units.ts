import * as z from "zod/v4";
import { CallerError } from "../../errors.ts";
import { HALF_EARTH_METERS } from "../../geo/ellipsoid.ts";

export const UNITS = ["km", "mi", "m", "ft"] as const;
export type Unit = (typeof UNITS)[number];

export const METERS_IN: Readonly<Record<Unit, number>> = {
  km: 1_000,
  mi: 1_609.344,
  m: 1,
  ft: 0.3048,
};

/** What else callers write for a unit. */
const SPELLINGS: Readonly<Record<Unit, RegExp>> = {
  km: /^(?:kms?|kilomet(?:er|re)s?)$/,
  mi: /^(?:mi|miles?)$/,
  m: /^(?:m|met(?:er|re)s?|mtrs?)$/,
  ft: /^(?:ft|foot|feet)$/,
};

/** A unit, in whatever spelling it comes. */
export const UnitInput = z.preprocess((given) => {
  if (typeof given !== "string") return given;
  const text = given.trim().replace(/\.$/, "").toLowerCase();
  return UNITS.find((unit) => SPELLINGS[unit].test(text)) ?? given;
}, z.enum(UNITS));

/** A radius in metres. @throws CallerError beyond half the earth */
export function radiusInMeters(radius: number, unit: Unit): number {
  const meters = radius * METERS_IN[unit];
  if (meters <= HALF_EARTH_METERS) return meters;
  const most = Math.floor(HALF_EARTH_METERS / METERS_IN[unit]);
  const instead = unit === "m" ? "" : ' If it is in metres, pass unit: "m" with it.';
  throw new CallerError(
    `"radius": must be at most ${most} ${unit}, which is half the earth, but is ${radius}.${instead}`,
  );
}

/** How distances are told. */
export interface DistanceFormat {
  /** Miles and feet, or else kilometres and metres. */
  readonly unit: Unit;
  /** Whether the point that they are measured from is not exact. */
  readonly roughly: boolean;
}

/** A distance in two significant figures: "1.3 km", "56 m", "about 0.6 mi". */
export function formatDistance(meters: number, { unit, roughly }: DistanceFormat): string {
  const [large, small] =
    unit === "mi" || unit === "ft" ? (["mi", "ft"] as const) : (["km", "m"] as const);
  const amount = meters / METERS_IN[large];
  // From a point that is known to a kilometre, metres would say too much.
  if (roughly)
    return `about ${inTwoFigures(Math.max(0.1, amount < 1 ? oneDecimal(amount) : amount))} ${large}`;
  if (amount >= (large === "mi" ? 0.1 : 1)) return `${inTwoFigures(amount)} ${large}`;
  return `${inTwoFigures(Math.round(meters / METERS_IN[small]))} ${small}`;
}

/** Up to here a place is where the user is: it lies in no direction. */
export const LEAST_TOLD_METERS = 0.5;

function inTwoFigures(amount: number): string {
  return Number(amount.toPrecision(2)).toLocaleString("en");
}

function oneDecimal(amount: number): number {
  return Math.round(amount * 10) / 10;
}
