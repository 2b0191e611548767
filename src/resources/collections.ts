import { defineResource } from "../mcp/define.ts";

export default defineResource({
  name: "collections",
  uri: "places://collections",
  title: "What data is here",
  description:
    "The collections of places: how many of which categories, licence, attribution and date.",
  mimeType: "application/json",
  async read(_, { places }) {
    const collections = await places.collections();
    return JSON.stringify({
      collections: collections.map(({ asOf, loadedAt, ...collection }) => {
        return { ...collection, as_of: asOf, loaded_at: loadedAt };
      }),
    });
  },
});
