import { describe, expect, it } from "vitest";
import { connect } from "../support/client.ts";
import { connectV1 } from "../support/client-v1.ts";
import { type Answer, legacy, MODERN, modern, post } from "../support/rpc.ts";

const INVALID_PARAMS = -32_602;
const METHOD_NOT_FOUND = -32_601;
const CLIENT = { name: "test", version: "1" };
const HELLO = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: CLIENT };

/** What the library would say of its schemas, or a program of its failure. */
const INSIDE = /invalid_type|expected|received|RangeError|stack|Zod|disabled|\\n/;

function expectWords({ status, body }: Answer, named: string): void {
  expect(status).toBe(200);
  expect(body.id).toBe(7);
  expect(body.error).toMatchObject({ code: INVALID_PARAMS });
  expect(body.error!.message).toContain(named);
  expect(JSON.stringify(body)).not.toMatch(INSIDE);
}

describe.each([
  ["2025", legacy],
  ["2026", modern],
])("a request of %s that is not as the protocol has it", (_, ask) => {
  it.each<[method: string, params: Readonly<Record<string, unknown>>, named: string]>([
    ["tools/call", {}, "params.name"],
    ["tools/call", { name: 5 }, "params.name"],
    ["tools/call", { name: "get_place", arguments: [] }, "params.arguments"],
    ["tools/call", { name: "get_place", arguments: null }, "params.arguments"],
    ["tools/call", { name: "get_place", arguments: {}, task: 5 }, "params.task"],
    ["tools/list", { cursor: 5 }, "params.cursor"],
    ["resources/list", { cursor: {} }, "params.cursor"],
    ["resources/templates/list", { cursor: [] }, "params.cursor"],
    ["prompts/list", { cursor: false }, "params.cursor"],
    ["resources/read", {}, "params.uri"],
    ["resources/read", { uri: ["place://a.b"] }, "params.uri"],
    ["prompts/get", {}, "params.name"],
    ["prompts/get", { name: "whats_nearby", arguments: [] }, "params.arguments"],
    ["prompts/get", { name: "whats_nearby", arguments: { place: 5 } }, "params.arguments.place"],
  ])(
    "%s %j is told what is wrong, and nothing of what is inside",
    async (method, params, named) => {
      expectWords(await ask(method, params), named);
    },
  );

  it.each(["constructor", "toString", "__proto__", "hasOwnProperty", "valueOf"])(
    "has no tool and no prompt %s",
    async (name) => {
      for (const method of ["tools/call", "prompts/get"]) {
        const { body } = await ask(method, { name, arguments: {} });
        expect(body.error).toEqual({
          code: INVALID_PARAMS,
          message: `There is no ${name} for ${method}.`,
        });
      }
    },
  );
});

it("names a few faults, in one line, whatever they are called", async () => {
  const fields = Object.fromEntries(Array.from({ length: 50 }, (_, k) => [`a\n\u202e${k}`, k]));
  const { body } = await legacy("prompts/get", { name: "whats_nearby", arguments: fields });
  const { message } = body.error!;
  expect(message.match(/params\.arguments\./g)).toHaveLength(3);
  expect(message).not.toMatch(/[\p{Cc}\u202e]/u);
  expect(message.length).toBeLessThan(300);
});

it("keeps what is deep, what is of many values, and what is said twice, from the library", async () => {
  const many = {
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { a: Array(25_000).fill(0) },
  };
  expect((await post(many)).status).toBe(400);
  const deep = `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`;
  const hello = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":${deep}}}`;
  const response = await post(hello);
  expect(response.status).toBe(400);
  expect(await response.text()).not.toMatch(INSIDE);
  const ping = { jsonrpc: "2.0", id: 1, method: "ping" };
  expect((await post([ping, ping])).status).toBe(400);
});

it.each(["*/*", "application/json, */*", "text/html, */*;q=0.1"])(
  "answers Accept: %s",
  async (accept) => {
    const { status } = await legacy("ping", {}, { headers: { accept } });
    expect(status).toBe(200);
  },
);

it.each<[params: Readonly<Record<string, unknown>>, named: string]>([
  [{}, "params.protocolVersion"],
  [{ ...HELLO, clientInfo: {} }, "params.clientInfo.name"],
  [{ ...HELLO, clientInfo: { ...CLIENT, version: null } }, "params.clientInfo.version"],
  [{ ...HELLO, capabilities: { elicitation: 5 } }, "params.capabilities.elicitation"],
  [{ ...HELLO, capabilities: { roots: [] } }, "params.capabilities.roots"],
  [{ ...HELLO, capabilities: { experimental: 5 } }, "params.capabilities.experimental"],
])("initialize %j of 2025 is told what is wrong", async (params, named) => {
  expectWords(await legacy("initialize", params), named);
});

it("knows no initialize from 2026 on, however it looks", async () => {
  for (const params of [{}, HELLO, { ...HELLO, clientInfo: 5 }]) {
    const { status, body } = await modern("initialize", params);
    expect(status).toBe(404);
    expect(body.error?.code).toBe(METHOD_NOT_FOUND);
  }
});

it("knows no initialize from 2026 on, where only the message says so", async () => {
  const meta = { "io.modelcontextprotocol/protocolVersion": MODERN };
  const { status, body } = await legacy("initialize", { _meta: meta });
  expect(status).toBe(404);
  expect(body).toMatchObject({ id: 7, error: { code: METHOD_NOT_FOUND } });
});

it.each([
  ["clientInfo", { a: 1 }, "io.modelcontextprotocol/clientInfo.name"],
  ["clientInfo", 5, "io.modelcontextprotocol/clientInfo"],
  ["clientCapabilities", { elicitation: 5 }, "clientCapabilities.elicitation"],
])("a wrong %s of 2026 is told in our words", async (name, value, named) => {
  const meta = { [`io.modelcontextprotocol/${name}`]: value };
  const { status, body } = await modern("tools/list", {}, { meta });
  expect(status).toBe(400);
  expect(body).toMatchObject({ id: 7, error: { code: INVALID_PARAMS } });
  expect(body.error!.message).toContain(named);
  expect(JSON.stringify(body)).not.toMatch(INSIDE);
});

it.each([{ toString: 1 }, 5, null, ["ping"]])("the method %j is none", async (method) => {
  const params = { _meta: { "io.modelcontextprotocol/protocolVersion": MODERN } };
  for (const sent of [{ method }, { method, id: 7 }, { method, id: 7, params }]) {
    const response = await post({ jsonrpc: "2.0", ...sent });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: -32_600 } });
  }
});

it("believes no answers that nobody can have asked for", async () => {
  const inputResponses = { location: { action: "accept", content: { location: "0.5,0.5" } } };
  const params = { name: "get_nearby_data", arguments: { query: "x" }, inputResponses };
  for (const ask of [legacy, modern]) {
    const { body } = await ask("tools/call", params);
    expect(JSON.stringify(body)).not.toContain("0.5");
  }
  const meta = { "io.modelcontextprotocol/clientCapabilities": { elicitation: {} } };
  const { body } = await modern("tools/call", params, { meta });
  expect(JSON.stringify(body)).toContain('"source":"asked"');
});

it("lets real clients of both eras through", async () => {
  for (const client of [await connect("auto"), await connect("legacy"), await connectV1()]) {
    expect((await client.listTools()).tools.length).toBeGreaterThan(0);
    expect((await client.listPrompts()).prompts.length).toBeGreaterThan(0);
    await client.getPrompt({ name: "whats_nearby", arguments: {} });
    await client.readResource({ uri: "places://collections" });
    await client.close();
  }
});
