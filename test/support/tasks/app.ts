import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { createApp, serve } from "../../../src/http/app.ts";
import { catalog } from "../../../src/mcp/catalog.ts";
import { endpointFor } from "../../../src/mcp/server.ts";
import { openDeployment } from "../../../src/services.ts";
import type { Fetch } from "../client.ts";
import { bearer, ISSUER, SHARED_SECRET, sharedToken } from "../tokens.ts";
import { watched } from "../wire/watch.ts";
import { FIXTURE_TYPES, SCRIPT } from "./kinds.ts";

/**
 * The production app, which does the kinds of work that tests have made up, for everybody; in sessions at `/tasks/mcp`
 * (test/support/worker.ts).
 */
export function appWithTasks(
  settings: Readonly<Record<string, string>> = {},
  heartbeatMs?: number,
): Fetch {
  const open = (given: Env, context: ExecutionContext) =>
    openDeployment(given, context, FIXTURE_TYPES);
  const endpoint = endpointFor(catalog);
  const app = createApp({ "/mcp": endpoint, "/tasks/mcp": endpoint }, heartbeatMs);
  const fetch = serve(app, open);
  const bindings = {
    ANONYMOUS_SCOPES: "places:read location tasks",
    JWT_ISSUER: ISSUER,
    JWT_SECRET: SHARED_SECRET,
    ...settings,
  };
  return watched((request) =>
    fetch(request, { ...env, ...bindings } as Env, createExecutionContext()),
  );
}

/** The same for somebody who has signed in. */
export function as(subject: string, fetch: Fetch): Fetch {
  return async (request) => {
    const { authorization } = bearer(await sharedToken({ sub: subject, scope: "tasks" }));
    const headers = new Headers(request.headers);
    headers.set("authorization", authorization);
    return fetch(new Request(request, { headers }));
  };
}

/** Has all chunks wait until they are let go. */
export function holdChunks(): () => void {
  let isHeld = true;
  SCRIPT.chunk = async (_, work) => {
    while (isHeld) {
      await scheduler.wait(10);
      await work.report(0);
    }
  };
  return () => {
    isHeld = false;
  };
}
