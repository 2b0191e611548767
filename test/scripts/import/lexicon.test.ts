import { expect, test } from "vitest";
import { kindsOfPlaces, lexiconPages } from "../../../scripts/import/lexicon.ts";
import { LexiconRequest } from "../../../src/collections/schemas.ts";

test("the server takes every page of the words for kinds of places", () => {
  const pages = lexiconPages(kindsOfPlaces());
  expect(pages.flatMap(({ categories }) => categories).length).toBeGreaterThan(1_500);
  for (const page of pages) expect(LexiconRequest.safeParse(page).error).toBeUndefined();
  expect(pages.map(({ fingerprint }) => fingerprint !== undefined).indexOf(true)).toBe(
    pages.length - 1,
  );
});
