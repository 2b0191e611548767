import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod/v4";
import { CallerError } from "../../../src/errors.ts";
import {
  checkFilter,
  Filter,
  filterExpression,
  passesFilterSql,
  rowKey,
  rowValue,
} from "../../../src/index/search/filter.ts";
import type { Attribute } from "../../../src/records/attributes.ts";
import { facetTerm } from "../../../src/text/tokens.ts";

const DECLARED: Readonly<Record<string, Attribute>> = {
  stars: { type: "number" },
  "Price level": { type: "enum", values: ["€", "€€", "€€€"] },
  cuisine: { type: "enum", title: "Kitchen", values: ["Thai", "Greek", "Fast food", "Café"] },
  brand: { type: "enum" },
  wheelchair: { type: "boolean", title: "Wheelchair access" },
  operator: { type: "text" },
  hours: { type: "opening_hours" },
};

const plan = (filter: unknown, declared = DECLARED) =>
  checkFilter(Filter.parse(filter), Object.entries(declared));

describe("the plan", () => {
  it.each([
    [{ attribute: "cuisine", equals: "Thai" }, ["¤cuisine¤thai"]],
    [{ attribute: " CUISINE ", equals: "fast_food" }, ["¤cuisine¤fast·food"]],
    [{ attribute: "kitchen", one_of: ["cafe", "THAI"] }, ["¤cuisine¤cafe", "¤cuisine¤thai"]],
    [{ attribute: "price_level", equals: "€€" }, ["¤price·level¤¤20ac¤20ac"]],
    [{ attribute: "brand", equals: "Any & Co" }, ["¤brand¤any¤26co"]],
    [{ attribute: "wheelchair", equals: "Yes" }, ["¤wheelchair¤true"]],
    [{ attribute: "wheelchair", equals: true }, ["¤wheelchair¤true"]],
    [{ attribute: "Wheelchair Access", equals: "false" }, ["¤wheelchair¤false"]],
  ])("of %j has words for the index", (condition, words) => {
    expect(plan([condition])).toEqual({ words: [words], tests: [] });
  });

  it.each([
    [{ attribute: "stars", equals: "4" }, { one_of: [4] }],
    [{ attribute: "stars", equals: 4.5 }, { one_of: [4.5] }],
    [{ attribute: "stars", one_of: [3, "4"] }, { one_of: [3, 4] }],
    [{ attribute: "Stars", at_least: 3, at_most: null, equals: "" }, { at_least: 3 }],
    [
      { attribute: "stars", at_least: 3, at_most: 4 },
      { at_least: 3, at_most: 4 },
    ],
    [
      { attribute: "operator", equals: " Shell " },
      { key: "text:operator", one_of: ["Shell"] },
    ],
  ])("of %j has a test of the rows", (condition, test) => {
    expect(plan([condition])).toEqual({ words: [], tests: [[{ key: "number:stars", ...test }]] });
  });

  it("has what every condition asks", () => {
    const conditions = [
      { attribute: "cuisine", one_of: ["Thai", "Greek"] },
      { attribute: "stars", at_least: 3 },
      { attribute: "wheelchair", equals: "true" },
    ];
    const { words, tests } = plan(conditions);
    expect(tests).toEqual([[{ key: "number:stars", at_least: 3 }]]);
    expect(filterExpression({ words, tests })).toBe(
      '("¤cuisine¤thai" OR "¤cuisine¤greek") AND ("¤wheelchair¤true")',
    );
    expect(filterExpression(plan([]))).toBeUndefined();
  });
});

