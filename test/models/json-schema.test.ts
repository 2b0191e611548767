import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CallerError } from "../../src/errors.ts";
import {
  MOST_SCHEMA_LENGTH,
  readJsonSchema,
  UNCHECKED,
} from "../../src/models/validity/json-schema.ts";

type Given = Readonly<Record<string, unknown>>;

const refusal = (schema: Given) =>
  readJsonSchema(schema).then(
    () => "none",
    (error: Error) => (error instanceof CallerError ? error.message : `${error}`),
  );

describe("a JSON Schema", () => {
  const tree = {
    $ref: "#/$defs/node",
    $defs: {
      node: {
        type: "object",
        required: ["name"],
        properties: { name: { type: "string" }, children: { items: { $ref: "#/$defs/node" } } },
        additionalProperties: false,
      },
    },
  };

  it.each([
    [{}, "anything", undefined],
    [{ type: ["string", "null"] }, null, undefined],
    [{ type: "integer", minimum: 1 }, 0, "#/minimum"],
    [{ enum: ["yes", "no"] }, "maybe", "#/enum"],
    [{ const: null }, null, undefined],
    [{ properties: { a: false } }, { a: 1 }, "#/properties/a/not"],
    [{ properties: { a: true }, additionalProperties: false }, { a: 1 }, undefined],
    [{ prefixItems: [{ type: "string" }], items: { type: "number" } }, ["x", "y"], "#/items/type"],
    [{ items: [{ type: "string" }] }, [1], "#/items/0/type"],
    [{ oneOf: [{ type: "string" }, { const: "x" }] }, "x", "#/oneOf"],
    [{ if: { const: 1 }, else: false }, 2, "#/else/not"],
    [{ format: "date" }, "2026-02-30", "#/format"],
    [{ format: "url" }, "no check of that", undefined],
    [tree, { name: "a", children: [{ name: "b" }] }, undefined],
    [tree, { name: "a", children: [{}] }, expect.stringMatching(/required$/)],
    [
      {
        title: "T",
        "x-order": 1,
        examples: [1],
        $schema: "http://json-schema.org/draft-07/schema#",
      },
      1,
      undefined,
    ],
    [
      { $id: "https://example.com/x.json", $ref: "#/$defs/a", $defs: { a: { type: "null" } } },
      null,
      undefined,
    ],
    [
      { properties: JSON.parse('{"__proto__":{"type":"string"}}') },
      JSON.parse('{"__proto__":1}'),
      "#/properties/__proto__/type",
    ],
  ] as [Given, unknown, unknown][])("%j takes %j: %s", async (schema, value, fault) => {
    const fits = await readJsonSchema(schema);
    expect(fits(value)).toEqual(fault);
    // The fuse is new each time.
    expect(fits(value)).toEqual(fault);
  });

  it.each([
    [{ type: "strng" }, "/type must be of null, boolean"],
    [{ properties: { a: { type: 1 } } }, "/properties/a/type must be of"],
    [{ properties: [] }, "/properties must be an object."],
    [{ anyOf: {} }, "/anyOf must be an array."],
    [{ items: "string" }, "/items must be an object, true or false."],
    [{ required: "name" }, "/required must be an array"],
    [{ minLength: -1 }, "/minLength must be at least 0"],
    [{ properties: { a: { pattern: "^(a+)+$" } } }, "/properties/a must be without pattern"],
    [{ patternProperties: { "(a+)+$": {} } }, "without patternProperties"],
    [{ $ref: "https://example.com/schema.json" }, "/$ref must begin with #"],
    [{ $ref: "#/$defs/nowhere" }, "leads nowhere: #/$defs/nowhere."],
    [{ properties: { a: { $ref: "#/x" } } }, "/properties/a/$ref leads nowhere"],
    [{ $ref: "#" }, "refers to itself without an end"],
    [
      {
        $ref: "#/$defs/a",
        $defs: { a: { allOf: [{ $ref: "#/$defs/b" }] }, b: { not: { $ref: "#/$defs/a" } } },
      },
      "refers to itself without an end",
    ],
    [{ enum: ["x".repeat(MOST_SCHEMA_LENGTH)] }, "must have at most 16384 characters"],
    [{ properties: { "\ud800": { type: "string" } } }, "no Unicode text"],
  ] as [Given, string][])("%j is none", async (schema, words) => {
    expect(await refusal(schema)).toContain(words);
  });

  it("is none where it is nested too deeply", async () => {
    let schema: Given = { type: "string" };
    for (let depth = 0; depth < 40; depth++) schema = { items: schema };
    expect(await refusal(schema)).toContain("is nested more than 32 deep");
    let list: unknown = [];
    for (let depth = 0; depth < 100_000; depth++) list = [list];
    expect(await refusal({ const: list })).toContain("must have at most 16384 characters");
  });

  const nested = (depth: number) => JSON.parse("[".repeat(depth) + "]".repeat(depth));
  const doubling = Object.fromEntries(
    Array.from({ length: 40 }, (_, k) => {
      const next = k === 39 ? { type: "null" } : { $ref: `#/$defs/d${k + 1}` };
      return [`d${k}`, { anyOf: [next, next] }];
    }),
  );

  it.each([
    ["references that double", { $ref: "#/$defs/d0", $defs: doubling }, 1],
    [
      "a schema that doubles as the value goes deeper",
      {
        anyOf: [
          { items: { $ref: "#" }, maxItems: 0 },
          { items: { $ref: "#" }, maxItems: 0 },
        ],
      },
      nested(60),
    ],
    ["each item with each", { uniqueItems: true }, Array.from({ length: 60_000 }, (_, k) => [k])],
    [
      "many keys, many times",
      {
        anyOf: Array.from({ length: 150 }, () => ({
          additionalProperties: true,
          minProperties: 1e9,
        })),
      },
      Object.fromEntries(Array.from({ length: 20_000 }, (_, k) => [`k${k}`, k])),
    ],
    [
      "a long list of values, many times",
      { items: { not: { enum: Array.from({ length: 3_000 }, (_, k) => k) } } },
      Array.from({ length: 20_000 }, () => -1),
    ],
    ["a value that is nested too deeply", { items: { $ref: "#" } }, nested(5_000)],
    ["half a surrogate pair in a name", { additionalProperties: false }, { "\ud800": 1 }],
  ] as [string, Given, unknown][])("does not hang on %s", async (_, schema, value) => {
    expect((await readJsonSchema(schema))(value)).toBe(UNCHECKED);
  });

  it("is checked to its end for a large answer that is nothing special", async () => {
    const item = {
      type: "object",
      required: ["id", "name", "tags"],
      properties: {
        id: { type: "integer" },
        name: { type: "string", maxLength: 100 },
        tags: { type: "array", uniqueItems: true, items: { enum: ["red", "green", "blue"] } },
      },
      additionalProperties: false,
    };
    const fits = await readJsonSchema({ type: "array", items: item });
    const items = Array.from({ length: 1_000 }, (_, id) => ({
      id,
      name: `n${id}`,
      tags: ["red", "blue"],
    }));
    expect(fits(items)).toBeUndefined();
    expect(fits([...items, { ...items[0], id: "x" }])).toBe("#/items/properties/id/type");
  });

  it("is read or refused with words, whatever it is; and whatever is checked comes to an end", async () => {
    const keyword = fc.constantFrom(
      "type",
      "enum",
      "const",
      "$ref",
      "properties",
      "items",
      "anyOf",
      "allOf",
      "not",
      "if",
      "then",
      "required",
      "format",
      "uniqueItems",
      "minLength",
      "$defs",
      "prefixItems",
      "contains",
      "$id",
      "dependentSchemas",
      "additionalProperties",
      "unevaluatedProperties",
      "__proto__",
      "a",
    );
    const { schema } = fc.letrec((tie) => ({
      schema: fc.dictionary(keyword, tie("value"), { maxKeys: 4 }),
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<unknown>(
          "string",
          "object",
          "#",
          "#/$defs/a",
          "date",
          true,
          false,
          null,
          1,
          -1,
        ),
        tie("schema"),
        fc.array(tie("value"), { maxLength: 3 }),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(schema, fc.jsonValue(), async (given, value) => {
        const fits = await readJsonSchema(given as Given).catch((error: Error) => error);
        if (fits instanceof Error) expect(fits).toBeInstanceOf(CallerError);
        else expect(["string", "undefined"]).toContain(typeof fits(value));
      }),
      { numRuns: 300 },
    );
  });
});
