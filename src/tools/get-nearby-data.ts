import * as z from "zod";
import type { Caller } from "../caller.ts";
import { CallerError } from "../errors.ts";
import { HALF_EARTH_METERS } from "../geo/ellipsoid.ts";
import { checkFilter, Filter } from "../index/search/filter.ts";
import { phraseQuery } from "../index/search/query.ts";
import { type Asked, locate } from "../location/ladder.ts";
import { isRough, Location } from "../location/location.ts";
import { defineTool } from "../mcp/define.ts";
import type { FoundPlace, NearbyAnswer, NearbyQuestion } from "../nearby/find.ts";
import { type OpenAt, openStateAt, parseOpenAt } from "../nearby/open-at.ts";
import { findPassing } from "../nearby/open-filter.ts";
import { findPage } from "../nearby/page.ts";
import { tellNearby } from "../nearby/present/answer-text.ts";
import { tellData } from "../nearby/present/data-text.ts";
import { METERS_IN, UNITS, type Unit } from "../nearby/present/place-text.ts";
import {
  attributionOf,
  NearbyPlaceView,
  viewNearby,
  viewRecord,
} from "../nearby/present/place-view.ts";
import type { Declarations } from "../records/attributes.ts";
import type { Services } from "../services.ts";
import { usesMiles } from "../territory.ts";
import { plainText } from "../text/plain-text.ts";

/** From here on a radius in km was rather meant in metres, as most map tools take it. */
const IMPLAUSIBLE_RADIUS_METERS = 300_000;

/** Where to look, as arguments: a host that sees to the location itself is not shown them. */
const locationInput = z.strictObject({
  near: z
    .string()
    .max(200)
    .optional()
    .describe(
      'Where to look: a place name ("Lyon", "Gare de Lyon, Paris", "Springfield, IL", "東京"), an airport or postal code, or "latitude,longitude"',
    ),
  latitude: z
    .number()
    .min(-90)
    .max(90)
    .optional()
    .describe("Where to look, in degrees, with longitude; wins over near"),
  longitude: z.number().min(-180).max(180).optional().describe("In degrees, with latitude"),
  session: z.string().max(100).optional().describe("The session that set_location gave"),
});

const plainInput = z.strictObject({
  query: z
    .string()
    .max(200)
    .default("")
    .describe(
      'What to look for, in any language: a kind of place ("airport", "Bahnhof", "駅"), a name ("Gare de Lyon"), or both. Empty: anything.',
    ),
  radius: z
    .number()
    .positive()
    .default(10)
    .describe("How far to look, in the unit: kilometres unless unit says otherwise"),
  unit: z
    .enum(UNITS)
    .optional()
    .describe("The unit of radius (km if left out) and of the distances in the text"),
  category: z
    .string()
    .max(100)
    .optional()
    .describe("Only this kind of place: a category of an earlier answer, or a word for it"),
  filter: Filter.optional().describe(
    "What attributes of the places have to be; those that there are stand in the tool's description",
  ),
  open_now: z.boolean().optional().describe("Only places that are open now, by their own clocks"),
  open_at: z
    .string()
    .max(40)
    .optional()
    .describe('Only places that are open then: "2026-11-27T18:30", by their own clocks'),
  limit: z.int().min(1).max(50).default(10).describe("How many places at most"),
  cursor: z
    .string()
    .max(400)
    .optional()
    .describe("next_cursor of the last answer, for the places after those"),
  detail: z
    .enum(["compact", "full"])
    .default("compact")
    .describe("full adds other names, city, region, time zone and attributes"),
});

const input = plainInput.extend(locationInput.shape);

const output = z.object({
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
  next_cursor: z.string().optional().describe("There are more: pass it as cursor"),
  relaxed: z.string().optional().describe("How the query was read to find this"),
  distance_unit: z.enum(UNITS).describe("The unit to tell distances in, here"),
  warnings: z.array(z.string()),
  cached: z.boolean(),
  attribution: z.array(z.string()).describe("Whose data this is: to be shown with it"),
});

type Input = z.output<typeof plainInput> & Asked;

const DESCRIPTION =
  "Finds the places nearest to a point: exact distances, nearest first, none beyond the radius (10 km unless given; kilometres unless unit says otherwise). If nothing matches within the radius, nearest_beyond tells where the nearest match is. What the data holds: places://collections. The answer's location says which point was used and how it is known: tell the user.";

const getNearbyData = defineTool({
  name: "get_nearby_data",
  title: "Find places nearby",
  description: `${DESCRIPTION} If you know where the user is or which place they mean, pass near, or latitude and longitude; left out, it is what set_location remembered, what the app tells, or a rough guess from the network address, and the user is asked where none of these is known.`,
  input,
  output,
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },

  describeData: tellData,
  run: findNearbyData,

  summarize(answer) {
    return tellNearby(answer, { unit: answer.distance_unit, roughly: isRough(answer.location) });
  },
});
export default getNearbyData;

/** The same for hosts that tell where their user is by themselves, and want no such input. */
export const withoutLocation = defineTool({
  ...getNearbyData,
  description: `${DESCRIPTION} The app tells where the user is.`,
  input: plainInput,
  run(asked, services, caller) {
    return findNearbyData({ ...asked, wayOut: SHARE_LOCATION }, services, caller);
  },
});

const SHARE_LOCATION =
  "Ask the user to share their location with the app, then call again; this tool takes no place.";