describe("what cannot be asked is answered with what can", () => {
  it.each<[string, unknown, RegExp]>([
    [
      "no such attribute",
      { attribute: "color", equals: "red" },
      /no attribute "color".*"stars" \(a number\), "Price level" \(one of "€", "€€", "€€€"\).*"hours" \(opening hours\)/,
    ],
    [
      "no such value",
      { attribute: "cuisine", equals: "Thay" },
      /never "Thay".*one of "Thai", "Greek", "Fast food", "Café"/,
    ],
    [
      "no number",
      { attribute: "stars", equals: "four" },
      /"stars" is never "four"\. It is a number/,
    ],
    ["an empty number", { attribute: "stars", one_of: [" "] }, /It is a number/],
    [
      "no boolean",
      { attribute: "wheelchair", equals: "limited" },
      /"limited"\. It is true or false/,
    ],
    [
      "a bound of words",
      { attribute: "cuisine", at_least: 3 },
      /no at_least and at_most.*equals or one_of/,
    ],
    ["a bound of truth", { attribute: "wheelchair", equals: "true", at_most: 3 }, /no at_least/],
    [
      "an impossible range",
      { attribute: "stars", at_least: 5, at_most: 3 },
      /at least 5 and at most 3/,
    ],
    ["both kinds of values", { attribute: "stars", equals: "3", one_of: ["3"] }, /not both/],
    ["nothing", { attribute: "stars" }, /equals, one_of, at_least or at_most/],
    ["nothing of a word", { attribute: "brand" }, /"brand" \(a word\) has to be: equals or one_of/],
    ["opening hours", { attribute: "hours", equals: "24/7" }, /open_now or open_at/],
    [
      "a name of JavaScript's",
      { attribute: "constructor", equals: "x" },
      /no attribute "constructor"/,
    ],
  ])("%s", (_, condition, message) => {
    expect(() => plan([condition])).toThrow(CallerError);
    expect(() => plan([condition])).toThrow(message);
  });

  it("also where nothing is declared", () => {
    expect(() => plan([{ attribute: "stars", equals: "3" }], {})).toThrow(/no attributes/);
  });

  it("at no great length", () => {
    const many = Array.from({ length: 500 }, (_, k) => `${k}`.padStart(300, "x"));
    const values = { type: "enum", values: many } as const;
    const declared = Object.fromEntries(many.map((name) => [name, values]));
    const asked = "y".repeat(200);
    for (const attribute of [asked, many[0]!]) {
      let message = "";
      try {
        checkFilter([{ attribute, equals: asked }], Object.entries(declared));
      } catch (error) {
        message = String(error);
      }
      expect(message).toMatch(/and \d+ more/);
      expect(message.length).toBeLessThan(12_000);
    }
  });
});

it("is described to clients without a choice of types", () => {
  const { type, items } = z.toJSONSchema(Filter, { io: "input" });
  expect(type).toBe("array");
  expect(items).toMatchObject({
    type: "object",
    required: ["attribute"],
    additionalProperties: false,
    properties: {
      attribute: { type: "string" },
      equals: { type: "string" },
      one_of: { type: "array", items: { type: "string" } },
      at_least: { type: "number" },
      at_most: { type: "number" },
    },
  });
});

describe("in D1", () => {
  /** Of every place its attributes, and the words the index has of them. */
  const PLACES: readonly Readonly<Record<string, string | number | boolean>>[] = [
    { stars: 3, cuisine: "Thai", wheelchair: true, operator: "Shell" },
    { stars: 4.5, cuisine: "Greek", wheelchair: false, operator: "shell" },
    { stars: 5, cuisine: "Fast food", operator: 'Ölwerk\'s "best"' },
    { "Price level": "€", operator: "4" },
    { "Price level": "€€", wheelchair: true },
    {},
  ];

  const rowOf = (place: (typeof PLACES)[number]) =>
    JSON.stringify(
      Object.fromEntries(
        Object.entries(place).map(([name, value]) => {
          const { type } = DECLARED[name]!;
          return [rowKey(name, type), rowValue(value, type)];
        }),
      ),
    );

  beforeAll(async () => {
    const { PLACES_DB: database } = env;
    await database.batch([
      database.prepare("CREATE TABLE filtered (id INTEGER PRIMARY KEY, filterable TEXT)"),
      database.prepare(
        "CREATE VIRTUAL TABLE filtered_text USING fts5 (words, content = '', columnsize = 0, detail = none, tokenize = 'ascii')",
      ),
      ...PLACES.flatMap((place, id) => {
        const words = Object.entries(place)
          .filter(([name]) => ["boolean", "enum"].includes(DECLARED[name]!.type))
          .map(([name, value]) => facetTerm(name, value as string | boolean));
        return [
          database
            .prepare("INSERT INTO filtered VALUES (?, ?)")
            .bind(id, id === 5 ? null : rowOf(place)),
          database
            .prepare("INSERT INTO filtered_text (rowid, words) VALUES (cast(? AS integer), ?)")
            .bind(id, words.join(" ")),
        ];
      }),
    ]);
  });

  async function found(filter: unknown): Promise<number[]> {
    const asked = plan(filter);
    const { results } = await env.PLACES_DB.prepare(
      `SELECT id FROM filtered AS place
       WHERE (?1 IS NULL OR id IN (SELECT rowid FROM filtered_text WHERE filtered_text MATCH ?1))
         AND ${passesFilterSql("place.filterable", "?2")}
       ORDER BY id`,
    )
      .bind(filterExpression(asked) ?? null, JSON.stringify(asked.tests))
      .all<{ id: number }>();
    return results.map(({ id }) => id);
  }

  it.each<[string, unknown[], number[]]>([
    ["nothing asked", [], [0, 1, 2, 3, 4, 5]],
    ["at least", [{ attribute: "stars", at_least: 4.5 }], [1, 2]],
    ["at most", [{ attribute: "stars", at_most: 4.5 }], [0, 1]],
    ["between", [{ attribute: "stars", at_least: 4, at_most: 4.9 }], [1]],
    ["a number", [{ attribute: "stars", equals: "3.0" }], [0]],
    ["one of some numbers", [{ attribute: "stars", one_of: [3, 5, 7] }], [0, 2]],
    ["a number and a bound", [{ attribute: "stars", one_of: [3, 5], at_least: 4 }], [2]],
    ["a text, whatever its case", [{ attribute: "operator", equals: "SHELL" }], [0, 1]],
    ["a text with quotes", [{ attribute: "operator", equals: 'Ölwerk\'s "best"' }], [2]],
    ["a text that looks like SQL", [{ attribute: "operator", equals: "') OR 1 = 1 --" }], []],
    ["a text of digits", [{ attribute: "operator", equals: 4 }], [3]],
    ["a word", [{ attribute: "cuisine", equals: "fast food" }], [2]],
    ["one of some words", [{ attribute: "cuisine", one_of: ["Thai", "Greek"] }], [0, 1]],
    ["signs", [{ attribute: "price level", equals: "€€" }], [4]],
    ["true", [{ attribute: "wheelchair", equals: "true" }], [0, 4]],
    ["false, which is not the same as unknown", [{ attribute: "wheelchair", equals: "no" }], [1]],
    [
      "all of it",
      [
        { attribute: "wheelchair", equals: "true" },
        { attribute: "stars", at_least: 3 },
        { attribute: "operator", equals: "shell" },
      ],
      [0],
    ],
  ])("finds %s", async (_, filter, ids) => {
    expect(await found(filter)).toEqual(ids);
  });

  it("takes any name and text for what it is", async () => {
    const hostile = fc.oneof(
      fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 12 }),
      fc.string({ unit: fc.constantFrom(...`a'"\\$.[]{}*%_-¤·;:()é東 \u0000\n`), minLength: 1 }),
    );
    const sql = `SELECT ${passesFilterSql("?1", "?2")} AS passes`;
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (name, text) => {
        const { tests } = checkFilter(
          [{ attribute: name, equals: text }],
          [[name, { type: "text" }]],
        );
        const passes = async (held: Record<string, string>) => {
          const entries = Object.entries(held).map(([key, value]) => [rowKey(key, "text"), value]);
          const row = JSON.stringify(Object.fromEntries(entries));
          const bound = env.PLACES_DB.prepare(sql).bind(row, JSON.stringify(tests));
          return (await bound.first<number>("passes")) === 1;
        };
        expect(await passes({ [name]: text.trim() })).toBe(true);
        expect(await passes({ [`${name}x`]: text.trim() })).toBe(false);
        expect(await passes({ [name]: `${text.trim()}x` })).toBe(false);
      }),
      { numRuns: 200, seed: 4 },
    );
  });
});

