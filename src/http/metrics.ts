import type { Context } from "hono";
import { bearerToken } from "../access/authenticate/bearer-token.ts";
import { isSameSecret } from "../access/authenticate/same-secret.ts";
import { limitRefused } from "../access/rate-limit.ts";
import { Leases } from "../mcp/sessions/leases.ts";
import { EXPOSITION_TYPE, expose } from "../observe/exposition.ts";
import { seriesOf } from "../observe/vocabulary.ts";
import type { Values } from "../observe/window.ts";
import type { Deployment } from "../services.ts";
import { version } from "../version.ts";

/** What all isolates have counted, for Prometheus. */
export async function reportMetrics(c: Context<{ Bindings: Deployment }>): Promise<Response> {
  const { metrics, config } = c.env;
  if (config.metricsToken === undefined) {
    const error =
      "There are no metrics here: no METRICS_TOKEN is set. Run npx wrangler secret put METRICS_TOKEN, or npm start locally.";
    return c.json({ error }, 404);
  }
  const given = bearerToken(c.req.header("authorization") ?? "");
  if (given === undefined || !(await isSameSecret(given, config.metricsToken))) {
    if (given !== undefined) {
      const labels = { way: "metrics_token", reason: "unknown" } as const;
      metrics.count("hereabouts_refused_credentials_total", labels);
    }
    const tooMany = await limitRefused(c.env, c.req.raw);
    if (tooMany) return tooMany;
    const error =
      "The metrics token is missing or wrong: send Authorization: Bearer <METRICS_TOKEN>.";
    return c.json({ error }, 401, { "WWW-Authenticate": "Bearer" });
  }
  // Who asks sees what this isolate has counted just now.
  await metrics.carry();
  const [totals, now] = await Promise.all([metrics.totals(), gauges(c.env)]);
  return c.text(expose(new Map([...totals, ...now])), 200, {
    "Content-Type": EXPOSITION_TYPE,
    "Cache-Control": "no-store",
  });
}

async function gauges(deployment: Deployment): Promise<Values> {
  const { sessionRegister, services, metrics, config, ledger } = deployment;
  const values = new Map([[seriesOf("hereabouts_build_info", { version }), 1]]);
  // Counts are told even if the register does not answer.
  const sessions = await new Leases(sessionRegister, metrics).count().catch(() => undefined);
  if (sessions !== undefined) values.set(seriesOf("hereabouts_active_sessions"), sessions);
  const tasks = await services.tasks.counts().catch(() => undefined);
  if (tasks) {
    values.set(seriesOf("hereabouts_running_tasks"), tasks.running);
    values.set(seriesOf("hereabouts_queued_tasks"), tasks.queued);
  }
  const health = config.models.length > 0 && (await ledger.health().catch(() => undefined));
  for (const [model, { circuit }] of Object.entries(health || {})) {
    values.set(seriesOf("hereabouts_model_circuit_open", { model }), circuit === "open" ? 1 : 0);
  }
  return values;
}
