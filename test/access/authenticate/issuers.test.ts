import { SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type Fetch, ORIGIN } from "../../support/client.ts";
import { Issuer } from "../../support/issuer.ts";
import { modern } from "../../support/rpc.ts";
import { bearer, claimsOf } from "../../support/tokens.ts";

/** The clock by which keys age, and by which a server that failed is asked again, goes on; nobody waits for it. */
function goOn(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

beforeAll(() => void vi.useFakeTimers({ toFake: ["Date"] }));
// All issuers are on one server, and those of other tests have failed.
beforeEach(() => goOn(60_000));
afterAll(() => void vi.useRealTimers());

const ask = (token: string, fetch: Fetch) =>
  modern("tools/call", { name: "whoami", arguments: {} }, { headers: bearer(token), fetch });
const statusOf = async (token: string, fetch: Fetch) => (await ask(token, fetch)).status;

describe("the keys of an issuer", () => {
  it.each(["RS256", "PS256", "ES256", "EdDSA"])("may be for %s", async (algorithm) => {
    const issuer = new Issuer();
    await issuer.hasKey("one", algorithm);
    const { body } = await ask(await issuer.token("one"), issuer.app());
    expect(body.result!.structuredContent).toMatchObject({
      subject: `jwt:${issuer.url} ada`,
      credential: "jwt",
    });
  });

  it("are for the algorithms that the deployment names", async () => {
    const issuer = new Issuer();
    await issuer.hasKey("one", "ES256");
    const only = { JWT_JWKS_URL: issuer.jwksUrl, JWT_ALGORITHMS: "RS256 EdDSA" };
    expect(await statusOf(await issuer.token("one"), issuer.app(only))).toBe(401);
    expect(await statusOf(await issuer.token("one"), issuer.app())).toBe(200);
  });

  it("are no secrets to sign with", async () => {
    const issuer = new Issuer();
    await issuer.hasKey("one", "RS256");
    const shown = issuer.shown("one");
    for (const secret of [JSON.stringify(shown), shown.n!]) {
      const forged = await new SignJWT(claimsOf({ iss: issuer.url }))
        .setProtectedHeader({ alg: "HS256", kid: "one" })
        .sign(new TextEncoder().encode(secret));
      expect(await statusOf(forged, issuer.app())).toBe(401);
    }
  });

  it("are those that it tells, not those that a token brings", async () => {
    const issuer = new Issuer();
    await issuer.hasKeys("one");
    const thief = new Issuer();
    await thief.hasKeys("one", "two");
    const claims = { iss: issuer.url };
    for (const [name, header] of [
      ["one", {}],
      ["two", {}],
      ["two", { jwk: thief.shown("two") }],
      ["two", { jku: thief.jwksUrl }],
    ] as const) {
      expect(await statusOf(await thief.token(name, claims, header), issuer.app())).toBe(401);
    }
  });

  it("need no name in the token", async () => {
    const issuer = new Issuer();
    await issuer.hasKeys("one", "two");
    const thief = new Issuer();
    await thief.hasKeys("two");
    const nameless = { kid: undefined };
    expect(await statusOf(await issuer.token("two", {}, nameless), issuer.app())).toBe(200);
    const forged = await thief.token("two", { iss: issuer.url }, nameless);
    expect(await statusOf(forged, issuer.app())).toBe(401);
  });

  it("are found by its metadata, of OpenID or of OAuth", async () => {
    for (const place of [undefined, "oauth"]) {
      const issuer = new Issuer();
      await issuer.hasKeys("one");
      if (place === undefined) await issuer.tellsMetadata();
      else await issuer.tellsOauthMetadata();
      expect(await statusOf(await issuer.token("one"), issuer.app({}))).toBe(200);
    }
  });

  it("change", async () => {
    const issuer = new Issuer();
    const fetch = issuer.app();
    await issuer.hasKeys("old");
    const old = await issuer.token("old");
    expect(await statusOf(old, fetch)).toBe(200);

    await issuer.hasKeys("new");
    const fresh = await issuer.token("new");
    // Made-up keys do not trouble the issuer: it is asked again after a while only.
    expect(await statusOf(fresh, fetch)).toBe(401);
    goOn(31_000);
    expect(await statusOf(await issuer.token("new"), fetch)).toBe(200);
    expect(await statusOf(await issuer.token("old"), fetch)).toBe(401);
  });

  it("end when the issuer takes them back", async () => {
    const issuer = new Issuer();
    await issuer.hasKeys("stolen", "good");
    expect(await statusOf(await issuer.token("stolen"), issuer.app())).toBe(200);
    await issuer.showsKeys("good");
    goOn(11 * 60_000);
    expect(await statusOf(await issuer.token("stolen"), issuer.app())).toBe(401);
    expect(await statusOf(await issuer.token("good"), issuer.app())).toBe(200);
  });
});

describe("an issuer that does not answer", () => {
  it.each<[what: string, failing: (issuer: Issuer) => Promise<void>]>([
    ["fails", (issuer) => issuer.tells("/jwks", { status: 500 })],
    ["is gone", (issuer) => issuer.tells("/jwks", { status: 404 })],
    ["is busy", (issuer) => issuer.tells("/jwks", { status: 503 })],
    ["hangs", (issuer) => issuer.tells("/jwks", { isSilent: true })],
    ["has no JSON", (issuer) => issuer.tells("/jwks", { status: 200, body: "<html>" })],
    ["has no keys", (issuer) => issuer.tellsJson("/jwks", { hello: "world" })],
    ["has too many", (issuer) => issuer.tells("/jwks", { status: 200, body: " ".repeat(600_000) })],
  ])("and %s, is no reason to throw a token away: 503", async (_, failing) => {
    const issuer = new Issuer();
    await issuer.hasKeys("one");
    const token = await issuer.token("one");
    await failing(issuer);
    const { status, headers, body } = await ask(token, issuer.app());
    expect(status).toBe(503);
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    expect(headers.has("www-authenticate")).toBe(false);
    expect(body).toMatchObject({ id: 7, error: { message: expect.stringContaining("try again") } });
    expect(JSON.stringify(body)).not.toContain(new URL(issuer.url).host);
  });

  it.each<[what: string, metadata: (issuer: Issuer) => Promise<void>]>([
    ["has no metadata", async () => {}],
    [
      "fails to tell it",
      (issuer) => issuer.tells("/.well-known/openid-configuration", { status: 500 }),
    ],
    [
      "tells that of somebody else",
      (issuer) => issuer.tellsMetadata({ issuer: "https://evil.example" }),
    ],
    ["tells no address of keys", (issuer) => issuer.tellsMetadata({ jwks_uri: "ftp://x" })],
  ])("is down for its keys, too, if it %s", async (_, metadata) => {
    const issuer = new Issuer();
    await issuer.hasKeys("one");
    await metadata(issuer);
    expect(await statusOf(await issuer.token("one"), issuer.app({}))).toBe(503);
  });

  it("does not stop those whose keys are known", async () => {
    const issuer = new Issuer();
    await issuer.hasKeys("known");
    await issuer.tellsMetadata();
    const fetch = issuer.app({});
    expect(await statusOf(await issuer.token("known"), fetch)).toBe(200);

    await issuer.tells("/jwks", { status: 500 });
    await issuer.tells("/.well-known/openid-configuration", { status: 500 });
    goOn(2 * 3_600_000);
    expect(await statusOf(await issuer.token("known"), fetch)).toBe(200);
    const thief = new Issuer();
    await thief.hasKeys("known", "new");
    const claims = { iss: issuer.url };
    expect(await statusOf(await thief.token("known", claims), fetch)).toBe(401);
    // Nobody can tell whether this key is a new one of the issuer.
    expect(await statusOf(await thief.token("new", claims), fetch)).toBe(503);
  });

  it("concerns nobody who signs in otherwise, or shows what is nothing of its own", async () => {
    const issuer = new Issuer();
    const ADMIN_TOKEN = "a secret of some length";
    const fetch = issuer.app({ JWT_JWKS_URL: issuer.jwksUrl, ADMIN_TOKEN });
    const other = new Issuer();
    await other.hasKeys("one");
    expect(await statusOf(ADMIN_TOKEN, fetch)).toBe(200);
    expect(await statusOf(await other.token("one"), fetch)).toBe(401);
    expect((await modern("tools/list", {}, { fetch })).status).toBe(200);
  });

  it("is told of by the endpoints that change data, too", async () => {
    const issuer = new Issuer();
    await issuer.hasKeys("one");
    const token = await issuer.token("one", { scope: "places:write" });
    await issuer.tells("/jwks", { status: 500 });
    const request = new Request(`${ORIGIN}/admin/collections`, { headers: bearer(token) });
    const response = await issuer.app()(request);
    expect(response.status).toBe(503);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await response.json()).toEqual({ error: expect.stringContaining("try again") });
  });
});
