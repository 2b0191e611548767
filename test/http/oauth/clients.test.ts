import { env } from "cloudflare:workers";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as TransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { CfWorkerJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/cfworker";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Browser, tickedBoxes } from "../../support/browser.ts";
import { ENDPOINT, type Fetch, ORIGIN } from "../../support/client.ts";
import { serveElsewhere } from "../../support/elsewhere.ts";
import { allowInBrowser, ClientMemory, whileSomebodyAllows } from "../../support/oauth-client.ts";
import {
  appWhereOneSignsIn,
  invite,
  CALLBACK as PROGRAM_CALLBACK,
  Program,
  signedIn,
} from "../../support/sign-in.ts";

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

describe("the document of a client", () => {
  /** A client with tokens, and how often its document was asked for since. */
  async function documented(answer: () => Response) {
    const program = new Program(closed);
    program.id = DOCUMENT;
    const serve = vi.fn(() => Response.json(documentOf(PROGRAM_CALLBACK)));
    serveElsewhere({ [DOCUMENT]: serve });
    const page = await program.ask();
    const code = await invite(env, ["places:read"]);
    const fields = { scope: "places:read", code, decision: "allow" };
    const tokens = await program.redeem(await program.browser.send(page, fields));
    serve.mockReset().mockImplementation(answer);
    return { program, tokens, serve };
  }

  it("is not fetched for anybody who has no grant of that client", async () => {
    const { tokens, serve } = await documented(() => Response.json({}));
    const ask = async (form: Record<string, string>, headers: Record<string, string> = {}) => {
      const init = { method: "POST", body: new URLSearchParams(form), headers };
      const answer = await closed(new Request(`${ORIGIN}/oauth/token`, init));
      return [answer.status, await answer.text()];
    };
    const refusal = { error: "invalid_grant", error_description: "Grant not found" };
    const refused = [400, JSON.stringify(refusal)];
    const code = { grant_type: "authorization_code", code: "x", code_verifier: "x".repeat(43) };
    expect(await ask({ ...code, client_id: DOCUMENT })).toEqual(refused);
    const basic = btoa(`${encodeURIComponent(DOCUMENT)}:x`);
    expect(await ask(code, { authorization: `Basic ${basic}` })).toEqual(refused);
    const assertion = `${btoa('{"alg":"ES256"}')}.${btoa(JSON.stringify({ iss: DOCUMENT }))}.x`;
    const type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    const asserted = { client_assertion: assertion, client_assertion_type: type };
    expect(await ask({ ...code, ...asserted })).toEqual(refused);
    const refresh = { grant_type: "refresh_token", refresh_token: tokens.refresh_token };
    expect(await ask({ ...refresh, client_id: "https://client.example/" })).toEqual(refused);
    expect(await ask({ token: "x", client_id: DOCUMENT })).toEqual([200, ""]);
    expect(serve).not.toHaveBeenCalled();
  });

  it("that cannot be read for a while is no reason to throw tokens away: 503", async () => {
    const { program, tokens, serve } = await documented(() => new Response("", { status: 500 }));
    expect(await program.refresh(tokens.refresh_token)).toMatchObject({
      error: "temporarily_unavailable",
    });
    serve.mockImplementation(() => Response.json(documentOf(PROGRAM_CALLBACK)));
    expect((await program.refresh(tokens.refresh_token)).scope).toBe("places:read");
  });
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
