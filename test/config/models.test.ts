import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConfigError, parseConfig } from "../../src/config/config.ts";

const OLLAMA = {
  name: "llama",
  provider: "openai-compatible",
  id: "llama3.2",
  base_url: "http://localhost:11434/v1/",
};
const SONNET = { name: "sonnet", provider: "anthropic", id: "claude-sonnet", secret: "CLAUDE_KEY" };

const models = (...MODELS: readonly object[]) => parseConfig({ MODELS }).models;

function fault(MODELS: unknown): string {
  try {
    parseConfig({ MODELS });
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("It is taken.");
}

describe("MODELS", () => {
  it("are tables of wrangler.toml, or the same as JSON", () => {
    const tables = [OLLAMA, SONNET];
    expect(parseConfig({ MODELS: JSON.stringify(tables) })).toEqual(
      parseConfig({ MODELS: tables }),
    );
    expect(models(OLLAMA)).toEqual([
      {
        name: "llama",
        key: "llama",
        provider: "openai-compatible",
        id: "llama3.2",
        baseUrl: "http://localhost:11434/v1",
        secret: undefined,
        price: undefined,
        contextTokens: 8_192,
        mostOutputTokens: 2_048,
        tier: "medium",
        weight: 1,
      },
    ]);
  });

  it.each([undefined, null, "", "  ", [], "[]"])("may be none: %j", (MODELS) => {
    expect(parseConfig({ MODELS }).models).toEqual([]);
  });

  it.each([
    "http://192.168.1.20:11434/v1",
    "http://10.0.0.5:8000/v1",
    "http://[fd00::20]:11434/v1",
    "http://ollama:11434/v1",
    "http://nas.local:11434/v1",
    "http://host.docker.internal:11434/v1",
    "https://llm.example.com/v1",
  ])("may be at %s", (base_url) => {
    expect(models({ ...OLLAMA, base_url })[0]!.baseUrl).toBe(base_url);
  });

  it("have all that is told of them", () => {
    const told = { price_input: 3, price_output: 15.5, context: 200_000, max_output: 8_000 };
    expect(models({ ...SONNET, ...told, tier: "large", weight: 0.5 })).toEqual([
      {
        name: "sonnet",
        key: "sonnet",
        provider: "anthropic",
        id: "claude-sonnet",
        baseUrl: undefined,
        secret: "CLAUDE_KEY",
        price: { input: 3, output: 15.5 },
        contextTokens: 200_000,
        mostOutputTokens: 8_000,
        tier: "large",
        weight: 0.5,
      },
    ]);
  });

  it("have keys of their own where they share a name", () => {
    const all = models(OLLAMA, SONNET, { ...OLLAMA, id: "llama3.3" }, { ...OLLAMA, id: "llama4" });
    expect(all.map(({ key }) => key)).toEqual(["llama", "sonnet", "llama#2", "llama#3"]);
  });

  it("leave half of a small context to the prompt", () => {
    expect(models({ ...OLLAMA, context: 1_000 })[0]).toMatchObject({ mostOutputTokens: 500 });
  });
});

describe("is refused, with the entry and its field:", () => {
  const other = (more: object) => [OLLAMA, { ...SONNET, ...more }];

  it.each<[MODELS: unknown, told: string]>([
    ["llama", "must be tables, [[vars.MODELS]], or a list in JSON, which it is not"],
    [OLLAMA, "must be a list: write [[vars.MODELS]], in two brackets"],
    ["{}", "must be a list: write [[vars.MODELS]], in two brackets"],
    [Array(51).fill(OLLAMA), "must have at most 50 entries, but has 51"],
    [[OLLAMA, 7], "is wrong. Entry 2: it must be an object, not 7"],
    [[[OLLAMA]], "is wrong. Entry 1: it must be an object, not an array"],
    [[{}], "is wrong. Entry 1: name is missing; pass a string; provider must be one of openai-c"],
    [other({ name: "a b" }), "must be 1 to 60 letters, digits"],
    [other({ name: "__proto__" }), "must be 1 to 60 letters, digits"],
    [other({ name: "gpt#2" }), "must be 1 to 60 letters, digits"],
    [other({ provider: "google" }), 'Entry 2 ("sonnet"): provider must be one of openai-compat'],
    [other({ id: "" }), 'Entry 2 ("sonnet"): id must be 1 to 200 visible characters'],
    [other({ id: 4 }), 'Entry 2 ("sonnet"): id must be a string, not 4'],
    [other({ price_input: -1, price_output: 1 }), "price_input must be at least 0, but is -1"],
    [other({ price_input: "3", price_output: 1 }), 'price_input must be a number, not "3"'],
    [other({ price_input: 3 }), "price_input and price_output must be given both or neither"],
    [other({ context: 0 }), "context must be at least 1, but is 0"],
    [other({ context: 1.5 }), "context must be a whole number"],
    [
      other({ context: 100, max_output: 101 }),
      "max_output must be at most the context, which is 100",
    ],
    [other({ tier: "huge" }), "tier must be one of small, medium, large"],
    [other({ weight: 0 }), "weight must be more than 0, but is 0"],
    [other({ temperature: 1 }), "there is no field temperature, but name, provider, id, base_url"],
    [other({ secret: undefined }), "secret is missing: anthropic wants a key"],
    [other({ provider: "workers-ai" }), "base_url and secret must be left out: workers-ai"],
    [[{ ...OLLAMA, base_url: undefined }], "base_url is missing: openai-compatible has no address"],
    [
      [OLLAMA, OLLAMA],
      'Entry 2 ("llama"): it is the same as entry 1; give that one a higher weight',
    ],
    [
      [
        { ...OLLAMA, id: 1 },
        { ...SONNET, tier: 2 },
      ],
      'not 1. Entry 2 ("sonnet"): tier must',
    ],
    ...[
      "ollama:11434",
      "http://ollama.example.com/v1",
      "http://8.8.8.8/v1",
      "http://172.32.0.1:11434/v1",
      "https://user:word@llm.example.com",
      "https://llm.example.com/?key=1",
      "",
      "file:///etc/passwd",
    ].map((base_url): [unknown, string] => [
      [{ ...OLLAMA, base_url }],
      'Entry 1 ("llama"): base_url must be an address like https://llm.example.com/v1',
    ]),
  ])("%j", (MODELS, told) => {
    const message = fault(MODELS);
    expect(message).toMatch(/^MODELS .*[^.]\.$/);
    expect(message).toContain(told);
  });

  it.each(["sk-ant-hunter2", "hunter2", 7_002])(
    "a key in place of its name, untold: %j",
    (secret) => {
      const message = fault([
        { ...SONNET, secret },
        { ...OLLAMA, base_url: "https://hunter2@x.com" },
      ]);
      expect(message).toContain('Entry 1 ("sonnet"): secret must be');
      expect(message).not.toContain("hunter2");
    },
  );

  it.each(["ADMIN_TOKEN", "JWT_SECRET"])("%s, which is no provider's", (secret) => {
    expect(fault([{ ...SONNET, secret }])).toBe(
      "MODELS must not name settings of this server as secrets: they would be sent to providers.",
    );
  });

  it("whatever else is written there", () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.array(fc.jsonValue(), { minLength: 1 })), (MODELS) => {
        try {
          parseConfig({ MODELS });
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe("MODELS_DOLLARS_PER_DAY", () => {
  it.each<[unknown, number]>([
    ["2.50", 2.5],
    ["0.000000001", 1e-9],
    [1_000_000, 1_000_000],
  ])("%j", (value, dollars) => {
    expect(parseConfig({ MODELS_DOLLARS_PER_DAY: value }).modelsDollarsPerDay).toBe(dollars);
  });

  it.each(["$2", "-1", "1e3", "1,5", ".5", "1000001", "0.0000000001"])("is not %s", (value) => {
    expect(() => parseConfig({ MODELS_DOLLARS_PER_DAY: value })).toThrow(
      "it must be an amount from 0 to 1000000, with a point: 2.50",
    );
  });
});