describe("the word of a value", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom(..."aB1 _-+€\"'*()^:¤·é東京ー\u0000\u0301\ud800") }),
  );

  it("is one word to the index, and no syntax", async () => {
    await env.PLACES_DB.exec(
      "CREATE VIRTUAL TABLE one_word USING fts5 (words, tokenize = 'ascii')",
    );
    await env.PLACES_DB.exec(
      "CREATE VIRTUAL TABLE one_vocabulary USING fts5vocab (one_word, 'row')",
    );
    const words = new Set<string>();
    fc.assert(
      fc.property(text, text, (name, value) => {
        const word = facetTerm(name, value);
        expect(word).toMatch(/^¤(?:[a-zA-Z0-9]|\P{ASCII})+$/u);
        words.add(word.toLowerCase());
      }),
      { numRuns: 1_000, seed: 4 },
    );
    await env.PLACES_DB.prepare("INSERT INTO one_word SELECT value FROM json_each(?)")
      .bind(JSON.stringify([...words]))
      .run();
    const count = "SELECT count(*) AS n FROM one_vocabulary";
    const terms = await env.PLACES_DB.prepare(count).first<number>("n");
    expect(terms).toBeGreaterThan(900);
    expect(terms).toBeLessThanOrEqual(words.size);
    const split = "SELECT count(*) AS n FROM one_vocabulary WHERE term NOT LIKE '¤%'";
    expect(await env.PLACES_DB.prepare(split).first<number>("n")).toBe(0);
  });

  it.each([
    ["fast food", "Fast-Food", true],
    ["Café", "CAFE", true],
    ["A", "A+", false],
    ["A+", "A-", false],
    ["C", "C++", false],
    ["1.5", "15", false],
    ["€", "€€", false],
    ["true", "yes", false],
  ])("of %j and of %j: the same is %s", (one, other, same) => {
    expect(facetTerm("x", one) === facetTerm("x", other)).toBe(same);
  });

  it("of true is the one of its text", () => {
    expect(facetTerm("x", true)).toBe(facetTerm("X", "True"));
  });
});
