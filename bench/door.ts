/**
 * What the front door costs, and what callers see when something behind it is ill:
 *
 *     npm run bench:door
 *
 * CPU is what /proc says of the whole workerd process (so Linux only), for the same call of a tool that reads nothing, by
 * each kind of caller in turn. Under load, 64 connections ask mixed questions for four minutes.
 */
import { Agent } from "node:http";
import { Memory } from "../scripts/clients/memory.ts";
import { signIn } from "../scripts/clients/sign-in.ts";
import { type Answered, askOver, mixedCalls, type Told, whoami } from "./door/calls.ts";
import { issuer } from "./door/issuer.ts";
import type { Trouble, Without } from "./door-worker.ts";
import { IS_SMOKE } from "./made-up-places.ts";
import { placesFile } from "./places-file.ts";
import { aim, circumstances, percentile, publish, short, table } from "./report.ts";
import { bundle, copyOfStores, startWorkerd, type Workerd } from "./workerd.ts";

const PLACES = IS_SMOKE ? 3_000 : 100_000;
const [ROUNDS, EACH] = IS_SMOKE ? [1, 20] : [6, 400];
/** Heap and caches grow for some minutes; what the last one shows is what stays. */
const LOAD_SECONDS = IS_SMOKE ? 2 : 240;
const LAST_SECONDS = IS_SMOKE ? 1 : 60;
const TROUBLE_SECONDS = IS_SMOKE ? 1 : 15;
const [MANY, SOME] = [64, 16];
const ADMIN_TOKEN = "bench-admin-token-0123456789";
const METRICS_TOKEN = "bench-metrics-token-0123456789";
const SECRET = "bench shared secret of 32 bytes or more";
const HIGH_LIMIT = 1_000_000_000;

const stores = copyOfStores((await placesFile(PLACES)).persistPath);
const script = await bundle("bench/door-worker.ts");
const issuing = await issuer(SECRET);
const agent = new Agent({ keepAlive: true });

interface Caller {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly path?: string;
}

const costs = new Map<string, number>();
await withWorkerd("none", { JWT_SECRET: SECRET }, async (workerd) => {
  const own = await ownToken(workerd);
  const shared = await issuing.sharedToken(resource(workerd));
  await measure(workerd, [
    { name: "bare route", headers: {}, path: "/bare" },
    { name: "bare route, a call of the limiter", headers: {}, path: "/bare/limit" },
    { name: "bare route, a read of KV", headers: {}, path: "/bare/kv" },
    { name: "nobody", headers: {} },
    { name: "no limits", headers: without("limits") },
    { name: "no metrics", headers: without("metrics") },
    { name: "admin token", headers: bearer(ADMIN_TOKEN) },
    { name: "key", headers: bearer(await newKey(workerd)) },
    { name: "JWT, HS256", headers: bearer(shared) },
    { name: "own OAuth token", headers: bearer(own) },
  ]);
});
await withWorkerd("none", { JWT_JWKS_URL: issuing.jwksUrl }, async (workerd) => {
  const callers = await Promise.all(
    (["RS256", "ES256"] as const).map(async (alg) => {
      const token = await issuing.token(alg, resource(workerd));
      return { name: `JWT, ${alg}`, headers: bearer(token) };
    }),
  );
  await measure(workerd, [{ name: "nobody, beside JWT", headers: {} }, ...callers]);
});

const load = await underLoad();
const troubles: (readonly [Trouble, Told])[] = [];
for (const trouble of ["D1 fails one time in ten", "the limiter fails", "R2 takes 3 s"] as const) {
  await withWorkerd(trouble, {}, async (workerd) => {
    troubles.push([trouble, await ask(workerd, SOME, TROUBLE_SECONDS)]);
  });
}
agent.destroy();
issuing.close();
report();

