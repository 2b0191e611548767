import { describe, expect, it } from "vitest";
import { appWith } from "../support/app.ts";
import { ENDPOINT, type Fetch, worker } from "../support/client.ts";
import { placeholder } from "../support/placeholder.ts";

const PING = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });

/** Browsers and web servers set `Host`; a request made in process has to name it. */
function ask(url: string, headers: Record<string, string>, fetch: Fetch = worker) {
  return fetch(
    new Request(url, {
      method: "POST",
      headers: {
        host: new URL(url).host,
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...headers,
      },
      body: PING,
    }),
  );
}

async function statusOf(url: string, headers: Record<string, string>, fetch?: Fetch) {
  const response = await ask(url, headers, fetch);
  await response.body?.cancel();
  return response.status;
}

describe("origins", () => {
  it.each([
    "https://hereabouts.example",
    "https://claude.ai",
    "https://chatgpt.com",
    "http://localhost:6274",
    "http://127.0.0.1:3000",
    "http://[::1]:3000",
  ])("%s may call", async (origin) => {
    expect(await statusOf(ENDPOINT, { origin })).toBe(200);
  });

  it.each([
    "https://evil.example",
    "https://claude.ai.evil.example",
    "https://evil-claude.ai",
    "https://sub.claude.ai",
    "http://localhost.evil.example",
    "null",
    "not an origin",
  ])("%s may not", async (origin) => {
    expect(await statusOf(ENDPOINT, { origin })).toBe(403);
  });

  it("programs, which send none, may call", async () => {
    expect(await statusOf(ENDPOINT, {})).toBe(200);
  });

  it.each(["GET", "OPTIONS", "DELETE"])("are judged for %s too", async (method) => {
    const headers = { origin: "https://evil.example" };
    const response = await worker(new Request(ENDPOINT, { method, headers }));
    expect(response.status).toBe(403);
    expect(response.headers.has("access-control-allow-origin")).toBe(false);
  });

  it("come from the list that the deployment sets", async () => {
    const fetch = appWith(placeholder, {
      ALLOWED_ORIGINS: "app.example, https://tools.example:8443/",
    });
    const status = (origin: string) => statusOf(ENDPOINT, { origin }, fetch);
    expect(await status("https://app.example")).toBe(200);
    expect(await status("https://tools.example")).toBe(200);
    expect(await status("http://localhost:5173")).toBe(200);
    expect(await status("https://claude.ai")).toBe(403);
  });

  it("are ours under the address that callers know the server by", async () => {
    const fetch = appWith(placeholder, { PUBLIC_URL: "https://places.example.org:8443" });
    const status = (origin: string) => statusOf(ENDPOINT, { origin }, fetch);
    expect(await status("https://places.example.org:8443")).toBe(200);
    expect(await status("https://sub.places.example.org")).toBe(403);
    expect(await status("https://example.org")).toBe(403);
    expect(await statusOf(ENDPOINT, { origin: "https://places.example.org" })).toBe(403);
  });

  it("need no list", async () => {
    const fetch = appWith(placeholder, { ALLOWED_ORIGINS: "" });
    expect(await statusOf(ENDPOINT, { origin: "https://hereabouts.example" }, fetch)).toBe(200);
    expect(await statusOf(ENDPOINT, { origin: "https://claude.ai" }, fetch)).toBe(403);
  });
});

