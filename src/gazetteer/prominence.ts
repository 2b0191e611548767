import type { NamedRow } from "../index/search/names.ts";

type Place = Pick<NamedRow, "category_path" | "population">;

/**
 * How important a place is, as the logarithm of a number of people, to base 10. For what has no people it is an
 * estimate of how many know it.
 */
export function importanceOf({ category_path: path, population }: Place): number {
  const people = population ? Math.log10(population) : undefined;
  if (path === "place/city/capital") return (people ?? 4) + 0.5;
  if (path.startsWith("place/neighbourhood")) return Math.min(people ?? 2.5, 4);
  if (path.startsWith("place")) return people ?? 2;
  const [, known] = OTHERS.find(([start]) => path.startsWith(start)) ?? [];
  return known ?? 3;
}

const OTHERS: readonly (readonly [string, number])[] = [
  ["aeroway/aerodrome/large", 5.6],
  ["aeroway/aerodrome/medium", 4.6],
  ["aeroway/aerodrome/small", 2.2],
  ["aeroway", 2],
  ["railway/station", 3.8],
  ["public_transport", 2.5],
  ["boundary/postal_code", 4.2],
  ["landuse/harbour", 3.5],
];

export function isTown({ category_path: path }: Place): boolean {
  return path.startsWith("place") && !path.startsWith("place/neighbourhood");
}

export function isAirport({ category_path: path }: Place): boolean {
  return path.startsWith("aeroway");
}

export function isStation({ category_path: path }: Place): boolean {
  return path.startsWith("railway") || path.startsWith("public_transport");
}

export function isPostalCode({ category_path: path }: Place): boolean {
  return path.startsWith("boundary/postal_code");
}

/** Heliports, private airfields and the like: nobody is there who does not say so. */
export function isMinorAirfield(place: Place): boolean {
  return isAirport(place) && importanceOf(place) < 4;
}

/**
 * How far from its point somebody may be who says to be at a place: its extent. Estimates: a town's radius
 * grows with the root of its people (Paris 15 km, Bayeux 1.5 km); the others are usual sizes.
 */
export function accuracyOfPlace(place: Place): number {
  if (isTown(place)) {
    const meters = 10 * Math.sqrt(place.population ?? 0);
    return Math.round(Math.min(20_000, Math.max(1_500, meters)) / 100) * 100;
  }
  if (isPostalCode(place)) return 3_000;
  if (place.category_path.startsWith("place/neighbourhood")) return 1_000;
  return isAirport(place) ? 2_000 : 300;
}