async function withWorkerd(
  trouble: Trouble,
  settings: Readonly<Record<string, string>>,
  use: (workerd: Workerd) => Promise<unknown>,
): Promise<void> {
  const jwt = Object.keys(settings).some((name) => name.startsWith("JWT"));
  const workerd = await startWorkerd(script, stores, {
    settings: {
      ADMIN_TOKEN,
      METRICS_TOKEN,
      BENCH_TROUBLE: trouble,
      ...(jwt && { JWT_ISSUER: issuing.url }),
      ...settings,
    },
    limit: HIGH_LIMIT,
    log: () => {},
  });
  console.log(`${trouble}, ${Object.keys(settings).join() || "no other settings"}`);
  try {
    await use(workerd);
  } finally {
    await workerd.close();
  }
}

/** The least of several rounds for each caller; callers take turns, so that all have the same weather. */
async function measure(workerd: Workerd, callers: readonly Caller[]): Promise<void> {
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { name, headers, path = "/mcp" } of callers) {
      const before = workerd.cpuMs();
      for (let sent = 0; sent < EACH; sent++) {
        const { status, text } = await askOver(
          agent,
          new URL(path, workerd.url),
          // An address, so that everybody is limited.
          { "cf-connecting-ip": "203.0.113.7", ...headers },
          whoami(path),
        );
        if (status !== 200 || !text.includes("result"))
          throw new Error(`${name}: ${status} ${text}`);
      }
      const cost = (workerd.cpuMs() - before) / EACH;
      // The first round warms up.
      if (round > 0) costs.set(name, Math.min(cost, costs.get(name) ?? Number.POSITIVE_INFINITY));
    }
  }
}

interface Load {
  readonly told: Told;
  /** Of the process, in MiB, from the first to the last second. */
  readonly memory: readonly number[];
  readonly carries: number;
}

async function underLoad(): Promise<Load> {
  let result: Load | undefined;
  await withWorkerd("none", { JWT_SECRET: SECRET }, async (workerd) => {
    const shared = await issuing.sharedToken(resource(workerd));
    const credentials = [{}, bearer(ADMIN_TOKEN), bearer(await newKey(workerd)), bearer(shared)];
    const memory: number[] = [];
    const carriesBefore = await carriesOf(workerd);
    const watch = setInterval(() => memory.push(workerd.memoryMib()), 1_000);
    const told = await ask(workerd, MANY, LOAD_SECONDS, [
      ...credentials,
      bearer(await ownToken(workerd)),
    ]);
    clearInterval(watch);
    result = { told, memory, carries: (await carriesOf(workerd)) - carriesBefore };
  });
  return result!;
}

async function ask(
  workerd: Workerd,
  atOnce: number,
  seconds: number,
  credentials: readonly Caller["headers"][] = [{}],
): Promise<Told> {
  const endsAt = performance.now() + seconds * 1_000;
  const answers: Answered[] = [];
  const calls = mixedCalls();
  await Promise.all(
    Array.from({ length: atOnce }, async (_, index) => {
      while (performance.now() < endsAt) {
        const headers = credentials[index % credentials.length]!;
        answers.push(
          await askOver(agent, new URL("/mcp", workerd.url), headers, calls.next().value!),
        );
      }
    }),
  );
  return { seconds, answers };
}

/** How often counts went to a shard, by what is scraped. */
async function carriesOf(workerd: Workerd): Promise<number> {
  const answer = await fetch(new URL("/metrics", workerd.url), { headers: bearer(METRICS_TOKEN) });
  const [, carries] =
    /hereabouts_metric_carries_total\{outcome="ok"\} (\d+)/.exec(await answer.text()) ?? [];
  return Number(carries ?? 0);
}

function without(part: Without): Readonly<Record<string, string>> {
  return { "bench-without": part };
}

function bearer(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}` };
}

function resource({ url }: Workerd): string {
  return `http://localhost:${url.port}/mcp`;
}

async function newKey(workerd: Workerd): Promise<string> {
  const name = `bench${Date.now()}`;
  return (await admin(workerd, "/keys", { name, scopes: ["places:read"] })).key as string;
}

