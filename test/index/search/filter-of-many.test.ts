import { beforeAll, describe, expect, it } from "vitest";
import { CallerError } from "../../../src/errors.ts";
import { checkFilter, Filter } from "../../../src/index/search/filter.ts";
import type { Snapshot } from "../../../src/index/snapshot.ts";
import { findNearby } from "../../../src/nearby/find.ts";
import { openStateAt } from "../../../src/nearby/open-at.ts";
import { describeData } from "../../../src/nearby/present/data-text.ts";
import type { Attribute } from "../../../src/records/attributes.ts";
import type { Attributes } from "../../../src/records/collection-schema.ts";
import { connect } from "../../support/client.ts";
import { importAll, place, store } from "../../support/engine.ts";
import { questionOf } from "../../support/question.ts";
import { emptyStores } from "../../support/stores.ts";

const HERE = { latitude: 10, longitude: 10 };

/** Of collections that declare one name as different things. */
async function idsOf(condition: object): Promise<string[]> {
  const { attributes } = await store.snapshot();
  const filter = checkFilter(Filter.parse([condition]), attributes);
  const question = questionOf({ center: HERE, radiusMeters: 1e6, limit: 4_000, text: "", filter });
  const { places, snapshot } = await findNearby(store, question);
  return places
    .map(({ row }) => `${snapshot.collections.get(row.collection)!.id}.${row.source_id}`)
    .sort();
}

