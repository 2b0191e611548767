import { defineResource } from "../mcp/define.ts";
import { readPlace } from "../nearby/present/full-place.ts";

export default defineResource({
  name: "place",
  uri: "place://{id}",
  title: "One place",
  description: "The full record of a place, by its id, for example place://airports.LFPG.",
  mimeType: "application/json",
  scope: "places:read",
  async read({ id }, { places }) {
    const place = await readPlace(places, id ?? "");
    return place && JSON.stringify(place);
  },
});
