import { describe, expect, it } from "vitest";
import { readPlaces } from "../../../support/rows.ts";

const PARIS_WINTER_MS = 60 * 60 * 1000;
const HERE = { name: "Alpha", latitude: 48.1, longitude: 2.1 };

/** The place of a row, among others that have its columns but are in use. */
async function placeOf(fields: Record<string, unknown>) {
  const { records, notes } = await readPlaces(JSON.stringify([{ id: "a", ...HERE, ...fields }]));
  return { ...records[0]!, notes };
}

const tagged = (tags: Record<string, string>) => ({ tags: { name: "Alpha", ...tags } });

describe("a place that is closed for good is over", () => {
  it.each<[string, Record<string, unknown>, number]>([
    ["Foursquare's date", { date_closed: "2020-02-02" }, Date.UTC(2020, 1, 3) - PARIS_WINTER_MS],
    ["the end of a month", { closed_date: "2020-02" }, Date.UTC(2020, 2)],
    ["the end of a year", { end_date: 1999 }, Date.UTC(2000, 0)],
    ["a date of other kinds", { end_date: "before 1990" }, Date.UTC(1991, 0)],
    [
      "a date with a state",
      { business_status: "CLOSED_PERMANENTLY", date_closed: "2020-02-02" },
      Date.UTC(2020, 1, 3) - PARIS_WINTER_MS,
    ],
    ["Google's state", { business_status: "CLOSED_PERMANENTLY" }, 0],
    ["Overture's state", { operating_status: "permanently_closed" }, 0],
    ["a state of any list", { Status: "Permanently closed" }, 0],
    ["a state of schools", { "EstablishmentStatus (name)": "Closed" }, 0],
    ["Google's older flag", { permanently_closed: true }, 0],
    ["Yelp's flag", { is_closed: true }, 0],
    ["Who's On First's flag", { "mz:is_current": 0 }, 0],
    ["a nested state", { properties: { business_status: "CLOSED_PERMANENTLY" } }, 0],
    ["milliseconds", { date_closed: 1_580_601_600_000 }, 1_580_601_600_000],
    ["a tag in front", tagged({ "disused:amenity": "pub" }), 0],
    ["a tag in front, in a house", tagged({ "abandoned:shop": "books", building: "yes" }), 0],
    ["a demolished one", tagged({ "demolished:tourism": "hotel" }), 0],
    ["a tag of its own", tagged({ amenity: "cafe", disused: "yes" }), 0],
    ["a vacant shop", tagged({ shop: "vacant" }), 0],
    [
      "a tag with a date",
      tagged({ amenity: "cafe", end_date: "2019-05-07" }),
      Date.UTC(2019, 4, 7, 22),
    ],
  ])("by %s", async (_, fields, validTo) => {
    const { notes, ...place } = await placeOf(fields);
    expect(place.validTo).toBe(validTo);
    expect(notes).toContain("closed for good: stored, but not shown");
  });

  it("also if it began later than that, and before its own end", async () => {
    const later = await placeOf({ is_closed: true, valid_from: "2020-01-01" });
    expect(later).toMatchObject({ validTo: 0 });
    expect(later.validFrom).toBeUndefined();
    const fields = { date_closed: "2020-02-02", valid_to: "2030-01-01" };
    expect((await placeOf(fields)).validTo).toBe(Date.UTC(2020, 1, 3) - PARIS_WINTER_MS);
  });

  it("is shown until then", async () => {
    const { validTo, notes } = await placeOf({ closing_date: "2999-01-01" });
    expect(validTo).toBeGreaterThan(Date.now());
    expect(notes).toContain("closing for good: shown until then");
  });
});

describe("a place is in use", () => {
  it.each<[string, Record<string, unknown>]>([
    ["without a date", { date_closed: null, unresolved_flags: [] }],
    [
      "in operation",
      { business_status: "OPERATIONAL", operating_status: "open", is_closed: false },
    ],
    ["that is closed today, as it seems", { status: "closed" }],
    ["that is closed on a weekday", { closed_date: "Mondays" }],
    ["of whose parts one is closed", { pharmacy: { is_closed: true } }],
    ["current", { "mz:is_current": 1 }],
    ["with another one in its rooms", tagged({ "disused:amenity": "pub", shop: "bakery" })],
    [
      "with a part that was",
      tagged({ amenity: "cafe", "disused:leisure": "playground", disused: "no" }),
    ],
    ["in ruins, to be seen", tagged({ historic: "castle", abandoned: "yes" })],
    ["with something to see", tagged({ tourism: "museum", disused: "yes", man_made: "mineshaft" })],
    ["with a name of before", tagged({ amenity: "cafe", "was:name": "Beta" })],
  ])("%s", async (_, fields) => {
    const { validTo, notes } = await placeOf(fields);
    expect(validTo).toBeUndefined();
    expect(notes).toEqual([]);
  });
});

it("a place that is closed for some time has no hours", async () => {
  const fields = { business_status: "CLOSED_TEMPORARILY", opening_hours: "24/7" };
  const { attributes, validTo } = await placeOf(fields);
  expect(attributes).toMatchObject({ opening_hours: "off" });
  expect(validTo).toBeUndefined();
});

describe("times of validity without a zone are by the clocks of the place", () => {
  it.each([
    ["a day", 48.1, 2.1, "2026-05-01", Date.UTC(2026, 3, 30, 22), Date.UTC(2026, 4, 1, 22)],
    [
      "the day on which clocks go forward",
      40.7,
      -74,
      "2026-03-08",
      Date.UTC(2026, 2, 8, 5),
      Date.UTC(2026, 2, 9, 4),
    ],
    [
      "across the date line",
      -13.8,
      -171.8,
      "2026-05-01",
      Date.UTC(2026, 3, 30, 11),
      Date.UTC(2026, 4, 1, 11),
    ],
    ["a time", 35.7, 139.7, "2026-05-01T10:00", Date.UTC(2026, 4, 1, 1), Date.UTC(2026, 4, 1, 1)],
  ])("%s", async (_, latitude, longitude, given, from, to) => {
    const begins = await placeOf({ latitude, longitude, valid_from: given });
    expect(begins.validFrom).toBe(from);
    const ends = await placeOf({ latitude, longitude, valid_to: given });
    expect(ends.validTo).toBe(to);
  });

  it("or of the zone that the row names", async () => {
    const { validFrom } = await placeOf({ timezone: "Asia/Tokyo", valid_from: "2026-05-01" });
    expect(validFrom).toBe(Date.UTC(2026, 4, 1) - 9 * 60 * 60 * 1000);
    const { validTo } = await placeOf({ valid_to: "2026-05-01T10:00+02:00", timezone: "UTC" });
    expect(validTo).toBe(Date.UTC(2026, 4, 1, 8));
  });
});
