import * as z from "zod/v4";
import type { PlaceIndex, PlaceRow } from "../../index/place-index.ts";
import type { Snapshot } from "../../index/snapshot.ts";
import { Location } from "../../location/location.ts";
import { reportFailure } from "../../observe/failures.ts";
import { usesMiles } from "../../territory.ts";
import { plainText } from "../../text/plain-text.ts";
import type { Page } from "../nearby.ts";
import type { FoundPlace } from "../question.ts";
import { matchedNames } from "./matched.ts";
import { attributionOf, NearbyPlaceView, viewNearby, viewRecord } from "./place-view.ts";
import { describeMissing, describeReading } from "./reading.ts";
import { formatDistance, METERS_IN, UNITS, type Unit } from "./units.ts";

/** What was known of the hours of the places within the radius that were looked at for those that are open. */
const Hours = z.object({
  looked_at: z.int().describe("Of so many places the hours were looked at"),
  unknown: z.int().describe("Of so many of them it is not known whether they are open"),
  unknown_for_example: z.array(z.string()).optional().describe("The nearest of these, by name"),
});

export const NearbyOutput = z.object({
  location: Location,
  query: z.string(),
  narrowed_by: z.string().optional(),
  radius: z.number(),
  unit: z.enum(UNITS),
  radius_km: z.number(),
  results: z.array(NearbyPlaceView),
  first: z.int().optional().describe("On further pages: the number of the first result"),
  total_within: z.int().optional().describe("All that match, if known"),
  nearest_beyond: NearbyPlaceView.optional().describe(
    "The nearest exact match, if none is within the radius",
  ),
  searched_km: z.number().optional().describe("Matches farther away are not known"),
  hours: Hours.optional().describe("With open_now or open_at"),
  next_cursor: z.string().optional().describe("There are more: pass it as cursor"),
  relaxed: z.string().optional().describe("How the query was read"),
  distance_unit: z.enum(UNITS).describe("To tell distances in, here"),
  warnings: z.array(z.string()),
  cached: z.boolean(),
  attribution: z.array(z.string()).describe("Credits to show"),
});
export type NearbyOutput = z.infer<typeof NearbyOutput>;

/** How an answer was asked for. */
export interface Presentation {
  readonly location: Location;
  readonly radius: number;
  readonly unit: Unit | undefined;
  readonly detail: "compact" | "full";
  /** How many places the pages before this one had. */
  readonly before: number;
  /** What to pass for the next page, if there is one. */
  readonly nextCursor: string | undefined;
  /** Whose server this is, if it has a name of its own. */
  readonly operator: string | undefined;
}

/** From here on a radius in km was rather meant in metres, as most map tools take it. */
const IMPLAUSIBLE_RADIUS_METERS = 300_000;

/** The page as it goes out. With `detail: "full"` the records are read from the bucket. */
export async function presentPage(
  page: Page,
  presentation: Presentation,
  index: PlaceIndex,
): Promise<z.input<typeof NearbyOutput>> {
  const { location, radius, unit = "km", before, nextCursor, operator } = presentation;
  const { places, more, nearestBeyond, snapshot, question, cached, searchedMeters, hours } = page;
  const relaxed = describeReading(page);
  const told = [...places, ...(nearestBeyond ? [nearestBeyond] : [])];
  const matched = await matchedNames(
    told.map(({ row }) => row),
    page,
    index,
  );
  const nameOf = (at: number) => matched[at] !== undefined && { matched_name: matched[at] };
  const seen = places.flatMap((place, at) => {
    const shown = view(place, page);
    if (!shown) return [];
    return { row: place.row, shown: { ...shown, ...nameOf(at) } };
  });
  const viewed = nearestBeyond && view(nearestBeyond, page);
  const beyond = viewed && { ...viewed, ...nameOf(places.length) };
  const credits = attributionOf(told, snapshot);
  const answer = {
    location,
    query: question.query.text,
    ...narrowingOf(question),
    radius,
    unit,
    radius_km: Math.round(question.radiusMeters * 1_000) / (METERS_IN.km * 1_000),
    results: seen.map(({ shown }) => shown),
    ...(before > 0 && { first: before + 1 }),
    ...(!more && !hours?.unknown.length && { total_within: before + places.length }),
    ...(beyond && { nearest_beyond: beyond }),
    ...(hours && { hours: viewHours(hours) }),
    ...(searchedMeters !== undefined && { searched_km: Math.floor(searchedMeters) / METERS_IN.km }),
    ...(nextCursor && { next_cursor: nextCursor }),
    ...(relaxed && { relaxed }),
    distance_unit: presentation.unit ?? (usesMiles(location) ? "mi" : "km"),
    warnings: warningsFor(page, presentation),
    cached,
    attribution: operator ? [...credits, operator] : credits,
  };
  const missing = places.length - seen.length;
  if (missing > 0) {
    answer.warnings.push(
      `${missing} of the places cannot be shown, because the index is faulty: whoever runs this server has to rebuild it.`,
    );
  }
  if (presentation.detail === "full") {
    const rows = seen.map(({ row }) => row);
    await addDetails(answer, rows, snapshot, index);
  }
  return answer;
}

