/**
 * What a call costs in workerd itself:
 *
 *     npm run bench:endpoint
 *
 * The Worker is bundled as for a deploy and runs in workerd, asked on a socket of its own: no proxy
 * of wrangler's or miniflare's lies in between. In the same process answer a bare Hono JSON route and a
 * route that runs a search's statement and nothing else. CPU is what /proc says of the whole process
 * (so Linux only), D1 and the HTTP server included, for requests that come one at a time.
 */
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { PlaceIndex } from "../src/index/place-index.ts";
import { statementFor } from "../src/index/search/plan.ts";
import { inSqlite, MeteredDatabase } from "../test/support/metered-database.ts";
import { IS_SMOKE } from "./made-up-places.ts";
import { openSqlite, placesFile } from "./places-file.ts";
import { type BenchQuestion, firstSearch, questionsAbout } from "./questions.ts";
import { realPlaces } from "./real-places.ts";
import { aim, circumstances, percentile, publish, short, table } from "./report.ts";
import { bundle, gzippedKib, startUpMs, startWorkerd } from "./workerd.ts";

const PLACES = 1_000_000;
const SEED = 20261122;
const EACH = IS_SMOKE ? 2 : 40;
const ROUNDS = 3;
const AT_ONCE = 8;
const VERSION = "2026-07-28";

interface Route {
  readonly name: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The requests of a round: other ones in each, or the same. */
  bodies(round: number): readonly unknown[];
}

interface Cost {
  readonly cpuMs: number;
  readonly p50: number;
  readonly p99: number;
  readonly perSecond: number;
}

const places = Number(process.argv[2] ?? PLACES);
const file = await placesFile(places);
const questions = await answered(
  questionsAbout(
    realPlaces(places).flatMap(([, set]) => set),
    { each: EACH, seed: SEED },
  ),
);

const deployed = await bundle("src/worker.ts");
const gzipKib = gzippedKib(deployed);
const startMs = await startUpMs(deployed, file.persistPath);

const workerd = await startWorkerd(await bundle("bench/endpoint-worker.ts"), file.persistPath);
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

const routes: readonly Route[] = [
  { name: "bare Hono JSON route", path: "/bare", headers: {}, bodies: (round) => calls(round) },
  { name: "the search's statement alone", path: "/statement", headers: {}, bodies: statements },
  mcp("tools/list", () => questions.map(() => ({}))),
  mcp("tools/call", calls),
  mcp("tools/call", () => calls(0), "tools/call, asked again within a minute"),
  {
    name: "tools/call of a 2025 client",
    path: "/mcp",
    headers: {},
    bodies: (round) => calls(ROUNDS + 1 + round).map((params) => rpc("tools/call", params)),
  },
];
const costs: Cost[] = [];
try {
  for (const route of routes) {
    console.log(route.name);
    costs.push(await measure(route));
  }
} finally {
  agent.destroy();
  await workerd.close();
}
report();

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

/** Each round asks a few centimetres farther, so that no answer comes from the cache. */
function calls(round: number): object[] {
  return questions.map(({ center, radiusMeters, limit, query }) => ({
    name: "get_nearby_data",
    arguments: {
      latitude: center.latitude + round * 1e-6,
      longitude: center.longitude,
      radius: radiusMeters / 1000,
      query: query.text,
      limit,
      ...(query.category && { category: query.category.text }),
    },
  }));
}

function statements(): object[] {
  return questions.map((question) => statementFor(firstSearch(question)));
}

async function measure({ name, path, headers, bodies }: Route): Promise<Cost> {
  const send = async (body: unknown) => {
    const startedAt = performance.now();
    const answer = await post(path, headers, JSON.stringify(body));
    if (!answer.includes('"result')) throw new Error(`${name}: ${answer.slice(0, 500)}`);
    return performance.now() - startedAt;
  };
  // The first round warms up.
  let best: Omit<Cost, "perSecond"> | undefined;
  for (let round = 0; round <= ROUNDS; round++) {
    const before = workerd.cpuMs();
    const times: number[] = [];
    for (const body of bodies(round)) times.push(await send(body));
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
      for (let body = queue.pop(); body; body = queue.pop()) await send(body);
    }),
  );
  return { ...best!, perSecond: count / ((performance.now() - startedAt) / 1000) };
}

function post(path: string, headers: Route["headers"], body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const accept = "application/json, text/event-stream";
    const sent = request(
      new URL(path, workerd.url).href,
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

function report(): void {
  const manifest = createRequire(import.meta.url).resolve("workerd/package.json");
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  const costOf = (name: string) => costs[routes.findIndex((route) => route.name === name)]!;
  const call = costOf("tools/call");
  const bare = costOf("bare Hono JSON route");
  const statement = costOf("the search's statement alone");
  const worker = call.cpuMs - (statement.cpuMs - bare.cpuMs);
  publish(
    "Endpoint",
    `${circumstances()}

workerd ${version}, the Worker bundled as for a deploy, ${places.toLocaleString("en")} places in local D1, ${questions.length} different
questions that find something. CPU and milliseconds: one request at a time over one connection, the best of ${ROUNDS} rounds. CPU is that
of the whole workerd process: HTTP, the Worker, and D1. Requests per second: ${AT_ONCE} at once, with the client on the same ${cpus().length} cores.

${table(
  ["", "CPU ms a request", "p50 ms", "p99 ms", "requests/s"],
  routes.map(({ name }, index) => {
    const { cpuMs, p50, p99, perSecond } = costs[index]!;
    return [name, short(cpuMs), short(p50), short(p99), short(perSecond)];
  }),
)}

Aims:
${aim(worker < 1.5, `under 1.5 ms CPU a tools/call: ${short(worker)} ms without D1 (all of it ${short(call.cpuMs)} ms, less ${short(statement.cpuMs - bare.cpuMs)} ms for the same statement on the bare route)`)}
${aim(gzipKib < 300, `bundle under 300 KiB gzipped: ${short(gzipKib)} KiB`)}
${aim(startMs < 100, `start-up under 100 ms: ${short(startMs)} ms more CPU until the first answer than an empty Worker, the least of several starts`)}`,
  );
}
