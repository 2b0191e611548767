import type { Context } from "hono";
import type { Config } from "../config/config.ts";
import { type SignInWay, signInWays } from "../config/sign-in.ts";
import { within } from "../deadline.ts";
import type { IndexCondition } from "../index/write/format.ts";
import { Leases } from "../mcp/sessions/leases.ts";
import type { Scope } from "../scopes.ts";
import type { Deployment, Probes } from "../services.ts";
import { version } from "../version.ts";

type Check = "ok" | "failing";
type Store = keyof Probes;

interface Health {
  readonly status: Check;
  readonly version: string;
  readonly checks: Readonly<Record<Store, Check>>;
  /** How long the stores took to answer, as far as they did. */
  readonly latency_ms: Readonly<Partial<Record<Store, number>>>;
  /** Left out if D1 does not tell. */
  readonly index?: IndexCondition;
  /** Of 2025-era clients. Left out if their register does not answer. */
  readonly active_sessions?: number;
  /** The ways of signing in that are on. */
  readonly sign_in: readonly SignInWay[];
  /** What everybody may do without signing in. */
  readonly anonymous_scopes: readonly Scope[];
  /** Left out where none are configured. */
  readonly models?: ModelsHealth;
}

/** The names of models. */
interface ModelsHealth {
  readonly configured: readonly string[];
  /** Their secret or their binding is not there. */
  readonly unset: readonly string[];
  /** They fail, and are left alone. Left out if the ledger does not answer. */
  readonly open_circuits?: readonly string[];
}

/** A store that has not answered by then counts as failing. */
const PATIENCE_MS = 3_000;
/** For so long a report is told again: who asks often troubles no store. */
const FRESH_MS = 3_000;

/** The last report of each environment; an isolate has one, and its settings stand for it. */
const reports = new WeakMap<Config, { readonly health: Health; readonly madeAtMs: number }>();

export async function reportHealth(c: Context<{ Bindings: Deployment }>) {
  const { config } = c.env;
  const known = reports.get(config);
  const isFresh = known !== undefined && Date.now() < known.madeAtMs + FRESH_MS;
  const health = isFresh ? known.health : await checkHealth(c.env);
  if (!isFresh) reports.set(config, { health, madeAtMs: Date.now() });
  return c.json(health, health.status === "ok" ? 200 : 503, { "Cache-Control": "no-store" });
}

async function checkHealth(deployment: Deployment): Promise<Health> {
  const { probes, sessionRegister, metrics, config } = deployment;
  const [d1, r2, sessions, models] = await Promise.all([
    timed(() => probes.d1()),
    timed(() => probes.r2()),
    timed(() => new Leases(sessionRegister, metrics).count()),
    checkModels(deployment),
  ]);
  const checks = { d1: checkOf(d1), r2: checkOf(r2) };
  return {
    status: checks.d1 === "ok" && checks.r2 === "ok" ? "ok" : "failing",
    version,
    checks,
    latency_ms: { ...(d1 && { d1: d1.milliseconds }), ...(r2 && { r2: r2.milliseconds }) },
    ...(d1 && { index: d1.answer }),
    ...(sessions && { active_sessions: sessions.answer }),
    sign_in: signInWays(config),
    anonymous_scopes: config.anonymousScopes,
    ...(models && { models }),
  };
}

async function checkModels({
  config: { models },
  readiness: { missing },
  ledger,
}: Deployment): Promise<ModelsHealth | undefined> {
  if (models.length === 0) return undefined;
  const health = await timed(() => ledger.health());
  const open = health && models.filter(({ key }) => health.answer[key]?.circuit === "open");
  return {
    configured: models.map(({ key }) => key),
    unset: missing.map(({ model }) => model.key),
    ...(open && { open_circuits: open.map(({ key }) => key) }),
  };
}

function checkOf(answer: object | undefined): Check {
  return answer ? "ok" : "failing";
}

/** What is answered, and how long that took; undefined if it fails, or takes too long. */
async function timed<Answer>(
  ask: () => Promise<Answer>,
): Promise<{ readonly answer: Answer; readonly milliseconds: number } | undefined> {
  const askedAtMs = Date.now();
  try {
    return { answer: await inTime(ask), milliseconds: Date.now() - askedAtMs };
  } catch {
    return undefined;
  }
}

const inTime = within(PATIENCE_MS, () => new Error("A store does not answer."));
