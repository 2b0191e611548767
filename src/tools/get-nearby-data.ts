import * as z from "zod";
import { CallerError } from "../errors.ts";
import { HALF_EARTH_METERS } from "../geo/ellipsoid.ts";
import { Location, locate } from "../location/here.ts";
import { defineTool } from "../mcp/define.ts";
import { readCursor, writeCursor } from "../places/cursor.ts";
import { type FoundPlace, type NearbyQuestion, positionOf } from "../places/nearby.ts";
import type { Directory } from "../places/place-store.ts";
import { NearbyPlaceView, viewNearby, viewRecord } from "../places/place-view.ts";
import { runsOf } from "../places/words.ts";
import type { Services } from "../services.ts";

const METERS = { km: 1_000, mi: 1_609.344, m: 1 } as const;
/** From here on a radius in km was rather meant in metres, as most map tools take it. */
const IMPLAUSIBLE_RADIUS_METERS = 300_000;
const MOST_CATEGORIES_NAMED = 40;

const input = z.strictObject({
  query: z
    .string()
    .max(200)
    .default("")
    .describe(
      'What to look for, in any language: a kind of place ("airport", "Bahnhof", "coffee"), a name ("Gare de Lyon"), or both. Empty: anything.',
    ),
  radius: z
    .number()
    .positive()
    .default(10)
    .describe("How far to look, in the unit. Not in metres by default!"),
  unit: z.enum(["km", "mi", "m"]).default("km").describe("The unit of radius"),
  latitude: z
    .number()
    .min(-90)
    .max(90)
    .optional()
    .describe("Where to look, in degrees, with longitude. Left out: where the caller's network is"),
  longitude: z.number().min(-180).max(180).optional().describe("In degrees, with latitude"),
  category: z
    .string()
    .max(100)
    .optional()
    .describe("Only this kind of place: a category of an earlier answer, or a word for it"),
  limit: z.int().min(1).max(50).default(10).describe("How many places at most"),
  cursor: z
    .string()
    .max(400)
    .optional()
    .describe("next_cursor of the last answer, for the places after those"),
  detail: z
    .enum(["compact", "full"])
    .default("compact")
    .describe("full adds other names, region, time zone and attributes"),
});

const output = z.object({
  location: Location,
  radius: z.number(),
  unit: z.enum(["km", "mi", "m"]),
  radius_km: z.number(),
  results: z.array(NearbyPlaceView).describe("The places within the radius, nearest first"),
  total_within: z.int().optional().describe("How many match within the radius, if these are all"),
  nearest_beyond: NearbyPlaceView.optional().describe(
    "With nothing within the radius: the nearest match beyond it",
  ),
  next_cursor: z.string().optional().describe("There are more: pass it as cursor"),
  relaxed: z.string().optional().describe("How the query was read to find these results"),
  warnings: z.array(z.string()),
  cached: z.boolean(),
  attribution: z.array(z.string()).describe("Whose data this is: to be shown with it"),
});

type Input = z.output<typeof input>;

export default defineTool({
  name: "get_nearby_data",
  title: "Find places nearby",
  description:
    "Finds the places nearest to a point: exact distances, nearest first, none beyond the radius (10 km unless given; kilometres unless unit says otherwise). If you know where the user is, pass latitude and longitude; otherwise the answer's location is a guess from the network address and may be far off. If nothing lies within the radius, nearest_beyond tells where the nearest match is.",
  input,
  output,
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },

  async run(asked, services, caller) {
    const { latitude, longitude } = asked;
    const location = locate(
      {
        ...(latitude !== undefined && { latitude }),
        ...(longitude !== undefined && { longitude }),
      },
      caller,
    );
    const question: NearbyQuestion = {
      center: { latitude: location.latitude, longitude: location.longitude },
      radiusMeters: toMeters(asked),
      limit: asked.limit,
      text: asked.query,
      category: asked.category,
    };
    const after = asked.cursor === undefined ? undefined : await readCursor(asked.cursor, question);
    const answer = await services.nearby({ ...question, after });
    const { places, more, reading, nearestBeyond, directory, cached } = answer;
    if (places.length === 0 && asked.category !== undefined && !nearestBeyond) {
      await requireCategory(asked.category, services, directory);
    }

    const warnings = warningsFor(asked, question, location);
    if (directory.collections.size === 0) warnings.push(NOTHING_LOADED);
    const results =
      asked.detail === "full"
        ? await viewInFull(places, directory, services, warnings)
        : places.map((place) => viewNearby(place, directory));
    const beyond = nearestBeyond && viewNearby(nearestBeyond, directory);
    const last = places.at(-1);
    return {
      location,
      radius: asked.radius,
      unit: asked.unit,
      radius_km: question.radiusMeters / 1_000,
      results,
      ...(!more && !after && { total_within: places.length }),
      ...(beyond && { nearest_beyond: beyond }),
      ...(more && last && { next_cursor: await writeCursor(positionOf(last), question) }),
      ...(reading !== "exact" && { relaxed: RELAXED[reading] }),
      warnings,
      cached,
      attribution: attributionOf([...places, ...(nearestBeyond ? [nearestBeyond] : [])], directory),
    };
  },

  summarize({
    location,
    radius,
    unit,
    results,
    nearest_beyond,
    next_cursor,
    relaxed,
    warnings,
    attribution,
  }) {
    const where = [location.city, location.region, location.country].filter(Boolean).join(", ");
    const here = `${location.latitude}, ${location.longitude}${where && ` (${where})`}`;
    const found = `${results.length || "No"} ${results.length === 1 ? "place" : "places"}${next_cursor ? " and more" : ""}`;
    const lines = [
      `${found} within ${radius} ${unit} of ${here}${results.length ? ", nearest first:" : "."}`,
    ];
    lines.push(...results.map((place, index) => `${index + 1}. ${line(place, unit)}`));
    if (nearest_beyond) lines.push(`The nearest beyond: ${line(nearest_beyond, unit)}`);
    if (relaxed) lines.push(`Note: ${relaxed}`);
    lines.push(...warnings.map((warning) => `Note: ${warning}`));
    if (next_cursor) lines.push(`More: call again with cursor ${next_cursor}`);
    if (attribution.length > 0) lines.push(`Data: ${attribution.join(" · ")}`);
    return lines.join("\n");
  },
});

