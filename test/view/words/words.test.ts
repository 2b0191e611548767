import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDistance as formatForModels } from "../../../src/nearby/present/units.ts";
import type { Answer, Place, Unit } from "../../../src/view/answer.ts";
import { formatDistance } from "../../../src/view/words/distance.ts";
import { factsOf } from "../../../src/view/words/facts.ts";
import { forPeople } from "../../../src/view/words/for-people.ts";
import { headingOf, searchingFor } from "../../../src/view/words/heading.ts";
import { kindOf } from "../../../src/view/words/kind.ts";
import { notesOf } from "../../../src/view/words/notes.ts";
import { provenanceOf } from "../../../src/view/words/provenance.ts";

const PLACE: Place = { id: "shops.1", name: "Uno", latitude: 1, longitude: 2, distance_km: 0.5 };

function answer(
  changes: Partial<Answer> & { readonly source?: Answer["location"]["source"] } = {},
): Answer {
  const { source = "near", ...rest } = changes;
  const location = { latitude: 1, longitude: 2, label: "Somewhere", source, accuracy_meters: 10 };
  return {
    location,
    query: "",
    radius: 10,
    unit: "km",
    radius_km: 10,
    results: [PLACE],
    total_within: 1,
    distance_unit: "km",
    warnings: [],
    attribution: [],
    ...rest,
  };
}

it("tells distances as the text of the answer does", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.5, max: 2.1e7, noNaN: true }),
      fc.constantFrom<Unit>("km", "mi", "m", "ft"),
      fc.boolean(),
      (meters, unit, roughly) => {
        const format = { unit, roughly };
        expect(formatDistance(meters, format)).toBe(formatForModels(meters, format));
      },
    ),
  );
});

it.each([
  [undefined, ""],
  ["shop", "shop"],
  ["amenity/place_of_worship", "place of worship"],
  ["aeroway/aerodrome/large", "large airport"],
  ["amenity/restaurant/italian/pizza", "italian restaurant"],
])("the kind of %j is %j", (category, kind) => {
  expect(kindOf(category)).toBe(kind);
});

describe("the heading", () => {
  const heading = (...given: Parameters<typeof headingOf>) =>
    Object.values(headingOf(...given)).join(" ");
  const hours = { looked_at: 3, unknown: 0 };

  it.each<[Partial<Answer>, string]>([
    [{ hours }, "1 open place within 10 km of Somewhere"],
    [{ hours, results: [] }, "No open places within 10 km of Somewhere"],
    [{ searched_km: 3.25 }, "1 place within 3.25 km of Somewhere"],
    [{ searched_km: 3.25, distance_unit: "ft" }, "1 place within 2.019 mi of Somewhere"],
    [{ radius: 20_000, unit: "m", radius_km: 20 }, "1 place within 20,000 m of Somewhere"],
    [{ first: 11, total_within: 11 }, "Place 11 of 11 within 10 km of Somewhere"],
    [{ first: 11, results: [] }, "No more places within 10 km of Somewhere"],
    [
      { narrowed_by: 'of the category "aeroway/aerodrome" in the collection "a/b"' },
      "1 place of the kind “airport” in “a/b” within 10 km of Somewhere",
    ],
    [
      { narrowed_by: "that pass the filter" },
      "1 place that fit the filter within 10 km of Somewhere",
    ],
  ])("of %j is %j", (changes, text) => {
    expect(heading(answer(changes))).toBe(text);
  });

  it("names the point that was chosen in the view", () => {
    expect(heading(answer(), "device")).toBe("1 place within 10 km of you");
    expect(heading(answer(), "area")).toBe("1 place within 10 km of the middle of the map");
  });

  it.each([
    [{}, "Looking for places\u00a0…"],
    [{ query: " cafe ", near: "Lyon" }, "Looking for “cafe” near Lyon\u00a0…"],
    [{ category: "amenity/place_of_worship" }, "Looking for “place of worship”\u00a0…"],
    [{ category: "airport", query: "", near: 5 }, "Looking for “airport”\u00a0…"],
  ])("of %j that is not found yet is %j", (args, text) => {
    expect(searchingFor(args)).toBe(text);
  });
});

describe("how the point is known", () => {
  it("is told for each source, and where it is doubtful", () => {
    const sources = [
      "arguments",
      "near",
      "remembered",
      "host",
      "network",
      "default",
      "asked",
    ] as const;
    const told = sources.map((source) => provenanceOf(answer({ source })));
    expect(new Set(told.map(({ text }) => text)).size).toBe(sources.length);
    expect(sources.filter((_, at) => told[at]!.isDoubtful)).toEqual(["network", "default"]);
    expect(told.every(({ exactness }) => exactness === "")).toBe(true);
  });

  it("is doubtful if the name was only known in part", () => {
    const { location } = answer();
    const misread = { ...location, matched: "part" as const, accuracy_meters: 20_000 };
    expect(provenanceOf(answer({ location: misread, distance_unit: "mi" }))).toEqual({
      text: "The place that was named, as far as it is known",
      exactness: "give or take 12 mi",
      isDoubtful: true,
    });
  });
});

describe("notes", () => {
  it("tell what may be open", () => {
    const hours = { looked_at: 9, unknown: 4, unknown_for_example: ["Uno", "Due", "Tre"] };
    expect(notesOf(answer({ hours }))).toEqual([
      "4 more may be open, but their hours are not known: Uno, Due, Tre, …",
    ]);
  });

  it("tell how far was looked", () => {
    const [note] = notesOf(answer({ searched_km: 3.2 }));
    expect(note).toBe("Only places up to 3.2 km away were looked at: there may be more.");
  });

  it("keep what the tool says to anybody", () => {
    const relaxed =
      "Only the kind was looked for: Cafe. Left out: open. For what is open, pass open_now or open_at.";
    const warnings = ["The data of this server is still being loaded: ask again in some minutes."];
    expect(notesOf(answer({ relaxed, warnings }))).toEqual([
      "Only the kind was looked for: Cafe. Left out: open.",
      ...warnings,
    ]);
  });

  it.each([
    ["It may be 5 km off: pass more digits.", "It may be 5 km off."],
    ["There is also Khyber Pass, PK.", "There is also Khyber Pass, PK."],
    ["Ask the user where to look, then call again.", ""],
    ['No place is known. Check the spelling, or pass "latitude".', "No place is known."],
  ])("of %j keep %j", (text, kept) => {
    expect(forPeople(text)).toBe(kept);
  });
});

it("tells what is known of a place, and of a link only where it leads", () => {
  const { distance_km: _, ...place } = PLACE;
  const facts = factsOf({
    ...place,
    website: "https://uno.example",
    country: "FR",
    region: "Rhône",
    city: "Bron, Rhône",
    population: 40_000,
    attributes: { longest_runway_ft: 13_124, wheelchair: true },
    attribution: "© shops, CC0.",
    license: "CC0",
    as_of: "2026-11",
  });
  expect(facts).toEqual([
    { term: "Website", value: "https://uno.example", href: "https://uno.example" },
    { term: "Where", value: "Bron, Rhône, France" },
    { term: "People", value: "40,000" },
    { term: "Longest runway (ft)", value: "13124" },
    { term: "Wheelchair", value: "yes" },
    { term: "Data", value: "© shops, CC0 · of 2026-11" },
  ]);
});
