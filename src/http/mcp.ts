import { createMcpHandler } from "agents/mcp/server";
import { type Context, Hono } from "hono";
import { allowBrowsers } from "../access/cors.ts";
import { enter } from "../access/entry.ts";
import { eraOf, type Facts, readFacts } from "../access/facts.ts";
import { guardOrigin } from "../access/origin.ts";
import { limitRefused } from "../access/rate-limit.ts";
import { authInfoOf } from "../mcp/call.ts";
import type { Item } from "../mcp/offer.ts";
import type { McpEndpoint } from "../mcp/server.ts";
import type { Connection } from "../mcp/sessions/connection.ts";
import { endSession, serveInSession } from "../mcp/sessions/dispatch.ts";
import { SCOPES, type Scope } from "../scopes.ts";
import type { Deployment } from "../services.ts";
import { atMost } from "./body-limit.ts";
import { countMessages, type Reported } from "./messages.ts";

type App = { Bindings: Deployment; Variables: Partial<Reported> };
type RequestContext = Context<App>;

export const MOST_BODY_BYTES = 1024 * 1024;

/** The answer to GET /mcp, where the protocol would have a stream of events, or 405. */
const STREAM_STATUS = 501;
const METHODS = "POST, OPTIONS";

/**
 * The routes of an MCP endpoint. What a POST needs is said by the tools, resources and prompts that it calls.
 *
 * @param heartbeatMs after how long a silent stream gets a comment
 */
export function mcpRoutes(path: string, endpoint: McpEndpoint, heartbeatMs: number) {
  return new Hono<App>({ strict: false })
    .post("/", countMessages(endpoint))
    .use(guardOrigin, allowBrowsers)
    .get("/", refuseStream)
    .post("/", atMost(MOST_BODY_BYTES), (c) => answer(c, { path, endpoint, heartbeatMs }))
    .delete("/", async (c) => {
      const connection = await connectionOf(c, path, []);
      if ("refusal" in connection) return connection.refusal;
      const response = await endSession(c.req.raw, connection, c.env);
      return response ? withMutableHeaders(response) : refuseMethod(c);
    })
    .all("/", refuseMethod);
}

function refuseStream(c: RequestContext) {
  return c.json(
    { error: "SSE not supported on edge", alternative: "Use polling with POST requests" },
    STREAM_STATUS,
    { Allow: METHODS, "Cache-Control": "no-store" },
  );
}

function refuseMethod(c: RequestContext) {
  return c.json({ error: "Send MCP requests with POST." }, 405, { Allow: METHODS });
}

interface Served {
  readonly path: string;
  readonly endpoint: McpEndpoint;
  readonly heartbeatMs: number;
}

async function answer(
  c: RequestContext,
  { path, endpoint, heartbeatMs }: Served,
): Promise<Response> {
  const read = await readFacts(c.req.raw);
  const { messages } = "facts" in read ? read.facts : read;
  if (messages) c.set("asked", { messages, era: eraOf(messages), isRefused: !("facts" in read) });
  if ("refusal" in read) {
    if (read.isBatch) c.env.metrics.count("hereabouts_refused_batches_total");
    return (await limitRefused(c.env, c.req.raw, [])) ?? read.refusal;
  }
  const { facts, request } = read;
  const items = itemsOf(facts, endpoint, c.env);
  const connection = await connectionOf(c, path, neededFor(items), facts);
  if ("refusal" in connection) return connection.refusal;
  const inSession = await serveInSession(request, facts, connection, c.env);
  if (inSession) return inFormFor(facts, withMutableHeaders(inSession));

  const handler = createMcpHandler(
    ({ era }) =>
      endpoint.createServer(c.env, { era, sessionId: undefined, tool: calledTool(facts) }),
    {
      route: new URL(request.url).pathname,
      // access/ has judged origin and host and adds the CORS headers; the handler's own rules know no custom domain.
      allowedOriginHostnames: "*",
      corsOptions: false,
      keepAliveMs: heartbeatMs,
      // By itself the library sends a stream when there is something to tell, and nothing before.
      responseMode: facts.readsStreams && items.some(({ waits }) => waits) ? "sse" : "auto",
    },
  );
  const response = await handler.fetch(request, {
    parsedBody: facts.body,
    authInfo: authInfoOf(connection),
  });
  return inFormFor(facts, response);
}

/** What the messages call. Of what is not there the library says that it is not. */
function itemsOf(
  { messages, era }: Facts,
  { find }: McpEndpoint,
  { config }: Deployment,
): readonly Item[] {
  return messages.flatMap((message) => find({ ...message, era }, config) ?? []);
}

/** All the scopes that are needed. */
function neededFor(items: readonly Item[]): Scope[] {
  const needed = new Set(items.map(({ scope }) => scope));
  return SCOPES.filter((scope) => needed.has(scope));
}

/** For a client that reads no streams, the answers of a stream as plain JSON, without what came before them. */
async function inFormFor({ readsStreams, body }: Facts, response: Response): Promise<Response> {
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream");
  if (readsStreams || !isStream) return response;
  const events = (await response.text()).matchAll(/^data: ?(\{.*)$/gm);
  const messages = Array.from(events, ([, json]) => JSON.parse(json!) as object);
  const answers = messages.filter((message) => "result" in message || "error" in message);
  const headers = new Headers(response.headers);
  headers.set("content-type", "application/json");
  const json = Array.isArray(body) ? answers : answers[0];
  return Response.json(json, { status: response.status, headers });
}

/** The tool that a request calls, if that is all it asks for. */
function calledTool({ messages }: Facts): string | undefined {
  const [only, ...more] = messages;
  return only?.method === "tools/call" && more.length === 0 ? only.target : undefined;
}

/** What is known of whoever asks, if they may; else what they are to be answered. */
async function connectionOf(
  c: RequestContext,
  path: string,
  needed: readonly Scope[],
  facts?: Facts,
): Promise<Connection | { readonly refusal: Response }> {
  const cf = placeOf(c.req.raw.cf);
  const visit = { request: c.req.raw, path, cf, needed, ...(facts && { facts }) };
  const entry = await enter(visit, c.env);
  if ("refusal" in entry) return entry;
  return { path, principal: entry.principal, requestId: c.env.requestId, cf };
}

/** What a tool may want to know of where a request came from. */
function placeOf(cf: Request["cf"]): Connection["cf"] {
  if (!cf) return undefined;
  const { latitude, longitude, city, region, country, timezone, asn, asOrganization } = cf;
  return { latitude, longitude, city, region, country, timezone, asn, asOrganization };
}

/** Middleware adds headers, and those of an object's answer cannot be changed. */
function withMutableHeaders(response: Response): Response {
  return new Response(response.body, response);
}
