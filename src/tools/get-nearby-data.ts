import * as z from "zod";
import { Filter } from "../index/search/filter.ts";
import { LocationInput } from "../location/input.ts";
import { defineTool } from "../mcp/define.ts";
import { NearbyOutput, presentPage } from "../nearby/present/answer.ts";
import { formatAnswer } from "../nearby/present/answer-text.ts";
import { describeData } from "../nearby/present/data-text.ts";
import { radiusInMeters, UNITS } from "../nearby/present/units.ts";

const what = z.strictObject({
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
  collection: z
    .string()
    .max(200)
    .optional()
    .describe("Only places of this collection: its id or title"),
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

const DESCRIPTION =
  "Finds the places nearest to a point: exact distances, nearest first, none beyond the radius (10 km unless given; kilometres unless unit says otherwise). If nothing matches within the radius, nearest_beyond tells where the nearest match is. What the data holds: places://collections. The answer's location says which point was used and how it is known: tell the user.";

export default defineTool({
  name: "get_nearby_data",
  title: "Find places nearby",
  description: `${DESCRIPTION} If you know where the user is or which place they mean, pass near, or latitude and longitude; left out, it is what set_location remembered, what the app tells, or a rough guess from the network address, and the user is asked where none of these is known.`,
  input: what.extend(LocationInput.shape),
  output: NearbyOutput,
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  scope: "places:read",
  meta: {
    "openai/toolInvocation/invoking": "Looking around",
    "openai/toolInvocation/invoked": "Looked around",
  },
  variants: {
    hostLocated: { description: `${DESCRIPTION} The app tells where the user is.`, input: what },
  },

  describeData: ({ places }) => describeData(places),

  async run(asked, { here, nearby, places }, caller, onProgress) {
    const { unit, radius, detail, cursor } = asked;
    const radiusMeters = radiusInMeters(radius, unit ?? "km");
    // Before the user is asked where they are: what was asked may have to be corrected first.
    const question = await nearby.compile(asked);
    const location = await here.locate(asked, caller);
    const { latitude, longitude } = location;
    const where = { center: { latitude, longitude }, radiusMeters };
    const page = await nearby.answer(question, where, onProgress);
    const isContinued = cursor !== undefined;
    return presentPage(page, { location, radius, unit, detail, isContinued }, places);
  },

  summarize: formatAnswer,
});
