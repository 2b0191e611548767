import { expect, it } from "vitest";
import { englishCores, parts, plural } from "../../scripts/dataset/words/phrases.ts";

it("takes names apart at separators and without brackets", () => {
  expect(parts("Bus Station / Terminal")).toEqual(["Bus Station", "Terminal"]);
  expect(parts("レストラン（中華）")).toEqual(["レストラン"]);
  expect(parts("駅、停車場")).toEqual(["駅", "停車場"]);
  expect(parts("by, [translate], 24")).toEqual([]);
});

it("knows English plurals", () => {
  expect(
    ["city", "highway", "church", "bus stop", "toilets", "place to eat", "駅"].map(plural),
  ).toEqual(["cities", "highways", "churches", "bus stops", "toilets", "place to eat", "駅"]);
});

it("finds the everyday word in an English preset name", () => {
  expect(englishCores("School Grounds")).toEqual(["School", "Schools"]);
  expect(englishCores("Craft Brewery")).toEqual(["Brewery", "Breweries"]);
  expect(englishCores("Airport")).toEqual([]);
});
