import * as z from "zod";
import { CallerError } from "../errors.ts";
import { defineTool } from "../mcp/define.ts";
import { FullPlace, readPlace } from "../nearby/present/full-place.ts";

export default defineTool({
  name: "get_place",
  title: "Get one place",
  description:
    "Gets the full record of one place by its id: names in other languages, region, time zone, attributes such as airport codes, and whose data it is.",
  input: z.strictObject({
    id: z.string().min(1).max(300).describe("The id of a place in an answer of get_nearby_data"),
  }),
  output: z.object({ place: FullPlace }),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  scope: "places:read",

  async run({ id }, { places }) {
    const place = await readPlace(places, id);
    if (!place) {
      throw new CallerError(
        'There is no place with this "id". Ids come with the results of get_nearby_data.',
      );
    }
    return { place };
  },

  summarize({ place }) {
    const {
      name,
      category,
      latitude,
      longitude,
      other_names,
      country,
      region,
      city,
      population,
      timezone,
      opening,
    } = place;
    const facts = {
      where: [city, region, country].filter(Boolean).join(", "),
      "also called": other_names?.join(", "),
      population,
      "time zone": timezone,
      now: opening?.summary,
    };
    return [
      `${name} (${category}) at ${latitude}, ${longitude}`,
      ...Object.entries(facts).flatMap(([fact, value]) => (value ? `${fact}: ${value}` : [])),
      ...Object.entries(place.attributes ?? {}).map(([name, value]) => `${name}: ${value}`),
      ...(place.record_missing
        ? ["The full record could not be read: this is all that the index knows."]
        : []),
      `Data: ${place.attribution}`,
    ].join("\n");
  },
});
