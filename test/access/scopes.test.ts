import { beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod/v4";
import { catalog } from "../../src/mcp/catalog.ts";
import { type Catalog, definePrompt, defineResource, defineTool } from "../../src/mcp/define.ts";
import { SCOPES, type Scope } from "../../src/scopes.ts";
import { appWith } from "../support/app.ts";
import { connect, ENDPOINT, type Era, type Fetch, ORIGIN } from "../support/client.ts";
import { connectV1 } from "../support/client-v1.ts";
import { type Answer, legacy, modern, post } from "../support/rpc.ts";
import { ISSUER, SHARED_SECRET, sharedToken, showing } from "../support/tokens.ts";

/** What has been run: tools, resources and prompts by their names. */
const ran: string[] = [];
beforeEach(() => void ran.splice(0));

const nameOf = (scope: Scope | undefined) => `do_${scope?.replace(":", "_") ?? "anything"}`;
const tool = (scope: Scope | undefined) =>
  defineTool({
    name: nameOf(scope),
    title: "Do it",
    description: "Does it.",
    input: z.object({}),
    output: z.object({ done: z.boolean() }),
    hints: {
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    },
    scope,
    async run() {
      ran.push(nameOf(scope));
      return { done: true };
    },
    summarize: () => "Done.",
  });
const resource = (name: string, uri: string, scope: Scope | undefined) =>
  defineResource({
    name,
    uri,
    title: name,
    description: "A text.",
    mimeType: "text/plain",
    scope,
    async read() {
      ran.push(name);
      return "A text.";
    },
  });
const guarded: Catalog = {
  instructions: "",
  tools: [undefined, ...SCOPES].map(tool),
  resources: [
    resource("plans", "notes://plans", "tasks"),
    resource("secret", "secret://{id}", "admin"),
    resource("motto", "notes://motto", undefined),
  ],
  prompts: [
    definePrompt({
      name: "ask_model",
      title: "Ask",
      description: "Ask.",
      scope: "models",
      input: z.object({}),
      write() {
        ran.push("ask_model");
        return "Ask.";
      },
    }),
  ],
};
const TOKENS = { JWT_ISSUER: ISSUER, JWT_SECRET: SHARED_SECRET };
const ADMIN_TOKEN = "a secret of some length";
const METADATA = `resource_metadata="${ORIGIN}/.well-known/oauth-protected-resource/mcp"`;

const guardedApp = (bindings: object = {}) =>
  appWith(guarded, { ...TOKENS, ADMIN_TOKEN, ...bindings });
const withScopes = async (scope: string, app: Fetch) =>
  // Somebody new each time: each has 100 requests a minute.
  showing(`Bearer ${await sharedToken({ scope, sub: crypto.randomUUID() })}`, app);

type Ask = typeof legacy;
const ERAS: readonly (readonly [string, Ask])[] = [
  ["2025", legacy],
  ["2026", modern],
];

/** A refusal, whose challenge says what would do. */
function expectRefusal(
  { status, headers, body }: Answer,
  expected: 401 | 403,
  scope: string,
): void {
  expect(status).toBe(expected);
  const challenge = headers.get("www-authenticate")!;
  expect(challenge).toMatch(/^Bearer realm="hereabouts"/);
  expect(challenge.includes('error="insufficient_scope"')).toBe(expected === 403);
  expect(challenge.includes("error=")).toBe(expected === 403);
  expect(challenge).toContain(METADATA);
  expect(/ scope="(.*)"$/.exec(challenge)?.[1]).toBe(scope);
  expect(body).toMatchObject({ id: 7, error: { message: expect.stringContaining(scope) } });
}

describe.each(ERAS)("who may call what (%s)", (_, ask) => {
  const callers: readonly (readonly [
    who: string,
    scopes: readonly Scope[],
    fetch: () => Promise<Fetch>,
  ])[] = [
    ["nobody", ["places:read", "location"], async () => guardedApp()],
    [
      "the operator",
      ["places:read", "location", "places:write", "tasks", "admin"],
      async () => showing(`Bearer ${ADMIN_TOKEN}`, guardedApp()),
    ],
    ["a token with nothing", ["places:read", "location"], async () => withScopes("", guardedApp())],
    [
      "a token for tasks",
      ["places:read", "location", "tasks"],
      async () => withScopes("tasks", guardedApp()),
    ],
    ["a token for all", SCOPES, async () => withScopes(SCOPES.join(" "), guardedApp())],
    [
      "nobody, where all read and nobody is located",
      ["places:read"],
      async () => guardedApp({ ANONYMOUS_SCOPES: "places:read" }),
    ],
    [
      "nobody, where tasks are open",
      ["places:read", "tasks"],
      async () => guardedApp({ ANONYMOUS_SCOPES: "places:read tasks" }),
    ],
  ];

  it.each(callers)("%s", async (who, scopes, fetchOf) => {
    const fetch = await fetchOf();
    const refused = who.startsWith("nobody") ? 401 : 403;
    for (const scope of [undefined, ...SCOPES]) {
      const name = nameOf(scope);
      const answer = await ask("tools/call", { name, arguments: {} }, { fetch });
      if (scope === undefined || scopes.includes(scope)) {
        expect(answer.body.result).toMatchObject({ structuredContent: { done: true } });
      } else expectRefusal(answer, refused, scope);
    }
    expect(ran).toEqual([undefined, ...SCOPES.filter((one) => scopes.includes(one))].map(nameOf));
  });

  it.each<[method: string, params: Readonly<Record<string, unknown>>, scope: Scope, item: string]>([
    ["resources/read", { uri: "notes://plans" }, "tasks", "plans"],
    ["resources/read", { uri: "NOTES://plans" }, "tasks", "plans"],
    ["resources/read", { uri: "secret://one" }, "admin", "secret"],
    ["resources/read", { uri: "secret://%6Fne" }, "admin", "secret"],
    ["prompts/get", { name: "ask_model", uri: "notes://motto" }, "models", "ask_model"],
  ])("needs for %s %j the scope %s", async (method, params, scope, item) => {
    expectRefusal(await ask(method, params, { fetch: guardedApp() }), 401, scope);
    const others = SCOPES.filter((one) => one !== scope).join(" ");
    const fetch = await withScopes(others, guardedApp());
    expectRefusal(await ask(method, params, { fetch }), 403, scope);
    expect(ran).toEqual([]);
    const { body } = await ask(method, params, { fetch: await withScopes(scope, guardedApp()) });
    expect(body.result).toBeDefined();
    expect(ran).toEqual([item]);
  });

  it("needs what the address needs, whatever else is named", async () => {
    const params = { uri: "secret://one", name: "notes://motto" };
    const headers = { "mcp-name": params.uri };
    const answer = await ask("resources/read", params, { headers, fetch: guardedApp() });
    expectRefusal(answer, 401, "admin");
    expect(ran).toEqual([]);
  });

  it("finds what is not there not there, whoever asks", async () => {
    const calls = [
      ["tools/call", { name: "do_nothing", arguments: {} }],
      ["resources/read", { uri: "notes://nothing" }],
      ["resources/read", { uri: "no address" }],
      ["prompts/get", { name: "nothing" }],
    ] as const;
    for (const [method, params] of calls) {
      const answers = [guardedApp(), await withScopes(SCOPES.join(" "), guardedApp())].map(
        (fetch) => ask(method, params, { fetch }),
      );
      const [nobodys, everythings] = await Promise.all(answers);
      expect(nobodys!.body.error).toMatchObject({ code: -32_602 });
      expect(nobodys!.body).toEqual(everythings!.body);
    }
  });
});

describe("a batch", () => {
  const call = (id: number, scope: Scope) => ({
    jsonrpc: "2.0",
    id,
    method: "tools/call",
    params: { name: nameOf(scope), arguments: {} },
  });
  const batch = [
    call(1, "tasks"),
    call(2, "places:read"),
    call(3, "models"),
    { jsonrpc: "2.0", id: 4, method: "ping" },
  ];

  it.each<[status: 401 | 403, scopes: string | undefined]>([
    [401, undefined],
    [403, "tasks"],
  ])("needs all that its messages need, before any is carried out: %s", async (status, scopes) => {
    const app = guardedApp();
    const response = await post(
      batch,
      {},
      scopes === undefined ? app : await withScopes(scopes, app),
    );
    expect(response.status).toBe(status);
    expect(response.headers.get("www-authenticate")).toMatch(/ scope="places:read tasks models"$/);
    expect(await response.json()).toMatchObject({ id: null });
    expect(ran).toEqual([]);
  });

  it("is carried out for who may do it all", async () => {
    const response = await post(batch, {}, await withScopes("models tasks", guardedApp()));
    expect(response.status).toBe(200);
    await response.text();
    expect(ran.toSorted()).toEqual(["models", "places_read", "tasks"].map((one) => `do_${one}`));
  });
});

describe("what is listed", () => {
  const listsOf = async (fetch: Fetch) => {
    const { body: tools } = await modern("tools/list", {}, { fetch });
    const { body: resources } = await modern("resources/list", {}, { fetch });
    const { body: templates } = await modern("resources/templates/list", {}, { fetch });
    const { body: prompts } = await modern("prompts/list", {}, { fetch });
    const names = [
      tools.result!.tools,
      resources.result!.resources,
      templates.result!.resourceTemplates,
      prompts.result!.prompts,
    ];
    for (const { result } of [tools, resources, templates, prompts]) {
      expect(result).toMatchObject({ cacheScope: "public" });
    }
    return (names as { name: string }[][]).map((list) => list.map(({ name }) => name));
  };
  const ALL = [[undefined, ...SCOPES].map(nameOf), ["plans", "motto"], ["secret"], ["ask_model"]];

  it("is the same for everybody, and all that somebody here can be given", async () => {
    for (const fetch of [
      guardedApp(),
      await withScopes("tasks", guardedApp()),
      showing(`Bearer ${ADMIN_TOKEN}`, guardedApp()),
      appWith(guarded, { ADMIN_TOKEN }),
      appWith(guarded, TOKENS),
    ]) {
      expect(await listsOf(fetch)).toEqual(ALL);
    }
  });

  it("is nothing that nobody can be given; that is unknown", async () => {
    const fetch = appWith(guarded);
    const tools = [undefined, "places:read", "location"] as const;
    expect(await listsOf(fetch)).toEqual([tools.map(nameOf), ["motto"], [], []]);
    for (const ask of [legacy, modern]) {
      for (const [method, params] of [
        ["tools/call", { name: "do_admin", arguments: {} }],
        ["resources/read", { uri: "secret://one" }],
        ["prompts/get", { name: "ask_model" }],
      ] as const) {
        const { body, headers } = await ask(method, params, { fetch });
        expect(body.error).toMatchObject({ code: -32_602 });
        expect(headers.has("www-authenticate")).toBe(false);
      }
    }
    expect(ran).toEqual([]);
  });

  it("of what only some may read is for these alone", async () => {
    const read = async (bindings: object) => {
      const fetch = await withScopes("places:read", appWith(catalog, { ...TOKENS, ...bindings }));
      return (await modern("resources/read", { uri: "places://collections" }, { fetch })).body
        .result;
    };
    expect(await read({})).toMatchObject({ cacheScope: "public" });
    expect(await read({ ANONYMOUS_SCOPES: "location" })).toMatchObject({ cacheScope: "private" });
  });
});

describe("where nothing is open to everybody", () => {
  const closed = guardedApp({ ANONYMOUS_SCOPES: "" });

  it.each<[method: string, params: Readonly<Record<string, unknown>>, scope: string | undefined]>([
    ["ping", {}, undefined],
    ["tools/list", {}, undefined],
    ["tools/call", { name: nameOf(undefined), arguments: {} }, undefined],
    ["tools/call", { name: "do_nothing", arguments: {} }, undefined],
    ["tools/call", { name: "do_places_read", arguments: {} }, "places:read"],
  ])("everybody signs in: %s %j", async (method, params, scope) => {
    for (const ask of [legacy, modern]) {
      const { status, headers } = await ask(method, params, { fetch: closed });
      expect(status).toBe(401);
      const wanted = scope === undefined ? "" : `, scope="${scope}"`;
      expect(headers.get("www-authenticate")).toBe(
        `Bearer realm="hereabouts", ${METADATA}${wanted}`,
      );
    }
    expect(ran).toEqual([]);
  });

  it("also to say hello, to be told nothing, and to end a session", async () => {
    const hello = {
      protocolVersion: "2025-11-25",
      capabilities: { elicitation: {} },
      clientInfo: { name: "x", version: "1" },
    };
    expect((await legacy("initialize", hello, { fetch: closed })).status).toBe(401);
    const notification = { jsonrpc: "2.0", method: "notifications/initialized" };
    expect((await post(notification, {}, closed)).status).toBe(401);
    expect((await closed(new Request(ENDPOINT, { method: "DELETE" }))).status).toBe(401);
  });

  it("nobody does to be told that there is no stream, or which methods there are", async () => {
    for (const [method, status] of [
      ["GET", 501],
      ["HEAD", 501],
      ["OPTIONS", 204],
    ] as const) {
      for (const headers of [{}, { authorization: "Bearer wrong" }]) {
        const response = await closed(new Request(ENDPOINT, { method, headers }));
        expect([method, response.status]).toEqual([method, status]);
        expect(response.headers.has("www-authenticate")).toBe(false);
      }
    }
  });

  it.each<Era>(["auto", "legacy"])("a client with a token is served (%s)", async (era) => {
    const client = await connect(era, await withScopes("places:read", closed));
    expect((await client.listTools()).tools).toHaveLength(SCOPES.length + 1);
    await client.callTool({ name: "do_places_read", arguments: {} });
    await expect(client.callTool({ name: "do_location", arguments: {} })).rejects.toThrow(
      "location",
    );
    expect(ran).toEqual(["do_places_read"]);
    await client.close();
  });
});

it("a page may read what it is challenged with", async () => {
  const call = {
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name: "do_admin", arguments: {} },
  };
  const response = await post(call, { origin: "https://claude.ai" }, guardedApp());
  expect(response.status).toBe(401);
  expect(response.headers.get("access-control-allow-origin")).toBe("https://claude.ai");
  expect(response.headers.get("access-control-expose-headers")).toMatch(/\bWWW-Authenticate\b/);
});

