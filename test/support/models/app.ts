import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { createApp, serve } from "../../../src/http/app.ts";
import { catalog } from "../../../src/mcp/catalog.ts";
import { endpointFor } from "../../../src/mcp/server.ts";
import { openDeployment } from "../../../src/services.ts";
import type { Fetch } from "../client.ts";
import { bearer, ISSUER, SHARED_SECRET, sharedToken } from "../tokens.ts";
import { watched } from "../wire/watch.ts";

const app = createApp({ "/mcp": endpointFor(catalog) }, 20);
const fetchOf = serve(app, openDeployment);

/** The production app with models, for everybody. */
export function appWithModels(
  models: readonly object[],
  settings: Readonly<Record<string, string>> = {},
): Fetch {
  const bindings = {
    MODELS: JSON.stringify(models),
    ANONYMOUS_SCOPES: "places:read location models",
    JWT_ISSUER: ISSUER,
    JWT_SECRET: SHARED_SECRET,
    ...settings,
  };
  return watched((request) =>
    fetchOf(request, { ...env, ...bindings } as Env, createExecutionContext()),
  );
}

/** The same for somebody who has signed in. */
export function as(subject: string, fetch: Fetch, scope = "models"): Fetch {
  return async (request) => {
    const { authorization } = bearer(await sharedToken({ sub: subject, scope }));
    const headers = new Headers(request.headers);
    headers.set("authorization", authorization);
    return fetch(new Request(request, { headers }));
  };
}
