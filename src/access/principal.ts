import { createMiddleware } from "hono/factory";
import type { Principal } from "../caller.ts";
import type { Config } from "../config/config.ts";
import type { Scope } from "../scopes.ts";

/** What everybody may do who shows nothing. */
const ANONYMOUS: Principal = {
  subject: undefined,
  scopes: ["places:read", "location"],
  credential: "none",
  expiresAtMs: undefined,
};

const ADMIN: Principal = {
  subject: "admin",
  scopes: [...ANONYMOUS.scopes, "places:write", "admin"],
  credential: "admin token",
  expiresAtMs: undefined,
};

/** Who asks, by the credentials of the request. */
export async function authenticate(
  request: Request,
  { adminToken }: Pick<Config, "adminToken">,
): Promise<Principal> {
  const [, given] = /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "") ?? [];
  if (given === undefined || adminToken === undefined) return ANONYMOUS;
  return (await isSame(given, adminToken)) ? ADMIN : ANONYMOUS;
}

interface Protected {
  Bindings: { readonly config: Config };
}

/** Lets a request pass whose principal has the scope. */
export const requireScope = (scope: Scope) =>
  createMiddleware<Protected>(async (c, next) => {
    const principal = await authenticate(c.req.raw, c.env.config);
    if (principal.scopes.includes(scope)) return next();
    if (c.env.config.adminToken === undefined) {
      const error =
        "This server takes no imports: no ADMIN_TOKEN is set. Run npx wrangler secret put ADMIN_TOKEN, or npm start locally.";
      return c.json({ error }, 403);
    }
    const error = "The admin token is missing or wrong: send Authorization: Bearer <ADMIN_TOKEN>.";
    return c.json({ error }, 401, { "WWW-Authenticate": "Bearer" });
  });

/** Takes the same time whatever is given: digests of one length are compared, all of them. */
async function isSame(given: string, wanted: string): Promise<boolean> {
  const [a, b] = await Promise.all([given, wanted].map(digest));
  return crypto.subtle.timingSafeEqual(a!, b!);
}

function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
}
