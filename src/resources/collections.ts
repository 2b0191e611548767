import type { CategoryCount, CollectionSummary } from "../index/place-index.ts";
import { defineResource } from "../mcp/define.ts";
import { MOST_CREDIT } from "../nearby/present/place-view.ts";
import { boundedText, plainText } from "../text/plain-text.ts";

/** What all categories come to at most, in characters of JSON: each collection has its share, or what it needs. */
const MOST_CHARACTERS = 25_000;

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
    let left = MOST_CHARACTERS;
    // Those that need little leave the rest to the others.
    const views = collections
      .map((collection, at) => ({ at, collection, all: collection.categories.map(viewCategory) }))
      .sort((a, b) => lengthOf(a.all) - lengthOf(b.all))
      .map(({ at, collection, all }, nth) => {
        const categories = fitting(all, left / (collections.length - nth));
        left -= lengthOf(categories);
        return { at, view: viewCollection(collection, categories) };
      })
      .sort((a, b) => a.at - b.at);
    return JSON.stringify({ collections: views.map(({ view }) => view) });
  },
});

function viewCollection(
  { title, license, attribution, url, asOf, loadedAt, categories: all, ...rest }: CollectionSummary,
  categories: readonly CategoryCount[],
) {
  const more = all.length - categories.length;
  return {
    ...rest,
    title: plainText(title),
    license: plainText(license),
    attribution: boundedText(attribution, MOST_CREDIT),
    url: boundedText(url, MOST_CREDIT),
    as_of: plainText(asOf),
    loaded_at: loadedAt,
    categories,
    ...(more > 0 && { more_categories: more }),
  };
}

function viewCategory({ path, label, places }: CategoryCount): CategoryCount {
  return { path: plainText(path), label: plainText(label), places };
}

/** The first ones, which have most places, as far as there is room for them. */
function fitting(all: readonly CategoryCount[], mostCharacters: number): CategoryCount[] {
  let left = mostCharacters;
  return all.filter((one) => {
    if (left >= 0) left -= JSON.stringify(one).length + 1;
    return left >= 0;
  });
}

function lengthOf(categories: readonly CategoryCount[]): number {
  return categories.reduce((sum, one) => sum + JSON.stringify(one).length + 1, 0);
}
