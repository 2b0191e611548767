import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Fetch } from "../support/client.ts";
import { erasOfCall, post } from "../support/rpc.ts";
import { appWithTasks, as, holdChunks } from "../support/tasks/app.ts";
import { resetScript } from "../support/tasks/kinds.ts";

type Headers = Readonly<Record<string, string>>;

const NAME = "distributed_compute";
const app = appWithTasks({}, 20);

beforeEach(() => resetScript());

const ERAS = erasOfCall(NAME);

const call = (args: object = {}, meta: object = {}) => ({
  jsonrpc: "2.0",
  id: 1,
  method: "tools/call",
  params: { name: NAME, arguments: { task_type: "scripted", data: {}, ...args }, _meta: meta },
});

/** How many calls have ended since. */
function watchCalls(): () => number {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  return () => log.mock.calls.filter(([line]) => String(line).includes(`"tool":"${NAME}"`)).length;
}

/** Reads a stream until it has told which task it is about. */
async function taskToldIn(response: Response): Promise<string> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let told = "";
  for (;;) {
    const [, id] = /Task ([0-9a-f]{64})/.exec(told) ?? [];
    if (id) return id;
    told += (await reader.read()).value;
  }
}

/** Has the client of a call go away while it waits: the call ends then. @returns the id of its task */
async function leave(body: object, headers: Headers, fetch: Fetch): Promise<string> {
  const ended = watchCalls();
  const gone = new AbortController();
  const leaving: Fetch = (request) => fetch(new Request(request, { signal: gone.signal }));
  const response = await post(body, headers, leaving);
  expect(response.headers.get("x-accel-buffering")).toBe("no");
  const id = await taskToldIn(response);
  expect(ended()).toBe(0);
  gone.abort();
  await vi.waitFor(() => expect(ended()).toBe(1));
  vi.restoreAllMocks();
  return id;
}

describe.each(ERAS)("a call of %s that waits", (era, headers, meta) => {
  it("is answered by a stream that is never silent for long", async () => {
    const letGo = holdChunks();
    const response = await post(call({}, meta), headers, as(`stream ${era}`, app));
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(response.headers.get("x-accel-buffering")).toBe("no");
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    // Before anything is done.
    for (let beats = 0; beats < 3; beats++) expect((await reader.read()).value).toMatch(/^: ?keep/);
    letGo();
    let rest = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) rest += part.value;
    expect(rest).toContain('"status":"completed"');
  });

  it("is answered by JSON where the client takes no streams", async () => {
    const accept = { accept: "application/json" };
    const body = call({}, { ...meta, progressToken: 5 });
    const response = await post(body, { ...headers, ...accept }, as(`json ${era}`, app));
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.json()).toMatchObject({
      result: { structuredContent: { status: "completed" } },
    });
  });

  it("ends when its client goes away; the task goes on", async () => {
    const letGo = holdChunks();
    const asker = as(`leaves ${era}`, app);
    const id = await leave(call({}, { ...meta, progressToken: 5 }), headers, asker);
    letGo();
    const again = await post(call({}, meta), headers, asker);
    expect(await again.text()).toContain(`"task_id":"${id}"`);
  });
});

it("a call in a session ends, too, when its client goes away", async () => {
  const letGo = holdChunks();
  const inSession: Fetch = (request) =>
    app(new Request(request.url.replace("/mcp", "/tasks/mcp"), request));
  const clientInfo = { name: "test", version: "1" };
  const params = { protocolVersion: "2025-11-25", capabilities: { elicitation: {} }, clientInfo };
  const hello = { jsonrpc: "2.0", id: 1, method: "initialize", params };
  const opened = await post(hello, {}, inSession);
  await opened.text();
  const session = {
    "mcp-session-id": opened.headers.get("mcp-session-id")!,
    "mcp-protocol-version": "2025-11-25",
  };
  const id = await leave(call({}, { progressToken: 5 }), session, inSession);
  letGo();
  const again = await post(call(), session, inSession);
  expect(await again.text()).toContain(`"task_id":"${id}"`);
});
