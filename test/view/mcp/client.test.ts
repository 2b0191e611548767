import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { catalog } from "../../../src/mcp/catalog.ts";
import { type Exchange, McpClient, McpError } from "../../../src/view/mcp/client.ts";
import { appWith } from "../../support/app.ts";
import { type Fetch, ORIGIN, worker } from "../../support/client.ts";
import { loadParis, PARIS } from "../../support/places.ts";

const FOREIGN = "https://foreign.example";

/** The page's requests are relative to the page. */
function serveBy(fetch: Fetch): void {
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) =>
    fetch(new Request(new URL(path, ORIGIN), init)),
  );
}

beforeEach(() => serveBy(worker));
afterEach(() => vi.unstubAllGlobals());

it("calls tools, and shows what went over the wire as it was", async () => {
  await loadParis();
  const seen: Exchange[] = [];
  const client = new McpClient("page", (exchange) => seen.push(exchange));
  const result = await client.callTool("get_nearby_data", { ...PARIS, radius: 1 });
  expect(result.isError).toBeFalsy();
  expect(result.structuredContent).toMatchObject({ radius: 1 });
  const [exchange] = seen;
  expect(exchange).toMatchObject({ subject: "get_nearby_data", status: 200 });
  expect(JSON.parse(exchange!.responseBody).result.structuredContent).toEqual(
    result.structuredContent,
  );
  expect(JSON.parse(exchange!.requestBody).params).toMatchObject({
    name: "get_nearby_data",
    arguments: { ...PARIS, radius: 1 },
  });
  expect(new Map(exchange!.responseHeaders).get("content-type")).toContain("application/json");
  // What was shown does the same again.
  const again = await worker(
    new Request(`${ORIGIN}/mcp`, {
      method: "POST",
      headers: [...exchange!.requestHeaders] as [string, string][],
      body: exchange!.requestBody,
    }),
  );
  expect((await again.json<{ result: object }>()).result).toHaveProperty("structuredContent");
});

it("has the result of a tool that failed", async () => {
  const result = await new McpClient("page").callTool("get_place", { id: "nothing" });
  expect(result).toMatchObject({ isError: true });
});

it("reads resources", async () => {
  await loadParis();
  const text = await new McpClient("page").readResource("places://collections");
  expect(JSON.parse(text).collections).toContainEqual(
    expect.objectContaining({ id: "sights", license: "ODbL 1.0" }),
  );
});

it("says that a key is needed, and shows one", async () => {
  const token = "a token of some length";
  serveBy(appWith(catalog, { ANONYMOUS_SCOPES: "", ADMIN_TOKEN: token }));
  const client = new McpClient("page");
  const ask = () => client.callTool("whoami", {});
  await expect(ask()).rejects.toMatchObject({ status: 401, needsKey: true });
  client.key = "no good";
  await expect(ask()).rejects.toMatchObject({ status: 401, needsKey: true });
  client.key = token;
  expect(await ask()).toHaveProperty("structuredContent");
  await expect(client.callTool("get_nearby_data", {})).rejects.toMatchObject({
    status: 403,
    needsKey: true,
  });
});

it.each([
  "null",
  "[]",
  "7",
  '"text"',
  '{"result":null}',
  '{"result":{}}',
  '{"result":{"content":"text","contents":[]}}',
  '{"result":{"contents":[null]}}',
  "<html>Sign in to the network</html>",
  "",
])("tells that something else has answered: %s", async (body) => {
  serveBy(async () => new Response(body, { headers: { "content-type": "application/json" } }));
  const client = new McpClient("page");
  for (const asked of [
    client.callTool("whoami", {}),
    client.readResource("places://collections"),
  ]) {
    await expect(asked).rejects.toThrow(/^Something in between has answered/);
    await expect(asked).rejects.toBeInstanceOf(McpError);
  }
});

it("asks for no key where none can help", async () => {
  const elsewhere = (path: string, init: RequestInit) => {
    const headers = { ...Object.fromEntries(init.headers as [string, string][]), origin: FOREIGN };
    return worker(new Request(new URL(path, ORIGIN), { ...init, headers }));
  };
  vi.stubGlobal("fetch", elsewhere);
  const refused = new McpClient("page").callTool("whoami", {});
  await expect(refused).rejects.toMatchObject({
    status: 403,
    needsKey: false,
    message: expect.stringContaining("takes no questions from this page"),
  });
});

it.each([
  [429, { "retry-after": "12" }, "in 12 seconds"],
  [503, {}, "cannot answer at the moment"],
  [400, {}, "has not understood"],
])("says in words of its own what a %d means", async (status, headers, words) => {
  serveBy(async () => new Response("<html>not JSON</html>", { status, headers }));
  const refused = new McpClient("page").callTool("whoami", {});
  await expect(refused).rejects.toThrow(words);
  await expect(refused).rejects.toBeInstanceOf(McpError);
});

it("says when nothing is there, and when nothing comes", async () => {
  serveBy(async () => {
    throw new TypeError("Failed to fetch");
  });
  await expect(new McpClient("page").callTool("whoami", {})).rejects.toThrow("cannot be reached");
  serveBy(async () => {
    throw new DOMException("late", "TimeoutError");
  });
  await expect(new McpClient("page").callTool("whoami", {})).rejects.toThrow("takes too long");
});

it("reads the last message of a stream", async () => {
  const last = { jsonrpc: "2.0", id: 1, result: { content: [] } };
  const stream = `: heartbeat\n\ndata: {"method":"notifications/progress"}\n\ndata: ${JSON.stringify(last)}\n\n`;
  serveBy(async () => new Response(stream, { headers: { "content-type": "text/event-stream" } }));
  expect(await new McpClient("page").callTool("whoami", {})).toEqual(last.result);
});
