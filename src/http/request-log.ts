import { createMiddleware } from "hono/factory";
import { logLine } from "../observe/log.ts";
import type { Deployment } from "../services.ts";

/** Writes a line for each request, but for calls of tools and the like: these have a line of their own. */
export const logRequest = createMiddleware<{ Bindings: Deployment }>(async (c, next) => {
  const startedAtMs = Date.now();
  await next();
  const { requestId, meter } = c.env;
  if (meter.calls > 0) return;
  logLine("request", {
    request: requestId,
    method: c.req.method,
    // The pattern: a path may hold names.
    route: c.req.routePath,
    status: c.res.status,
    milliseconds: Date.now() - startedAtMs,
    ...meter.cost,
  });
});
