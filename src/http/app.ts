import { Hono } from "hono";
import { announce } from "../access/announcement.ts";
import { guardHost, guardOrigin } from "../access/origin.ts";
import { requireScope } from "../access/require-scope.ts";
import { nameAnswer, secureAnswers } from "../access/secure-headers.ts";
import { within } from "../deadline.ts";
import { Busy } from "../errors.ts";
import { HEARTBEAT_MS, type McpEndpoint } from "../mcp/server.ts";
import type { Deployment } from "../services.ts";
import { TASKS_PATH } from "../tasks/view.ts";
import { adminBasemapRoutes } from "./admin/basemap.ts";
import { grantRoutes } from "./admin/grants.ts";
import { inviteRoutes } from "./admin/invites.ts";
import { keyRoutes } from "./admin/keys.ts";
import { adminRoutes } from "./admin/routes.ts";
import { basemapRoutes } from "./basemap.ts";
import { answerFailure, explainSettings } from "./errors.ts";
import { reportHealth } from "./health.ts";
import { inputRoutes } from "./inputs.ts";
import { mcpRoutes } from "./mcp.ts";
import { reportMetrics } from "./metrics.ts";
import { oauthRoutes } from "./oauth/routes.ts";
import { pageRoutes } from "./pages/routes.ts";
import { logRequest } from "./request-log.ts";
import { taskRoutes } from "./tasks.ts";

/** Paths of MCP endpoints, and what serves them. */
export type Endpoints = Readonly<Record<string, McpEndpoint>>;

/** Every address of this server. What is not open to everybody names the scope that it needs. */
export function createApp(endpoints: Endpoints, heartbeatMs: number = HEARTBEAT_MS) {
  const app = new Hono<{ Bindings: Deployment }>({ strict: false })
    .use(secureAnswers, nameAnswer, logRequest, guardHost)
    .route("/", pageRoutes)
    .get("/health", reportHealth)
    .get("/metrics", reportMetrics)
    .route("/", basemapRoutes)
    .use("/admin/*", guardOrigin)
    .route("/admin/keys", keyRoutes)
    .route("/admin/invites", inviteRoutes)
    .route("/admin/grants", grantRoutes)
    .use("/admin/*", requireScope("places:write"))
    .get("/admin/*", (_, next) => inTime(next))
    .route("/admin/basemap", adminBasemapRoutes)
    .route("/admin", adminRoutes)
    .route("/mcp/inputs", inputRoutes)
    .route(TASKS_PATH, taskRoutes)
    .route("/", oauthRoutes(Object.keys(endpoints)))
    .notFound((c) => c.json({ error: "There is nothing here. The MCP endpoint is /mcp." }, 404))
    .onError(answerFailure);
  for (const [path, endpoint] of Object.entries(endpoints)) {
    app.route(path, mcpRoutes(path, endpoint, heartbeatMs));
  }
  return app;
}

/** Reads that follow each other may each be in time, and too slow in all. Changes take as long as they need. */
const inTime = within(
  9_000,
  () => new Busy("This server is too slow at the moment. Try again in a few seconds."),
);

type App = ReturnType<typeof createApp>;

/** Serves the app with what `open` makes of the environment for each request. */
export function serve<Environment>(
  app: App,
  open: (environment: Environment, context: ExecutionContext) => Deployment,
) {
  return async (request: Request, environment: Environment, context: ExecutionContext) => {
    try {
      const deployment = open(environment, context);
      announce(deployment.config);
      return await app.fetch(request, deployment, context);
    } catch (error) {
      return notSetUp.fetch(request, { error });
    }
  };
}

const notSetUp = new Hono<{ Bindings: { readonly error: unknown } }>()
  .use(secureAnswers)
  .all("*", (c) => explainSettings(c.env.error))
  .onError(answerFailure);
