/**
 * What a call costs in workerd itself:
 *
 *     npm run bench:endpoint
 *     npm run bench:endpoint -- --own-javascript
 *
 * The Worker is bundled as for a deploy and runs in workerd, asked on a socket of its own: no proxy
 * of wrangler's or miniflare's lies in between. In the same process answer a bare Hono JSON route and a
 * route that runs a search's statement and nothing else. CPU is what /proc says of the whole process
 * (so Linux only), D1 and the HTTP server included, for requests that come one at a time. What the Worker's own
 * JavaScript takes is measured in Node (own-javascript.ts); with --own-javascript it is all that is.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { join } from "node:path";
import { PlaceIndex } from "../src/index/place-index.ts";
import { quickStatementFor, statementFor } from "../src/index/search/plan.ts";
import { inSqlite, MeteredDatabase } from "../test/support/metered-database.ts";
import { IS_SMOKE } from "./made-up-places.ts";
import type { Costs, Requests, Work } from "./own-javascript.ts";
import { openSqlite, placesFile } from "./places-file.ts";
import { type BenchQuestion, firstSearch, questionsAbout } from "./questions.ts";
import { realPlaces } from "./real-places.ts";
import { aim, circumstances, percentile, publish, short, table } from "./report.ts";
import { bundle, FOLDER, gzippedKib, startUpMs, startWorkerd, type Workerd } from "./workerd.ts";

const PLACES = 1_000_000;
const SEED = 20261122;
const EACH = IS_SMOKE ? 2 : 40;
const ROUNDS = 3;
const AT_ONCE = 8;
const VERSION = "2026-07-28";
/** Less than a decimetre, another one in each run: the cache's file may still have the last run's answers. */
const RUN_DEGREES = (Date.now() % 1e6) * 1e-12;
const OWN_JAVASCRIPT_ONLY = process.argv.includes("--own-javascript");

interface Route {
  readonly name: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the answers come from the cache, where they tell. */
  readonly isCached?: boolean;
  /** The requests of a round: other ones in each, or the same. */
  bodies(round: number): readonly unknown[];
}

interface Cost {
  readonly cpuMs: number;
  readonly p50: number;
  readonly p99: number;
  readonly perSecond: number;
}

const places = Number(process.argv.slice(2).find((given) => /^\d+$/.test(given)) ?? PLACES);
const file = await placesFile(places);
const questions = await answered(
  questionsAbout(
    realPlaces(places).flatMap(([, set]) => set),
    { each: EACH, seed: SEED },
  ),
);

const bare: Route = {
  name: "bare Hono JSON route",
  path: "/bare",
  headers: {},
  bodies: (round) => calls(round),
};
const call = mcp("tools/call", calls);
/** They take three searches. */
const relaxedCall = mcp("tools/call", relaxedCalls, "tools/call, words that are nowhere");
const cachedCall: Route = {
  ...mcp("tools/call", () => relaxedCalls(-1), "tools/call, words that are nowhere, asked again"),
  isCached: true,
};
const cacheSteps: readonly Route[] = [
  { name: "a key of the cache", path: "/cache/key", headers: {}, bodies: calls },
  { name: "a key and a look that finds nothing", path: "/cache/look", headers: {}, bodies: calls },
  { name: "a key and what is kept", path: "/cache/keep", headers: {}, bodies: () => calls(-1) },
  {
    name: "a key and a look that finds",
    path: "/cache/look",
    headers: {},
    bodies: () => calls(-1),
  },
];
const callOf2025: Route = {
  name: "tools/call of a 2025 client",
  path: "/mcp",
  headers: {},
  bodies: (round) => calls(ROUNDS + 3 + round).map((params) => rpc("tools/call", params)),
};
const list = mcp("tools/list", () => questions.map(() => ({})));
const statement: Route = {
  name: "the search's statement alone",
  path: "/statement",
  headers: {},
  bodies: statements,
};
const routes = [bare, statement, list, call, callOf2025, relaxedCall, cachedCall, ...cacheSteps];

const script = await bundle("bench/endpoint-worker.ts");
const own = ownJavaScript([bare, call, callOf2025, relaxedCall, cachedCall]);
if (OWN_JAVASCRIPT_ONLY) console.log(ownTable());
else await measureAll();

async function measureAll(): Promise<void> {
  const deployed = await bundle("src/worker.ts");
  const gzipKib = gzippedKib(deployed);
  const startMs = await startUpMs(deployed, file.persistPath);
  const workerd = await startWorkerd(script, file.persistPath);
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const costs = new Map<Route, Cost>();
  try {
    for (const route of routes) {
      console.log(route.name);
      costs.set(route, await measure(route, workerd, agent));
    }
  } finally {
    agent.destroy();
    await workerd.close();
  }
  report(costs, gzipKib, startMs);
}

