import { describe, expect, it } from "vitest";
import * as z from "zod/v4";
import { catalog, chatgptCatalog } from "../../src/mcp/catalog.ts";
import { type Catalog, defineTool, type Tool } from "../../src/mcp/define.ts";
import { describeData } from "../../src/nearby/present/data-text.ts";
import { appWith } from "../support/app.ts";
import { placeholder } from "../support/placeholder.ts";
import { modern } from "../support/rpc.ts";

const MODELS =
  '[{ "name": "small", "provider": "openai-compatible", "id": "x", "base_url": "http://127.0.0.1:1/v1" }]';

const MOST_TOOLS = 20;
const LONGEST_DESCRIPTION = 1_024;
/** Some 2,500 tokens. */
const LIST_BYTES = 10_000;
/** What the three tools of long work may add, where somebody may use them. */
const TASKS_BYTES = 3_000;
/** What the weather may add: the user's place is taken and told as elsewhere, but what the weather is needs fields of its own. */
const WEATHER_BYTES = 2_000;
/** What the tool that asks models may add, where there are any: half of it is what five strategies answer with. */
const MODELS_BYTES = 3_500;
/** What the address of the page may add that hosts show beside answers. */
const VIEW_BYTES = 100;
/** What of these is for what the description tells of the data. */
const DATA_BYTES = 700;
/** What ChatGPT shows while a tool runs, and when it has run, each with its most characters. */
const INVOCATION_TEXTS = ["openai/toolInvocation/invoking", "openai/toolInvocation/invoked"];
const LONGEST_INVOCATION_TEXT = 64;

type JsonSchema = z.core.JSONSchema.JSONSchema;

interface Listed {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: { readonly properties: object };
  readonly _meta?: Readonly<Record<string, unknown>>;
}

/** All that can be offered, or what needs no scope but these. */
async function listOf(
  shown: Catalog,
  scopes = "places:read location tasks",
  settings: Readonly<Record<string, string>> = {},
): Promise<readonly Listed[]> {
  const fetch = appWith(shown, { ANONYMOUS_SCOPES: scopes, ...settings });
  const { body } = await modern("tools/list", {}, { fetch });
  return body.result!.tools as Listed[];
}

/** What breaks clients, or leaves their model guessing. */
function faultsOf(tool: Tool): string[] {
  const faults: string[] = [];
  // Of one word only the command that everybody knows.
  if (!/^(?:[a-z]+(?:_[a-z]+)+|whoami)$/.test(tool.name)) faults.push("is not named verb_noun");
  if (!tool.title) faults.push("has no title");
  if (!tool.description) faults.push("has no description");
  if (tool.description.length > LONGEST_DESCRIPTION) faults.push("describes itself at length");

  const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = tool.hints;
  const hints = [readOnlyHint, destructiveHint, idempotentHint, openWorldHint];
  if (hints.some((hint) => typeof hint !== "boolean")) faults.push("leaves a hint open");
  if (readOnlyHint && destructiveHint) faults.push("is read-only and destructive");

  const texts = INVOCATION_TEXTS.filter((key) => tool.meta && key in tool.meta).map(
    (key) => tool.meta![key],
  );
  if (
    texts.some((text) => typeof text !== "string" || !text || text.length > LONGEST_INVOCATION_TEXT)
  ) {
    faults.push("has a text for its invocation that is not shown");
  }

  const { properties = {}, ...rest } = z.toJSONSchema(tool.input, { io: "input" });
  for (const [name, schema] of Object.entries(properties)) {
    if (!(schema as JsonSchema).description) faults.push(`does not describe ${name}`);
  }
  if (forks({ ...rest, properties })) faults.push("has a union or tuple in its input");
  return faults;
}

function forks(schema: unknown): boolean {
  if (typeof schema !== "object" || schema === null) return false;
  const { anyOf, oneOf, allOf, prefixItems, type } = schema as JsonSchema;
  return (
    [anyOf, oneOf, allOf, prefixItems].some(Boolean) ||
    Array.isArray(type) ||
    Object.values(schema).some(forks)
  );
}

describe.each([
  ["tools", catalog.tools, Object.keys(import.meta.glob("../../src/tools/*.ts"))],
  ["resources", catalog.resources, Object.keys(import.meta.glob("../../src/resources/*.ts"))],
  ["prompts", catalog.prompts, Object.keys(import.meta.glob("../../src/prompts/*.ts"))],
])("%s", (_kind, items, files) => {
  it("are the files of their folder, each named as what it holds", () => {
    const names = items.map(({ name }) => name.replaceAll("_", "-"));
    const fileNames = files.map((path) => path.replace(/^.*\/|\.ts$/g, ""));
    expect(names.toSorted()).toEqual(fileNames.toSorted());
  });
});

it("has the tools that are announced, in this order", () => {
  expect(catalog.tools.map(({ name }) => name)).toMatchInlineSnapshot(`
    [
      "get_nearby_data",
      "get_place",
      "set_location",
      "forget_location",
      "get_weather",
      "distributed_compute",
      "get_task",
      "cancel_task",
      "query_models",
      "whoami",
    ]
  `);
});

it("has no more tools than a model can tell apart", () => {
  expect(catalog.tools.length).toBeLessThanOrEqual(MOST_TOOLS);
});