describe("attributes of one name that collections declare as different things", () => {
  /** The values that places of every collection have. */
  const VALUES = [
    ...[4, 4.5, 1, 0, true, false, "4", "low", "Low", "fast food", "Fast_Food", "yes", "true"],
    ...["24/7", "day", "Ölwerk", "no"],
  ];
  const TYPES: Attributes = {
    number: { type: "number" },
    boolean: { type: "boolean" },
    enum: { type: "enum", values: ["low", "fast_food", "yes", "true", "24/7", "4"] },
    more: { type: "enum", values: ["Low", "high", "day"] },
    text: { type: "text" },
    opening_hours: { type: "opening_hours" },
  };
  const collections = Object.keys(TYPES);
  /** A name for every choice of collections that declare it. */
  const NAMES = Array.from({ length: 2 ** collections.length - 1 }, (_, index) => {
    const declaring = collections.filter((_, bit) => (index + 1) & (1 << bit));
    return { name: `x${index + 1}`, declaring };
  });

  const declared = (collection: string): Attributes =>
    Object.fromEntries(
      NAMES.filter(({ declaring }) => declaring.includes(collection)).map(({ name }) => [
        name,
        TYPES[collection]!,
      ]),
    );

  beforeAll(async () => {
    await emptyStores();
    for (const collection of collections) {
      const records = VALUES.map((value, index) => {
        const attributes = Object.fromEntries(NAMES.map(({ name }) => [name, value]));
        return place(String(index), 10, 10, { attributes });
      });
      await importAll(collection, records, { attributes: declared(collection), partSize: 100 });
    }
  });

  /** What people take for the same. */
  const same = (a: unknown, b: unknown) => plain(a) === plain(b);
  const plain = (value: unknown) => String(value).toLowerCase().replaceAll("_", " ");

  function truthOf(value: unknown): boolean | undefined {
    if (/^(true|yes|1)$/i.test(String(value))) return true;
    return /^(false|no|0)$/i.test(String(value)) ? false : undefined;
  }

  /** Whether a value is what is asked, by one declaration; undefined for what is never so by it. */
  function isValue(
    type: Attribute["type"],
    value: unknown,
    asked: unknown,
    known: readonly string[],
  ) {
    const isNumber = Number.isFinite(Number(String(asked)));
    const isTruth = truthOf(asked) !== undefined;
    switch (type) {
      case "number":
        return isNumber ? Number(String(asked)) === Number(String(value)) : undefined;
      case "boolean":
        return isTruth ? truthOf(asked) === truthOf(value) : undefined;
      case "enum":
        return known.some((each) => same(each, asked)) ? same(asked, value) : undefined;
      case "text":
        return String(asked).toLowerCase() === String(value).toLowerCase();
      case "opening_hours":
        return undefined;
    }
  }

  function passes(
    type: Attribute["type"],
    value: unknown,
    { equals, one_of, at_least, at_most }: Asked,
    known: readonly string[],
  ): boolean {
    const wanted = equals === undefined ? one_of : [equals];
    const isMet = wanted?.some((one) => isValue(type, value, one, known)) ?? true;
    if (at_least === undefined && at_most === undefined) return isMet;
    const number = type === "number" ? Number(String(value)) : Number.NaN;
    return isMet && number >= (at_least ?? -Infinity) && number <= (at_most ?? Infinity);
  }

  /** Whether some of what is asked is never so by any declaration. */
  function isRefused(
    types: readonly Attribute["type"][],
    { equals, one_of, at_least, at_most }: Asked,
    known: readonly string[],
  ): boolean {
    const isBounded = at_least !== undefined || at_most !== undefined;
    const askable = types.filter((type) =>
      isBounded ? type === "number" : type !== "opening_hours",
    );
    const wanted = (equals === undefined ? one_of : [equals]) ?? [];
    const isNever = (one: unknown) =>
      askable.every((type) => isValue(type, "", one, known) === undefined);
    return askable.length === 0 || wanted.some(isNever);
  }

  interface Asked {
    readonly equals?: string | number | boolean;
    readonly one_of?: readonly (string | number | boolean)[];
    readonly at_least?: number;
    readonly at_most?: number;
  }
  const ASKED: readonly Asked[] = [
    { equals: "low" },
    { equals: "4" },
    { equals: 4 },
    { equals: "yes" },
    { equals: true },
    { equals: "1" },
    { equals: "Fast food" },
    { equals: "24/7" },
    { equals: "day" },
    { equals: "nothing of the kind" },
    { one_of: ["low", "4", "no"] },
    { at_least: 1 },
    { at_least: 1, at_most: 4 },
    { one_of: [4, 0], at_least: 1 },
  ];

  it.each(ASKED)("%j finds what passes by its own collection's declaration", async (asked) => {
    for (const { name, declaring } of NAMES) {
      const types = declaring.map((collection) => TYPES[collection]!);
      const known = types.flatMap(({ values }) => values ?? []);
      const expected = declaring.flatMap((collection) =>
        VALUES.flatMap((value, index) =>
          passes(TYPES[collection]!.type, value, asked, known) ? `${collection}.${index}` : [],
        ),
      );
      const found = await idsOf({ attribute: name, ...asked }).catch((error) => {
        if (error instanceof CallerError) return "refused";
        throw error;
      });
      const refused = isRefused(
        types.map(({ type }) => type),
        asked,
        known,
      );
      const what = `${name}, declared by ${declaring}`;
      expect(found, what).toEqual(refused ? "refused" : expected.sort());
    }
  });

  it("are told with all their types", async () => {
    const snapshot: Snapshot = {
      ...(await store.snapshot()),
      attributes: [
        ["stars", { type: "number" }],
        ["Stars", { type: "enum", values: ["low", "high"] }],
        ["hours", { type: "text" }],
        ["stars", { type: "enum", values: ["High", "top"] }],
        ["hours", { type: "opening_hours" }],
      ],
    };
    const described = await describeData({
      snapshot: async () => snapshot,
      categories: async () => [],
    });
    expect(described).toContain(
      "Attributes for filter: stars (number or low|high|top), hours (text or open_now, open_at).",
    );
  });
});

