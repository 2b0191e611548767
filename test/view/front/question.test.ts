import fc from "fast-check";
import { describe, expect, it } from "vitest";
import getNearbyData from "../../../src/tools/get-nearby-data.ts";
import {
  argumentsOf,
  emptyQuestion,
  fragmentOf,
  type Question,
  questionIn,
  questionOf,
} from "../../../src/view/front/question.ts";

const EMPTY = emptyQuestion("fr-FR");
const coordinates = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});
const questions: fc.Arbitrary<Question> = fc.record({
  query: fc.string({ unit: "grapheme", maxLength: 20 }),
  near: fc.string({ unit: "grapheme", maxLength: 20 }),
  privatePoint: fc.option(coordinates, { nil: undefined }),
  radius: fc.double({ min: 0.001, max: 20_000, noNaN: true }).map(String),
  unit: fc.constantFrom("km", "mi", "m", "ft"),
  category: fc.constantFrom("", "aeroway/aerodrome", "a&b=c#d"),
  openNow: fc.boolean(),
});

it("asks the tool only what it takes", () => {
  fc.assert(
    fc.property(questions, (question) => {
      expect(getNearbyData.input.safeParse(argumentsOf(question))).toMatchObject({ success: true });
    }),
  );
});

it("finds in the address what was asked, but for a device's location", () => {
  fc.assert(
    fc.property(questions, (question) => {
      const near = question.privatePoint ? "" : question.near;
      const told = { ...question, near, privatePoint: undefined };
      expect(questionIn(`#${fragmentOf(question)}`, EMPTY)).toEqual(told);
    }),
  );
});

it("tells nobody in the address where a device is", () => {
  const here = { latitude: 45.7641, longitude: 4.8357 };
  const asked = questionOf({ ...here, query: "café", radius: 2, unit: "km" }, EMPTY, true);
  expect(asked).toMatchObject({ near: "", privatePoint: here });
  expect(fragmentOf(asked)).toBe("query=caf%C3%A9&radius=2&unit=km");
  expect(argumentsOf(asked)).toMatchObject(here);
});

it("keeps in the address where the map was moved to from a place that was named", () => {
  const asked = questionOf({ latitude: 45.7, longitude: 4.8, radius: 3 }, EMPTY, false);
  expect(fragmentOf(asked)).toBe("near=45.7%2C4.8&radius=3&unit=km");
  expect(argumentsOf(asked)).toMatchObject({ near: "45.7,4.8", radius: 3 });
});

describe("an address without a question", () => {
  it.each(["", "#", "#connect", "#unit=km", "#%"])("%j", (fragment) => {
    expect(questionIn(fragment, EMPTY)).toBeUndefined();
  });
});

it.each([
  ["#near=Lyon&radius=-1&unit=parsec&open=maybe", { near: "Lyon", radius: "10", unit: "km" }],
  ["#query=x&radius=lots", { query: "x", radius: "10", openNow: false }],
  ["#query=x&radius=Infinity", { query: "x", radius: "10" }],
  ["#query=x&radius=0x10", { query: "x", radius: "10" }],
])("takes of %j what makes sense", (fragment, question) => {
  expect(questionIn(fragment, EMPTY)).toMatchObject(question);
});

it.each([
  ["en-US", "mi"],
  ["en-GB", "mi"],
  ["en-AU", "km"],
  ["de", "km"],
])("measures for somebody who reads %s in %s", (language, unit) => {
  expect(emptyQuestion(language).unit).toBe(unit);
});
