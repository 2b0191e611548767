import { expect, test } from "vitest";
import { kindsOfPlaces } from "../../../scripts/import/lexicon.ts";
import { LexiconRequest } from "../../../src/imports/contract.ts";

test("the server takes the words for kinds of places", () => {
  const words = kindsOfPlaces();
  expect(words.categories.length).toBeGreaterThan(1_500);
  expect(LexiconRequest.safeParse(words).error).toBeUndefined();
});
