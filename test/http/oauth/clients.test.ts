import { env } from "cloudflare:workers";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as TransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { CfWorkerJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/cfworker";
import { afterEach, expect, it, vi } from "vitest";
import { Browser, tickedBoxes } from "../../support/browser.ts";
import { ENDPOINT, type Fetch, ORIGIN } from "../../support/client.ts";
import { serveElsewhere } from "../../support/elsewhere.ts";
import { allowInBrowser, ClientMemory, whileSomebodyAllows } from "../../support/oauth-client.ts";
import { appWhereOneSignsIn, invite, signedIn } from "../../support/sign-in.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** Everybody signs in, and sees nothing before. */
const closed = appWhereOneSignsIn({ ANONYMOUS_SCOPES: "" });
const CALLBACK = "http://localhost:33418/callback";
const DOCUMENT = "https://client.example/metadata.json";

const documentOf = (redirectUri: string) => ({
  client_id: DOCUMENT,
  client_name: "A real client",
  redirect_uris: [redirectUri],
  token_endpoint_auth_method: "none",
  grant_types: ["authorization_code", "refresh_token"],
  response_types: ["code"],
});

const fetchOf = (app: Fetch) => async (url: string | URL | Request, init?: RequestInit) =>
  app(new Request(url, init));

/** What whoami tells. */
async function whoIs(client: Client): Promise<{ readonly scopes: readonly string[] }> {
  const { structuredContent } = await client.callTool({ name: "whoami", arguments: {} });
  return structuredContent as { scopes: string[] };
}

it("the v2 client finds out, describes itself by its document, signs in, calls, gets more, refreshes, ends", async () => {
  serveElsewhere({ [DOCUMENT]: () => Response.json(documentOf(CALLBACK)) });
  const memory = new ClientMemory(CALLBACK, DOCUMENT);
  const browser = new Browser(closed, ORIGIN);
  let transport!: StreamableHTTPClientTransport;
  const connect = async () => {
    const client = new Client(
      { name: "test", version: "1" },
      { versionNegotiation: { mode: "auto" } },
    );
    transport = new StreamableHTTPClientTransport(new URL(ENDPOINT), {
      authProvider: memory as never,
      fetch: fetchOf(closed),
    });
    await client.connect(transport);
    return client;
  };
  const allow = (scopes: readonly string[]) => async () => {
    const code = await invite(env, ["places:read", "location", "tasks"]);
    const parameters = await allowInBrowser(browser, memory, async () => ({ scope: scopes, code }));
    await transport.finishAuth(parameters);
  };

  const client = await whileSomebodyAllows(connect, allow(["location"]));
  expect(memory.information).toMatchObject({ client_id: DOCUMENT });
  const first = await whoIs(client);
  expect(first).toMatchObject({ scopes: ["location"] });

  const call = () => client.callTool({ name: "get_place", arguments: { id: "shops/1" } });
  const answer = await whileSomebodyAllows(call, async () => {
    const page = await browser.open(memory.sentTo!);
    expect(tickedBoxes(page)).toContain("places:read");
    await allow(["places:read", "location"])();
  });
  // The call has come through: that there is no such place is its own answer.
  expect(answer).toMatchObject({ isError: true });
  expect((await whoIs(client)).scopes).toEqual(expect.arrayContaining(["places:read", "location"]));

  const { access_token, refresh_token } = memory.saved!;
  memory.saved = { ...memory.saved!, access_token: access_token.replace(/.{5}$/, "wrong") };
  expect((await whoIs(client)).scopes).toContain("places:read");
  expect(memory.saved!.access_token).not.toBe(access_token);
  expect(memory.saved!.refresh_token).not.toBe(refresh_token);

  const form = { client_id: DOCUMENT, token: memory.saved!.refresh_token! };
  const end = { method: "POST", body: new URLSearchParams(form) };
  expect((await closed(new Request(`${ORIGIN}/oauth/token`, end))).status).toBe(200);
  await expect(whoIs(client)).rejects.toThrow();
});

it("the client that most assistants ship registers, signs in, calls and refreshes", async () => {
  const memory = new ClientMemory(CALLBACK);
  const browser = new Browser(closed, ORIGIN);
  let transport!: TransportV1;
  const connect = async () => {
    const client = new ClientV1(
      { name: "test", version: "1" },
      { jsonSchemaValidator: new CfWorkerJsonSchemaValidator() },
    );
    transport = new TransportV1(new URL(`${ORIGIN}/chatgpt/mcp`), {
      authProvider: memory as never,
      fetch: fetchOf(closed),
    });
    await client.connect(transport as Parameters<ClientV1["connect"]>[0]);
    return client;
  };
  const client = await whileSomebodyAllows(connect, async () => {
    const code = await invite(env, ["places:read", "location"]);
    const parameters = await allowInBrowser(browser, memory, async (page) => ({
      scope: tickedBoxes(page),
      code,
    }));
    await transport.finishAuth(parameters.get("code")!);
  });
  const { tools } = await client.listTools();
  expect(tools.length).toBeGreaterThan(0);
  memory.saved = {
    ...memory.saved!,
    access_token: `${memory.saved!.access_token.slice(0, -5)}wrong`,
  };
  expect((await client.listTools()).tools).toEqual(tools);
});

it("a token of one endpoint is refused by the other", async () => {
  const { tokens } = await signedIn(closed, ["places:read"], { resource: undefined });
  const statusAt = async (path: string) => {
    const request = new Request(`${ORIGIN}${path}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${tokens.access_token}`,
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
    });
    return (await closed(request)).status;
  };
  expect(await statusAt("/mcp")).toBe(200);
  expect(await statusAt("/chatgpt/mcp")).toBe(401);
});

it("a store that fails is not the token's fault", async () => {
  const { tokens } = await signedIn(closed, ["places:read"]);
  const request = () =>
    new Request(ENDPOINT, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${tokens.access_token}`,
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
    });
  const broken = new Proxy(env.OAUTH_KV, {
    get: () => () => {
      throw new Error("KV GET failed: 500");
    },
  });
  const app = appWhereOneSignsIn({ ANONYMOUS_SCOPES: "", OAUTH_KV: broken });
  const answer = await app(request());
  expect(answer.status).toBe(503);
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  const form = { grant_type: "authorization_code", code: "a:b:c", client_id: "someone" };
  const asked = { method: "POST", body: new URLSearchParams(form) };
  const refused = await app(new Request(`${ORIGIN}/oauth/token`, asked));
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({ error: "temporarily_unavailable" });
});
