import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { version } from "../../package.json";
import { createApp, serve } from "../../src/http/app.ts";
import { MOST_BODY_BYTES } from "../../src/http/mcp.ts";
import { catalog } from "../../src/mcp/catalog.ts";
import { endpointFor } from "../../src/mcp/server.ts";
import { openDeployment } from "../../src/services.ts";
import { appWith } from "../support/app.ts";
import { connect, ENDPOINT, type Era, ORIGIN, worker } from "../support/client.ts";
import { PRIVATE, placeholder } from "../support/placeholder.ts";
import { loadParis, PARIS } from "../support/places.ts";
import { post } from "../support/rpc.ts";
import { emptyStores } from "../support/stores.ts";

const PING = { jsonrpc: "2.0", id: 1, method: "ping" };

function get(path: string, init: RequestInit = {}): Promise<Response> | Response {
  return worker(new Request(`${ORIGIN}${path}`, init));
}

describe.each(["/mcp", "/mcp/"])("%s", (path) => {
  it("answers GET with 501 and says what to do instead", async () => {
    const response = await get(path, { headers: { accept: "text/event-stream" } });
    expect(response.status).toBe(501);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("allow")).toBe("POST, OPTIONS");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toEqual({
      error: "SSE not supported on edge",
      alternative: "Use polling with POST requests",
    });
  });

  it("answers HEAD as GET, without a body", async () => {
    const response = await get(path, { method: "HEAD" });
    expect(response.status).toBe(501);
    expect(response.headers.get("allow")).toBe("POST, OPTIONS");
    expect(await response.text()).toBe("");
  });

  it.each(["DELETE", "PUT", "PATCH", "PROPFIND"])("refuses %s with 405", async (method) => {
    const response = await get(path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("POST, OPTIONS");
    expect(await response.json()).toHaveProperty("error");
  });

  it("answers OPTIONS with 204", async () => {
    const response = await get(path, { method: "OPTIONS" });
    expect(response.status).toBe(204);
    expect(await response.text()).toBe("");
  });

  it("serves POST itself, without a redirect", async () => {
    const response = await get(path, {
      method: "POST",
      redirect: "manual",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
      },
      body: JSON.stringify(PING),
    });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('"result":{}');
  });
});

it("answers GET without touching a binding", async () => {
  const untouchable = new Proxy(
    {},
    {
      get() {
        throw new Error("touched");
      },
    },
  );
  const fetch = appWith(placeholder, { PLACES_DB: untouchable, PLACES_BUCKET: untouchable });
  expect((await fetch(new Request(ENDPOINT))).status).toBe(501);
});

describe("the rest of the site", () => {
  it.each(["/nowhere", "/mcp/tools", "/sse"])("answers %s with a JSON 404", async (path) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.json()).toHaveProperty("error");
  });

  it("has a page that says what this is and how to connect", async () => {
    const response = await get("/");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/html; charset=UTF-8");
    const page = await response.text();
    expect(page).toContain('<html lang="en">');
    expect(page).toContain(ENDPOINT);
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  });
});

describe("a server with a name of its own", () => {
  const OWN = {
    SERVER_NAME: "acme-shops",
    SERVER_TITLE: "Acme <Shop> Finder",
    SERVER_INSTRUCTIONS: "All shops of Acme.\nSay hello from Acme.",
  };
  const fetch = appWith(catalog, OWN);

  it("shows it on its page", async () => {
    const page = await (await fetch(new Request(`${ORIGIN}/`))).text();
    expect(page).toContain("<title>Acme &lt;Shop&gt; Finder</title>");
    expect(page).toContain(`--transport http acme-shops ${ENDPOINT}`);
    expect(page).not.toMatch(/hereabouts(?!\.example)/i);
  });

  it.each<Era>(["auto", "legacy"])("tells it to clients: %s", async (era) => {
    const client = await connect(era, fetch);
    expect(client.getServerVersion()).toMatchObject({
      name: "acme-shops",
      title: "Acme <Shop> Finder",
    });
    expect(client.getInstructions()).toBe(
      `All shops of Acme. Say hello from Acme. ${catalog.instructions}`,
    );
    await client.close();
  });

  it("credits it in answers", async () => {
    await loadParis();
    const client = await connect("auto", fetch);
    const answer = await client.callTool({
      name: "get_nearby_data",
      arguments: { ...PARIS, radius: 1 },
    });
    await client.close();
    expect(answer.structuredContent).toMatchObject({
      attribution: ["© sights, ODbL 1.0", "Acme <Shop> Finder"],
    });
    expect(JSON.stringify(answer.content)).toContain(
      "Data: © sights, ODbL 1.0 · Acme <Shop> Finder",
    );
    await emptyStores();
  });
});

