import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { ConfigError } from "../config/config.ts";
import { Busy, CallerError, Conflict, NotFound, OverBudget, retryAfterSeconds } from "../errors.ts";
import { reportFailure } from "../observe/failures.ts";
import { logLine } from "../observe/log.ts";

/** Answers what a route has thrown: the caller's mistakes in our words, ours with a reference into the log. */
export function answerFailure(error: Error, c: Context): Response {
  const seconds = retryAfterSeconds(error);
  if (seconds !== undefined) c.header("Retry-After", String(seconds));
  if (error instanceof CallerError) return c.json({ error: error.message }, statusOf(error));
  const reference = reportFailure(`${c.req.method} ${c.req.routePath}`, error);
  return c.json({ error: "Something went wrong on our side.", reference }, 500);
}

function statusOf(error: CallerError): ContentfulStatusCode {
  if (error instanceof NotFound) return 404;
  if (error instanceof Busy) return 503;
  if (error instanceof OverBudget) return 429;
  return error instanceof Conflict ? 409 : 400;
}

/** A server whose settings are wrong serves nothing: it names them, and tells their values to the log only. */
export function explainSettings(error: unknown): Response {
  if (!(error instanceof ConfigError)) throw error;
  logLine("setting", { problem: error.message });
  const names = error.settings.join(" and ");
  const message = `This server is not set up: wrong value of ${names}. Its log says more.`;
  return Response.json({ error: message }, { status: 503 });
}
