import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Answer, Place } from "../../../src/view/answer.ts";
import {
  aroundPlace,
  fartherLabel,
  inArea,
  joined,
  reaching,
  soughtBy,
} from "../../../src/view/panel/arguments.ts";
import { rowsAtFirst } from "../../../src/view/panel/height.ts";

const place = (id: string, distance_km = 1): Place => ({
  id,
  name: id,
  latitude: 1,
  longitude: 2,
  distance_km,
});

function answer(changes: Partial<Answer> = {}): Answer {
  return {
    location: {
      latitude: 1,
      longitude: 2,
      label: "Somewhere",
      source: "near",
      accuracy_meters: 10,
    },
    query: "cafe",
    radius: 2,
    unit: "km",
    radius_km: 2,
    results: [place("a")],
    distance_unit: "km",
    warnings: [],
    attribution: [],
    ...changes,
  };
}

describe("another place is searched", () => {
  it("for the same, without the place, session and cursor of the first question", () => {
    const args = {
      query: "cafe",
      near: "Lyon",
      session: "s",
      latitude: 1,
      longitude: 2,
      open_now: true,
      limit: 5,
    };
    const sought = soughtBy(args, answer({ hours: { looked_at: 1, unknown: 0 } }))!;
    expect(aroundPlace(sought, "Paris")).toEqual({
      query: "cafe",
      radius: 2,
      open_now: true,
      limit: 5,
      near: "Paris",
    });
  });

  it("for what the answer says, where the question is not known", () => {
    const found = answer({ radius: 3, unit: "mi" });
    expect(soughtBy({ cursor: "c" }, found)).toEqual({ query: "cafe", radius: 3, unit: "mi" });
    expect(soughtBy({}, found)).toEqual({ query: "cafe", radius: 3, unit: "mi" });
  });

  it("not at all, where its filters are not known", () => {
    expect(soughtBy({ cursor: "c" })).toBeUndefined();
    expect(
      soughtBy({ cursor: "c" }, answer({ narrowed_by: "that pass the filter" })),
    ).toBeUndefined();
    expect(soughtBy({}, answer({ hours: { looked_at: 1, unknown: 0 } }))).toBeUndefined();
    const known = { category: "cafe" };
    expect(soughtBy(known, answer({ narrowed_by: 'of the category "cafe"' }))).toMatchObject(known);
  });

  it("in the unit of the first question, and never beyond half the earth", () => {
    const center = { latitude: 45.123456789, longitude: -4.1 };
    const point = { latitude: 45.12346, longitude: -4.1 };
    expect(inArea({}, center, 12.3456, "km")).toEqual({ ...point, radius: 12.3 });
    expect(inArea({}, center, 12.3456, "mi")).toEqual({ ...point, radius: 7.67 });
    expect(inArea({}, center, 0.01234, "m")).toEqual({ ...point, radius: 12.3 });
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e5, noNaN: true }), (km) => {
        const { radius } = inArea({}, center, km, "km") as { radius: number };
        expect(radius).toBeGreaterThan(0);
        expect(radius).toBeLessThanOrEqual(20_003);
        expect(Math.abs(radius - Math.min(km, 20_003))).toBeLessThanOrEqual(km / 100);
      }),
    );
  });
});

describe("farther", () => {
  it("is as far as the nearest beyond, around the same place", () => {
    const found = answer({ results: [], nearest_beyond: place("b", 17.62), unit: "mi" });
    expect(fartherLabel(found)).toBe("Look as far as 11 mi");
    const args = { query: "cafe", near: "Lyon", session: "s", unit: "mi", radius: 2, cursor: "c" };
    expect(reaching(args, soughtBy(args, found)!, found)).toEqual({
      query: "cafe",
      near: "Lyon",
      session: "s",
      unit: "mi",
      radius: 11,
    });
  });

  it("always reaches it", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 20_003, noNaN: true }), (km) => {
        const found = answer({ results: [], nearest_beyond: place("b", km) });
        expect(reaching({}, {}, found).radius).toBeGreaterThanOrEqual(Math.min(km, 20_003));
      }),
    );
  });

  it("is not offered where there is something nearer, or nothing", () => {
    expect(fartherLabel(answer({ nearest_beyond: place("b") }))).toBeUndefined();
    expect(fartherLabel(answer({ results: [] }))).toBeUndefined();
  });
});

it("joins the pages of an answer", () => {
  const first = answer({
    results: [place("a"), place("b")],
    next_cursor: "c",
    attribution: ["© x"],
  });
  const second = answer({
    results: [place("b"), place("c")],
    first: 3,
    total_within: 3,
    attribution: ["© x", "© y"],
  });
  const whole = joined(first, second);
  expect(whole.results.map(({ id }) => id)).toEqual(["a", "b", "c"]);
  expect(whole).toMatchObject({ total_within: 3, attribution: ["© x", "© y"] });
  expect(whole).not.toHaveProperty("next_cursor");
  expect(whole).not.toHaveProperty("first");
});

describe("at first", () => {
  it.each<[rows: number[], roomPx: number, count: number]>([
    [[50, 50, 50], 150, 3],
    [[50, 50, 50], 149, 2],
    [[50, 50, 50, 50, 50], 1_000, 5],
    [[50, 50, 50, 50, 50, 50], 1_000, 5],
    [[50, 50, 50, 50, 50, 50], 230, 4],
    [[400, 400, 400], 300, 2],
    [[400], 300, 1],
    [[], 300, 0],
  ])("of rows of %j px in %d px so many are seen: %d", (rows, roomPx, count) => {
    expect(rowsAtFirst(rows, roomPx, 30, 5)).toBe(count);
  });
});
