import * as z from "zod/v4";
import { CallerError } from "../errors.ts";
import { defineTool } from "../mcp/define.ts";
import { FullPlace, readPlace } from "../nearby/present/full-place.ts";

export default defineTool({
  name: "get_place",
  title: "Get one place",
  description:
    "Gets all that is known of one place: address, phone, website, names in other languages, attributes such as airport codes, and whose data it is.",
  input: z.strictObject({
    id: z.string().min(1).max(900).describe('As in an answer of get_nearby_data: "airports.LFPG"'),
  }),
  output: z.object({ place: FullPlace.describe("As in get_nearby_data, in full") }),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  scope: "places:read",

  async run({ id }, { places }) {
    const place = await readPlace(places, idOf(id));
    if (!place) {
      throw new CallerError(
        'There is no place with this "id". Ids come with the results of get_nearby_data.',
      );
    }
    return { place };
  },

  summarize({ place }) {
    const { name, category, latitude, longitude, country, region, city, attribution } = place;
    const facts = {
      where: [city, region, country].filter(Boolean).join(", "),
      address: place.address,
      phone: place.phone,
      website: place.website,
      now: place.opening?.summary,
      "also called": place.other_names?.join(", "),
      population: place.population,
      "time zone": place.timezone,
      ...place.attributes,
      "left out": place.left_out,
    };
    return [
      `${name}${category ? ` (${category})` : ""} at ${latitude}, ${longitude}`,
      ...Object.entries(facts).flatMap(([fact, value]) =>
        value === undefined || value === "" ? [] : `${fact}: ${value}`,
      ),
      ...(place.record_missing
        ? ["The full record could not be read: this is all that the index knows."]
        : []),
      ...(attribution ? [`Data: ${attribution}`] : []),
    ].join("\n");
  },
});

const URI = "place://";

/** The id of a place, also where its address as a resource was given. */
function idOf(given: string): string {
  if (!given.startsWith(URI)) return given;
  const text = given.slice(URI.length);
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
