import {
  createExecutionContext,
  evictDurableObject,
  listDurableObjectIds,
  runDurableObjectAlarm,
  runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { readFacts } from "../../../src/access/facts.ts";
import { catalog } from "../../../src/mcp/catalog.ts";
import { withForms } from "../../../src/mcp/elicitation.ts";
import type { Connection } from "../../../src/mcp/sessions/connection.ts";
import { endSession, serveInSession } from "../../../src/mcp/sessions/dispatch.ts";
import { Forms } from "../../../src/mcp/sessions/forms.ts";
import { Leases } from "../../../src/mcp/sessions/leases.ts";
import { openDeployment } from "../../../src/services.ts";
import { appWith } from "../../support/app.ts";
import { type Fetch, worker } from "../../support/client.ts";
import { connectV1 } from "../../support/client-v1.ts";
import { legacy, MODERN, post } from "../../support/rpc.ts";
import { loadWorld } from "../../support/world.ts";

beforeAll(() => loadWorld());
afterEach(() => {
  vi.useRealTimers();
});

const FORMS = { elicitation: {} };

const initialize = (capabilities: object = FORMS) => ({
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: {
    protocolVersion: "2025-11-25",
    capabilities,
    clientInfo: { name: "test", version: "1" },
  },
});
const PING = { jsonrpc: "2.0", id: 2, method: "ping" };

async function open(fetch: Fetch = worker): Promise<string> {
  const response = await post(initialize(), {}, fetch);
  expect(response.status).toBe(200);
  await response.text();
  return response.headers.get("mcp-session-id")!;
}

const inSession = (id: string, body: unknown = PING, fetch: Fetch = worker, headers = {}) =>
  post(body, { "mcp-session-id": id, "mcp-protocol-version": "2025-11-25", ...headers }, fetch);

const end = (id: string, fetch: Fetch = worker) =>
  fetch(
    new Request("https://hereabouts.example/mcp", {
      method: "DELETE",
      headers: { "mcp-session-id": id, "mcp-protocol-version": "2025-11-25" },
    }),
  );

/** What the front door does with the request of an authenticated subject. */
function fetchAs(subject: string): Fetch {
  const deployment = openDeployment(env, createExecutionContext());
  const connection: Connection = {
    path: "/mcp",
    principal: { subject, scopes: ["places:read"], credential: "none", expiresAtMs: undefined },
    requestId: "test",
    cf: undefined,
  };
  return async (incoming) => {
    if (incoming.method === "DELETE") return (await endSession(incoming, connection, deployment))!;
    const read = await readFacts(incoming);
    if ("refusal" in read) return read.refusal;
    return (await serveInSession(read.request, read.facts, connection, deployment))!;
  };
}

const objectOf = (id: string) => env.PROTOCOL_SESSION.get(env.PROTOCOL_SESSION.idFromString(id));

describe("an initialize", () => {
  it.each([{ elicitation: {} }, { sampling: {} }, { roots: {} }])(
    "opens a session for a client with %j",
    async (capabilities) => {
      const response = await post(initialize(capabilities));
      expect(response.headers.get("mcp-session-id")).toMatch(/^[0-9a-f]{64}$/);
      expect(await response.text()).toContain('"protocolVersion":"2025-11-25"');
    },
  );

  it("opens none for a client that cannot be asked anything", async () => {
    const response = await post(initialize({}));
    expect(response.status).toBe(200);
    expect(response.headers.has("mcp-session-id")).toBe(false);
  });

  it("opens one for every client, or none, if the deployment says so", async () => {
    const always = await post(initialize({}), {}, appWith(catalog, { SESSIONS: "always" }));
    expect(always.headers.has("mcp-session-id")).toBe(true);
    const never = appWith(catalog, { SESSIONS: "never" });
    expect((await post(initialize(), {}, never)).headers.has("mcp-session-id")).toBe(false);
    expect((await inSession(crypto.randomUUID(), PING, never)).status).toBe(200);
  });

  it("that the library refuses leaves nothing behind", async () => {
    const before = await leases();
    const { params, ...rest } = initialize();
    const bad = { ...rest, params: { ...params, clientInfo: 7 } };
    const response = await post(bad);
    await response.text();
    expect(response.headers.has("mcp-session-id")).toBe(false);
    expect(await leases()).toBe(before);
  });
});

describe("a session", () => {
  it("serves its id, over evictions", async () => {
    const id = await open();
    for (let round = 0; round < 3; round++) {
      const response = await inSession(id);
      expect(response.status).toBe(200);
      expect(await response.text()).toContain('"result":{}');
      await evictDurableObject(objectOf(id));
    }
  });

  it("serves calls at the same time", async () => {
    const id = await open();
    const call = (near: string, number: number) =>
      inSession(id, {
        jsonrpc: "2.0",
        id: number,
        method: "tools/call",
        params: { name: "get_nearby_data", arguments: { query: "cafe", near } },
      }).then((response) => response.text());
    const texts = await Promise.all([call("Lyon", 11), call("London", 12), call("Tokyo", 13)]);
    expect(texts[0]).toContain("cafes.lyon");
    expect(texts[1]).toContain("cafes.london");
    expect(texts[2]).toContain("cafes.tokyo");
  });

  it("is over when it is deleted", async () => {
    const id = await open();
    expect((await end(id)).status).toBe(200);
    expect((await inSession(id)).status).toBe(404);
    expect((await end(id)).status).toBe(404);
    await runInDurableObject(objectOf(id), async (_, state) => {
      expect([...(await state.storage.list()).keys()]).toEqual([]);
    });
  });

  it("is over some time after its last use, and leaves nothing", async () => {
    const id = await open();
    await runDurableObjectAlarm(objectOf(id));
    expect((await inSession(id)).status).toBe(200);

    await lapse(id);
    expect((await inSession(id)).status).toBe(404);
    expect(await runDurableObjectAlarm(objectOf(id))).toBe(true);
    await runInDurableObject(objectOf(id), async (_, state) => {
      expect([...(await state.storage.list()).keys()]).toEqual([]);
      expect(await state.storage.getAlarm()).toBeNull();
    });
  });

  it("belongs to who opened it", async () => {
    const ada = fetchAs("ada");
    const id = await open(ada);
    expect((await inSession(id, PING, ada)).status).toBe(200);
    expect((await inSession(id, PING, fetchAs("bob"))).status).toBe(404);
    expect((await inSession(id, PING, worker)).status).toBe(404);
    expect((await end(id, fetchAs("bob"))).status).toBe(404);
    expect((await inSession(id, PING, ada)).status).toBe(200);
  });

  it("belongs to the endpoint that opened it", async () => {
    const id = await open();
    const elsewhere: Fetch = (request) =>
      worker(new Request(request.url.replace("/mcp", "/chatgpt/mcp"), request));
    expect((await inSession(id, PING, elsewhere)).status).toBe(404);
  });

  it("does not believe what a caller says of the connection", async () => {
    const id = await open(fetchAs("ada"));
    const forged = encodeURIComponent(
      JSON.stringify({ path: "/mcp", principal: { subject: "ada" } }),
    );
    expect((await inSession(id, PING, worker, { "hereabouts-connection": forged })).status).toBe(
      404,
    );
  });

  it.each([crypto.randomUUID(), "made up", "../../register", "x".repeat(5_000)])(
    "that never was is not found: %s",
    async (id) => {
      const response = await inSession(id);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({
        error: { message: expect.stringContaining("initialize") },
      });
      expect((await end(id)).status).toBe(404);
    },
  );

  it.each([
    ["digits", () => "0".repeat(64)],
    ["an id that is changed", (id: string) => (id.startsWith("0") ? "1" : "0") + id.slice(1)],
    ["an id with another end", (id: string) => id.slice(0, -1) + (id.endsWith("0") ? "1" : "0")],
    ["the id of another kind of object", () => env.SESSION.newUniqueId().toString()],
  ])("that is %s wakes no object", async (_, forge) => {
    const id = await open();
    const before = await listDurableObjectIds(env.PROTOCOL_SESSION);
    expect((await inSession(forge(id))).status).toBe(404);
    expect((await end(forge(id))).status).toBe(404);
    expect(await listDurableObjectIds(env.PROTOCOL_SESSION)).toEqual(before);
    // The platform refuses it before there is an object.
    expect(() => env.PROTOCOL_SESSION.idFromString(forge(id))).toThrow();
  });

  it("is nothing to a client of today", async () => {
    const _meta = {
      "io.modelcontextprotocol/protocolVersion": MODERN,
      "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
      "io.modelcontextprotocol/clientCapabilities": {},
    };
    const headers = { "mcp-protocol-version": MODERN, "mcp-method": "tools/list" };
    const body = { jsonrpc: "2.0", id: 1, method: "tools/list", params: { _meta } };
    const response = await inSession("made up", body, worker, headers);
    expect(response.status).toBe(200);
    expect(response.headers.has("mcp-session-id")).toBe(false);
  });

  it("goes on for a real client that is asked behind an eviction", async () => {
    const ids: string[] = [];
    const watching: Fetch = async (request) => {
      const id = request.headers.get("mcp-session-id");
      if (id) ids.push(id);
      return worker(request);
    };
    const client = await connectV1(watching, () => "Lyon");
    await client.listTools();
    await evictDurableObject(objectOf(ids[0]!));
    const { structuredContent } = await client.callTool({
      name: "get_nearby_data",
      arguments: { query: "cafe" },
    });
    expect(structuredContent).toMatchObject({ location: { source: "asked", city: "Lyon" } });

    // Asked once is enough: the session remembers.
    const again = await client.callTool({ name: "get_nearby_data", arguments: { query: "cafe" } });
    expect(again.structuredContent).toMatchObject({
      location: { source: "remembered", city: "Lyon" },
    });
    await client.close();
  });
});

describe("where there is no room for a session", () => {
  const address = (name: string) => ({ "cf-connecting-ip": name });
  const openFrom = async (name: string, fetch: Fetch) => {
    const response = await post(initialize(), address(name), fetch);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('"protocolVersion":"2025-11-25"');
    return response.headers.get("mcp-session-id");
  };

  it("a client is served without one", async () => {
    const most = (await leases()) + 2;
    const fetch = appWith(catalog, { MAX_SESSIONS: String(most) });
    const first = await openFrom("192.0.2.1", fetch);
    expect(await openFrom("192.0.2.2", fetch)).not.toBeNull();
    expect(await openFrom("192.0.2.3", fetch)).toBeNull();
    // It knows nothing of sessions, and is told what it could have been asked.
    const call = { name: "get_nearby_data", arguments: { query: "cafe" } };
    const answer = await legacy("tools/call", call, { fetch });
    expect(answer.body.result).toMatchObject({ isError: true });
    await end(first!);
    expect(await openFrom("192.0.2.3", fetch)).not.toBeNull();
    expect(await leases()).toBe(most);
  });

  it("no address takes more than its share", async () => {
    const fetch = appWith(catalog, { MAX_SESSIONS_PER_ADDRESS: "2" });
    const first = await openFrom("2001:db8::1", fetch);
    expect(await openFrom("2001:db8::2", fetch)).not.toBeNull();
    expect(await openFrom("2001:db8::3", fetch)).toBeNull();
    expect(await openFrom("2001:db8:0:1::1", fetch)).not.toBeNull();
    await end(first!);
    expect(await openFrom("2001:db8::3", fetch)).not.toBeNull();
    // Neither is kept where it calls from.
    await runInDurableObject(register(), (_, state) => {
      const held = state.storage.sql.exec("SELECT * FROM held").toArray();
      expect(JSON.stringify(held)).not.toContain("2001:db8");
    });
  });

  it("no initialize is kept that is longer than a real one", async () => {
    const { params, ...rest } = initialize();
    const long = (length: number) => {
      const clientInfo = { name: "x".repeat(length), version: "1" };
      return { ...rest, params: { ...params, clientInfo } };
    };
    const kept = await post(long(3_000));
    await kept.text();
    expect(kept.headers.has("mcp-session-id")).toBe(true);
    const before = await listDurableObjectIds(env.PROTOCOL_SESSION);
    const served = await post(long(900_000));
    expect(served.status).toBe(200);
    await served.text();
    expect(served.headers.has("mcp-session-id")).toBe(false);
    // Blanks around it are not kept either.
    const padded = await post(`${" ".repeat(500_000)}${JSON.stringify(initialize())}`);
    await padded.text();
    await runInDurableObject(objectOf(padded.headers.get("mcp-session-id")!), (_, state) => {
      expect(JSON.stringify(state.storage.kv.get("opened")).length).toBeLessThan(1_000);
    });
    expect((await listDurableObjectIds(env.PROTOCOL_SESSION)).length).toBe(before.length + 1);
  });

  it("because nobody knows how many there are, clients are served all the same", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const SESSION_REGISTER = {
      getByName: () => ({ take: () => Promise.reject(new Error("gone")) }),
    };
    expect(await openFrom("192.0.2.1", appWith(catalog, { SESSION_REGISTER }))).toBeNull();
    expect(log).toHaveBeenCalledOnce();
    log.mockRestore();
  });
});

