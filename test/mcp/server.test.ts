import { afterEach, describe, expect, it, vi } from "vitest";
import { version } from "../../package.json";
import { catalog } from "../../src/mcp/catalog.ts";
import { appWith } from "../support/app.ts";
import { connect, type Era } from "../support/client.ts";
import { connectV1 } from "../support/client-v1.ts";
import { PRIVATE, placeholder } from "../support/placeholder.ts";
import { legacy, MODERN, modern, post } from "../support/rpc.ts";

const fetch = appWith(placeholder);
const ERAS: readonly Era[] = ["auto", "legacy"];

afterEach(() => {
  vi.restoreAllMocks();
});

/** Silences the log and keeps what was written to it. */
function watchLog() {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  return () => log.mock.calls.flat().map(String);
}

const HERE = "http://127.0.0.1:1/v1";

describe.each(ERAS)("production, to a client of today (%s)", (era) => {
  it("speaks the revision the client wants and offers its catalogue", async () => {
    const everything = {
      ANONYMOUS_SCOPES: "places:read location tasks models",
      MODELS: JSON.stringify([
        { name: "a", provider: "openai-compatible", id: "a", base_url: HERE },
      ]),
    };
    const client = await connect(era, appWith(catalog, everything));
    expect(client.getNegotiatedProtocolVersion()).toBe(era === "auto" ? MODERN : "2025-11-25");
    expect(client.getServerVersion()).toMatchObject({ name: "hereabouts", version });
    const tools = catalog.tools.length > 0 ? (await client.listTools()).tools : [];
    expect(tools.map(({ name }) => name)).toEqual(catalog.tools.map(({ name }) => name));
    await client.close();
  });
});

describe.each(ERAS)("a client of today (%s)", (era) => {
  it("lists tools in order, with schemas and hints", async () => {
    const client = await connect(era, fetch);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(placeholder.tools.map(({ name }) => name));
    expect(tools[0]).toMatchObject({
      title: "Add numbers",
      inputSchema: {
        type: "object",
        required: ["a"],
        properties: { a: { type: "number", maximum: 100, description: "The first number" } },
      },
      outputSchema: { type: "object", properties: { sum: { type: "number" } } },
      annotations: { readOnlyHint: true, destructiveHint: false },
    });
    await client.close();
  });

  it("gets structured content and a text", async () => {
    const client = await connect(era, fetch);
    const result = await client.callTool({ name: "add_numbers", arguments: { a: 2 } });
    expect(result.structuredContent).toEqual({ sum: 3 });
    expect(result.content).toEqual([{ type: "text", text: "The sum is 3." }]);
    await client.close();
  });

  it("lists and reads a resource, and one behind a template", async () => {
    const client = await connect(era, fetch);
    const { resources } = await client.listResources();
    expect(resources.map(({ uri }) => uri)).toEqual(["notes://motto"]);
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual(["note://{id}"]);

    const motto = await client.readResource({ uri: "notes://motto" });
    expect(motto.contents).toEqual([
      { uri: "notes://motto", mimeType: "text/plain", text: "Here and now." },
    ]);
    const uri = `note://${encodeURIComponent("osm:node/1 é")}`;
    const note = await client.readResource({ uri });
    expect(note.contents).toEqual([
      { uri, mimeType: "application/json", text: '{"id":"osm:node/1 é"}' },
    ]);
    await client.close();
  });

  it("lists and gets a prompt", async () => {
    const client = await connect(era, fetch);
    const { prompts } = await client.listPrompts();
    expect(prompts).toMatchObject([
      {
        name: "greet",
        arguments: [
          { name: "name", description: "Whom to greet", required: true },
          { name: "tone", required: false },
        ],
      },
    ]);
    const { messages } = await client.getPrompt({ name: "greet", arguments: { name: "Ada" } });
    expect(messages).toEqual([
      { role: "user", content: { type: "text", text: "Greet Ada in a friendly tone." } },
    ]);
    await client.close();
  });

  it("reads our words when it was wrong", async () => {
    const log = watchLog();
    const client = await connect(era, fetch);
    const input = await client.callTool({ name: "add_numbers", arguments: { a: 101 } });
    expect(input).toMatchObject({ isError: true });
    expect(JSON.stringify(input.content)).toContain("a: must be at most 100, but is 101.");

    const call = await client.callTool({ name: "fail_on_purpose", arguments: { way: "caller" } });
    expect(call).toMatchObject({
      isError: true,
      content: [{ type: "text", text: "There is no such place; search for one first." }],
    });

    await expect(client.readResource({ uri: "note://bad" })).rejects.toThrow("the form 2026-01");
    await expect(client.getPrompt({ name: "greet", arguments: {} })).rejects.toThrow(
      "name: is missing; pass a string.",
    );
    expect(log()).toEqual([]);
    await client.close();
  });

  it("reads a reference when we were wrong, and the log tells nothing private", async () => {
    const log = watchLog();
    const client = await connect(era, fetch);
    const failures = [
      await client.callTool({ name: "fail_on_purpose", arguments: { way: "ours" } }),
      await client.callTool({ name: "fail_on_purpose", arguments: { way: "output" } }),
      await client.readResource({ uri: "note://broken" }).catch(String),
      await client.getPrompt({ name: "greet", arguments: { name: "broken" } }).catch(String),
    ].map((failure) => JSON.stringify(failure));

    const lines = log().map((line) => JSON.parse(line));
    expect(lines.map(({ where }) => where)).toEqual([
      "fail_on_purpose",
      "fail_on_purpose",
      "note",
      "greet",
    ]);
    expect(lines[0].codes).toEqual(["D1_ERROR", "SQLITE_BUSY"]);
    for (const [index, failure] of failures.entries()) {
      expect(failure).toContain(`it is logged as ${lines[index].reference}`);
      expect(failure).not.toContain(PRIVATE);
    }
    expect(JSON.stringify(lines)).not.toContain(PRIVATE);
    await client.close();
  });

  it("hears that a resource does not exist", async () => {
    const client = await connect(era, fetch);
    for (const uri of ["note://gone", "nothing://here", "note://%E0%A4%A"]) {
      await expect(client.readResource({ uri })).rejects.toMatchObject({
        code: -32602,
        data: { uri },
      });
    }
    await client.close();
  });
});