/** Measured in a process of its own: this one's memory is full of places. */
function ownJavaScript(measured: readonly Route[]): Costs {
  const requests = measured.map(({ name, path, headers, isCached = false, bodies }): Requests => {
    return { name, path, headers, isCached, bodies: bodies(0).map((body) => JSON.stringify(body)) };
  });
  const work = join(FOLDER, "work.json");
  writeFileSync(work, JSON.stringify({ script, database: file.path, requests } satisfies Work));
  const { status, stdout } = spawnSync(
    process.execPath,
    [
      "--disallow-code-generation-from-strings",
      join(import.meta.dirname, "own-javascript.ts"),
      work,
    ],
    { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
  );
  if (status !== 0) throw new Error(`bench/own-javascript.ts ended with ${status}`);
  return JSON.parse(stdout);
}

/** Those that find something. */
async function answered(questions: readonly BenchQuestion[]): Promise<BenchQuestion[]> {
  const sqlite = openSqlite(file.path);
  const store = new PlaceIndex(new MeteredDatabase(inSqlite(sqlite)).d1, {} as R2Bucket);
  const finding: BenchQuestion[] = [];
  for (const question of questions) {
    const { found } = await store.search([firstSearch(question)]);
    if (found[0]!.rows.length > 0) finding.push(question);
  }
  sqlite.close();
  return finding;
}

function mcp(method: string, params: (round: number) => readonly object[], name = method): Route {
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": VERSION,
    "io.modelcontextprotocol/clientInfo": { name: "bench", version: "1" },
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  return {
    name,
    path: "/mcp",
    headers: {
      "mcp-protocol-version": VERSION,
      "mcp-method": method,
      ...(method === "tools/call" && { "mcp-name": "get_nearby_data" }),
    },
    bodies: (round) => params(round).map((one) => rpc(method, { ...one, _meta })),
  };
}

function rpc(method: string, params: object): object {
  return { jsonrpc: "2.0", id: 1, method, params };
}

/** Each round asks a decimetre farther, so that no answer comes from the cache. */
function calls(round: number): { name: string; arguments: object }[] {
  return questions.map(({ center, radiusMeters, limit, query }) => ({
    name: "get_nearby_data",
    arguments: {
      latitude: center.latitude + RUN_DEGREES + round * 1e-6,
      longitude: center.longitude,
      radius: radiusMeters / 1000,
      query: query.text,
      limit,
      ...(query.category && { category: query.category.text }),
    },
  }));
}

function relaxedCalls(round: number): object[] {
  return calls(round).map(({ name, arguments: asked }) => ({
    name,
    arguments: { ...asked, query: "xyzzyx qwzxkj" },
  }));
}

function statements(): object[] {
  return questions.map((question) => {
    const search = firstSearch(question);
    return quickStatementFor(search) ?? statementFor(search);
  });
}

async function measure(
  { name, path, headers, isCached = false, bodies }: Route,
  workerd: Workerd,
  agent: Agent,
): Promise<Cost> {
  const url = new URL(path, workerd.url).href;
  const wrong = `"cached":${!isCached}`;
  const send = async (body: unknown, isWarm: boolean) => {
    const startedAt = performance.now();
    const answer = await post(url, headers, JSON.stringify(body), agent);
    const milliseconds = performance.now() - startedAt;
    if (!answer.includes('"result') || (isWarm && answer.includes(wrong))) {
      throw new Error(`${name}: ${answer.slice(0, 500)}`);
    }
    return milliseconds;
  };
  // The first round warms up.
  let best: Omit<Cost, "perSecond"> | undefined;
  for (let round = 0; round <= ROUNDS; round++) {
    const before = workerd.cpuMs();
    const times: number[] = [];
    for (const body of bodies(round)) times.push(await send(body, round > 0));
    const cost = (workerd.cpuMs() - before) / times.length;
    if (round > 0 && cost < (best?.cpuMs ?? Number.POSITIVE_INFINITY)) {
      best = { cpuMs: cost, p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
    }
  }

  const queue = [...bodies(ROUNDS + 1), ...bodies(ROUNDS + 2)];
  const count = queue.length;
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let body = queue.pop(); body; body = queue.pop()) await send(body, true);
    }),
  );
  return { ...best!, perSecond: count / ((performance.now() - startedAt) / 1000) };
}

function post(url: string, headers: Route["headers"], body: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const accept = "application/json, text/event-stream";
    const sent = request(
      url,
      {
        agent,
        method: "POST",
        headers: { "content-type": "application/json", accept, ...headers },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part) => {
          text += part;
        });
        response.on("end", () => resolve(text));
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

function ownTable(): string {
  return table(
    ["", "own JavaScript, ms a request", "statements", "bytes sent to D1"],
    Object.entries(own).map(([name, { ms, statements, bytes }]) => {
      return [name, short(ms), short(statements), short(bytes)];
    }),
  );
}

function report(costs: ReadonlyMap<Route, Cost>, gzipKib: number, startMs: number): void {
  const manifest = createRequire(import.meta.url).resolve("workerd/package.json");
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  const ownMs = own[call.name]!.ms;
  const { cpuMs } = costs.get(call)!;
  publish(
    "Endpoint",
    `${circumstances()}

workerd ${version}, the Worker bundled as for a deploy, ${places.toLocaleString("en")} places in local D1, ${questions.length} different
questions that find something. CPU and milliseconds: one request at a time over one connection, the best of ${ROUNDS} rounds. CPU is that
of the whole workerd process: HTTP, the Worker, and D1. Requests per second: ${AT_ONCE} at once, with the client on the same ${cpus().length} cores.

${table(
  ["", "CPU ms a request", "p50 ms", "p99 ms", "requests/s"],
  routes.map((route) => {
    const { cpuMs, p50, p99, perSecond } = costs.get(route)!;
    return [route.name, short(cpuMs), short(p50), short(p99), short(perSecond)];
  }),
)}

The Worker's own JavaScript: the same bundle in Node, with a D1 that answers at once. Node's Request and Response are in it.

${ownTable()}

Aims:
${aim(ownMs <= 1.5, `at most 1.5 ms of its own JavaScript a tools/call: ${short(ownMs)} ms`)}
${aim(cpuMs <= 3.5, `at most 3.5 ms CPU a tools/call, local D1 included: ${short(cpuMs)} ms`)}
${aim(gzipKib < 300, `bundle under 300 KiB gzipped: ${short(gzipKib)} KiB`)}
${aim(startMs < 100, `start-up under 100 ms: ${short(startMs)} ms more CPU until the first answer than an empty Worker, the least of several starts`)}`,
  );
}
