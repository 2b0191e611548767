import { type Context, Hono } from "hono";
import { cors } from "hono/cors";
import { NotFound } from "../../errors.ts";
import { originOf, resourceOf } from "../../oauth/resources.ts";
import type { Scope } from "../../scopes.ts";
import type { Deployment } from "../../services.ts";
import { version } from "../../version.ts";
import { answerClient } from "./clients.ts";

type App = { Bindings: Deployment };

/** Any web page may ask: nothing here is a secret, and a client in a browser has to. */
export const openToAll = cors({
  origin: "*",
  allowMethods: ["GET", "HEAD", "POST"],
  exposeHeaders: ["WWW-Authenticate", "Retry-After"],
  maxAge: 86_400,
});

/** What clients ask for first: what the MCP endpoints can do for a reader. */
export const USUAL_SCOPES: readonly Scope[] = ["places:read", "location"];

/**
 * Where clients find out how to sign in. Some look only at the root, and some only where the endpoint's path is put in.
 *
 * @param paths of the MCP endpoints; the root tells of the first one
 */
export function metadataRoutes(paths: readonly string[]) {
  const routes = new Hono<App>({ strict: false })
    .use(openToAll)
    .get("/oauth-protected-resource", (c) => describeResource(c, paths[0]!))
    .get("/oauth-authorization-server", (c) => describeServer(c, paths));
  for (const path of paths) {
    routes.get(`/oauth-protected-resource${path}`, (c) => describeResource(c, path));
    routes.get(`/oauth-authorization-server${path}`, (c) => describeServer(c, paths));
  }
  return routes;
}

/** RFC 9728. */
function describeResource(c: Context<App>, path: string): Response {
  const { config, oauth } = c.env;
  const origin = originOf(c.req.url, config);
  const servers = [
    ...(oauth.policy.canSignIn ? [origin] : []),
    ...(config.jwtIssuer ? [config.jwtIssuer] : []),
  ];
  if (servers.length === 0) {
    throw new NotFound("Nobody signs in here. To change the data there is the admin token.");
  }
  return c.json({
    resource: resourceOf(origin, path),
    authorization_servers: servers,
    scopes_supported: USUAL_SCOPES,
    bearer_methods_supported: ["header"],
    resource_name: config.serverTitle ?? `Hereabouts ${version}`,
  });
}

/** RFC 8414. */
function describeServer(c: Context<App>, paths: readonly string[]): Promise<Response> {
  return answerClient(c, "/.well-known/oauth-authorization-server", paths);
}
