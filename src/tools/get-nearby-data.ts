import * as z from "zod/v4";
import { CallerError } from "../errors.ts";
import { Filter } from "../index/search/filter.ts";
import { LocationInput } from "../location/input.ts";
import type { Location } from "../location/location.ts";
import { defineTool } from "../mcp/define.ts";
import { readCursor, writeCursor } from "../nearby/cursor.ts";
import { NearbyOutput, presentPage } from "../nearby/present/answer.ts";
import { formatAnswer } from "../nearby/present/answer-text.ts";
import { describeData } from "../nearby/present/data-text.ts";
import { radiusInMeters, UnitInput } from "../nearby/present/units.ts";
import type { Position } from "../nearby/question.ts";
import { territoryOf } from "../territory.ts";

const DEFAULT_RADIUS = 10;
const DEFAULT_LIMIT = 10;
const MOST_RESULTS = 50;

const what = z.strictObject({
  query: z
    .string()
    .max(200)
    .optional()
    .describe(
      'What to look for, in any language: a name ("Gare de Lyon"), a kind of place ("Bahnhof", "駅"; better as category), or both. Left out: anything',
    ),
  category: z
    .string()
    .max(100)
    .optional()
    .describe('Only this kind of place: "airport", "railway/station"'),
  collection: z.string().max(200).optional().describe("Only this collection: its id or title"),
  radius: z
    .number()
    .positive()
    .optional()
    .meta({ default: DEFAULT_RADIUS })
    .describe('How far to look, in unit: {"radius": 800, "unit": "m"}'),
  unit: UnitInput.optional().describe("Of radius, and to tell distances in; km if left out"),
  filter: Filter.optional().describe(
    'What attributes have to be, of those in the tool\'s description: [{"attribute": "stars", "at_least": 4}]',
  ),
  open_now: z.boolean().optional().describe("Only places open now, by their own clocks"),
  open_at: z.string().max(40).optional().describe('Only places open then: "2026-11-27T18:30"'),
  limit: z
    .int()
    .min(1)
    .optional()
    .meta({ default: DEFAULT_LIMIT, maximum: MOST_RESULTS })
    .describe("How many places at most"),
  cursor: z
    .string()
    .optional()
    .describe("next_cursor of the last answer, and nothing else: goes on with its question"),
  detail: z
    .enum(["compact", "full"])
    .optional()
    .meta({ default: "compact" })
    .describe("full: with other names and attributes"),
});

const input = what.extend(LocationInput.shape);
type Asked = Partial<z.output<typeof input>>;

const DESCRIPTION =
  "Finds the places nearest to a point: exact distances, nearest first, none beyond the radius; if none is within, nearest_beyond is the nearest elsewhere. The answer's location is the point that was used and how it is known: tell the user.";

export default defineTool({
  name: "get_nearby_data",
  title: "Find places nearby",
  description: `${DESCRIPTION} Pass near, or latitude and longitude: street addresses and most landmarks are not known by name, so pass coordinates if you know them. Left out, it is what set_location remembered, what the app tells, or a guess from the network; else the user is asked.`,
  input,
  output: NearbyOutput,
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  scope: "places:read",
  meta: {
    "openai/toolInvocation/invoking": "Looking around",
    "openai/toolInvocation/invoked": "Looked around",
  },
  view: "map",
  variants: {
    hostLocated: { description: `${DESCRIPTION} The app tells where the user is.`, input: what },
  },

  describeData: ({ places }) => describeData(places),

  async run(asked: Asked, { here, nearby, places, operator }, caller, onProgress) {
    const earlier =
      asked.cursor === undefined
        ? undefined
        : ((await readCursor(asked.cursor, places)) as Continuation);
    const [, point, after, before = 0] = earlier ?? [];
    const given = earlier ? goOn(asked, earlier) : asked;
    const { query = "", radius = DEFAULT_RADIUS, unit, detail = "compact" } = given;
    const { limit: wanted = DEFAULT_LIMIT } = given;
    const limit = Math.min(wanted, MOST_RESULTS);
    const radiusMeters = radiusInMeters(radius, unit ?? "km");
    // Before the user is asked where they are: what was asked may have to be corrected first.
    const question = await nearby.compile({
      ...given,
      query,
      limit,
      after: after && positionOf(after),
    });
    const location = point ? locationOf(point) : await here.locate(given, caller);
    const { latitude, longitude } = location;
    const where = { center: { latitude, longitude }, radiusMeters };
    const page = await nearby.answer(question, where, onProgress);
    const { cursor, session, latitude: _1, longitude: _2, ...kept } = given;
    const next: Continuation | undefined = page.next && [
      kept,
      [latitude, longitude, location.label, location.source, location.accuracy_meters],
      [page.next.distanceMeters, page.next.key, page.next.mode],
      before + page.places.length,
    ];
    const nextCursor = next && (await writeCursor(next, page.snapshot));
    const presentation = { location, radius, unit, detail, before, nextCursor, operator };
    const answer = await presentPage(page, presentation, places);
    if (wanted > MOST_RESULTS && before === 0) {
      const more = nextCursor ? "; pass cursor for those after them" : "";
      answer.warnings.push(
        `limit is at most ${MOST_RESULTS}, so ${MOST_RESULTS} was taken${more}.`,
      );
    }
    return answer;
  },

  summarize: formatAnswer,
});

/**
 * What a cursor holds, a list because models have to repeat it: a question, where it was asked, where its last page ended,
 * and how many places that and the pages before had.
 */
type Continuation = readonly [given: Asked, point: KnownPoint, after: End, before: number];
/** What later pages need of a location: the rest follows from it, or was told on the first page. */
type KnownPoint = readonly [
  latitude: number,
  longitude: number,
  label: string,
  source: Location["source"],
  accuracy_meters: number,
];
type End = readonly [distanceMeters: number, key: number, mode: Position["mode"]];

function locationOf([latitude, longitude, label, source, accuracy_meters]: KnownPoint): Location {
  const point = { latitude, longitude };
  return { ...point, label, ...territoryOf(point), source, accuracy_meters };
}

function positionOf([distanceMeters, key, mode]: End): Position {
  return { distanceMeters, key, mode };
}

/** What may differ from page to page. */
const MAY_CHANGE: ReadonlySet<string> = new Set(["cursor", "limit", "detail", "session"]);

/** The question of a cursor. @throws CallerError if another one was asked with it */
function goOn(asked: Asked, [given, point]: Continuation): Asked {
  const [latitude, longitude, label] = point;
  const defaults = { radius: DEFAULT_RADIUS, unit: "km", open_now: false };
  const known: Record<string, unknown> = {
    ...defaults,
    near: label,
    latitude,
    longitude,
    ...given,
  };
  const others = Object.entries(asked).filter(
    ([name, value]) =>
      !MAY_CHANGE.has(name) &&
      value !== undefined &&
      JSON.stringify(value) !== JSON.stringify(known[name]),
  );
  if (others.length > 0) {
    const names = others.map(([name]) => name).join(", ");
    throw new CallerError(
      `"cursor" goes on with the question of the last answer, and ${names} would make it another one. Pass cursor with nothing else, or leave it out to ask anew.`,
    );
  }
  return { ...given, limit: asked.limit ?? given.limit, detail: asked.detail ?? given.detail };
}
