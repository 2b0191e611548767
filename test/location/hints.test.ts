import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hintOf } from "../../src/location/hints.ts";

const hint = (userLocation: unknown) => hintOf({ meta: { "openai/userLocation": userLocation } });

describe("coordinates", () => {
  it.each([
    [48.8566, 2.3522, { latitude: 48.86, longitude: 2.35 }],
    ["48.8566", "2.3522", { latitude: 48.86, longitude: 2.35 }],
    [" -33.87 ", "+151.2", { latitude: -33.87, longitude: 151.2 }],
    [0, 9, { latitude: 0, longitude: 9 }],
    [-0.001, 9, { latitude: 0, longitude: 9 }],
    [90, -180, { latitude: 90, longitude: -180 }],
  ])("%j, %j are taken, to some kilometre", (latitude, longitude, point) => {
    expect(JSON.stringify(hint({ latitude, longitude })!.point)).toBe(JSON.stringify(point));
  });

  it.each([
    [0, 0],
    ["0", "-0.0"],
    ["", ""],
    [" ", 2],
    ["0x10", 2],
    ["1e1", 2],
    ["48,85", "2,35"],
    ["NaN", "Infinity"],
    [Number.NaN, 2],
    [Number.POSITIVE_INFINITY, 2],
    [90.01, 2],
    [48, -180.5],
    [48, undefined],
    [null, 2],
    [true, false],
    [[48], [2]],
    [{ valueOf: () => 48 }, 2],
    ["...", "..."],
  ])("%j, %j are not", (latitude, longitude) => {
    expect(hint({ latitude, longitude })).toBeUndefined();
    expect(hint({ latitude, longitude, city: "Lyon" })).toEqual({ city: "Lyon" });
  });
});

describe("names", () => {
  it("lose what hides in them", () => {
    expect(hint({ city: " Ly\u0000on\u202e\n ", region: "\u200b", country: "fr" })).toEqual({
      city: "Ly on",
      country: "FR",
    });
  });

  it.each([["x".repeat(101)], [7], [{}], [[]], [null], [""]])(
    "are texts of a line: not %j",
    (city) => {
      expect(hint({ city })).toBeUndefined();
    },
  );

  it.each(["T1", "XX", "t1"])("%s is no country", (country) => {
    expect(hint({ country })).toBeUndefined();
  });
});

it("goes on to the next key where one says nothing", () => {
  const meta = {
    "openai/userLocation": { city: "" },
    "dev.hereabouts/userLocation": { city: "Lyon" },
  };
  expect(hintOf({ meta })).toEqual({ city: "Lyon" });
});

it("makes something sound, or nothing, of whatever a host sends", () => {
  const field = fc.oneof(
    fc.anything(),
    fc.double(),
    fc.string({ unit: "binary" }),
    fc.constantFrom("48.85", "1e400", "", "__proto__", "\ud800"),
  );
  const anyHint = fc.record(
    {
      latitude: field,
      longitude: field,
      city: field,
      region: field,
      country: field,
      __proto__: field,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(anyHint, fc.anything()), (value) => {
      const found = hint(value);
      if (found === undefined) return;
      const { point, ...names } = found;
      if (point) {
        expect(Math.abs(point.latitude)).toBeLessThanOrEqual(90);
        expect(Math.abs(point.longitude)).toBeLessThanOrEqual(180);
        expect(Math.abs(point.latitude) + Math.abs(point.longitude)).toBeGreaterThanOrEqual(0);
      }
      for (const name of Object.values(names)) {
        expect(name).toMatch(/^\P{Cc}{1,101}$/u);
        expect(name.isWellFormed()).toBe(true);
      }
    }),
    { numRuns: 2_000 },
  );
});
