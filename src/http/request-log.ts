import { createMiddleware } from "hono/factory";
import { logLine } from "../observe/log.ts";
import { type LabelsOf, methodLabel } from "../observe/vocabulary.ts";
import type { Deployment } from "../services.ts";
import { traceOf } from "../trace.ts";
import type { Reported } from "./messages.ts";

type App = { Bindings: Deployment; Variables: Partial<Reported> };

/** Counts each request, and writes a line for it, but for calls of tools and the like: these have a line of their own. */
export const logRequest = createMiddleware<App>(async (c, next) => {
  const startedAtMs = Date.now();
  await next();
  const { requestId, meter, metrics } = c.env;
  const { status } = c.res;
  metrics.count("hereabouts_http_responses_total", { status: classOf(status) });
  if (c.get("isLogged")) return;
  const messages = c.get("asked")?.messages ?? [];
  const { traceparent } = (messages[0]?.params._meta ?? {}) as { traceparent?: unknown };
  logLine("request", {
    request: requestId,
    ...traceOf(traceparent, c.req.header("traceparent")),
    // Of a method only what we call it, and of a path the pattern: callers may write names there.
    method: messages.map(({ method }) => methodLabel(method)).join(" ") || c.req.method,
    route: c.req.routePath,
    status,
    milliseconds: Date.now() - startedAtMs,
    ...meter.cost,
  });
});

function classOf(status: number): LabelsOf<"hereabouts_http_responses_total">["status"] {
  if (status < 300) return "2xx";
  if (status < 400) return "3xx";
  return status < 500 ? "4xx" : "5xx";
}