const NOTHING_LOADED =
  "This server holds no places at all yet: whoever runs it has to load them (npm run load).";

const RELAXED = {
  beginning:
    "No place has the words as they are; the last one was taken for the beginning of a word.",
  similar: "No place has the words as they are; these have similar ones.",
  any: "No place has all the words; these have at least one of them.",
} as const;

function toMeters({ radius, unit }: Input): number {
  const meters = radius * METERS[unit];
  if (meters <= HALF_EARTH_METERS) return meters;
  const most = Math.floor(HALF_EARTH_METERS / METERS[unit]);
  throw new CallerError(
    `"radius": must be at most ${most} ${unit}, which is half the earth, but is ${radius}.`,
  );
}

function warningsFor(asked: Input, { radiusMeters }: NearbyQuestion, location: Location): string[] {
  const warnings: string[] = [];
  if (location.source === "network") {
    warnings.push(
      `The location is guessed from the network address, to some ${location.accuracy_meters! / 1_000} km or worse, and may be that of a data centre: say so, or ask the user and pass latitude and longitude.`,
    );
  }
  if (radiusMeters >= IMPLAUSIBLE_RADIUS_METERS && asked.unit !== "m") {
    warnings.push(
      `radius is in ${asked.unit}: ${asked.radius} ${asked.unit} were searched. For metres pass unit "m".`,
    );
  }
  if (asked.query.trim() && runsOf(asked.query).length === 0) {
    warnings.push("query has no letter and no digit in it, so any place matches.");
  }
  return warnings;
}

async function requireCategory(
  category: string,
  { places }: Services,
  directory: Directory,
): Promise<void> {
  if (await places.isCategory(category)) return;
  const paths = [...directory.categories.values()].map(({ path }) => path).sort();
  const named = paths.slice(0, MOST_CATEGORIES_NAMED).join(", ");
  throw new CallerError(
    `"category": there are no places of this kind here. There are: ${named}${paths.length > MOST_CATEGORIES_NAMED ? ", …" : ""}. Or leave category out and name the kind in query.`,
  );
}

async function viewInFull(
  places: readonly FoundPlace[],
  directory: Directory,
  services: Services,
  warnings: string[],
): Promise<z.input<typeof NearbyPlaceView>[]> {
  const records = await Promise.all(
    places.map(({ row }) => services.places.record(row, directory)),
  );
  if (records.includes(undefined)) {
    warnings.push("The full record of some places is missing; they are shown in short.");
  }
  return places.map((place, index) => {
    const record = records[index];
    return { ...viewNearby(place, directory), ...(record && viewRecord(record)) };
  });
}

function attributionOf(places: readonly FoundPlace[], { collections }: Directory): string[] {
  const ids = new Set(places.map(({ row }) => row.collection));
  return [...ids].flatMap((id) => collections.get(id)?.attribution ?? []);
}

function line(place: z.output<typeof NearbyPlaceView>, unit: Input["unit"]): string {
  const { name, category, bearing, country, id } = place;
  const kind = country ? `${category}, ${country}` : category;
  return `${name} (${kind}), ${distanceIn(unit, place.distance_km)} ${bearing.compass} [${id}]`;
}

function distanceIn(unit: Input["unit"], kilometers: number): string {
  if (unit === "mi") return `${((kilometers * 1_000) / METERS.mi).toFixed(1)} mi`;
  return kilometers < 1 ? `${Math.round(kilometers * 1_000)} m` : `${kilometers.toFixed(1)} km`;
}
