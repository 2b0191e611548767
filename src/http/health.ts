import type { Context } from "hono";
import type { IndexCondition } from "../index/write/format.ts";
import type { Deployment, Probes } from "../services.ts";
import { version } from "../version.ts";

type Check = "ok" | "failing";

interface Health {
  readonly status: Check;
  readonly version: string;
  readonly checks: Readonly<Record<keyof Probes, Check>>;
  /** Left out if D1 does not tell. */
  readonly index?: IndexCondition;
}

/** A store that has not answered by then counts as failing. */
const PATIENCE_MS = 3_000;

export async function reportHealth(c: Context<{ Bindings: Deployment }>) {
  const health = await checkHealth(c.env.probes);
  return c.json(health, health.status === "ok" ? 200 : 503, { "Cache-Control": "no-store" });
}

async function checkHealth(probes: Probes): Promise<Health> {
  let index: IndexCondition | undefined;
  const signOfD1 = probes.d1().then((condition) => {
    index = condition;
  });
  const [d1, r2] = await Promise.all([check(signOfD1), check(probes.r2())]);
  const status = d1 === "ok" && r2 === "ok" ? "ok" : "failing";
  return { status, version, checks: { d1, r2 }, ...(index && { index }) };
}

function check(signOfLife: Promise<unknown>): Promise<Check> {
  const answer = signOfLife.then(
    (): Check => "ok",
    (): Check => "failing",
  );
  return Promise.race([answer, scheduler.wait(PATIENCE_MS).then((): Check => "failing")]);
}