async function findNearbyData(
  asked: Input,
  services: Services,
  caller: Caller,
): Promise<z.input<typeof output>> {
  const query = plainText(asked.query);
  const radiusMeters = toMeters(asked);
  const openAt = openAtOf(asked);
  const declared = asked.filter || openAt ? (await services.places.snapshot()).attributes : [];
  const filter = asked.filter && checkFilter(asked.filter, declared);
  if (openAt) requireHours(declared);
  const location = await locate(asked, caller, services);
  const question: NearbyQuestion = {
    center: { latitude: location.latitude, longitude: location.longitude },
    radiusMeters,
    limit: asked.limit,
    text: query,
    category: asked.category,
    filter,
  };
  const stateOf = (place: FoundPlace) => openStateAt(place.row, openAt!);
  const find: typeof services.nearby = openAt
    ? (one) => findPassing(services.nearby, one, (place) => stateOf(place) === "open")
    : services.nearby;
  const answer = await findPage(services.places, find, question, asked.cursor);
  const { places, more, reading, nearestBeyond, nextCursor, snapshot, cached } = answer;
  const warnings = warningsFor(asked, location, answer);
  const results =
    asked.detail === "full"
      ? await viewInFull(answer, services, warnings)
      : places.map((place) => viewNearby(place, snapshot));
  if (openAt) for (const result of results) result.opening = "open";
  const shown = [...places, ...(nearestBeyond ? [nearestBeyond] : [])];
  return {
    location,
    query,
    radius: asked.radius,
    unit: unitOf(asked),
    radius_km: radiusMeters / METERS_IN.km,
    results,
    ...(!more && asked.cursor === undefined && { total_within: places.length }),
    ...(nearestBeyond && { nearest_beyond: viewNearby(nearestBeyond, snapshot) }),
    ...(nextCursor && { next_cursor: nextCursor }),
    ...(reading !== "exact" && { relaxed: RELAXED[reading] }),
    distance_unit: asked.unit ?? (usesMiles(location) ? "mi" : "km"),
    warnings,
    cached,
    attribution: attributionOf(shown, snapshot),
  };
}

function openAtOf({ open_now, open_at }: Input): OpenAt | undefined {
  if (open_at !== undefined) return parseOpenAt(open_at);
  return open_now ? { instantMs: Date.now() } : undefined;
}

function requireHours(declared: Declarations): void {
  if (declared.some(([, { type }]) => type === "opening_hours")) return;
  throw new CallerError(
    'The places of this server have no opening hours: call again without "open_now" and "open_at", and say that it is not known what is open.',
  );
}

const RELAXED = {
  telling: 'Little words such as "in" or "near" were left out.',
  beginning:
    "No place has the words as they are; the last one was taken for the beginning of a word.",
  similar: "No place has the words as they are; this has similar ones.",
  any: "No place has all the words; this has at least one of them.",
} as const;

const NOTHING_LOADED =
  "This server holds no places at all yet: whoever runs it has to load them (npm run load).";

function unitOf({ unit = "km" }: Input): Unit {
  return unit;
}

function toMeters(asked: Input): number {
  const { radius } = asked;
  const unit = unitOf(asked);
  const meters = radius * METERS_IN[unit];
  if (meters <= HALF_EARTH_METERS) return meters;
  const most = Math.floor(HALF_EARTH_METERS / METERS_IN[unit]);
  throw new CallerError(
    `"radius": must be at most ${most} ${unit}, which is half the earth, but is ${radius}.`,
  );
}

function warningsFor(
  asked: Input,
  location: Location,
  { kinds, places, snapshot }: NearbyAnswer,
): string[] {
  const { query, radius } = asked;
  const unit = unitOf(asked);
  const meters = radius * METERS_IN[unit];
  const warnings: string[] = [];
  if (snapshot.collections.size === 0) warnings.push(NOTHING_LOADED);
  if (location.note) warnings.push(location.note);
  if (location.accuracy_meters > meters) {
    const accuracy = `${Math.round(location.accuracy_meters / METERS_IN.km)} km`;
    warnings.push(
      `Distances are from the centre of ${location.label}, which is known to some ${accuracy} only: less exactly than the radius.`,
    );
  }
  if (meters >= IMPLAUSIBLE_RADIUS_METERS && unit !== "m") {
    warnings.push(
      `radius is in ${unit}: ${radius} ${unit} were searched. For metres pass unit "m".`,
    );
  }
  if (query.trim() && phraseQuery(query) === undefined) {
    warnings.push("query has no letter and no digit in it, so any place matches.");
  }
  const missing = kinds.flatMap(({ label, hasPlaces }) => (hasPlaces ? [] : plainText(label)));
  const named = places.some(({ row }) => phraseQuery(row.name) === phraseQuery(query));
  if (missing.length > 0 && missing.length === kinds.length && !named) {
    warnings.push(
      `The data of this server has no places of the kind ${missing.slice(0, 3).join(", ")}: they may well exist. Only names were searched.`,
    );
  }
  return warnings;
}

async function viewInFull(
  { places, snapshot }: { places: readonly FoundPlace[] } & Pick<NearbyAnswer, "snapshot">,
  services: Services,
  warnings: string[],
): Promise<NearbyPlaceView[]> {
  const records = await services.places.records(
    places.map(({ row }) => row),
    snapshot,
  );
  if (records.includes(undefined)) {
    warnings.push("The full record of some places is missing; they are shown in short.");
  }
  return places.map((place, index) => {
    const record = records[index];
    return { ...viewNearby(place, snapshot), ...(record && viewRecord(record)) };
  });
}
