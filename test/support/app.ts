import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { createApp } from "../../src/http/app.ts";
import type { Catalog } from "../../src/mcp/define.ts";
import { serverFor } from "../../src/mcp/server.ts";
import type { Fetch } from "./client.ts";

/** The production app on another catalogue, or with other bindings. */
export function appWith(catalog: Catalog, bindings: Readonly<Record<string, unknown>> = {}): Fetch {
  const app = createApp({ "/mcp": serverFor(catalog) });
  return (request) => app.fetch(request, { ...env, ...bindings }, createExecutionContext());
}
