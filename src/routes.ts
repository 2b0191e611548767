import type { McpRequestContext, McpServer } from "@modelcontextprotocol/server";
import { createMcpHandler } from "agents/mcp/server";
import { type Context, Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { limitBody, requireJson } from "./access/body.ts";
import { allowBrowsers } from "./access/cors.ts";
import { guardOrigin } from "./access/origin.ts";
import { checkHealth } from "./health.ts";
import { home } from "./home.ts";
import { reportFailure } from "./observe/failures.ts";
import { createServices, type Services } from "./services.ts";

type App = { Bindings: Env };

/** Makes the MCP server that answers one request. */
export type CreateServer = (services: Services, request: McpRequestContext) => McpServer;

/** The answer to GET /mcp, where the protocol would have a stream of events, or 405. */
const STREAM_STATUS = 501;
const MCP_METHODS = "POST, OPTIONS";

export function createApp(createServer: CreateServer) {
  return new Hono<App>({ strict: false })
    .get("/", securePage, (c) => c.html(home(new URL(c.req.url).origin)))
    .get("/health", reportHealth)
    .use("/mcp", guardOrigin, allowBrowsers)
    .get("/mcp", refuseStream)
    .post("/mcp", requireJson, limitBody, (c) => serveMcp(c, createServer))
    .all("/mcp", refuseMethod)
    .notFound((c) => c.json({ error: "There is nothing here. The MCP endpoint is /mcp." }, 404))
    .onError((error, c) => {
      const reference = reportFailure(`${c.req.method} ${c.req.path}`, error);
      return c.json({ error: "Something went wrong on our side.", reference }, 500);
    });
}

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

function serveMcp(c: Context<App>, createServer: CreateServer): Promise<Response> {
  const services = createServices(c.env, c.executionCtx);
  const handler = createMcpHandler((request) => createServer(services, request), {
    route: new URL(c.req.url).pathname,
    // access/ has judged origin and host and adds the CORS headers; the handler's own rules know no custom domain.
    allowedOriginHostnames: "*",
    corsOptions: false,
  });
  return handler.fetch(c.req.raw);
}