async function ownToken(workerd: Workerd): Promise<string> {
  const { auth } = await import("@modelcontextprotocol/sdk/client/auth.js");
  const memory = new Memory(7_777);
  const serverUrl = resource(workerd);
  await auth(memory as never, { serverUrl });
  const back = await signIn(memory.address!, async () => {
    const name = `bench${Date.now()}`;
    const request = { name, scopes: ["places:read", "location"], uses: 1 };
    return (await admin(workerd, "/invites", request)).code as string;
  });
  const authorizationCode = back.searchParams.get("code") ?? "";
  await auth(memory as never, { serverUrl, authorizationCode });
  return (memory.tokens() as { access_token: string }).access_token;
}

async function admin(
  workerd: Workerd,
  path: string,
  body: object,
): Promise<Record<string, unknown>> {
  const response = await fetch(new URL(`/admin${path}`, resource(workerd)), {
    method: "POST",
    headers: { ...bearer(ADMIN_TOKEN), "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`/admin${path}: ${response.status} ${await response.text()}`);
  return response.json() as Promise<Record<string, unknown>>;
}

function report(): void {
  const nobody = costs.get("nobody")!;
  const besideJwt = costs.get("nobody, beside JWT")!;
  const more = (name: string) => {
    return costs.get(name)! - (/RS256|ES256/.test(name) ? besideJwt : nobody);
  };
  const costOf = (trouble: string) => nobody - costs.get(trouble)!;
  const tokens = ["key", "JWT, HS256", "JWT, RS256", "JWT, ES256"].map(more);
  const { told, memory, carries } = load;
  const failed = told.answers.filter(({ outcome }) => outcome !== "ok").length;
  const [before, end] = [memory.at(-LAST_SECONDS)!, memory.at(-1)!];
  publish(
    "Front door",
    `${circumstances()}

CPU of the whole workerd process for a call of \`whoami\`, which reads nothing, one at a time: the least of ${ROUNDS} rounds of ${EACH}.

${table(
  ["", "CPU ms a request", "more than nobody"],
  [...costs].map(([name, ms]) => {
    const isCaller = !/^(?:bare|no)/.test(name);
    return [name, short(ms), isCaller ? short(more(name)) : ""];
  }),
)}

${LOAD_SECONDS} s with ${MANY} connections, ${PLACES.toLocaleString("en")} places, mixed calls by all kinds of callers: ${told.answers.length.toLocaleString("en")} answers,
${failed} of them failures. Memory of workerd in MiB, each tenth of that time: ${tenths(memory).map(short).join(", ")}.

What callers see with ${SOME} connections in ${TROUBLE_SECONDS} s:

${table(
  ["", "requests/s", "p50 / p99 / max ms", "outcomes"],
  [["all is well", told] as const, ...troubles].map(([name, told]) => [name, ...summary(told)]),
)}

Aims:
${aim(Math.max(...tokens) <= 0.5, `keys and JWT at most 0.5 ms more CPU: ${tokens.map(short).join(", ")}`)}
${aim(more("own OAuth token") <= 1, `own tokens at most 1 ms more: ${short(more("own OAuth token"))}`)}
${aim(costOf("no metrics") <= 0.1, `metrics at most 0.1 ms: ${short(costOf("no metrics"))} (limits ${short(costOf("no limits"))})`)}
${aim(carries <= LOAD_SECONDS + 2, `at most one call of a shard a second: ${carries} in ${LOAD_SECONDS} s`)}
${aim(failed === 0, `no error under load: ${failed}`)}
${aim(end <= before * 1.1, `memory flat in the last ${LAST_SECONDS} s: ${short(before)} to ${short(end)} MiB`)}`,
  );
}

function summary({ seconds, answers }: Told): string[] {
  const times = answers.map(({ milliseconds }) => milliseconds);
  const spread = [0.5, 0.99, 1].map((share) => short(percentile(times, share))).join(" / ");
  const outcomes = Map.groupBy(answers, ({ outcome }) => outcome);
  const counted = [...outcomes].map(([outcome, all]) => `${all.length} × ${outcome}`).join("; ");
  return [short(answers.length / seconds), spread, counted];
}

function tenths(numbers: readonly number[]): number[] {
  return Array.from(
    { length: 10 },
    (_, tenth) => numbers[Math.floor((tenth * numbers.length) / 10)] ?? Number.NaN,
  );
}