describe("what cannot be asked of several collections", () => {
  const DECLARED: readonly (readonly [string, Attribute])[] = [
    ["stars", { type: "number" }],
    ["stars", { type: "enum", values: ["low", "high"] }],
    ["Stars", { type: "enum", title: "Grade", values: ["HIGH", "top"] }],
    ["hours", { type: "opening_hours" }],
    ["hours", { type: "text" }],
    ["open", { type: "opening_hours" }],
    ["Öffnung", { type: "enum", title: "Grade", values: ["one"] }],
  ];
  const plan = (condition: object) => checkFilter(Filter.parse([condition]), DECLARED);

  it.each<[object, RegExp]>([
    [
      { attribute: "stars", equals: "medium" },
      /"stars" is never "medium"\. It is a number, or one of "low", "high", "top"\./,
    ],
    [
      { attribute: "color", equals: "red" },
      /There are "stars" \(a number, or one of "low", "high", "top"\), "hours" \(opening hours, or a text\)/,
    ],
    [{ attribute: "stars", one_of: ["low", "medium"] }, /never "medium"/],
    [{ attribute: "stars", equals: "low", at_least: 1 }, /never "low"\. It is a number\./],
    [{ attribute: "hours", at_least: 1 }, /no at_least/],
    [{ attribute: "open", equals: "24/7" }, /open_now or open_at/],
    [{ attribute: "stars" }, /equals, one_of, at_least or at_most/],
  ])("%j is answered with what all of them have", (condition, message) => {
    expect(() => plan(condition)).toThrow(message);
  });

  it("has a title of any of them", () => {
    expect(plan({ attribute: "grade", equals: "TOP" })).toEqual({
      words: [["¤stars¤top"]],
      tests: [],
    });
    expect(plan({ attribute: "Grade", one_of: ["low", "one"] })).toEqual({
      words: [["¤stars¤low", "¤offnung¤one"]],
      tests: [],
    });
  });
});

it("opening hours are what the place's own collection declares as such", async () => {
  await emptyStores();
  const attributes = { hours: "24/7", visits: "Mo-Su 00:00-24:00", note: "24/7" };
  const declared = {
    shops: { hours: { type: "opening_hours" } },
    museums: { hours: { type: "text" }, visits: { type: "opening_hours" } },
    others: { hours: { type: "text" }, note: { type: "enum" } },
    none: {},
  } as const;
  for (const [collection, types] of Object.entries(declared)) {
    await importAll(collection, [place("1", 10, 10, { attributes })], { attributes: types });
  }
  const question = questionOf({ center: HERE, radiusMeters: 1e6, limit: 9, text: "" });
  const { places, snapshot } = await findNearby(store, question);
  const states = places.map(({ row }) => [
    snapshot.collections.get(row.collection)!.id,
    openStateAt(row, { wallClockMs: 0 }),
  ]);
  expect(Object.fromEntries(states)).toEqual({
    ...{ shops: "open", museums: "open", others: "unknown", none: "unknown" },
  });
});

it("a collection's declaration leaves the places of others as they were, in the tool", async () => {
  await emptyStores();
  const shop = { stars: 4, hours: "24/7" };
  await importAll("shops", [place("1", 10, 10, { attributes: shop })], {
    attributes: { stars: { type: "number" }, hours: { type: "opening_hours" } },
  });
  await importAll(
    "zattr",
    [place("1", 10, 10.1, { attributes: { stars: "low", hours: "late" } })],
    {
      attributes: { stars: { type: "enum", values: ["low", "high"] }, hours: { type: "text" } },
    },
  );
  const client = await connect();
  const ask = async (args: object) => {
    const answer = await client.callTool({
      name: "get_nearby_data",
      arguments: { ...HERE, radius: 100, ...args },
    });
    const { results } = answer.structuredContent as { results: { id: string }[] };
    return results.map(({ id }) => id);
  };
  expect(await ask({ filter: [{ attribute: "stars", at_least: 4 }] })).toEqual(["shops.1"]);
  expect(await ask({ filter: [{ attribute: "stars", equals: "low" }] })).toEqual(["zattr.1"]);
  expect(await ask({ filter: [{ attribute: "stars", one_of: [4, "low"] }] })).toHaveLength(2);
  expect(await ask({ filter: [{ attribute: "hours", equals: "late" }] })).toEqual(["zattr.1"]);
  expect(await ask({ open_now: true })).toEqual(["shops.1"]);
  const { tools } = await client.listTools();
  const { description } = tools.find(({ name }) => name === "get_nearby_data")!;
  expect(description).toContain("stars (number or low|high), hours (open_now, open_at or text)");
  await client.close();
});