describe("/health", () => {
  it("is ok when every store answers", async () => {
    const response = await appWith(placeholder)(new Request(`${ORIGIN}/health`));
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toEqual({
      status: "ok",
      version,
      checks: { d1: "ok", r2: "ok" },
      latency_ms: { d1: expect.any(Number), r2: expect.any(Number) },
      index: "empty",
      active_sessions: expect.any(Number),
      sign_in: [],
      anonymous_scopes: ["places:read", "location"],
    });
  });

  it.each([
    [
      "rebuilding",
      "UPDATE data_version SET rebuilding = 'now'",
      "UPDATE data_version SET rebuilding = NULL",
    ],
    [
      "outdated",
      "INSERT INTO collections (name, title, license, attribution, url, as_of, attributes, loaded_at, places) VALUES ('c', '', '', '', '', '', '{}', 'then', 0)",
      "DELETE FROM collections",
    ],
  ])("tells that the index is %s", async (condition, set, unset) => {
    await env.PLACES_DB.prepare(set).run();
    // Another environment: what this one has told is told again for a moment.
    const response = await appWith(placeholder)(new Request(`${ORIGIN}/health`));
    await env.PLACES_DB.prepare(unset).run();
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ status: "ok", index: condition });
  });

  const down = () => {
    throw new Error("down");
  };
  const broken = () => Promise.reject(new Error("down"));
  it.each([
    ["d1", { PLACES_DB: { withSession: down } }],
    ["d1", { PLACES_DB: undefined }],
    ["r2", { PLACES_BUCKET: { head: broken } }],
  ])("answers 503 when %s fails", async (store, bindings) => {
    const response = await appWith(placeholder, bindings)(new Request(`${ORIGIN}/health`));
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({
      status: "failing",
      version,
      checks: { d1: "ok", r2: "ok", [store]: "failing" },
      latency_ms: store === "r2" ? { d1: expect.any(Number) } : { r2: expect.any(Number) },
      active_sessions: expect.any(Number),
      sign_in: [],
      anonymous_scopes: ["places:read", "location"],
      ...(store === "r2" && { index: "empty" }),
    });
  });

  it("counts sessions, and tells how to sign in and what is open to everybody", async () => {
    const settings = { ADMIN_TOKEN: "a secret of some length", ANONYMOUS_SCOPES: "places:read" };
    const fetch = appWith(placeholder, settings);
    const before = await env.SESSION_REGISTER.getByName("register").count();
    const client = await connect("legacy", fetch, () => "here");
    const response = await fetch(new Request(`${ORIGIN}/health`));
    await client.close();
    expect(await response.json()).toMatchObject({
      active_sessions: before + 1,
      sign_in: ["admin_token", "keys", "oauth"],
      anonymous_scopes: ["places:read"],
    });
  });

  it("asks the stores only once in a few seconds", async () => {
    const heads: string[] = [];
    const head = async (key: string) => heads.push(key) && null;
    const environment = { ...env, PLACES_BUCKET: { head } } as unknown as Env;
    const fetch = serve(createApp({ "/mcp": endpointFor(placeholder) }), openDeployment);
    for (let n = 0; n < 5; n++) {
      const request = new Request(`${ORIGIN}/health`);
      expect((await fetch(request, environment, createExecutionContext())).status).toBe(200);
    }
    expect(heads).toEqual(["health"]);
  });
});