describe("host names", () => {
  it.each([
    ["http://localhost:8787/mcp", "localhost:8787"],
    ["http://127.0.0.1:8787/mcp", "127.0.0.1:8787"],
  ])("of this machine are served over plain http: %s", async (url, host) => {
    expect(await statusOf(url, { host })).toBe(200);
  });

  it.each([
    ["http://evil.example:8787/mcp", "evil.example:8787"],
    ["http://localhost:8787/mcp", "evil.example"],
    ["https://hereabouts.example/mcp", "hereabouts.example.evil.example"],
    ["https://hereabouts.example/mcp", "hereabouts"],
    ["https://hereabouts.example/mcp", "evil.example"],
  ])("that a foreign page chose are refused: %s as %s", async (url, host) => {
    expect(await statusOf(url, { host })).toBe(403);
    expect(await statusOf(url, { host, origin: `http://${host}` })).toBe(403);
  });

  it("on the deployment's list are served over plain http", async () => {
    const fetch = appWith(placeholder, { ALLOWED_ORIGINS: "intranet.example" });
    expect(await statusOf("http://intranet.example/mcp", {}, fetch)).toBe(200);
    expect(await statusOf("http://other.example/mcp", {}, fetch)).toBe(403);
  });

  it("by which callers know the server are served where TLS ends in front of it", async () => {
    const fetch = appWith(placeholder, { PUBLIC_URL: "https://places.example.org" });
    expect(await statusOf("http://places.example.org/mcp", {}, fetch)).toBe(200);
    expect(await statusOf("http://other.example.org/mcp", {}, fetch)).toBe(403);
  });
});

it("the endpoints that change data judge both as well, before they look at credentials", async () => {
  const fetch = appWith(placeholder, { ADMIN_TOKEN: "a token for these tests" });
  const admin = (url: string, headers: Record<string, string>) =>
    statusOf(new URL("/admin/upkeep", url).href, headers, fetch);
  expect(await admin("http://evil.example", {})).toBe(403);
  expect(await admin(ENDPOINT, { origin: "https://evil.example" })).toBe(403);
  expect(await admin(ENDPOINT, {})).toBe(401);
});

it.each(["/", "/health", "/metrics", "/authorize", "/.well-known/oauth-protected-resource"])(
  "%s is not there under a foreign name either",
  async (path) => {
    const headers = { host: "evil.example" };
    const response = await worker(new Request(`http://localhost:8787${path}`, { headers }));
    expect(response.status).toBe(403);
  },
);

describe("browsers", () => {
  const origin = "https://claude.ai";

  it("are told by a preflight that they may send the headers of either era", async () => {
    const wanted =
      "content-type,mcp-protocol-version,mcp-method,mcp-name,mcp-param-city,authorization";
    const response = await worker(
      new Request(ENDPOINT, {
        method: "OPTIONS",
        headers: {
          origin,
          "access-control-request-method": "POST",
          "access-control-request-headers": wanted,
        },
      }),
    );
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-origin")).toBe(origin);
    expect(response.headers.get("access-control-allow-methods")).toContain("POST");
    expect(response.headers.get("access-control-allow-headers")).toBe(wanted);
    expect(response.headers.get("vary")).toContain("Origin");
  });

  it.each([
    ["an answer", PING, 200],
    ["a refusal of the protocol", "{", 400],
    ["a refusal of ours", "x".repeat(1024 * 1024 + 1), 413],
  ])("may read %s and the headers they need", async (_what, body, status) => {
    const headers = {
      origin,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
    };
    const response = await worker(new Request(ENDPOINT, { method: "POST", headers, body }));
    await response.body?.cancel();
    expect(response.status).toBe(status);
    expect(response.headers.get("access-control-allow-origin")).toBe(origin);
    // Only a preflight carries this one: here it would be the MCP library's own, which knows less.
    expect(response.headers.has("access-control-allow-methods")).toBe(false);
    expect(response.headers.get("access-control-expose-headers")).toBe(
      "Mcp-Session-Id,WWW-Authenticate,Retry-After,X-Request-Id,ETag",
    );
    expect(response.headers.get("vary")).toContain("Origin");
  });
});

it.each(["a:b:c", "[::1", "x y"])(
  "the host %s, which no address can have, is refused",
  async (host) => {
    const fetch = appWith(placeholder);
    // No request can be made with such an address; workerd takes it from the connection.
    for (const path of ["/", "/health", "/mcp", "/admin/collections"]) {
      const request = { url: `http://${host}${path}`, method: "GET", headers: new Headers() };
      expect((await fetch(request as Request)).status).toBe(400);
    }
  },
);
