import * as z from "zod";
import type { PlaceIndex } from "../../index/place-index.ts";
import { isNamed } from "../../index/search/query.ts";
import { Location } from "../../location/location.ts";
import { reportFailure } from "../../observe/failures.ts";
import type { PlaceRecord } from "../../records/place.ts";
import { usesMiles } from "../../territory.ts";
import { plainText } from "../../text/plain-text.ts";
import type { Page } from "../nearby.ts";
import type { FoundPlace } from "../question.ts";
import {
  attributionOf,
  NearbyPlaceView,
  type RecordView,
  viewNearby,
  viewRecord,
} from "./place-view.ts";
import { METERS_IN, UNITS, type Unit } from "./units.ts";

/** What was known of the hours of the places within the radius that were looked at for those that are open. */
const Hours = z.object({
  looked_at: z.int().describe("Of so many places the hours were looked at"),
  unknown: z.int().describe("Of so many of them it is not known whether they are open"),
  unknown_for_example: z.array(z.string()).optional().describe("The nearest of these, by name"),
});

export const NearbyOutput = z.object({
  location: Location,
  query: z.string(),
  radius: z.number(),
  unit: z.enum(UNITS),
  radius_km: z.number(),
  results: z.array(NearbyPlaceView).describe("The places within the radius, nearest first"),
  total_within: z.int().optional().describe("How many match within the radius, if these are all"),
  nearest_beyond: NearbyPlaceView.optional().describe(
    "With no exact match within the radius: the nearest one beyond it",
  ),
  searched_km: z
    .number()
    .optional()
    .describe(
      "If not everything was searched: all matches up to this distance are known, farther ones are not",
    ),
  hours: Hours.optional().describe("With open_now or open_at"),
  next_cursor: z.string().optional().describe("There are more: pass it as cursor"),
  relaxed: z.string().optional().describe("How the query was read to find this"),
  distance_unit: z.enum(UNITS).describe("The unit to tell distances in, here"),
  warnings: z.array(z.string()),
  cached: z.boolean(),
  attribution: z.array(z.string()).describe("Whose data this is: to be shown with it"),
});
export type NearbyOutput = z.infer<typeof NearbyOutput>;

/** How an answer was asked for. */
export interface Presentation {
  readonly location: Location;
  readonly radius: number;
  readonly unit: Unit | undefined;
  readonly detail: "compact" | "full";
  /** Whether this is not the first page. */
  readonly isContinued: boolean;
}

const RELAXED = {
  content: 'Little words such as "in" or "near" were left out.',
  prefix: "No place has the words as they are; the last one was taken for the beginning of a word.",
  fuzzy: "No place has the words as they are; this has similar ones.",
  some: "No place has all the words; this has at least one of them.",
} as const;

/** From here on a radius in km was rather meant in metres, as most map tools take it. */
const IMPLAUSIBLE_RADIUS_METERS = 300_000;

/** The page as it goes out. With `detail: "full"` the records are read from the bucket. */
export async function presentPage(
  page: Page,
  presentation: Presentation,
  index: PlaceIndex,
): Promise<z.input<typeof NearbyOutput>> {
  const { location, radius, unit = "km", isContinued } = presentation;
  const { places, more, mode, nearestBeyond, nextCursor, snapshot, question, cached } = page;
  const { searchedMeters, hours } = page;
  const warnings = warningsFor(page, presentation);
  const results = await viewAll(page, presentation, index, warnings);
  const beyond = nearestBeyond && view(nearestBeyond, page);
  return {
    location,
    query: question.query.text,
    radius,
    unit,
    radius_km: question.radiusMeters / METERS_IN.km,
    results,
    ...(!more && !isContinued && !hours?.unknown.length && { total_within: places.length }),
    ...(beyond && { nearest_beyond: beyond }),
    ...(hours && { hours: viewHours(hours) }),
    ...(searchedMeters !== undefined && { searched_km: Math.floor(searchedMeters) / METERS_IN.km }),
    ...(nextCursor && { next_cursor: nextCursor }),
    ...(mode !== "exact" && { relaxed: RELAXED[mode] }),
    distance_unit: presentation.unit ?? (usesMiles(location) ? "mi" : "km"),
    warnings,
    cached,
    attribution: attributionOf([...places, ...(nearestBeyond ? [nearestBeyond] : [])], snapshot),
  };
}

const MOST_UNKNOWN_NAMED = 3;