describe("bodies", () => {
  /** A valid request of exactly so many bytes. */
  function requestOf(bytes: number): string {
    const body = JSON.stringify({ ...PING, params: { padding: "" } });
    return body.replace('""', `"${"x".repeat(bytes - body.length)}"`);
  }

  it("may have 1 MiB and not a byte more", async () => {
    expect(MOST_BODY_BYTES).toBe(1024 * 1024);
    expect((await post(requestOf(MOST_BODY_BYTES))).status).toBe(200);
    const response = await post(requestOf(MOST_BODY_BYTES + 1));
    expect(response.status).toBe(413);
    expect(await response.json()).toHaveProperty("error");
  });

  it("are counted when they do not tell their length", async () => {
    const send = (text: string) => {
      const body = new Blob([text]).stream();
      const headers = {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
      };
      return worker(new Request(ENDPOINT, { method: "POST", headers, body }));
    };
    expect((await send(requestOf(MOST_BODY_BYTES + 1))).status).toBe(413);
    expect((await send(requestOf(1_000))).status).toBe(200);
  });

  it.each([
    ["/mcp", "application/json", {}],
    ["/mcp", "application/json", { "content-length": "500" }],
    ["/oauth/token", "application/x-www-form-urlencoded", {}],
    ["/oauth/token", "application/x-www-form-urlencoded", { "content-length": "500" }],
  ])("that break off are no failure of ours: %s, %s, %j", async (path, type, length) => {
    // Without the watch over messages, which reads the body, too.
    const app = serve(createApp({ "/mcp": endpointFor(placeholder) }), openDeployment);
    const deployed = { ...env, ADMIN_TOKEN: "a token for these tests" } as Env;
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"jsonrpc":'));
        controller.error(new Error("the client is gone"));
      },
    });
    const headers = { "content-type": type, ...length };
    const request = new Request(new URL(path, ENDPOINT), { method: "POST", headers, body });
    const response = await app(request, deployed, createExecutionContext());
    expect(response.status).toBe(400);
    expect(JSON.stringify(await response.json())).toContain("The body broke off");
  });

  it.each(["text/plain", "application/x-www-form-urlencoded", ""])(
    "of the type %j are refused with 415",
    async (type) => {
      const response = await post(PING, { "content-type": type });
      expect(response.status).toBe(415);
      expect(await response.json()).toHaveProperty("error");
    },
  );

  it("of another type are refused for that first, whatever else is missing", async () => {
    const init = { method: "POST", body: "radius=5" };
    expect((await worker(new Request(ENDPOINT, init))).status).toBe(415);
  });

  it("may name their character set", async () => {
    expect((await post(PING, { "content-type": "application/json; charset=utf-8" })).status).toBe(
      200,
    );
  });

  it.each(["", "{", '"a string"', "[]", "null", '{"jsonrpc":"2.0"}'])(
    "that are no JSON-RPC message are refused with 400: %j",
    async (body) => {
      const response = await post(body);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        jsonrpc: "2.0",
        error: { code: expect.any(Number) },
      });
    },
  );
});

it("turns an accident into a reference, and tells nobody what was asked", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const ADMIN_TOKEN = "a secret of some length";
  const PLACES_DB = {
    withSession() {
      throw new Error(PRIVATE);
    },
  };
  const fetch = appWith(placeholder, { ADMIN_TOKEN, PLACES_DB });
  const response = await fetch(
    new Request(`${ORIGIN}/admin/collections?q=${PRIVATE}`, {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    }),
  );
  expect(response.status).toBe(500);
  const { error, reference } = await response.json<Record<string, string>>();
  expect(error).not.toContain(PRIVATE);

  expect(log).toHaveBeenCalledOnce();
  const [line] = log.mock.calls[0]!;
  expect(JSON.parse(line)).toMatchObject({
    event: "failure",
    reference,
    where: "GET /admin/collections",
  });
  expect(line).not.toContain(PRIVATE);
  log.mockRestore();
});
