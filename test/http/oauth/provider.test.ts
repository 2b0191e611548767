import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { Metrics } from "../../../src/observe/metrics.ts";
import { type Shown, textOf } from "../../support/browser.ts";
import { ORIGIN } from "../../support/client.ts";
import { serveElsewhere } from "../../support/elsewhere.ts";
import { appWhereOneSignsIn, CALLBACK, Program } from "../../support/sign-in.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const SETTINGS = {
  ADMIN_TOKEN: "",
  SIGN_IN_ISSUER: inject("openIdProvider"),
  SIGN_IN_CLIENT_ID: "hereabouts",
  SIGN_IN_CLIENT_SECRET: "a secret between the two",
  SIGN_IN_ALLOWED: "@example.com Boss@other.example",
};

/** What of signing in has been counted since. */
function eventsCounted(): () => unknown[] {
  const count = vi.spyOn(Metrics.prototype, "count");
  const ofSignIn = ([name]: unknown[]) => name === "hereabouts_oauth_events_total";
  return () => count.mock.calls.filter(ofSignIn).map(([, labels]) => Object(labels).event);
}

/** A program's person who has allowed the scope, and is now at the provider. */
async function sentToProvider(
  settings: Readonly<Record<string, string>> = {},
): Promise<{ readonly program: Program; readonly sent: Shown }> {
  const program = new Program(appWhereOneSignsIn({ ...SETTINGS, ...settings }));
  await program.register();
  const page = await program.ask({ scope: "tasks" });
  expect(page.html).not.toContain('name="code"');
  const { protocol, origin } = new URL(settings.SIGN_IN_ISSUER ?? SETTINGS.SIGN_IN_ISSUER);
  const target = protocol === "https:" ? protocol : origin;
  const policy = page.headers.get("content-security-policy");
  expect(policy).toContain(`form-action 'self' http://127.0.0.1:7777 ${target};`);
  const fields = { scope: ["tasks", "admin"], decision: "allow" };
  return { program, sent: await program.browser.send(page, fields) };
}

/** What the provider does with somebody: the address that it leads them back to. */
async function atProvider({ location }: Shown, who: string): Promise<string> {
  const url = new URL(location!);
  if (who !== "") url.searchParams.set("login_hint", who);
  const cookies = new Map<string, string>();
  for (let next = url; ; ) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(next, { headers: { cookie }, redirect: "manual" });
    for (const one of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(one)!;
      cookies.set(name!, value!);
    }
    const led = response.headers.get("location");
    if (led === null) throw new Error(`${response.status} ${await response.text()}`);
    next = new URL(led, next);
    if (next.origin === ORIGIN) return next.href;
  }
}

describe("by a real provider", () => {
  it.each(["anna@example.com", "ANNA@EXAMPLE.COM", "boss@other.example"])(
    "%s signs in",
    async (who) => {
      const { program, sent } = await sentToProvider();
      expect(sent.status).toBe(303);
      const end = await program.browser.open(await atProvider(sent, who));
      expect(end.location).toContain(CALLBACK);
      const tokens = await program.redeem(end);
      expect(tokens.scope).toBe("tasks");
      expect((await program.refresh(tokens.refresh_token)).scope).toBe("tasks");
    },
  );

  it.each(["eve@evil.example", "eve@example.com.evil.example", "unverified@example.com"])(
    "%s does not",
    async (who) => {
      const { program, sent } = await sentToProvider();
      const events = eventsCounted();
      const end = await program.browser.open(await atProvider(sent, who));
      expect([end.status, end.location]).toEqual([403, undefined]);
      expect(events()).toEqual(["upstream_signed_in", "upstream_refused"]);
      expect(textOf(end)).toContain("You may not sign in here");
    },
  );

  it("everybody does if that is set", async () => {
    const { program, sent } = await sentToProvider({ SIGN_IN_ALLOWED: "*" });
    const end = await program.browser.open(await atProvider(sent, "eve@evil.example"));
    expect((await program.redeem(end)).scope).toBe("tasks");
  });

  it("somebody who does not want to is told to the program", async () => {
    const { program, sent } = await sentToProvider();
    const events = eventsCounted();
    const end = await program.browser.open(await atProvider(sent, ""));
    expect(events()).toEqual(["upstream_refused"]);
    expect(new URL(end.location!).searchParams.get("error")).toBe("access_denied");
  });

  it("an answer is good once, and in the browser that asked", async () => {
    const { program, sent } = await sentToProvider();
    const answer = await atProvider(sent, "anna@example.com");
    const { program: other } = await sentToProvider();
    expect((await other.browser.open(answer)).status).toBe(400);
    expect((await program.browser.open(answer)).status).toBe(303);
    expect((await program.browser.open(answer)).status).toBe(400);
  });

  it("who is taken off the list is out", async () => {
    const { program, sent } = await sentToProvider();
    const end = await program.browser.open(await atProvider(sent, "anna@example.com"));
    const tokens = await program.redeem(end);
    const statusIn = async (settings: Readonly<Record<string, string>>) => {
      const app = appWhereOneSignsIn({ ...SETTINGS, ANONYMOUS_SCOPES: "", ...settings });
      const headers = {
        "content-type": "application/json",
        authorization: `Bearer ${tokens.access_token}`,
      };
      const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
      return (await app(new Request(`${ORIGIN}/mcp`, { method: "POST", headers, body }))).status;
    };
    expect(await statusIn({})).toBe(200);
    expect(await statusIn({ SIGN_IN_ALLOWED: "boss@other.example" })).toBe(401);
    const strict = new Program(
      appWhereOneSignsIn({ ...SETTINGS, SIGN_IN_ALLOWED: "@other.example" }),
    );
    strict.id = program.id;
    expect((await strict.refresh(tokens.refresh_token)).error).toBe("invalid_grant");
  });
});