describe("for ChatGPT", () => {
  it("has no field that takes a location, nor text that asks for one", async () => {
    for (const { name, description, inputSchema } of await listOf(chatgptCatalog)) {
      expect(`${name} ${description} ${JSON.stringify(inputSchema)}`).not.toMatch(
        /latitude|longitude|\bnear\b|set_location|"session"|coordinates/,
      );
    }
  });

  it("differs in nothing else", async () => {
    // The address of the view has in it what the view is made of, which is told in test/resources/map.test.ts.
    const withoutHash = (list: Awaited<ReturnType<typeof listOf>>): typeof list =>
      JSON.parse(JSON.stringify(list).replace(/map-[\da-f]{16}/, "map"));
    const whole = withoutHash(await listOf(catalog));
    const listed = withoutHash(await listOf(chatgptCatalog));
    for (const { inputSchema, description: _1, ...tool } of listed) {
      const {
        inputSchema: full,
        description: _2,
        ...same
      } = whole.find(({ name }) => name === tool.name)!;
      expect(tool).toEqual(same);
      expect(full.properties).toMatchObject(inputSchema.properties);
    }
  });
});

it.each(catalog.tools.map((tool) => [tool.name, tool] as const))(
  "%s is fit for clients",
  (_, tool) => {
    const variants = Object.values(tool.variants ?? {}).map((variant) => ({ ...tool, ...variant }));
    for (const shown of [tool, ...variants]) expect(faultsOf(shown)).toEqual([]);
  },
);

it("tells hosts what to show while a tool runs, in all of its variants", async () => {
  for (const shown of [catalog, chatgptCatalog]) {
    const { _meta } = (await listOf(shown)).find(({ name }) => name === "get_nearby_data")!;
    expect(Object.keys(_meta ?? {})).toEqual([...INVOCATION_TEXTS, "ui"]);
  }
});

it("tells models that the user may bring a session, wherever one stands for a place", async () => {
  const told = (await listOf(catalog, "places:read location")).flatMap(({ name, inputSchema }) => {
    const { session } = inputSchema.properties as { session?: { description: string } };
    return session ? [[name, session.description] as const] : [];
  });
  expect(told.map(([name]) => name).sort()).toEqual([
    "forget_location",
    "get_nearby_data",
    "get_weather",
    "set_location",
  ]);
  for (const [name, description] of told) expect(description, name).toContain("the user");
});

describe("the tools, as every model pays for them", () => {
  it("are listed in few bytes", async () => {
    const few = await listOf(catalog, "places:read location");
    const most = LIST_BYTES - DATA_BYTES + WEATHER_BYTES + VIEW_BYTES;
    expect(bytesOf(few)).toBeLessThan(most);
    const more = await listOf(catalog);
    expect(bytesOf(more)).toBeLessThan(most + TASKS_BYTES);
    const all = await listOf(catalog, "places:read location tasks models", { MODELS });
    expect(bytesOf(all)).toBeLessThan(bytesOf(more) + MODELS_BYTES);
  });

  it.each([1, 20, 200])("whatever data there is, with names of %d characters", async (length) => {
    const names = Array.from({ length: 100 }, (_, n) => `${n}${"駅".repeat(length)}`);
    const values = names.slice(0, 10);
    const described = await describeData({
      snapshot: async () => ({
        attributes: names.map((name) => [name, { type: "enum", values }]),
        collections: new Map(names.map((title, n) => [n, { id: `c${n}`, title }])),
      }),
      categories: async () => names.map((name) => ({ path: `a/${name}`, label: "", places: 1 })),
    } as never);
    expect(bytesOf(described)).toBeLessThan(DATA_BYTES);
    if (length < 200)
      expect(described).toMatch(
        /^Collections: c0 \(0駅+\).*Kinds of places here, for example: a\/0駅/,
      );
  });
});

it("shows the fields of an output once, and all of them", async () => {
  const [nearby, place, set] = (await listOf(catalog)) as unknown as Record<string, unknown>[];
  const shown = JSON.stringify(nearby!.outputSchema);
  for (const field of ["latitude", "address", "attributes", "accuracy_meters"]) {
    expect(shown.split(`"${field}":{`)).toHaveLength(field === "latitude" ? 3 : 2);
  }
  expect(place!.outputSchema).toMatchObject({
    properties: { place: { properties: { license: { type: "string" } } } },
  });
  expect(JSON.stringify(set!.outputSchema)).not.toContain("accuracy_meters");
});

function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

describe("the rules find", () => {
  const [sound] = placeholder.tools;
  const field = z.string().describe("A field");

  it.each<[string, Partial<Tool>]>([
    ["named verb_noun", { name: "getPlace" }],
    ["no title", { title: "" }],
    ["no description", { description: "" }],
    ["at length", { description: "x".repeat(LONGEST_DESCRIPTION + 1) }],
    ["read-only and destructive", { hints: { ...sound!.hints, destructiveHint: true } }],
    ["text for its invocation", { meta: { [INVOCATION_TEXTS[0]!]: "x".repeat(65) } }],
    ["text for its invocation", { meta: { [INVOCATION_TEXTS[1]!]: "" } }],
    ["hint open", { hints: { readOnlyHint: true } as Tool["hints"] }],
    ["describe field", { input: z.object({ field: z.string() }) }],
    ["union or tuple", { input: z.object({ field: z.union([field, z.number()]).describe("x") }) }],
    ["union or tuple", { input: z.object({ field: z.tuple([field]).describe("x") }) }],
    ["union or tuple", { input: z.object({ field: field.nullable().describe("x") }) }],
    ["union or tuple", { input: z.object({ a: z.object({ b: z.tuple([field]) }).describe("x") }) }],
  ])("a tool with the fault: %s", (fault, change) => {
    expect(faultsOf(defineTool({ ...sound!, ...change })).join()).toContain(fault);
  });

  it("nothing in a sound one", () => {
    expect(faultsOf(sound!)).toEqual([]);
  });
});
