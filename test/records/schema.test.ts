import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePlaceId, placeId } from "../../src/nearby/present/place-view.ts";
import { PlaceRecordSchema, SourceId } from "../../src/records/schema.ts";
import { HIDDEN_IDS } from "../support/ids.ts";

const RECORD = { sourceId: "1", name: "A", category: "amenity/cafe", latitude: 1, longitude: 2 };
const fault = (change: object) => {
  const { error } = PlaceRecordSchema.safeParse({ ...RECORD, ...change });
  return error && `${error.issues[0]!.path.join(".")}: ${error.issues[0]!.message}`;
};

describe("an id", () => {
  it.each(HIDDEN_IDS)("is not %j: not all of it can be seen", (sourceId) => {
    expect(fault({ sourceId })).toBe("sourceId: has characters that cannot be seen");
  });

  it.each([
    [".", "is . or .."],
    [" .. ", "is . or .."],
    ["", "is empty"],
    ["   ", "is empty"],
    ["x".repeat(201), "is longer than 200 characters"],
    ["😀".repeat(201), "is longer than 200 characters"],
  ])("is not %j: %s", (sourceId, message) => {
    expect(fault({ sourceId })).toBe(`sourceId: ${message}`);
  });

  it.each([
    "a",
    "...",
    ".a",
    "a b",
    "ok / ä",
    "東京 駅",
    "a]b[",
    "x".repeat(200),
    "%2e%2e",
    "'\"<>",
    "😀",
  ])("may be %j", (sourceId) => {
    expect(PlaceRecordSchema.parse({ ...RECORD, sourceId }).sourceId).toBe(sourceId);
  });

  it("is shown as it is, in one line, and can be asked for", () => {
    const sign = fc.constantFrom(..."aB 1.-/[]%?#é東😀\u00a0\u3000\u0301\u200c\u2028\n");
    const ids = fc.oneof(
      fc.string({ unit: sign, minLength: 1, maxLength: 6 }),
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 6 }),
    );
    fc.assert(
      fc.property(ids, (given) => {
        const { data: sourceId } = SourceId.safeParse(given);
        fc.pre(sourceId !== undefined);
        const shown = placeId("shops", sourceId);
        expect(parsePlaceId(shown)).toEqual({ collection: "shops", sourceId });
        expect(shown).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      }),
      { seed: 16, numRuns: 500 },
    );
  });
});

describe("a record", () => {
  it("has clean texts", () => {
    const given = {
      ...RECORD,
      name: " Cafe\u0301\n\u202eX ",
      otherNames: ["a\u2028b"],
      region: "R\u0000",
      city: "\tC",
      attributes: { " a\nb": "c\u2029d", e: "" },
    };
    expect(PlaceRecordSchema.parse(given)).toEqual({
      ...RECORD,
      name: "Café X",
      otherNames: ["a b"],
      region: "R",
      city: "C",
      attributes: { "a b": "c d", e: "" },
    });
  });

  it.each<[object, string]>([
    [{ name: "\u0000\u202e\u200b" }, "name: is empty"],
    [{ name: "x".repeat(501) }, "name: is longer than 500 characters"],
    [{ name: "\ud800" }, "name: is no readable text (wrong encoding)"],
    [{ otherNames: ["ok", "\u2028"] }, "otherNames.1: is empty"],
    [{ category: "a\u202e/b" }, "category: has characters that cannot be seen"],
    [{ category: "a b" }, "category: is no path such as amenity/cafe"],
    [{ timezone: "Mars/Olympus" }, "timezone: is no IANA time zone"],
    [{ attributes: { "\u0000": 1 } }, "attributes.\u0000: is no name of an attribute"],
    [{ attributes: { a: "x".repeat(5_001) } }, "attributes.a: is longer than 5000 characters"],
    [
      { attributes: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`a${n}`, n])) },
      "attributes: are more than 100",
    ],
    [{ validFrom: 5, validTo: 5 }, "validTo: is not after validFrom"],
  ])("is not one with %j", (change, message) => {
    expect(fault(change)).toBe(message);
  });

  it("may begin or end at any time", () => {
    for (const change of [{ validFrom: 5 }, { validTo: 5 }, { validFrom: 5, validTo: 6 }]) {
      expect(fault(change)).toBeUndefined();
    }
  });
});
