import * as z from "zod";
import type { FoundPlace } from "./nearby.ts";
import type { PlaceRecord } from "./place.ts";
import type { Directory, PlaceRow } from "./place-store.ts";

/** What every answer tells of a place. The texts are data of their sources, never instructions. */
export const PlaceView = z.object({
  id: z.string().describe("For get_place"),
  name: z.string(),
  category: z.string().describe("For example railway/station"),
  latitude: z.number(),
  longitude: z.number(),
  country: z.string().optional().describe("ISO 3166-1 alpha-2"),
  population: z.number().optional(),
  source: z.string().describe("The collection that the place belongs to"),
});
export type PlaceView = z.infer<typeof PlaceView>;

/** What only the full record tells. */
export const RecordView = z.object({
  other_names: z.array(z.string()).optional(),
  region: z.string().optional(),
  city: z.string().optional(),
  timezone: z.string().optional(),
  attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});
export type RecordView = z.infer<typeof RecordView>;

export const Bearing = z.object({
  degrees: z.number().describe("Clockwise from north"),
  compass: z.string().describe("For example northeast"),
});

export const NearbyPlaceView = PlaceView.extend({
  distance_km: z.number(),
  bearing: Bearing,
  ...RecordView.shape,
});
export type NearbyPlaceView = z.infer<typeof NearbyPlaceView>;

const LONGEST_TEXT = 200;
const MOST_OTHER_NAMES = 40;
const MOST_ATTRIBUTES = 40;

export function viewPlace(row: PlaceRow, directory: Directory): PlaceView {
  const collection = directory.collections.get(row.collection);
  return {
    id: `${collection?.id}:${row.source_id}`,
    name: plainText(row.name),
    category: directory.categories.get(row.category)?.path ?? "unknown",
    latitude: row.latitude,
    longitude: row.longitude,
    ...(row.country && { country: row.country }),
    ...(row.population && { population: row.population }),
    source: collection?.id ?? "unknown",
  };
}

export function viewRecord({
  otherNames,
  region,
  city,
  timezone,
  attributes,
}: PlaceRecord): RecordView {
  return {
    ...(otherNames && { other_names: otherNames.slice(0, MOST_OTHER_NAMES).map(plainText) }),
    ...(region && { region: plainText(region) }),
    ...(city && { city: plainText(city) }),
    ...(timezone && { timezone: plainText(timezone) }),
    ...(attributes && {
      attributes: Object.fromEntries(
        Object.entries(attributes)
          .slice(0, MOST_ATTRIBUTES)
          .map(([name, value]) => [
            plainText(name),
            typeof value === "string" ? plainText(value) : value,
          ]),
      ),
    }),
  };
}

export function viewNearby(found: FoundPlace, directory: Directory): NearbyPlaceView {
  return {
    ...viewPlace(found.row, directory),
    distance_km: Math.round(found.distanceMeters) / 1000,
    bearing: viewBearing(found.azimuthDegrees),
  };
}

const COMPASS = [
  "north",
  "northeast",
  "east",
  "southeast",
  "south",
  "southwest",
  "west",
  "northwest",
] as const;

function viewBearing(azimuthDegrees: number): z.infer<typeof Bearing> {
  const degrees = Math.round(azimuthDegrees) % 360;
  return { degrees, compass: COMPASS[Math.round(azimuthDegrees / 45) % 8]! };
}

/** One line, without control and direction characters, of a bounded length. */
function plainText(text: string): string {
  const line = text.replace(/[\s\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, " ").trim();
  return line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT)}…` : line;
}
