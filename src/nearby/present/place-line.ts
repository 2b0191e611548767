import type { NearbyPlaceView } from "./place-view.ts";
import { type DistanceFormat, formatDistance } from "./units.ts";

const MOST_NAMES = 3;

/** A place in one line, for a model: what, where from here, its id, how to get there; in full also what its record says. */
export function formatPlace(place: NearbyPlaceView, format: DistanceFormat): string {
  const { name, category, country, region, population, bearing, id, address, city, opening } =
    place;
  const kind = [
    category,
    region,
    country,
    population && `${population.toLocaleString("en")} people`,
  ].filter(Boolean);
  const where = bearing
    ? `${formatDistance(place.distance_km * 1_000, format)} ${bearing.compass}`
    : "here";
  const facts = [
    opening?.summary,
    opening?.state !== "unknown" && opening?.day?.includes(":") && `hours ${opening.day}`,
    address,
    place.phone,
    place.website,
    place.other_names && `also: ${place.other_names.slice(0, MOST_NAMES).join(", ")}`,
    city !== name && !address?.includes(city ?? "") && city,
    place.timezone,
    ...Object.entries(place.attributes ?? {}).map(([fact, value]) => `${fact}: ${value}`),
    place.left_out && `left out: ${place.left_out}`,
  ].filter(Boolean);
  const more = facts.length > 0 ? ` — ${facts.join("; ")}` : "";
  const matched = place.matched_name ? `, by its name "${place.matched_name}"` : "";
  return `${name}${matched}${kind.length > 0 ? ` (${kind.join(", ")})` : ""}, ${where} [${id}]${more}`;
}
