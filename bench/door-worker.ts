import { createApp, serve } from "../src/http/app.ts";
import { catalog } from "../src/mcp/catalog.ts";
import { endpointFor } from "../src/mcp/server.ts";
import { Metrics } from "../src/observe/metrics.ts";
import { openDeployment } from "../src/services.ts";
import { interposed } from "../test/support/interpose.ts";

/** The classes that wrangler.toml names. */
export * from "../src/worker.ts";

/** What is ill in this process: said once, by a variable. */
export type Trouble = "none" | "D1 fails one time in ten" | "the limiter fails" | "R2 takes 3 s";

/** What a request is served without, by its header `bench-without`: so that it is measured beside others in one process. */
export type Without = "limits" | "metrics";

const R2_MS = 3_000;

/** The Worker as it is deployed, and beside it, in the same process, a bare route to compare it with. */
const app = createApp({ "/mcp": endpointFor(catalog) });
app.post("/bare", async (c) => c.json({ result: await c.req.json() }));
/** What the local simulators cost. */
app.post("/bare/limit", async (c) =>
  c.json({ result: await c.env.limits.requests!.limit({ key: "bare" }) }),
);
app.post("/bare/kv", async (c) => c.json({ result: await troubled!.OAUTH_KV.get("bare", "json") }));

const NOTHING_COUNTED = { count: () => {}, observe: () => {} };
const NO_LIMITS = { REQUEST_LIMIT: undefined, RELAY_LIMIT: undefined, SIGN_IN_LIMIT: undefined };

let troubled: Env | undefined;

/** The same bindings for all requests: what the Worker remembers of them stays. */
function withTrouble(env: Env & { readonly BENCH_TROUBLE?: Trouble }): Env {
  const { BENCH_TROUBLE: trouble = "none", PLACES_DB, PLACES_BUCKET } = env;
  const stores = { database: PLACES_DB, bucket: PLACES_BUCKET };
  const failing = { limit: () => Promise.reject(new Error("the limiter is down")) };
  switch (trouble) {
    case "the limiter fails":
      return { ...env, REQUEST_LIMIT: failing, RELAY_LIMIT: failing } as unknown as Env;
    case "D1 fails one time in ten": {
      let calls = 0;
      const { database } = interposed(stores, (_, carryOut) => {
        if (++calls % 10 === 0) throw new Error("D1_ERROR: Network connection lost.");
        return carryOut();
      });
      return { ...env, PLACES_DB: database };
    }
    case "R2 takes 3 s": {
      const { bucket } = interposed(stores, async (what, carryOut) => {
        if (/^(?:get|head|list|put) /.test(what)) await scheduler.wait(R2_MS);
        return carryOut();
      });
      return { ...env, PLACES_BUCKET: bucket };
    }
    default:
      return env;
  }
}

const fetch = serve(app, openDeployment);

const { count, observe } = Metrics.prototype;
let unlimited: Env | undefined;

export default {
  fetch(request, env, context) {
    troubled ??= withTrouble(env);
    const without = request.headers.get("bench-without") as Without | null;
    const counts = without === "metrics" ? NOTHING_COUNTED : { count, observe };
    // Requests come one at a time where this is measured.
    Object.assign(Metrics.prototype, counts);
    unlimited ??= { ...troubled, ...NO_LIMITS } as unknown as Env;
    return fetch(request, without === "limits" ? unlimited : troubled, context);
  },
} satisfies ExportedHandler<Env>;