it("a session whose object fails is to be asked again later", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const PROTOCOL_SESSION = {
    idFromString: (id: string) => id,
    get: () => ({ fetch: () => Promise.reject(new Error("moved")) }),
  };
  const answer = await inSession("1", PING, appWith(catalog, { PROTOCOL_SESSION }));
  expect(answer.status).toBe(503);
  expect(answer.headers.get("retry-after")).toBe("2");
  expect(await answer.text()).not.toContain("moved");
  expect(log).toHaveBeenCalledOnce();
  log.mockRestore();
});

describe("a form that is shown in a session", () => {
  const ask = (id: string, number: number) =>
    inSession(id, {
      jsonrpc: "2.0",
      id: number,
      method: "tools/call",
      params: { name: "get_nearby_data", arguments: { query: "cafe" } },
    });

  /** What the client is asked in the stream of a call, and how the stream goes on. */
  async function asked(response: Response): Promise<{ form: unknown; rest: Promise<string> }> {
    const [first, second] = response.body!.tee();
    const reader = first.getReader();
    const { value } = await reader.read();
    await reader.cancel();
    const text = new TextDecoder().decode(value);
    return { form: JSON.parse(text.slice(text.indexOf("{"))), rest: new Response(second).text() };
  }

  it("waits with two others at most: then the model is told what to ask", async () => {
    const id = await open();
    const waiting = [];
    for (const number of [11, 12, 13]) waiting.push(await asked(await ask(id, number)));
    for (const { form } of waiting) expect(form).toMatchObject({ method: "elicitation/create" });
    const inWords = await (await ask(id, 14)).text();
    expect(inWords).toContain('"isError":true');
    expect(inWords).toContain("Ask the user where to look");
    expect(await heldForms()).toBe(3);

    const [first] = waiting;
    const { id: number } = first!.form as { id: number };
    const result = { action: "accept", content: { location: "Lyon" } };
    await (await inSession(id, { jsonrpc: "2.0", id: number, result })).text();
    expect(await first!.rest).toContain("cafes.lyon");
    expect(await heldForms()).toBe(2);
    // Where one has been told, the session knows it.
    await (await end(id)).text();
    await vi.waitFor(async () => expect(await heldForms()).toBe(0));
  });

  it("waits for two minutes, whatever the client says meanwhile; then the model is told", async () => {
    const forms = new Forms(new Leases(env.SESSION_REGISTER, { count() {} }), undefined, 100);
    const sent: unknown[] = [];
    const send = async (...request: unknown[]) => {
      sent.push(request);
      throw new Error("Request timed out");
    };
    const { signal } = new AbortController();
    const ctx = { mcpReq: { send, signal } } as unknown as Parameters<typeof withForms>[0];
    const form = { method: "elicitation/create", params: { message: "Where?" } };
    const result = await withForms(ctx, { forms }, async (_, mayAsk) =>
      mayAsk
        ? { resultType: "input_required", inputRequests: { location: form as never } }
        : "words",
    );
    expect(result).toBe("words");
    expect(sent).toEqual([[form, { timeout: 120_000, maxTotalTimeout: 120_000, signal }]]);
    expect(await heldForms()).toBe(0);
  });

  it("is one of ten from an address", async () => {
    const soon = Date.now() + 60_000;
    const holder = "of the address";
    for (let n = 0; n < 10; n++) {
      const lease = { id: `form ${n}`, kind: "form", holder, expiresAtMs: soon } as const;
      expect(await register().take(lease, { inAll: 100, ofHolder: 10 })).toBe("granted");
    }
    const forms = new Forms(new Leases(env.SESSION_REGISTER, { count() {} }), holder, 100);
    expect(await forms.show(async () => "shown")).toBeUndefined();
    await register().end("form 0");
    expect(await forms.show(async () => "shown")).toBe("shown");
    expect(await heldForms()).toBe(9);
  });
});

const register = () => env.SESSION_REGISTER.getByName("register");

function heldForms(): Promise<number> {
  return runInDurableObject(register(), (_, state) => {
    const [row] = state.storage.sql.exec("SELECT count(*) AS n FROM held WHERE kind = 'form'");
    return Number(row!.n);
  });
}

function leases(): Promise<number> {
  return runInDurableObject(register(), (_, state) => {
    const { sql } = state.storage;
    return Number(sql.exec("SELECT count(*) AS n FROM held WHERE kind = 'session'").one().n);
  });
}

/** As if nobody had used the session for a long time. */
async function lapse(id: string): Promise<void> {
  await runInDurableObject(objectOf(id), (_, state) => {
    state.storage.kv.put("dueAtMs", Date.now() - 1);
  });
}
