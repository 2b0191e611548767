import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Metrics } from "../../../src/observe/metrics.ts";
import { Browser, textOf, tickedBoxes } from "../../support/browser.ts";
import { ORIGIN } from "../../support/client.ts";
import { serveElsewhere } from "../../support/elsewhere.ts";
import { appWhereOneSignsIn, CALLBACK, invite, Program } from "../../support/sign-in.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const app = appWhereOneSignsIn();

async function registered(metadata: Readonly<Record<string, unknown>> = {}): Promise<Program> {
  const program = new Program(app);
  await program.register(metadata);
  return program;
}

describe("the page for consent", () => {
  it("tells who asks, where access goes, and what for, in words", async () => {
    const program = await registered({
      client_name: "<b>Evil</b> “Program”\u202e",
      redirect_uris: ["https://app.example/callback"],
    });
    const page = await program.ask({
      redirect_uri: "https://app.example/callback",
      scope: "places:write nonsense",
    });
    expect(page.status).toBe(200);
    expect(page.html).toContain('<html lang="en">');
    expect(page.html).not.toMatch(/<script|<b>|\u202e|onclick/);
    const text = textOf(page);
    expect(text).toContain(
      '“<b>Evil</b> "Program"”'.replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
    );
    expect(text).toContain("not verified");
    expect(text).toContain("app.example");
    expect(text).not.toContain("on this computer");
    expect(text).toContain("Change the data");
    expect(text).toContain("Run the server");
    expect(tickedBoxes(page)).toEqual(["places:write"]);
  });

  it("has the usual scopes ticked if none is asked for", async () => {
    const program = await registered();
    const page = await program.ask();
    expect(tickedBoxes(page)).toEqual(["places:read", "location"]);
    expect(textOf(page)).toContain("a program on this computer");
  });

  it("loads nothing, is framed by nobody, and lets its form end at the program", async () => {
    const { headers } = await (await registered()).ask();
    const policy = headers.get("content-security-policy")!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self' http://127.0.0.1:7777;");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("referrer-policy")).toBe("same-origin");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("set-cookie")).toMatch(/^__Host-.*Secure; HttpOnly; SameSite=Lax/);
  });

  it.each([
    ["http://127.0.0.1/callback", "http://127.0.0.1:50123/callback"],
    ["http://localhost:1234/callback", "http://localhost:50123/callback"],
    ["http://[::1]/callback", "http://[::1]:50123/callback"],
    ["https://claude.ai/api/mcp/auth_callback", undefined],
    ["https://chatgpt.com/connector_platform_oauth_redirect", undefined],
  ])("leads back to %s", async (redirectUri, used = redirectUri) => {
    const program = await registered({
      redirect_uris: ["cursor://anysphere.cursor-mcp/oauth/callback", redirectUri],
    });
    const page = await program.ask({ redirect_uri: used, scope: "tasks" });
    const fields = { scope: "tasks", code: await invite(env, ["tasks"]), decision: "allow" };
    const end = await program.browser.send(page, fields);
    expect(end.status).toBe(303);
    const led = new URL(end.location!);
    expect(led.origin + led.pathname).toBe(used);
    expect(Object.fromEntries(led.searchParams)).toMatchObject({ state: "the state", iss: ORIGIN });
    expect((await program.redeem(end, used)).scope).toBe("tasks");
  });

  it("is asked again, with what was ticked, after a wrong code", async () => {
    const program = await registered();
    const code = await invite(env, ["tasks"]);
    let page = await program.ask();
    for (const wrong of ["", "0000-0000-0000-0000", "x".repeat(1_000)]) {
      page = await program.browser.send(page, { scope: "tasks", code: wrong, decision: "allow" });
      expect(page.status).toBe(400);
      expect(textOf(page)).toContain("This invitation code is not known");
      expect(tickedBoxes(page)).toEqual(["tasks"]);
    }
    const typed = code.toLowerCase().replaceAll("-", " ");
    const end = await program.browser.send(page, {
      scope: "tasks",
      code: typed,
      decision: "allow",
    });
    expect(end.status).toBe(303);
    // It was good for one.
    const next = await program.browser.send(await program.ask(), { code, decision: "allow" });
    expect(next.status).toBe(400);
  });

  it("tells the program of a refusal", async () => {
    const program = await registered();
    const end = await program.browser.send(await program.ask(), { decision: "deny" });
    expect(end.status).toBe(303);
    const { searchParams } = new URL(end.location!);
    const told = { error: "access_denied", state: "the state", iss: ORIGIN };
    expect(Object.fromEntries(searchParams)).toMatchObject(told);
  });

  it("is good once, in its browser, from our page", async () => {
    const program = await registered();
    const page = await program.ask();
    const foreign = { origin: "https://evil.example" };
    const deny = { decision: "deny" };
    expect((await program.browser.send(page, deny, foreign)).status).toBe(403);
    expect((await program.browser.send(page, deny, { origin: "null" })).status).toBe(403);
    const other = await new Browser(app, ORIGIN).send(page, deny);
    expect([other.status, other.location]).toEqual([400, undefined]);
    expect(textOf(other)).toContain("start signing in again");
    expect((await program.browser.send(page, deny)).status).toBe(303);
    const again = await program.browser.send(page, deny);
    expect([again.status, again.location]).toEqual([400, undefined]);
  });

  it.each([
    ["application/json", "{"],
    ["multipart/form-data; boundary=a", "no part"],
  ])("takes no %s for a form", async (type, body) => {
    const init = { method: "POST", headers: { "content-type": type }, body };
    const answer = await app(new Request(`${ORIGIN}/oauth/consent`, init));
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining("start")]);
  });

  it("is over when what was kept of it is", async () => {
    const program = await registered();
    const page = await program.ask();
    const { keys } = await env.OAUTH_KV.list({ prefix: "transaction:" });
    for (const { name } of keys) await env.OAUTH_KV.delete(name);
    const late = await program.browser.send(page, { decision: "allow" });
    expect(late.status).toBe(400);
    expect(textOf(late)).toContain("start signing in again");
  });
});

