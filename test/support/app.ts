import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { createApp, serve } from "../../src/http/app.ts";
import type { Catalog } from "../../src/mcp/define.ts";
import { endpointFor } from "../../src/mcp/server.ts";
import { openDeployment } from "../../src/services.ts";
import type { Fetch } from "./client.ts";
import { watched } from "./wire/watch.ts";

/** The production app on another catalogue, or with other bindings. */
export function appWith(catalog: Catalog, bindings: Readonly<Record<string, unknown>> = {}): Fetch {
  const fetch = serve(createApp({ "/mcp": endpointFor(catalog) }), openDeployment);
  return watched((request) =>
    fetch(request, { ...env, ...bindings } as Env, createExecutionContext()),
  );
}
