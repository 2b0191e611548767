import { createApp, serve } from "../src/http/app.ts";
import { catalog } from "../src/mcp/catalog.ts";
import { endpointFor } from "../src/mcp/server.ts";
import { openDeployment } from "../src/services.ts";

/** The classes that wrangler.toml names. */
export * from "../src/worker.ts";

/** What the bare route asks. */
export interface BareQuestion {
  readonly url: string;
  readonly body: unknown;
}

const app = createApp({ "/mcp": endpointFor(catalog) });
/** What a provider's answer takes without all else: a fetch of it, and its reading. */
app.post("/bare", async (c) => {
  const { url, body } = await c.req.json<BareQuestion>();
  const headers = { "content-type": "application/json" };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  return c.json({ result: await answer.json() });
});

export default { fetch: serve(app, openDeployment) } satisfies ExportedHandler<Env>;
