import { createMiddleware } from "hono/factory";
import type { Principal } from "../caller.ts";
import { givableScopes } from "../config/sign-in.ts";
import type { Scope } from "../scopes.ts";
import type { Deployment } from "../services.ts";
import { authenticate } from "./authenticate/authenticate.ts";
import { admit, challengeOf } from "./challenge.ts";
import { limitRefused } from "./rate-limit.ts";

/** Whom tokens have to be for that are shown anywhere but at an MCP endpoint. */
const PATH = "/mcp";

/** What a route knows behind `requireScope`. */
export interface Authorized {
  Bindings: Deployment;
  Variables: { readonly principal: Principal };
}

/** Lets a request pass whose principal has the scope. */
export const requireScope = (scope: Scope) =>
  createMiddleware<Authorized>(async (c, next) => {
    const { config } = c.env;
    if (!givableScopes(config).has(scope)) {
      const error = `Nobody may do this here: no ADMIN_TOKEN is set, and nobody can be given the scope ${scope}. Run npx wrangler secret put ADMIN_TOKEN, or npm start locally.`;
      return c.json({ error }, 403);
    }
    const verdict = await authenticate(c.req.raw, c.env, PATH);
    if ("refused" in verdict) {
      const limited = await limitRefused(c.env, c.req.raw);
      if (limited) return limited;
    }
    const admission = admit(verdict, [scope], config);
    if ("principal" in admission) {
      c.set("principal", admission.principal);
      return next();
    }
    const resource = { url: c.req.url, path: PATH, config };
    const { status, message, header } = challengeOf(admission.denied, resource);
    const error =
      status === 401 && isOperators(scope)
        ? `The admin token is missing or wrong: send Authorization: Bearer <ADMIN_TOKEN>, or other credentials that have the scope ${scope}.`
        : message;
    return c.json({ error }, status, { "WWW-Authenticate": header });
  });

/** Whether it is the operator above all who has it. */
function isOperators(scope: Scope): boolean {
  return scope === "places:write" || scope === "admin";
}
