import * as z from "zod";
import { CallerError } from "../errors.ts";
import { pointOf } from "../location/input.ts";
import { Location } from "../location/location.ts";
import { defineTool } from "../mcp/define.ts";

export default defineTool({
  name: "set_location",
  title: "Remember a location",
  description:
    "Remembers where the user is, or where they want to look, for later calls of get_nearby_data that name no place: a place name, or latitude and longitude. Says what it understood. If the answer has a session, pass it with later calls. Use it when the user asks to have a location remembered or names one for the whole conversation; it expires by itself.",
  input: z.strictObject({
    place: z
      .string()
      .max(200)
      .optional()
      .describe(
        'A place name ("Lyon", "Springfield, IL", "東京"), an airport or postal code, or "latitude,longitude"',
      ),
    latitude: z.number().min(-90).max(90).optional().describe("In degrees, instead of place"),
    longitude: z.number().min(-180).max(180).optional().describe("In degrees, with latitude"),
    session: z
      .string()
      .max(100)
      .optional()
      .describe("The session of an earlier answer, to change what it remembers"),
  }),
  output: z.object({
    location: Location,
    session: z.string().optional().describe("Pass it as session with later calls"),
    expires_in_seconds: z.int().describe("After its last use it is forgotten"),
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
      throw new CallerError(
        'Pass "place" (a name, or "latitude,longitude"), or "latitude" and "longitude".',
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