describe("a provider that", () => {
  it.each([
    ["is not there", "http://127.0.0.1:9"],
    ["is none", inject("upstreamServer")],
  ])("%s is not the person's fault", async (_, issuer) => {
    const events = eventsCounted();
    const { sent } = await sentToProvider({ SIGN_IN_ISSUER: issuer });
    expect(events().at(-1)).toBe("upstream_failed");
    expect([sent.status, sent.location]).toEqual([503, undefined]);
    expect(sent.headers.get("retry-after")).not.toBeNull();
  });

  const ISSUER = "https://id.example";
  const good = { iss: ISSUER, aud: "hereabouts", sub: "anna" };
  const claims = { email: "anna@example.com", email_verified: true };

  /** Where somebody is led with a token of that provider, which differs from a good one. */
  async function signedInWith(changes: object, signedBy?: string): Promise<Shown> {
    const keys = await generateKeyPair("RS256", { extractable: true });
    const foreign = await generateKeyPair("RS256");
    let nonce = "";
    serveElsewhere({
      [`${ISSUER}/.well-known/openid-configuration`]: () =>
        Response.json({
          issuer: ISSUER,
          authorization_endpoint: `${ISSUER}/authorize`,
          token_endpoint: `${ISSUER}/token`,
          jwks_uri: `${ISSUER}/keys`,
        }),
      [`${ISSUER}/keys`]: async () => Response.json({ keys: [await exportJWK(keys.publicKey)] }),
      [`${ISSUER}/token`]: async () => {
        const nowSeconds = Math.floor(Date.now() / 1_000);
        const payload = {
          ...good,
          ...claims,
          nonce,
          iat: nowSeconds,
          exp: nowSeconds + 60,
          ...changes,
        };
        const alg = signedBy === "HS256" ? "HS256" : "RS256";
        const secret = new TextEncoder().encode(SETTINGS.SIGN_IN_CLIENT_SECRET.repeat(2));
        const key = signedBy === "foreign" ? foreign.privateKey : keys.privateKey;
        const token = new SignJWT(payload).setProtectedHeader({ alg });
        return Response.json({ id_token: await token.sign(alg === "HS256" ? secret : key) });
      },
    });
    const { program, sent } = await sentToProvider({ SIGN_IN_ISSUER: ISSUER });
    const { searchParams } = new URL(sent.location!);
    nonce = searchParams.get("nonce")!;
    const back = `${ORIGIN}/oauth/callback?code=x&state=${searchParams.get("state")}`;
    return program.browser.open(back);
  }

  it("sends a good token is believed", async () => {
    expect((await signedInWith({})).location).toContain(CALLBACK);
  });

  it.each<[string, object, string?]>([
    ["a nonce of another sign-in", { nonce: "other" }],
    ["another issuer", { iss: "https://evil.example" }],
    ["another audience", { aud: "other" }],
    ["two audiences, for the other", { aud: ["hereabouts", "other"], azp: "other" }],
    ["its end long ago", { exp: 1_000_000_000 }],
    ["no subject", { sub: undefined }],
    ["a foreign key", {}, "foreign"],
    ["a shared secret", {}, "HS256"],
  ])("sends a token with %s is not believed", async (_, changes, signedBy) => {
    const events = eventsCounted();
    const end = await signedInWith(changes, signedBy);
    expect(events().at(-1)).toBe("upstream_refused");
    expect([end.status, end.location]).toEqual([502, undefined]);
    expect(textOf(end)).toContain("could not be signed in");
  });
});