/** What the places have to be besides what the query says, in words. */
function narrowingOf({ query, collection, filter }: Page["question"]) {
  const by = [
    query.category && `of the category "${plainText(query.category.text)}"`,
    collection !== undefined && `in the collection "${collection}"`,
    filter && "that pass the filter",
  ].filter(Boolean);
  return by.length > 0 && { narrowed_by: by.join(" ") };
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

/** What an answer in full comes to at most, in characters of JSON: some 6,000 tokens. */
const MOST_CHARACTERS = 25_000;
/** Of these for what is said of the rest. */
const FOR_WARNINGS = 500;

/** Adds what the records of the nearest places tell, as far as there is room for it. */
async function addDetails(
  answer: { results: NearbyPlaceView[]; warnings: string[] },
  rows: readonly PlaceRow[],
  snapshot: Snapshot,
  index: PlaceIndex,
): Promise<void> {
  const records = await index.records(rows, snapshot);
  if (records.includes(undefined)) {
    answer.warnings.push(
      "The full record of some places is missing; they are shown in short: whoever runs this server has to load them anew.",
    );
  }
  let left = MOST_CHARACTERS - FOR_WARNINGS - JSON.stringify(answer).length;
  const inFull: NearbyPlaceView[] = [];
  for (const [at, place] of answer.results.entries()) {
    const record = records[at];
    const full = record ? { ...place, ...viewRecord(record, snapshot) } : place;
    left -= JSON.stringify(full).length - JSON.stringify(place).length;
    if (left < 0) break;
    inFull.push(full);
  }
  if (inFull.length < answer.results.length) {
    const which = inFull.length === 0 ? "No place is" : `Only the nearest ${inFull.length} are`;
    answer.warnings.push(
      `${which} shown in full: more would be too long for an answer. Ask with a lower limit, or get_place for each of the others.`,
    );
  }
  answer.results = [...inFull, ...answer.results.slice(inFull.length)];
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

/** That the point is less exact than the radius, and what to do. */
function howRough({ label, source, accuracy_meters }: Location, unit: Unit): string {
  const accuracy = formatDistance(accuracy_meters, { unit, roughly: true });
  if (source === "arguments") {
    return `The coordinates have so few digits that they may be ${accuracy} off: pass more digits, or a larger radius.`;
  }
  const instead = source === "host" ? "" : "a more exact near, latitude and longitude, or ";
  return `Distances are from the centre of ${label}, and what is meant may be ${accuracy} from there: pass ${instead}a larger radius.`;
}

function warningsFor(
  page: Page,
  { location, radius, unit = "km", before, nextCursor }: Presentation,
): string[] {
  const { snapshot, question, searchedMeters, more } = page;
  const { query, radiusMeters } = question;
  const warnings: string[] = [];
  if (snapshot.isLoading) warnings.push(STILL_LOADING);
  else if (snapshot.collections.size === 0) warnings.push(NOTHING_LOADED);
  if (location.note) warnings.push(location.note);
  // What was said of the point and the radius need not be said again; and a guess from the network has its note.
  const isFirst = before === 0;
  if (isFirst && location.accuracy_meters > radiusMeters && location.source !== "network") {
    warnings.push(howRough(location, unit));
  }
  if (isFirst && radiusMeters >= IMPLAUSIBLE_RADIUS_METERS && unit !== "m") {
    warnings.push(
      `radius is in ${unit}: ${radius} ${unit} were searched. For metres pass unit "m".`,
    );
  }
  if (query.text.trim() && query.tokens.length === 0) {
    warnings.push(
      "query has no letter and no digit in it, so any place matches: pass words, or leave it out.",
    );
  }
  if (searchedMeters !== undefined) {
    const known = `${Math.floor(searchedMeters) / METERS_IN.km} km`;
    warnings.push(
      more
        ? `Only places up to ${known} away were looked at: a question reads so many at most. ${nextCursor ? "Go on with next_cursor, or ask" : "Ask"} for something narrower.`
        : `Beyond the radius, only places up to ${known} away were looked at: whether there is one farther away is not known.`,
    );
  }
  const missing = describeMissing(page);
  if (missing) warnings.push(missing);
  return warnings;
}
