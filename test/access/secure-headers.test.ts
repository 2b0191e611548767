import { expect, it, vi } from "vitest";
import { MOST_BODY_BYTES } from "../../src/http/mcp.ts";
import { catalog } from "../../src/mcp/catalog.ts";
import { appWith } from "../support/app.ts";
import { ENDPOINT, type Fetch, ORIGIN, worker } from "../support/client.ts";
import { placeholder } from "../support/placeholder.ts";
import { MODERN, post } from "../support/rpc.ts";

const PING = { jsonrpc: "2.0", id: 1, method: "ping" };
const INITIALIZE = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: {
    protocolVersion: "2025-11-25",
    capabilities: { elicitation: {} },
    clientInfo: { name: "test", version: "1" },
  },
};
const MODERN_LIST = {
  jsonrpc: "2.0",
  id: 1,
  method: "tools/list",
  params: {
    _meta: {
      "io.modelcontextprotocol/protocolVersion": MODERN,
      "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
      "io.modelcontextprotocol/clientCapabilities": {},
    },
  },
};

const broken = appWith(placeholder, {
  ADMIN_TOKEN: "a secret of some length",
  PLACES_DB: {
    withSession() {
      throw new Error("down");
    },
  },
});
const get = (path: string, fetch: Fetch = worker, headers = {}) =>
  fetch(new Request(`${ORIGIN}${path}`, { headers }));

it.each<[what: string, status: number, ask: () => Promise<Response> | Response]>([
  ["a page", 200, () => get("/")],
  ["health", 200, () => get("/health")],
  ["a stream of the library", 200, () => post(PING)],
  [
    "JSON of the library",
    200,
    () => post(MODERN_LIST, { "mcp-protocol-version": MODERN, "mcp-method": "tools/list" }),
  ],
  ["a refusal of the library", 400, () => post({ jsonrpc: "2.0" })],
  ["a session's object", 200, () => post(INITIALIZE)],
  ["an unknown session", 404, () => post(PING, { "mcp-session-id": "made up" })],
  ["a stream that is not there", 501, () => get("/mcp")],
  ["a preflight", 204, () => worker(new Request(ENDPOINT, { method: "OPTIONS" }))],
  ["a body too large", 413, () => post("x".repeat(MOST_BODY_BYTES + 1))],
  ["a foreign page", 403, () => get("/mcp", worker, { origin: "https://evil.example" })],
  ["nothing", 404, () => get("/nowhere")],
  [
    "an accident",
    500,
    () => get("/admin/collections", broken, { authorization: "Bearer a secret of some length" }),
  ],
  ["wrong settings", 503, () => get("/", appWith(placeholder, { MAX_SESSIONS: "many" }))],
])("browsers may do nothing with the answer of %s", async (what, status, ask) => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const response = await ask();
  await response.body?.cancel();
  vi.restoreAllMocks();
  expect(response.status).toBe(status);
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  expect(response.headers.get("x-frame-options")).toBe("DENY");
  expect(response.headers.get("referrer-policy")).toBe("no-referrer");
  expect(response.headers.get("content-security-policy")).toBe(
    what === "a page"
      ? "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
      : "default-src 'none'; frame-ancestors 'none'",
  );
  expect(response.headers.has("strict-transport-security")).toBe(false);
});

it("a deployment that says so is called by https only", async () => {
  const response = await get("/mcp", appWith(catalog, { HSTS_SECONDS: "3600" }));
  expect(response.headers.get("strict-transport-security")).toBe("max-age=3600");
});

it("an answer tells what the log calls its request, which the caller cannot choose", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  const response = await get("/nowhere", worker, { "x-request-id": "mine" });
  const id = response.headers.get("x-request-id");
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect(log.mock.calls.flat().map((line) => JSON.parse(line).request)).toEqual([id]);
  log.mockRestore();
});

it("pages that may call can read the answers, and windows opened to sign in keep their opener", async () => {
  const response = await post(PING, { origin: "https://claude.ai" });
  await response.body?.cancel();
  expect(response.headers.get("access-control-allow-origin")).toBe("https://claude.ai");
  // It concerns requests without CORS only (fetch.spec.whatwg.org, "cross-origin resource policy check").
  expect(response.headers.get("cross-origin-resource-policy")).toBe("same-origin");
  // A window that was opened to sign in keeps its opener.
  expect(response.headers.has("cross-origin-opener-policy")).toBe(false);
});