describe("a page, and no redirect, for", () => {
  it.each([
    ["an address that is not registered", { redirect_uri: "https://evil.example/callback" }],
    ["an address of another scheme", { redirect_uri: "cursor://anysphere.cursor-mcp/callback" }],
    ["an unknown program", { client_id: "nobody" }],
    ["no program", { client_id: undefined }],
    ["a program with an endless name", { client_id: "x".repeat(5_000) }],
  ])("%s", async (_, changes) => {
    const page = await (await registered()).ask(changes);
    expect([page.status, page.location]).toEqual([400, undefined]);
    expect(textOf(page)).toContain("This sign-in cannot go on");
  });

  it("a bad request of a program elsewhere: anybody can register one", async () => {
    const redirect_uri = "https://evil.example/callback";
    const program = await registered({ redirect_uris: [redirect_uri] });
    const page = await program.ask({ redirect_uri, response_type: "token" });
    expect([page.status, page.location]).toEqual([400, undefined]);
    expect(textOf(page)).toContain("Back to evil.example");
  });

  it("but a program on this computer is told", async () => {
    const { location } = await (await registered()).ask({ resource: "https://other.example/mcp" });
    expect(new URL(location!).searchParams.get("error")).toBe("invalid_target");
  });

  const DOCUMENT = "https://client.example/metadata.json";
  const good = { client_id: DOCUMENT, client_name: "Documented", redirect_uris: [CALLBACK] };

  it.each<[string, string, () => Response]>([
    ["too large", DOCUMENT, () => Response.json({ ...good, filler: "x".repeat(6_000) })],
    ["not JSON", DOCUMENT, () => new Response("<html>")],
    ["not there", DOCUMENT, () => new Response("", { status: 404 })],
    ["redirected", DOCUMENT, () => Response.redirect("https://elsewhere.example/x", 302)],
    ["of another id", DOCUMENT, () => Response.json({ ...good, client_id: `${DOCUMENT}2` })],
    ["of a failing host", DOCUMENT, () => Promise.reject(new Error("gone")) as never],
    ["private", "https://10.0.0.1/metadata.json", () => Response.json(good)],
    ["private, without a path", "https://10.0.0.1/", () => new Response("asked", { status: 599 })],
  ])("a document that is %s", async (_, address, answer) => {
    serveElsewhere({
      [address]: answer,
      "https://elsewhere.example/x": () => Response.json(good),
    });
    const program = await registered();
    const count = vi.spyOn(Metrics.prototype, "count");
    const page = await program.ask({ client_id: address });
    expect([page.status, page.location]).toEqual([400, undefined]);
    const event = "client_document_refused";
    expect(count).toHaveBeenCalledWith("hereabouts_oauth_events_total", { event });
    expect(textOf(page)).toMatch(/Its maker has to mend this: (?!.*599)/);
  });

  it("a document at what is no address, which the log does not repeat", async () => {
    const warn = vi.spyOn(console, "warn");
    serveElsewhere({ [DOCUMENT]: () => Response.json(good) });
    const page = await (await registered()).ask({ client_id: `${DOCUMENT}\n{"event":"forged"}` });
    expect([page.status, page.location]).toEqual([400, undefined]);
    expect(warn).not.toHaveBeenCalled();
  });

  it("a document that is slow", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    serveElsewhere({ [DOCUMENT]: () => new Promise(() => {}) });
    const asked = (await registered()).ask({ client_id: DOCUMENT });
    await vi.advanceTimersByTimeAsync(10_000);
    vi.useRealTimers();
    expect(textOf(await asked)).toContain("Its maker has to mend this");
  });

  it("a good document is verified by its domain", async () => {
    serveElsewhere({ [DOCUMENT]: () => Response.json(good) });
    const text = textOf(await (await registered()).ask({ client_id: DOCUMENT }));
    expect(text).toContain("“Documented”, published by client.example , which is verified");
  });
});

