import fc from "fast-check";
import type { Offered } from "./request.ts";
import { nastyText } from "./texts.ts";

type Json = Record<string, unknown>;

interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
}

const MODERN = "2026-07-28";
const METHODS = [
  "initialize",
  "server/discover",
  "ping",
  "tools/list",
  "resources/list",
  "resources/templates/list",
  "prompts/list",
  "resources/subscribe",
  "completion/complete",
  "logging/setLevel",
  "tasks/get",
  "subscriptions/listen",
  "notifications/initialized",
  "notifications/cancelled",
  "notifications/progress",
];
const WORDS = ["cafe", "books", "Paris", "here", "45.0,5.0", "made-up.x", "nearest open pharmacy"];
/** Where the made-up places are. */
const NUMBERS = [0, 1, 5, 45.005, 5.005, -1, 90, 180, 181, 1e9, 1e-9];
const BRACKETS = 2_000;

const anyNumber = fc.oneof(fc.constantFrom(...NUMBERS), fc.double(), fc.integer());
const anyJson = fc.oneof(
  { arbitrary: fc.jsonValue({ maxDepth: 3 }), weight: 8 },
  { arbitrary: nastyText, weight: 3 },
  { arbitrary: fc.constantFrom({ ["__proto__"]: 1 }, { toString: 1 }, { length: -1 }), weight: 1 },
);

