import { sha256Hex } from "../src/digest.ts";
import { createApp, serve } from "../src/http/app.ts";
import { catalog } from "../src/mcp/catalog.ts";
import { endpointFor } from "../src/mcp/server.ts";
import { openDeployment } from "../src/services.ts";

/** The classes that wrangler.toml names. */
export * from "../src/worker.ts";

/** A search's statement, without the search around it. */
interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** As long as the entry of ten places. */
const ENTRY = { rows: "x".repeat(3_000) };

/** The Worker as it is deployed, and beside it, in the same process, bare routes to compare it with. */
const app = createApp({ "/mcp": endpointFor(catalog) });
app
  .post("/bare", async (c) => c.json({ result: await c.req.json() }))
  .post("/statement", async (c) => {
    const { sql, parameters } = await c.req.json<Statement>();
    const session = c.env.stores.database.withSession("first-unconstrained");
    const [result] = await session.batch([session.prepare(sql).bind(...parameters)]);
    return c.json(result);
  })
  .post("/cache/:step", async (c) => {
    const key = `https://cache.hereabouts.invalid/bench/${await sha256Hex(await c.req.text())}`;
    const step = c.req.param("step");
    if (step === "look") await (await caches.default.match(key))?.text();
    if (step === "keep") {
      const headers = { "Cache-Control": "max-age=60" };
      await caches.default.put(key, Response.json(ENTRY, { headers }));
    }
    return c.json({ result: step });
  });

export default { fetch: serve(app, openDeployment) } satisfies ExportedHandler<Env>;