it("serves version 1 of the client library", async () => {
  const client = await connectV1(fetch);
  expect((await client.listTools()).tools).toHaveLength(placeholder.tools.length);
  const result = await client.callTool({ name: "add_numbers", arguments: { a: 2, b: 3 } });
  expect(result.structuredContent).toEqual({ sum: 5 });
  const { contents } = await client.readResource({ uri: "notes://motto" });
  expect(contents).toHaveLength(1);
  await client.close();
});

it("tells tools what it knows about the caller", async () => {
  const headers = { "user-agent": "test/1" };
  const meta = { "openai/userLocation": { city: "Paris" } };
  const answer = await modern("tools/call", { name: "who_asks" }, { headers, meta, fetch });
  expect(answer.body.result?.structuredContent).toEqual({
    userAgent: "test/1",
    clientName: "test",
    meta,
  });

  const near = (request: Request) =>
    fetch(new Request(request, { cf: { asn: 64_500 } as IncomingRequestCfProperties }));
  const old = await legacy(
    "tools/call",
    { name: "who_asks", _meta: meta },
    { headers, fetch: near },
  );
  expect(old.body.result?.structuredContent).toEqual({ asn: 64_500, userAgent: "test/1", meta });
});

describe("2026-07-28 on the wire", () => {
  it("discovers exactly what there is", async () => {
    const { status, body } = await modern("server/discover", {}, { fetch });
    expect(status).toBe(200);
    expect(body.result).toEqual({
      resultType: "complete",
      supportedVersions: [MODERN],
      capabilities: {
        tools: { listChanged: false },
        resources: { listChanged: false },
        prompts: { listChanged: false },
      },
      instructions: placeholder.instructions,
      ttlMs: 600_000,
      cacheScope: "public",
      _meta: {
        "io.modelcontextprotocol/serverInfo": { name: "hereabouts", title: "Hereabouts", version },
      },
    });
  });

  it("does not claim what an empty catalogue lacks", async () => {
    const empty = appWith({ instructions: "", tools: [], resources: [], prompts: [] });
    const { body } = await modern("server/discover", {}, { fetch: empty });
    expect(body.result?.capabilities).toEqual({});
    expect((await modern("tools/list", {}, { fetch: empty })).status).toBe(404);
  });

  it.each([
    ["tools/list", {}, 600_000],
    ["prompts/list", {}, 600_000],
    ["resources/list", {}, 600_000],
    ["resources/templates/list", {}, 600_000],
    ["resources/read", { uri: "notes://motto" }, 60_000],
  ])("says how long %s may be cached", async (method, params, ttlMs) => {
    const { body } = await modern(method, params, { fetch });
    expect(body.result).toMatchObject({ resultType: "complete", ttlMs, cacheScope: "public" });
  });

  it("pushes nothing: a subscription ends at once, honouring none of its wishes", async () => {
    const notifications = { toolsListChanged: true, resourceSubscriptions: ["notes://motto"] };
    const params = { notifications, _meta: envelope() };
    const response = await post(
      { jsonrpc: "2.0", id: 7, method: "subscriptions/listen", params },
      { "mcp-protocol-version": MODERN, "mcp-method": "subscriptions/listen" },
      fetch,
    );
    const events = (await response.text())
      .match(/^data: .*$/gm)!
      .map((e) => JSON.parse(e.slice(6)));
    expect(events).toMatchObject([
      { method: "notifications/subscriptions/acknowledged", params: { notifications: {} } },
      { id: 7, result: { resultType: "complete" } },
    ]);
  });

  it.each([
    ["an unknown method", "unknown/method", {}, {}, 404, -32601],
    ["a method of 2025", "ping", {}, {}, 404, -32601],
    ["an unknown tool", "tools/call", { name: "no_such_tool" }, {}, 200, -32602],
    ["an unknown prompt", "prompts/get", { name: "no_such_prompt" }, {}, 200, -32602],
    ["a header that contradicts", "tools/list", {}, { "mcp-method": "prompts/list" }, 400, -32020],
  ])("answers %s as the protocol says", async (_what, method, params, headers, status, code) => {
    const answer = await modern(method, params, { headers, fetch });
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ id: 7, error: { code } });
  });

  it("names its versions to a client from the future", async () => {
    const future = "2099-01-01";
    const { status, body } = await modern(
      "tools/list",
      {},
      {
        fetch,
        headers: { "mcp-protocol-version": future },
        meta: { "io.modelcontextprotocol/protocolVersion": future },
      },
    );
    expect(status).toBe(400);
    expect(body.error).toMatchObject({
      code: -32022,
      data: { supported: [MODERN], requested: future },
    });
  });

  it("takes no batches, no missing envelope and no text that is not JSON", async () => {
    const headers = { "mcp-protocol-version": MODERN, "mcp-method": "tools/list" };
    const call = { jsonrpc: "2.0", id: 1, method: "tools/list", params: { _meta: envelope() } };
    for (const [body, code] of [
      [[call], -32600],
      [{ ...call, params: {} }, -32602],
      [{ ...call, id: null }, -32600],
      ["{", -32700],
    ] as const) {
      const response = await post(body, headers, fetch);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { code } });
    }
  });
});

