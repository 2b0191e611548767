import type { Answer, Location, Place, Unit } from "../answer.ts";

const METERS_IN: Readonly<Record<Unit, number>> = { km: 1_000, mi: 1_609.344, m: 1, ft: 0.3048 };

/** How the distances of an answer are told. */
export interface DistanceFormat {
  /** Miles and feet, or else kilometres and metres. */
  readonly unit: Unit;
  /** Whether the point that they are measured from is not exact. */
  readonly roughly: boolean;
}

export function formatOf({ location, distance_unit: unit }: Answer): DistanceFormat {
  return { unit, roughly: isRough(location) };
}

export function isRough({ accuracy_meters }: Location): boolean {
  return accuracy_meters >= 1_000;
}

/** A distance in two significant figures, as the text of the answer tells it: "1.3 km", "56 m", "about 0.6 mi". */
export function formatDistance(meters: number, { unit, roughly }: DistanceFormat): string {
  const [large, small] = isImperial(unit) ? (["mi", "ft"] as const) : (["km", "m"] as const);
  const amount = meters / METERS_IN[large];
  if (roughly) {
    const told = amount < 1 ? Math.max(0.1, Math.round(amount * 10) / 10) : amount;
    return `about ${inTwoFigures(told)} ${large}`;
  }
  if (amount >= (large === "mi" ? 0.1 : 1)) return `${inTwoFigures(amount)} ${large}`;
  return `${inTwoFigures(Math.round(meters / METERS_IN[small]))} ${small}`;
}

/** Where a place lies, seen from the point: "1.3 km northeast", or "here". */
export function formatWhere({ distance_km, bearing }: Place, format: DistanceFormat): string {
  return bearing ? `${formatDistance(distance_km * 1_000, format)} ${bearing.compass}` : "here";
}

/** A length in the unit of a radius: "800 m", "5 mi". */
export function formatRadius(amount: number, unit: Unit): string {
  return `${amount.toLocaleString("en", { maximumSignificantDigits: 6 })} ${unit}`;
}

/** How far was looked, never said too far: "3.25 km", "2.019 mi". */
export function formatReach(km: number, unit: Unit): string {
  const large = isImperial(unit) ? "mi" : "km";
  return formatRadius(Math.floor(inUnit(km, large) * 1_000) / 1_000, large);
}

export function inUnit(km: number, unit: Unit): number {
  return (km * METERS_IN.km) / METERS_IN[unit];
}

function isImperial(unit: Unit): boolean {
  return unit === "mi" || unit === "ft";
}

function inTwoFigures(amount: number): string {
  return Number(amount.toPrecision(2)).toLocaleString("en");
}