function viewHours({ lookedAt, unknown }: NonNullable<Page["hours"]>): z.infer<typeof Hours> {
  const names = unknown.slice(0, MOST_UNKNOWN_NAMED).map(({ row }) => plainText(row.name));
  return {
    looked_at: lookedAt,
    unknown: unknown.length,
    ...(names.length > 0 && { unknown_for_example: names }),
  };
}

async function viewAll(
  page: Page,
  { detail }: Presentation,
  index: PlaceIndex,
  warnings: string[],
): Promise<NearbyPlaceView[]> {
  const { places, snapshot } = page;
  const rows = places.map(({ row }) => row);
  const records = detail === "full" ? await index.records(rows, snapshot) : [];
  if (records.includes(undefined)) {
    warnings.push("The full record of some places is missing; they are shown in short.");
  }
  const details = detailsOf(records);
  if (details.length < records.length) {
    warnings.push(
      `Only the nearest ${details.length} places are shown in full: more would be too long for an answer. get_place shows each of the others.`,
    );
  }
  const views = places.flatMap((place, at) => {
    const shown = view(place, page);
    if (!shown) return [];
    return { ...shown, ...details[at] };
  });
  const missing = places.length - views.length;
  if (missing > 0) warnings.push(`${missing} of the places cannot be shown: the index is faulty.`);
  return views;
}

/** What the details of an answer come to at most, in characters of JSON: some 10,000 tokens. */
const MOST_DETAIL_CHARACTERS = 40_000;

/** What the records of the nearest places tell, as far as an answer has room for it. */
function detailsOf(records: readonly (PlaceRecord | undefined)[]): RecordView[] {
  const details: RecordView[] = [];
  let left = MOST_DETAIL_CHARACTERS;
  for (const record of records) {
    const detail = record ? viewRecord(record) : {};
    left -= JSON.stringify(detail).length;
    if (left < 0 && details.length > 0) break;
    details.push(detail);
  }
  return details;
}

/** A row that cannot be shown is left out: it must not fail the answer. */
function view(place: FoundPlace, { snapshot, question }: Page): NearbyPlaceView | undefined {
  try {
    return viewNearby(place, snapshot, question.openAt);
  } catch (error) {
    reportFailure("a place's row", error);
    return undefined;
  }
}

const NOTHING_LOADED =
  "This server holds no places at all yet: whoever runs it has to load them (npm run load).";

const STILL_LOADING =
  "The data of this server is still being loaded: there may be more, and nearer, places than it knows yet. Ask again in some minutes.";

function warningsFor(
  { kinds, places, snapshot, question, searchedMeters, more, nextCursor }: Page,
  { location, radius, unit = "km" }: Presentation,
): string[] {
  const { query, radiusMeters } = question;
  const warnings: string[] = [];
  if (snapshot.isLoading) warnings.push(STILL_LOADING);
  else if (snapshot.collections.size === 0) warnings.push(NOTHING_LOADED);
  if (location.note) warnings.push(location.note);
  if (location.accuracy_meters > radiusMeters) {
    const accuracy = `${Math.round(location.accuracy_meters / METERS_IN.km)} km`;
    warnings.push(
      `Distances are from the centre of ${location.label}, which is known to some ${accuracy} only: less exactly than the radius.`,
    );
  }
  if (radiusMeters >= IMPLAUSIBLE_RADIUS_METERS && unit !== "m") {
    warnings.push(
      `radius is in ${unit}: ${radius} ${unit} were searched. For metres pass unit "m".`,
    );
  }
  if (query.text.trim() && query.phrases.length === 0) {
    warnings.push("query has no letter and no digit in it, so any place matches.");
  }
  if (searchedMeters !== undefined) {
    const known = `${Math.floor(searchedMeters) / METERS_IN.km} km`;
    warnings.push(
      more
        ? `Only places up to ${known} away were looked at: a question reads so many at most. ${nextCursor ? "Go on with next_cursor, or ask" : "Ask"} for something narrower.`
        : `Beyond the radius, only places up to ${known} away were looked at: whether there is one farther away is not known.`,
    );
  }
  const missing = kinds.flatMap(({ label, hasPlaces }) => (hasPlaces ? [] : plainText(label)));
  const isName = () => places.some(({ row }) => isNamed(row.name, query));
  if (missing.length > 0 && missing.length === kinds.length && !isName()) {
    warnings.push(
      `The data of this server has no places of the kind ${missing.slice(0, 3).join(", ")}: they may well exist. Only names were searched.`,
    );
  }
  return warnings;
}
