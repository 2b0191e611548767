import { defineResource } from "../mcp/define.ts";
import { MOST_CREDIT } from "../nearby/present/place-view.ts";
import { boundedText, plainText } from "../text/plain-text.ts";

export default defineResource({
  name: "collections",
  uri: "places://collections",
  title: "What data is here",
  description:
    "The collections of places: how many of which categories, licence, attribution and date.",
  mimeType: "application/json",
  scope: "places:read",
  async read(_, { places }) {
    const collections = await places.collections();
    return JSON.stringify({
      collections: collections.map(
        ({ title, license, attribution, url, asOf, loadedAt, categories, ...rest }) => ({
          ...rest,
          title: plainText(title),
          license: plainText(license),
          attribution: boundedText(attribution, MOST_CREDIT),
          url: boundedText(url, MOST_CREDIT),
          as_of: plainText(asOf),
          loaded_at: loadedAt,
          categories: categories.map(({ path, label, places }) => {
            return { path: plainText(path), label: plainText(label), places };
          }),
        }),
      ),
    });
  },
});
