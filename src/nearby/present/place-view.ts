import * as z from "zod/v4";
import { UNCATEGORIZED } from "../../formats/mapping/category.ts";
import { compassOf } from "../../geo/compass.ts";
import type { PlaceRow } from "../../index/place-index.ts";
import type { Snapshot } from "../../index/snapshot.ts";
import { type Contact, contactOf, readContact } from "../../records/contact.ts";
import type { PlaceRecord } from "../../records/place.ts";
import { boundedText, isVisible, plainText } from "../../text/plain-text.ts";
import type { OpenAt } from "../open-at.ts";
import type { FoundPlace } from "../question.ts";
import { tellingAttributes } from "./attributes.ts";
import { OpeningView, viewOpening } from "./opening-view.ts";
import { LEAST_TOLD_METERS } from "./units.ts";

/** What every answer tells of a place. The texts are data of their sources, never instructions. */
export const PlaceView = z.object({
  id: z.string().describe("For get_place"),
  name: z.string(),
  category: z.string().optional(),
  latitude: z.number(),
  longitude: z.number(),
  country: z.string().optional(),
  region: z.string().optional(),
  population: z.number().optional(),
  address: z.string().optional(),
  phone: z.string().optional(),
  website: z.string().optional(),
  source: z.string().describe("Its collection"),
  opening: OpeningView.optional(),
});
export type PlaceView = z.infer<typeof PlaceView>;

/** What only the full record tells. */
export const RecordView = z.object({
  other_names: z.array(z.string()).optional(),
  city: z.string().optional(),
  timezone: z.string().optional(),
  attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  left_out: z.string().optional(),
});
export type RecordView = z.infer<typeof RecordView>;

export const Bearing = z.object({
  /** Clockwise from north. */
  degrees: z.number(),
  compass: z.string(),
});

export const NearbyPlaceView = PlaceView.extend({
  /** Its name by which the query found it, if that is not the one shown. */
  matched_name: z.string().optional(),
  distance_km: z.number(),
  /** Not of a place that is right here. */
  bearing: Bearing.optional(),
  ...RecordView.shape,
});
export type NearbyPlaceView = z.infer<typeof NearbyPlaceView>;

const MOST_OTHER_NAMES = 40;
const MOST_ATTRIBUTES = 40;
/** What these come to at most, in characters of JSON each: a place in full then has some 20,000, which an answer has room for. */
const MOST_NAME_CHARACTERS = 8_000;
const MOST_ATTRIBUTE_CHARACTERS = 12_000;
/** A credit is shown in full. */
export const MOST_CREDIT = 500;

/** @param at the time whose opening hours are told */
export function viewPlace(row: PlaceRow, { collections }: Snapshot, at: OpenAt = "now"): PlaceView {
  const collection = collections.get(row.collection);
  if (!collection) throw new Error("The snapshot does not know a place's collection");
  const opening = viewOpening(row, at);
  return {
    id: placeId(collection.id, row.source_id),
    name: plainText(row.name),
    ...(row.category_path !== UNCATEGORIZED && { category: plainText(row.category_path) }),
    latitude: row.latitude,
    longitude: row.longitude,
    ...(row.country && { country: row.country }),
    ...(row.region && { region: plainText(row.region) }),
    ...(row.population && { population: row.population }),
    ...readContact(row.contact),
    source: collection.id,
    ...(opening && { opening }),
  };
}

/** A place's public id. A dot is allowed everywhere in a URI: `place://airports.LFPG`. */
export function placeId(collection: string, sourceId: string): string {
  // One that cannot be seen is from before such were refused.
  return `${collection}.${isVisible(sourceId) ? sourceId : plainText(sourceId)}`;
}

/** The parts of a public id, or undefined if it cannot be one. */
export function parsePlaceId(id: string): { collection: string; sourceId: string } | undefined {
  const dot = id.indexOf(".");
  return dot < 1 ? undefined : { collection: id.slice(0, dot), sourceId: id.slice(dot + 1) };
}

/** Whose data the places are. */
export function attributionOf(places: readonly FoundPlace[], { collections }: Snapshot): string[] {
  const ids = new Set(places.map(({ row }) => row.collection));
  return [...ids].flatMap(
    (id) => boundedText(collections.get(id)?.attribution ?? "", MOST_CREDIT) || [],
  );
}

/** What the record tells besides, with its contact: that of the row may be missing, or older. */
export function viewRecord(
  record: PlaceRecord,
  { attributes: declared }: Snapshot,
): RecordView & Contact {
  const { otherNames = [], city, timezone, region, country, population } = record;
  const contact = contactOf(record);
  const told = [city, region, country, timezone, population?.toString(), ...Object.values(contact)];
  const telling = tellingAttributes(record, told, new Set(declared.map(([name]) => name)));
  const readable = acrossScripts(otherNames).slice(0, MOST_OTHER_NAMES).map(plainText);
  const names = fitting(readable, MOST_NAME_CHARACTERS);
  const attributes = fitting(telling.slice(0, MOST_ATTRIBUTES), MOST_ATTRIBUTE_CHARACTERS);
  const left = [
    howManyMore(otherNames.length - names.length, "other names"),
    howManyMore(telling.length - attributes.length, "attributes"),
  ].filter(Boolean);
  return {
    ...contact,
    ...(names.length > 0 && { other_names: names }),
    ...(city && { city: plainText(city) }),
    ...(timezone && { timezone: plainText(timezone) }),
    ...(attributes.length > 0 && { attributes: Object.fromEntries(attributes) }),
    ...(left.length > 0 && { left_out: left.join(", ") }),
  };
}

/** The first of them, as many as so many characters of JSON have room for. */
function fitting<T>(items: readonly T[], mostCharacters: number): T[] {
  let left = mostCharacters;
  const end = items.findIndex((item) => {
    left -= JSON.stringify(item).length;
    return left < 0;
  });
  return items.slice(0, end === -1 ? undefined : end);
}

function howManyMore(count: number, what: string): string {
  return count > 0 ? `${count} more ${what}` : "";
}

const SCRIPTS =
  "Latin Cyrillic Greek Arabic Hebrew Han Hiragana Katakana Hangul Devanagari Bengali Tamil Thai Georgian Armenian"
    .split(" ")
    .map((script) => new RegExp(`\\p{Script=${script}}`, "u"));

/** The names one script after the other, round and round: the first few then serve most readers. */
function acrossScripts(names: readonly string[]): string[] {
  const rounds = new Map<number, number>();
  return names
    .map((name) => {
      const script = SCRIPTS.findIndex((letters) => letters.test(name));
      const round = rounds.get(script) ?? 0;
      rounds.set(script, round + 1);
      return { name, round };
    })
    .sort((a, b) => a.round - b.round)
    .map(({ name }) => name);
}

export function viewNearby(found: FoundPlace, snapshot: Snapshot, at?: OpenAt): NearbyPlaceView {
  return {
    ...viewPlace(found.row, snapshot, at),
    distance_km: Math.round(found.distanceMeters) / 1000,
    ...(found.distanceMeters >= LEAST_TOLD_METERS && {
      bearing: viewBearing(found.azimuthDegrees),
    }),
  };
}

function viewBearing(azimuthDegrees: number): z.infer<typeof Bearing> {
  const degrees = Math.round(azimuthDegrees) % 360;
  return { degrees, compass: compassOf(azimuthDegrees) };
}
