import type { NearbyPlaceView } from "./place-view.ts";

export const UNITS = ["km", "mi", "m"] as const;
export type Unit = (typeof UNITS)[number];

export const METERS_IN: Readonly<Record<Unit, number>> = { km: 1_000, mi: 1_609.344, m: 1 };
const METERS_IN_FOOT = 0.3048;

const MOST_NAMES = 3;

/** A place in one line, for a model: what, where from here, and its id; in full also what its record says. */
export function lineOf(place: NearbyPlaceView, unit: Unit, roughly: boolean): string {
  const { name, category, country, region, population, bearing, id } = place;
  const kind = [
    category,
    region,
    country,
    population && `${population.toLocaleString("en")} people`,
  ];
  const where = [distanceText(place.distance_km * 1_000, unit, roughly), bearing.compass];
  const facts = [
    place.other_names && `also: ${place.other_names.slice(0, MOST_NAMES).join(", ")}`,
    place.city,
    place.timezone,
    ...Object.entries(place.attributes ?? {}).map(([fact, value]) => `${fact}: ${value}`),
  ].filter(Boolean);
  const more = facts.length > 0 ? ` — ${facts.join("; ")}` : "";
  return `${name} (${kind.filter(Boolean).join(", ")}), ${where.filter(Boolean).join(" ")} [${id}]${more}`;
}

/** A distance in the unit system that was asked in; rounded to whole kilometres where the location is rough. */
export function distanceText(meters: number, unit: Unit, roughly: boolean): string {
  const large = unit === "mi" ? "mi" : "km";
  const amount = meters / METERS_IN[large];
  if (roughly) return amount < 1 ? `less than 1 ${large}` : `about ${Math.round(amount)} ${large}`;
  if (amount >= (unit === "mi" ? 0.1 : 1)) return `${amount.toFixed(1)} ${large}`;
  return unit === "mi" ? `${Math.round(meters / METERS_IN_FOOT)} ft` : `${Math.round(meters)} m`;
}
