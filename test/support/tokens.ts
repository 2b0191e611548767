import { type JWTPayload, SignJWT } from "jose";
import { catalog } from "../../src/mcp/catalog.ts";
import { appWith } from "./app.ts";
import { ENDPOINT, type Fetch } from "./client.ts";

export const ISSUER = "https://id.example.com";
export const SHARED_SECRET = "thirty-two characters at the least";

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** Somebody who shows this with every request. */
export function showing(authorization: string | undefined, fetch: Fetch): Fetch {
  return (request) => {
    const headers = new Headers(request.headers);
    if (authorization !== undefined) headers.set("authorization", authorization);
    return fetch(new Request(request, { headers }));
  };
}

/** What a good token for the server of the tests says. */
export function claimsOf(claims: Readonly<Record<string, unknown>> = {}): JWTPayload {
  const now = Math.floor(Date.now() / 1_000);
  return { iss: ISSUER, aud: ENDPOINT, sub: "ada", iat: now, exp: now + 300, ...claims };
}

/** A token signed with the shared secret. */
export function sharedToken(
  claims: Readonly<Record<string, unknown>> = {},
  secret = SHARED_SECRET,
): Promise<string> {
  const key = new TextEncoder().encode(secret);
  return new SignJWT(claimsOf(claims)).setProtectedHeader({ alg: "HS256" }).sign(key);
}

/** The production app, which takes tokens signed with the shared secret. */
export function appWithTokens(bindings: Readonly<Record<string, string>> = {}): Fetch {
  return appWith(catalog, { JWT_ISSUER: ISSUER, JWT_SECRET: SHARED_SECRET, ...bindings });
}
