import * as z from "zod/v4";
import { CallerError } from "../errors.ts";
import { pointOf } from "../location/input.ts";
import { Location } from "../location/location.ts";
import { defineTool } from "../mcp/define.ts";

export default defineTool({
  name: "set_location",
  title: "Remember a location",
  description:
    "Remembers where the user is, or wants to look, for later calls of get_nearby_data that name no place, until it has not been used for a while. Pass place, or latitude and longitude; if the answer has a session, pass that with later calls. For when the user asks for it, or names a place for the whole conversation.",
  input: z.strictObject({
    place: z.string().max(200).optional().describe('As near of get_nearby_data: "Springfield, IL"'),
    latitude: z.number().min(-90).max(90).optional().describe("Instead of place"),
    longitude: z.number().min(-180).max(180).optional().describe("With latitude"),
    session: z
      .string()
      .max(100)
      .optional()
      .describe("From an answer or the user, to change its place"),
  }),
  output: z.object({
    location: Location.describe("As in get_nearby_data"),
    session: z.string().optional().describe("Pass it with later calls"),
    expires_in_seconds: z.int().describe("After its last use"),
  }),
  hints: {
    readOnlyHint: false,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: false,
  },
  scope: "location",

  async run(asked, { here }, caller) {
    const place = pointOf(asked) ?? asked.place;
    if (place === undefined) {
      const page = caller.herePage
        ? ` The user can share where they are on ${caller.herePage}, and paste the sentence that it shows: pass its "session" to other tools.`
        : "";
      throw new CallerError(
        `Pass "place" (a name, or "latitude,longitude"), or "latitude" and "longitude".${page}`,
      );
    }
    const { location, session, ttlSeconds } = await here.remember(place, asked.session, caller);
    return { location, ...(session && { session }), expires_in_seconds: ttlSeconds };
  },

  summarize({ location, session, expires_in_seconds: seconds }) {
    const where = `${location.label} (${location.latitude}, ${location.longitude})`;
    return [
      `Remembered: ${where}, for ${Math.round(seconds / 60)} minutes after its last use.`,
      ...(location.note ? [`Note: ${location.note}`] : []),
      ...(session ? [`Pass session "${session}" with later calls.`] : []),
    ].join("\n");
  },
});