describe("in a session", () => {
  const bindings = { ...TOKENS, ANONYMOUS_SCOPES: "places:read", SESSIONS: "always" };
  const app = appWith(catalog, bindings);
  const remember = { name: "set_location", arguments: { place: "48.85,2.35" } };
  const locate = { name: "get_nearby_data", arguments: { query: "" } };

  it("each call is asked for what it needs", async () => {
    const client = await connectV1(app);
    await client.callTool({ name: "whoami", arguments: {} });
    await expect(client.callTool(remember)).rejects.toThrow("location");
    await client.close();
    const bare = await connectV1(await withScopes("tasks", app));
    await expect(bare.callTool(remember)).rejects.toThrow("location");
    await bare.close();
    const able = await connectV1(await withScopes("location", app));
    expect((await able.callTool(remember)).isError).toBeFalsy();
    await able.close();
  });

  it("answers as outside of one", async () => {
    const id = await sessionOf(app);
    const headers = { "mcp-session-id": id };
    const refused = await legacy("tools/call", remember, { headers, fetch: app });
    expectRefusal(refused, 401, "location");
  });

  it("belongs to whoever opened it, and so does what is remembered", async () => {
    const [ada, bob] = await Promise.all([
      withScopes("location", app),
      withScopes("location", app),
    ]);
    const id = await sessionOf(ada!);
    const headers = { "mcp-session-id": id };
    const call = async (params: object, fetch: Fetch, more = {}) =>
      legacy("tools/call", { ...params }, { fetch, headers: more });
    expect((await call(remember, ada!, headers)).body.result).toMatchObject({
      structuredContent: {},
    });

    for (const other of [bob!, app]) {
      const { status, body } = await call(locate, other, headers);
      expect(status).toBe(404);
      const made = await call(locate, other, { "mcp-session-id": "made up" });
      expect(body).toEqual(made.body);
      const ended = await other(new Request(ENDPOINT, { method: "DELETE", headers }));
      expect(ended.status).toBe(404);
    }
    const place = async (fetch: Fetch) => {
      const { body } = await call(locate, fetch);
      return (body.result!.structuredContent as { location: object } | undefined)?.location;
    };
    expect(await place(ada!)).toMatchObject({ source: "remembered", latitude: 48.85 });
    expect(await place(bob!)).toBeUndefined();
    // What the end of a session deletes is the session's, not the subject's.
    await ada!(new Request(ENDPOINT, { method: "DELETE", headers }));
    expect(await place(ada!)).toMatchObject({ source: "remembered" });
  });

  async function sessionOf(fetch: Fetch): Promise<string> {
    const clientInfo = { name: "test", version: "1" };
    const hello = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
    const { status, headers } = await legacy("initialize", hello, { fetch });
    expect(status).toBe(200);
    return headers.get("mcp-session-id")!;
  }
});

it("a server says once what is open, and how to sign in", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  const visits = async (bindings: object) => {
    const fetch = appWith(guarded, { ANONYMOUS_SCOPES: "location places:read", ...bindings });
    for (let visit = 0; visit < 3; visit++) await modern("ping", {}, { fetch });
  };
  await visits({});
  await visits({ ADMIN_TOKEN, SIGN_IN_SCOPES: "tasks" });
  const lines = log.mock.calls.flat().map((line) => JSON.parse(line));
  log.mockRestore();
  expect(lines.filter(({ event }) => event === "access")).toEqual([
    { event: "access", open: "location places:read", sign_in: "nobody can" },
    { event: "access", open: "location places:read", sign_in: "admin_token keys oauth" },
  ]);
});