/** Bodies of POST /mcp: messages of both eras, batches, and what is no message at all. */
export function rpcBodies(offered: Offered): fc.Arbitrary<string> {
  const message = fc.oneof(calls(offered), others(offered));
  const mutated = fc.tuple(message, mutation).map(([message, mutate]) => mutate(message));
  const one = fc.oneof({ arbitrary: message, weight: 3 }, { arbitrary: mutated, weight: 2 });
  const text = one.map((value) => JSON.stringify(value));
  return fc.oneof(
    { arbitrary: text, weight: 20 },
    {
      arbitrary: fc.array(one, { maxLength: 12 }).map((batch) => JSON.stringify(batch)),
      weight: 3,
    },
    { arbitrary: fc.tuple(text, fc.nat(), nastyText).map(spoilt), weight: 3 },
    { arbitrary: fc.json({ maxDepth: 5 }), weight: 1 },
    { arbitrary: nastyText, weight: 1 },
    {
      arbitrary: fc.nat(BRACKETS).map((depth) => "[".repeat(depth) + "]".repeat(depth)),
      weight: 1,
    },
    {
      arbitrary: fc.tuple(one, fc.nat(BRACKETS)).map(([message, depth]) => {
        const nested = `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
        return `{"nested":${nested},${JSON.stringify(message).slice(1)}`;
      }),
      weight: 1,
    },
    { arbitrary: long, weight: 1 },
  );
}

/** Mostly within what a body may have. */
const long = fc
  .oneof(
    { arbitrary: fc.nat(70_000), weight: 9 },
    { arbitrary: fc.integer({ min: 900_000, max: 1_200_000 }), weight: 1 },
  )
  .map((length) => `{"jsonrpc":"2.0","id":7,"method":"${"x".repeat(length)}"}`);

/** A text that is cut, or has something in its middle that does not belong there. */
function spoilt([text, where, other]: [string, number, string]): string {
  const at = where % (text.length + 1);
  return text.slice(0, at) + other + (where % 2 === 0 ? text.slice(at) : "");
}

function calls({ tools, prompts, resources }: Offered): fc.Arbitrary<Json> {
  const toolCalls = tools.map(({ name, inputSchema }) => {
    const args = fc.oneof(
      { arbitrary: argumentsOf(inputSchema), weight: 9 },
      { arbitrary: anyJson, weight: 1 },
    );
    return args.map((args) => ["tools/call", { name, arguments: args }] as const);
  });
  const reads = fc
    .oneof(fc.constantFrom(...resources, "place://made-up.x"), nastyText)
    .map((uri) => ["resources/read", { uri }] as const);
  const gets = fc
    .tuple(fc.oneof(fc.constantFrom("", ...prompts), nastyText), anyJson)
    .map(([name, args]) => ["prompts/get", { name, arguments: args }] as const);
  return messages(fc.oneof(...toolCalls, ...toolCalls, reads, gets));
}

function others({ tools }: Offered): fc.Arbitrary<Json> {
  const method = fc.oneof(fc.constantFrom(...METHODS), nastyText);
  const params = fc.oneof(
    fc.constant({}),
    fc.record({ cursor: anyJson }),
    fc.record({
      protocolVersion: fc.oneof(fc.constantFrom(MODERN, "2025-11-25", "2025-03-26"), nastyText),
      capabilities: anyJson,
      clientInfo: fc.oneof(fc.constant({ name: "fuzz", version: "1" }), anyJson),
    }),
    fc.record({ name: fc.constantFrom("", ...tools.map(({ name }) => name)), arguments: anyJson }),
    fc.record({ requestId: anyJson, progressToken: anyJson, taskId: nastyText }),
  );
  return messages(fc.tuple(method, params));
}

/** Messages with and without the envelope of 2026-07-28. */
function messages(asked: fc.Arbitrary<readonly [string, object]>): fc.Arbitrary<Json> {
  const id = fc.oneof(
    { arbitrary: fc.constant(7), weight: 6 },
    { arbitrary: fc.integer(), weight: 2 },
    { arbitrary: nastyText, weight: 2 },
    { arbitrary: fc.constantFrom(undefined, null, 1.5, [], {}, true), weight: 1 },
  );
  const meta = fc.oneof(
    fc.constant(undefined),
    fc.constant({
      "io.modelcontextprotocol/protocolVersion": MODERN,
      "io.modelcontextprotocol/clientInfo": { name: "fuzz", version: "1" },
      "io.modelcontextprotocol/clientCapabilities": {},
    }),
    fc.record({
      "io.modelcontextprotocol/protocolVersion": fc.constantFrom<unknown>(MODERN, "2025-11-25", 5),
      "io.modelcontextprotocol/clientInfo": anyJson,
      "io.modelcontextprotocol/clientCapabilities": fc.oneof(
        fc.constant({ elicitation: { form: {} } }),
        anyJson,
      ),
      "openai/userLocation": anyJson,
      "openai/subject": nastyText,
      progressToken: anyJson,
      traceparent: nastyText,
    }),
  );
  return fc.tuple(id, asked, meta).map(([id, [method, params], _meta]) => ({
    jsonrpc: "2.0",
    ...(id !== undefined && { id }),
    method,
    params: _meta === undefined ? params : { ...params, _meta },
  }));
}

/** Changes one thing of a message. */
const mutation: fc.Arbitrary<(message: Json) => Json> = fc
  .tuple(
    fc.constantFrom("jsonrpc", "id", "method", "params", "_meta", "result"),
    anyJson,
    fc.boolean(),
  )
  .map(([key, value, isDropped]) => (message) => {
    const holder = key === "_meta" ? (message.params as Json) : message;
    const { [key]: _, ...rest } = holder;
    const changed = isDropped ? rest : { ...rest, [key]: value };
    return key === "_meta" ? { ...message, params: changed } : changed;
  });

/** Arguments as a schema wants them, mostly: each may be left out, and each may be something else. */
function argumentsOf(schema: Schema): fc.Arbitrary<Json> {
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const value = fc.oneof(
      { arbitrary: oneOf(field), weight: 12 },
      { arbitrary: anyJson, weight: 1 },
      { arbitrary: oneOf(field).map(String), weight: 1 },
    );
    return [name, value] as const;
  });
  const known = fc.record(Object.fromEntries(fields), { requiredKeys: [] });
  const unknown = fc.option(fc.dictionary(nastyText, anyJson, { maxKeys: 2 }), {
    nil: {},
    freq: 1,
  });
  return fc.tuple(known, unknown).map(([known, unknown]) => ({ ...unknown, ...known }));
}

function oneOf({
  type,
  enum: choices,
  anyOf,
  properties,
  items,
  minimum,
  maximum,
}: Schema): fc.Arbitrary<unknown> {
  if (choices) return fc.constantFrom(...choices);
  if (anyOf) return fc.oneof(...anyOf.map(oneOf));
  if (properties) return argumentsOf({ properties });
  switch (Array.isArray(type) ? type[0] : type) {
    case "integer":
    case "number": {
      const [min, max] = [minimum ?? -1e6, maximum ?? 1e6];
      return fc.oneof(
        anyNumber,
        fc.double({ min, max, noNaN: true }),
        fc.integer({ min: Math.ceil(min), max: Math.floor(max) }),
      );
    }
    case "boolean":
      return fc.boolean();
    case "array":
      return fc.array(items ? oneOf(items) : anyJson, { maxLength: 4 });
    case "object":
      return fc.dictionary(nastyText, anyJson, { maxKeys: 3 });
    default:
      return fc.oneof(fc.constantFrom(...WORDS), nastyText);
  }
}