describe("the 2025 revisions on the wire", () => {
  const hello = (protocolVersion: string) => ({
    protocolVersion,
    capabilities: {},
    clientInfo: { name: "test", version: "1" },
  });

  it.each(["2025-11-25", "2025-06-18", "2025-03-26"])("speaks %s, without a session", async (v) => {
    const { status, headers, body } = await legacy("initialize", hello(v), { fetch });
    expect(status).toBe(200);
    expect(headers.has("mcp-session-id")).toBe(false);
    expect(body.result).toEqual({
      protocolVersion: v,
      capabilities: {
        tools: { listChanged: false },
        resources: { listChanged: false },
        prompts: { listChanged: false },
      },
      serverInfo: { name: "hereabouts", title: "Hereabouts", version },
      instructions: placeholder.instructions,
    });

    const initialized = { jsonrpc: "2.0", method: "notifications/initialized" };
    expect((await post(initialized, {}, fetch)).status).toBe(202);
    const list = await legacy("tools/list", {}, { headers: { "mcp-protocol-version": v }, fetch });
    expect(list.body.result?.tools).toHaveLength(placeholder.tools.length);
  });

  it("offers its latest to a client that asks for an unknown one", async () => {
    const { body } = await legacy("initialize", hello("1999-01-01"), { fetch });
    expect(body.result?.protocolVersion).toBe("2025-11-25");
  });

  it("refuses a version header it does not know", async () => {
    const headers = { "mcp-protocol-version": "1999-01-01" };
    expect((await legacy("tools/list", {}, { headers, fetch })).status).toBe(400);
  });

  it("takes the batches of 2025-03-26", async () => {
    const ping = { jsonrpc: "2.0", method: "ping" };
    const response = await post(
      [
        { ...ping, id: 1 },
        { ...ping, id: 2 },
      ],
      {},
      fetch,
    );
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(text.match(/"result":\{\}/g)).toHaveLength(2);
  });

  it.each([
    ["unknown/method", {}, -32601],
    ["tools/call", { name: "no_such_tool" }, -32602],
    ["resources/read", { uri: "note://gone" }, -32602],
  ])("answers a mistaken %s in band", async (method, params, code) => {
    const { status, body } = await legacy(method, params, { fetch });
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: 7, error: { code } });
  });
});

function envelope() {
  return {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
    "io.modelcontextprotocol/clientCapabilities": {},
  };
}
