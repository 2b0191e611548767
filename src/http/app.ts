import type { McpRequestContext, McpServer } from "@modelcontextprotocol/server";
import { createMcpHandler } from "agents/mcp/server";
import { type Context, Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { requireAdmin } from "../access/admin.ts";
import { limitBody, requireJson } from "../access/body.ts";
import { allowBrowsers } from "../access/cors.ts";
import { type Identify, identifyNobody } from "../access/identity.ts";
import { escapeLineEnds } from "../access/line-ends.ts";
import { guardOrigin } from "../access/origin.ts";
import { Busy, CallerError } from "../errors.ts";
import type { Connection } from "../mcp/sessions/connection.ts";
import { serveSession } from "../mcp/sessions/dispatch.ts";
import { sessionSettings } from "../memory/settings.ts";
import { reportFailure } from "../observe/failures.ts";
import { createServices, type Services } from "../services.ts";
import { collectionRoutes, statusOf } from "./admin/routes.ts";
import { checkHealth } from "./health.ts";
import { home } from "./pages/home.ts";

type App = { Bindings: Env };

/** Whom a server serves. */
export interface Served extends Pick<McpRequestContext, "era"> {
  /** The authenticated subject. */
  readonly subject: string | undefined;
  /** The session of a 2025-era client that has one. */
  readonly sessionId: string | undefined;
}

/** Makes the MCP server that answers one request, or all requests of a session. */
export type CreateServer = (services: Services, served: Served) => McpServer;

/** The answer to GET /mcp, where the protocol would have a stream of events, or 405. */
const STREAM_STATUS = 501;
const MCP_METHODS = "POST, OPTIONS";

/** Paths of MCP endpoints, and what serves them. */
export type Endpoints = Readonly<Record<string, CreateServer>>;

export function createApp(endpoints: Endpoints, identify: Identify = identifyNobody) {
  const app = new Hono<App>({ strict: false })
    .get("/", securePage, (c) => c.html(home(new URL(c.req.url).origin)))
    .get("/health", reportHealth)
    .notFound((c) => c.json({ error: "There is nothing here. The MCP endpoint is /mcp." }, 404))
    .onError((error, c) => {
      if (error instanceof Busy) c.header("Retry-After", "2");
      if (error instanceof CallerError) return c.json({ error: error.message }, statusOf(error));
      const reference = reportFailure(`${c.req.method} ${c.req.path}`, error);
      return c.json({ error: "Something went wrong on our side.", reference }, 500);
    });
  for (const [path, createServer] of Object.entries(endpoints)) {
    app
      .use(path, guardOrigin, allowBrowsers, escapeLineEnds)
      .get(path, refuseStream)
      .post(path, requireJson, limitBody, (c) => serveMcp(c, path, createServer, identify))
      .delete(path, (c) => endSession(c, path, identify))
      .all(path, refuseMethod);
  }
  for (const path of ADMIN_PATHS) app.use(path, requireAdmin);
  return app.route("/", collectionRoutes);
}

/** src/http/admin/routes.ts has what lies there. */
const ADMIN_PATHS = ["/collections/*", "/lexicon/*", "/rebuild"];

/** The page needs its own styles and nothing else. */
const securePage = secureHeaders({
  // Whether the whole domain is https only is not for this page to say.
  strictTransportSecurity: false,
  contentSecurityPolicy: { defaultSrc: ["'none'"], styleSrc: ["'unsafe-inline'"] },
});

async function reportHealth(c: Context<App>) {
  const health = await checkHealth(createServices(c.env, c.executionCtx).stores);
  return c.json(health, health.status === "ok" ? 200 : 503, { "Cache-Control": "no-store" });
}

function refuseStream(c: Context<App>) {
  return c.json(
    { error: "SSE not supported on edge", alternative: "Use polling with POST requests" },
    STREAM_STATUS,
    { Allow: MCP_METHODS, "Cache-Control": "no-store" },
  );
}

function refuseMethod(c: Context<App>) {
  return c.json({ error: "Send MCP requests with POST." }, 405, { Allow: MCP_METHODS });
}

async function serveMcp(
  c: Context<App>,
  path: string,
  createServer: CreateServer,
  identify: Identify,
): Promise<Response> {
  const request = c.req.raw;
  const subject = await identify(request, c.env);
  const inSession = await serveInSession(c, { path, subject });
  if (inSession) return inSession;

  const services = createServices(c.env, c.executionCtx);
  const handler = createMcpHandler(
    ({ era }) => createServer(services, { era, subject, sessionId: undefined }),
    {
      route: new URL(c.req.url).pathname,
      // access/ has judged origin and host and adds the CORS headers; the handler's own rules know no custom domain.
      allowedOriginHostnames: "*",
      corsOptions: false,
    },
  );
  return handler.fetch(request);
}

async function endSession(c: Context<App>, path: string, identify: Identify): Promise<Response> {
  const subject = await identify(c.req.raw, c.env);
  return (await serveInSession(c, { path, subject })) ?? refuseMethod(c);
}

async function serveInSession(
  { req, env }: Context<App>,
  who: Pick<Connection, "path" | "subject">,
): Promise<Response | undefined> {
  const connection = { ...who, cf: placeOf(req.raw.cf) };
  const response = await serveSession(
    req.raw,
    connection,
    env.PROTOCOL_SESSION,
    sessionSettings(env).policy,
  );
  // Middleware adds headers, and those of an object's answer cannot be changed.
  return response && new Response(response.body, response);
}

/** What a tool may want to know of where a request came from. */
function placeOf(cf: Request["cf"]): Connection["cf"] {
  if (!cf) return undefined;
  const { latitude, longitude, city, region, country, timezone, asn, asOrganization } = cf;
  return { latitude, longitude, city, region, country, timezone, asn, asOrganization };
}