describe("registration", () => {
  it.each([
    ["no address", { redirect_uris: [] }, "invalid_client_metadata"],
    ["an address of plain http", { redirect_uris: ["http://app.example/"] }, "invalid_"],
    ["a script for an address", { redirect_uris: ["javascript:alert(1)"] }, "invalid_"],
    ["a grant that is not offered", { grant_types: ["password"] }, "invalid_client_metadata"],
  ])("refuses %s", async (_, metadata, error) => {
    const answer = await new Program(app).register(metadata);
    expect(answer.status).toBe(400);
    const body = await answer.json<{ error: string }>();
    expect(body.error).toContain(error);
  });

  it("can be asked for by any web page, like the metadata and tokens", async () => {
    const headers = { origin: "https://inspector.example" };
    const paths = [
      "/.well-known/oauth-protected-resource",
      "/.well-known/oauth-protected-resource/mcp",
      "/.well-known/oauth-protected-resource/chatgpt/mcp",
      "/.well-known/oauth-authorization-server",
      "/.well-known/oauth-authorization-server/mcp",
      "/.well-known/oauth-authorization-server/chatgpt/mcp",
    ];
    for (const path of paths) {
      for (const method of ["GET", "HEAD"]) {
        const answer = await app(new Request(ORIGIN + path, { method, headers }));
        expect([path, method, answer.status]).toEqual([path, method, 200]);
        expect(answer.headers.get("access-control-allow-origin")).toBe("*");
        expect((await answer.text()) === "").toBe(method === "HEAD");
      }
    }
    for (const path of ["/oauth/register", "/oauth/token", paths[0]!]) {
      const preflight = {
        method: "OPTIONS",
        headers: { ...headers, "access-control-request-method": "POST" },
      };
      const answer = await app(new Request(ORIGIN + path, preflight));
      expect([path, answer.status]).toEqual([path, 204]);
      expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    }
  });
});

it("issuer, resource and servers are the same texts everywhere", async () => {
  const ask = async (path: string) =>
    (await app(new Request(`${ORIGIN}/.well-known/${path}`))).json<Record<string, unknown>>();
  for (const path of ["/mcp", "/chatgpt/mcp"]) {
    const resource = await ask(`oauth-protected-resource${path}`);
    expect(resource).toMatchObject({
      resource: `${ORIGIN}${path}`,
      authorization_servers: [ORIGIN],
    });
    const server = await ask(`oauth-authorization-server${path}`);
    expect(server).toEqual(await ask("oauth-authorization-server"));
    expect(server).toMatchObject({
      issuer: ORIGIN,
      authorization_endpoint: `${ORIGIN}/authorize`,
      token_endpoint: `${ORIGIN}/oauth/token`,
      registration_endpoint: `${ORIGIN}/oauth/register`,
      client_id_metadata_document_supported: true,
      code_challenge_methods_supported: ["S256"],
      scopes_supported: expect.arrayContaining(["places:write", "offline_access"]),
    });
  }
});

it("has none of it where nobody can sign in", async () => {
  const off = appWhereOneSignsIn({ ADMIN_TOKEN: "" });
  for (const path of [
    "/.well-known/oauth-protected-resource/mcp",
    "/.well-known/oauth-authorization-server",
  ]) {
    const answer = await off(new Request(ORIGIN + path));
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({
      error: expect.stringContaining("Nobody signs in"),
    });
  }
  expect((await off(new Request(`${ORIGIN}/authorize?client_id=x`))).status).toBe(404);
});
