import * as z from "zod";
import { CallerError } from "../errors.ts";
import { HALF_EARTH_METERS } from "../geo/ellipsoid.ts";
import { isRough, Location, locate } from "../location/here.ts";
import { defineTool } from "../mcp/define.ts";
import type { FoundPlace, NearbyAnswer, NearbyQuestion } from "../places/nearby.ts";
import { findPage } from "../places/nearby-page.ts";
import { lineOf, METERS_IN, UNITS } from "../places/place-text.ts";
import { attributionOf, NearbyPlaceView, viewNearby, viewRecord } from "../places/place-view.ts";
import { phraseQuery } from "../places/text-query.ts";
import type { Services } from "../services.ts";

/** From here on a radius in km was rather meant in metres, as most map tools take it. */
const IMPLAUSIBLE_RADIUS_METERS = 300_000;

const input = z.strictObject({
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
  unit: z.enum(UNITS).default("km").describe("The unit of radius"),
  latitude: z
    .number()
    .min(-90)
    .max(90)
    .optional()
    .describe(
      "Where to look, in degrees, with longitude. Left out: where the caller's network is, a rough guess",
    ),
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
    .describe("full adds other names, city, region, time zone and attributes"),
});

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
  warnings: z.array(z.string()),
  cached: z.boolean(),
  attribution: z.array(z.string()).describe("Whose data this is: to be shown with it"),
});

type Input = z.output<typeof input>;

export default defineTool({
  name: "get_nearby_data",
  title: "Find places nearby",
  description:
    "Finds the places nearest to a point: exact distances, nearest first, none beyond the radius (10 km unless given; kilometres unless unit says otherwise). If you know where the user is, pass latitude and longitude; otherwise the location is a rough guess from the network address and may be far off. If nothing matches within the radius, nearest_beyond tells where the nearest match is. What the data holds: places://collections.",
  input,
  output,
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },

  async run(asked, services, caller) {
    const location = locate(asked, caller);
    const question: NearbyQuestion = {
      center: { latitude: location.latitude, longitude: location.longitude },
      radiusMeters: toMeters(asked),
      limit: asked.limit,
      text: asked.query,
      category: asked.category,
    };
    const answer = await findPage(services.places, services.nearby, question, asked.cursor);
    const { places, more, reading, nearestBeyond, nextCursor, directory, cached } = answer;
    const warnings = warningsFor(asked, location, answer);
    const results =
      asked.detail === "full"
        ? await viewInFull(answer, services, warnings)
        : places.map((place) => viewNearby(place, directory));
    const shown = [...places, ...(nearestBeyond ? [nearestBeyond] : [])];
    return {
      location,
      query: asked.query,
      radius: asked.radius,
      unit: asked.unit,
      radius_km: question.radiusMeters / METERS_IN.km,
      results,
      ...(!more && asked.cursor === undefined && { total_within: places.length }),
      ...(nearestBeyond && { nearest_beyond: viewNearby(nearestBeyond, directory) }),
      ...(nextCursor && { next_cursor: nextCursor }),
      ...(reading !== "exact" && { relaxed: RELAXED[reading] }),
      warnings,
      cached,
      attribution: attributionOf(shown, directory),
    };
  },

  summarize(answer) {
    const { location, query, radius, unit, results, nearest_beyond: beyond, relaxed } = answer;
    const where = [location.city, location.region, location.country].filter(Boolean).join(", ");
    const here = `${location.latitude}, ${location.longitude}${where && ` (${where})`}`;
    const within = `within ${radius} ${unit} of ${here}`;
    const one = results.length === 1;
    const [match, are] = one ? ["matches", "is"] : ["match", "are"];
    const what = query.trim() ? `${match} "${query.trim()}"` : are;
    const rough = isRough(location);
    const lines = [
      results.length === 0
        ? `No places ${what} ${within}.`
        : `${results.length} ${one ? "place" : "places"} ${what} ${within}, nearest first${answer.next_cursor ? "; there are more" : ""}:`,
      ...results.map((place, index) => `${index + 1}. ${lineOf(place, unit, rough)}`),
    ];
    if (beyond) {
      const which =
        results.length === 0 ? "The nearest beyond" : "The nearest with exactly these words";
      lines.push(`${which}: ${lineOf(beyond, unit, rough)}`);
    } else if (results.length === 0 && answer.total_within !== undefined) {
      lines.push("Nor is there one anywhere else in the data of this server.");
    }
    lines.push(...[relaxed ?? [], answer.warnings].flat().map((note) => `Note: ${note}`));
    if (answer.next_cursor) lines.push(`More: call again with cursor ${answer.next_cursor}`);
    if (answer.attribution.length > 0) lines.push(`Data: ${answer.attribution.join(" · ")}`);
    return lines.join("\n");
  },
});

const RELAXED = {
  telling: 'Little words such as "in" or "near" were left out.',
  beginning:
    "No place has the words as they are; the last one was taken for the beginning of a word.",
  similar: "No place has the words as they are; this has similar ones.",
  any: "No place has all the words; this has at least one of them.",
} as const;

const NOTHING_LOADED =
  "This server holds no places at all yet: whoever runs it has to load them (npm run load).";

function toMeters({ radius, unit }: Input): number {
  const meters = radius * METERS_IN[unit];
  if (meters <= HALF_EARTH_METERS) return meters;
  const most = Math.floor(HALF_EARTH_METERS / METERS_IN[unit]);
  throw new CallerError(
    `"radius": must be at most ${most} ${unit}, which is half the earth, but is ${radius}.`,
  );
}

function warningsFor(
  { query, radius, unit }: Input,
  location: Location,
  { kinds, places, directory }: NearbyAnswer,
): string[] {
  const warnings: string[] = [];
  if (directory.collections.size === 0) warnings.push(NOTHING_LOADED);
  if (location.warning) warnings.push(location.warning);
  if (radius * METERS_IN[unit] >= IMPLAUSIBLE_RADIUS_METERS && unit !== "m") {
    warnings.push(
      `radius is in ${unit}: ${radius} ${unit} were searched. For metres pass unit "m".`,
    );
  }
  if (query.trim() && phraseQuery(query) === undefined) {
    warnings.push("query has no letter and no digit in it, so any place matches.");
  }
  const missing = kinds.filter(({ hasPlaces }) => !hasPlaces).map(({ label }) => label);
  const named = places.some(({ row }) => phraseQuery(row.name) === phraseQuery(query));
  if (missing.length > 0 && missing.length === kinds.length && !named) {
    warnings.push(
      `The data of this server has no places of the kind ${missing.slice(0, 3).join(", ")}: they may well exist. Only names were searched.`,
    );
  }
  return warnings;
}

async function viewInFull(
  { places, directory }: { places: readonly FoundPlace[] } & Pick<NearbyAnswer, "directory">,
  services: Services,
  warnings: string[],
): Promise<NearbyPlaceView[]> {
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
