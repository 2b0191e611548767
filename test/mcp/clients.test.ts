import { createMCPClient } from "@ai-sdk/mcp";
import { beforeAll, describe, expect, it } from "vitest";
import { connect, ENDPOINT, worker } from "../support/client.ts";
import { connectV1 } from "../support/client-v1.ts";
import { loadParis, PARIS } from "../support/places.ts";
import { post } from "../support/rpc.ts";

beforeAll(() => loadParis());

interface Answer {
  readonly isError?: boolean | undefined;
  readonly structuredContent?: unknown;
  readonly content?: unknown;
}
/** Calls get_nearby_data as a program with a client library does. */
type Call = (args: Record<string, unknown>) => Promise<Answer>;

const TOOL = "get_nearby_data";

/** The clients that people use, each with what it makes of the listed tools before it calls one. */
const CLIENTS: Readonly<Record<string, () => Promise<Call>>> = {
  "the SDK, 2026": async () => {
    const client = await connect("auto");
    await client.listTools();
    return (args) => client.callTool({ name: TOOL, arguments: args });
  },
  "the SDK, 2025": async () => {
    const client = await connect("legacy");
    await client.listTools();
    return (args) => client.callTool({ name: TOOL, arguments: args });
  },
  "version 1 of the SDK": async () => {
    const client = await connectV1();
    await client.listTools();
    return async (args) => (await client.callTool({ name: TOOL, arguments: args })) as Answer;
  },
  "the AI SDK": async () => {
    const client = await createMCPClient({
      transport: {
        type: "http",
        url: ENDPOINT,
        // workerd knows no "error".
        redirect: "follow",
        fetch: async (input, init) => worker(new Request(input, init)),
      },
    });
    const tools = await client.tools();
    const { execute } = tools[TOOL]!;
    return async (args) =>
      (await execute!(args, { toolCallId: "call_1", messages: [] } as never)) as Answer;
  },
};

describe.each(Object.entries(CLIENTS))("%s", (_, open) => {
  let call: Call;
  beforeAll(async () => {
    call = await open();
  });

  it("is answered where it sends numbers and truth values as texts, and keys of its own", async () => {
    const answer = await call({
      query: "airport",
      latitude: String(PARIS.latitude),
      longitude: String(PARIS.longitude),
      radius: "50",
      limit: "1",
      open_now: "false",
      unit: "Kilometers",
      toolCallId: "call_1",
      sessionId: "8d5e",
    });
    expect(answer.isError ?? false).toBe(false);
    expect(answer.structuredContent).toMatchObject({
      radius: 50,
      results: [{ id: "sights.ory" }],
      next_cursor: expect.any(String),
    });

    const { next_cursor: cursor } = answer.structuredContent as { next_cursor: string };
    const { structuredContent } = await call({ cursor });
    expect(structuredContent).toMatchObject({ first: 2, results: [{ id: "sights.cdg" }] });
  });

  it("hears of a wrong name what there is", async () => {
    const answer = await call({ query: "airport", lat: 48.85, lon: 2.35 });
    expect(answer.isError).toBe(true);
    expect(JSON.stringify(answer.content)).toContain("There is no input named lat, lon; there are");
  });
});

describe("a program without a library", () => {
  const body = {
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name: TOOL, arguments: { ...PARIS, query: "airport", radius: 50 } },
  };

  it.each(["*/*", "application/json", "application/*", "text/plain, application/json;q=0.5"])(
    "that accepts %s gets plain JSON",
    async (accept) => {
      const response = await post(body, { accept });
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe("application/json");
      expect(await response.json()).toMatchObject({
        id: 1,
        result: { structuredContent: { total_within: 2 } },
      });
    },
  );

  it("that says nothing of what it accepts gets plain JSON", async () => {
    const response = await worker(
      new Request(ENDPOINT, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    );
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.json()).toMatchObject({
      id: 1,
      result: { structuredContent: { total_within: 2 } },
    });
  });

  it("gets all answers of a batch, errors too, and nothing for a notification", async () => {
    const accept = "application/json";
    const ping = { jsonrpc: "2.0", method: "ping" };
    const unknown = { jsonrpc: "2.0", id: 3, method: "unknown/method" };
    const response = await post([{ ...ping, id: 2 }, unknown], { accept });
    const answers = await response.json<{ id: number }[]>();
    expect(answers.sort((a, b) => a.id - b.id)).toMatchObject([
      { id: 2, result: {} },
      { id: 3, error: { code: -32601 } },
    ]);
    const initialized = { jsonrpc: "2.0", method: "notifications/initialized" };
    expect((await post(initialized, { accept })).status).toBe(202);
  });

  it("that could be asked something, but reads no streams, gets no session", async () => {
    const clientInfo = { name: "test", version: "1" };
    const capabilities = { elicitation: {} };
    const params = { protocolVersion: "2025-11-25", capabilities, clientInfo };
    const hello = { jsonrpc: "2.0", id: 1, method: "initialize", params };
    const response = await post(hello, { accept: "application/json" });
    expect(response.headers.has("mcp-session-id")).toBe(false);
    expect(await response.json()).toMatchObject({ result: { protocolVersion: "2025-11-25" } });
    const asked = { ...body, params: { name: TOOL, arguments: {} } };
    const answer = await post(asked, { accept: "application/json" });
    expect(await answer.json()).toMatchObject({ result: { isError: true } });
  });

  it("that reads streams still gets one", async () => {
    const response = await post(body);
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    await response.body?.cancel();
  });
});
