import type { NearbyPlaceView } from "./place-view.ts";
import { type DistanceFormat, formatDistance } from "./units.ts";

const MOST_NAMES = 3;

/** A place in one line, for a model: what, where from here, and its id; in full also what its record says. */
export function formatPlace(place: NearbyPlaceView, format: DistanceFormat): string {
  const { name, category, country, region, population, bearing, id, opening } = place;
  const kind = [
    category,
    region,
    country,
    population && `${population.toLocaleString("en")} people`,
  ];
  const where = [formatDistance(place.distance_km * 1_000, format), bearing.compass];
  const facts = [
    opening?.summary,
    opening?.state !== "unknown" && opening?.day?.includes(":") && `hours ${opening.day}`,
    place.other_names && `also: ${place.other_names.slice(0, MOST_NAMES).join(", ")}`,
    place.city,
    place.timezone,
    ...Object.entries(place.attributes ?? {}).map(([fact, value]) => `${fact}: ${value}`),
  ].filter(Boolean);
  const more = facts.length > 0 ? ` — ${facts.join("; ")}` : "";
  return `${name} (${kind.filter(Boolean).join(", ")}), ${where.filter(Boolean).join(" ")} [${id}]${more}`;
}
