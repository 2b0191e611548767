/**
 * Whether callers notice a rebuild:
 *
 *     PORT=8911 npm run bench:rebuild
 *
 * The server is that of `npm start` on the port, with the default data, which has to be there (from a version whose index has
 * another format, too). 100 different questions a second come to /mcp, whether or not those before are answered: for half a
 * minute, then as long as `npm run rebuild` makes the whole index anew, then for half a minute. Each answer is compared
 * with the one that the same question had before.
 */
import { Agent, request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { AdminApi } from "../scripts/api/admin-api.ts";
import { rebuildIndex } from "../scripts/api/rebuild-index.ts";
import { readDataset } from "../scripts/dataset/dataset.ts";
import { openLocalServer } from "../scripts/server/local-server.ts";
import { seeded } from "../test/support/random.ts";
import { jitter, oneOf } from "./random.ts";
import { circumstances, percentile, publish, short, table } from "./report.ts";

const RATE = Number(process.argv[2] ?? 100);
const CALM_MS = 30_000;
const QUESTIONS = 500;
const RADIUS_KM = 10;
const SEED = 20261130;
const SOCKETS = 64;

interface Asked {
  readonly kind: string;
  readonly arguments: object;
}

/** What came of the questions of one phase. */
interface Phase {
  readonly name: string;
  readonly seconds: number;
  readonly milliseconds: number[];
  different: number;
  /** Nothing, where there was something before. */
  empty: number;
  failed: number;
  readonly health: Set<string>;
}

const { signal } = new AbortController();
const server = await openLocalServer(signal, false);
const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS });
const api = new AdminApi(server.url, server.token, signal);
let sent = 0;

try {
  const questions = questionsAsked();
  const before = new Map<Asked, string>();
  for (const question of questions) before.set(question, await answerTo(question));
  const found = [...before.values()].filter((answer) => answer !== "[]").length;
  console.log(`${questions.length} questions, of which ${found} find something`);

  const phases = [await askWhile("before", before, wait(CALM_MS))];
  const states: string[] = [];
  const rebuild = rebuildIndex(api, true, (state) => {
    states.push(state);
    console.log(state);
  });
  phases.push(await askWhile("while all collections are rebuilt", before, rebuild));
  phases.push(await askWhile("afterwards", before, wait(CALM_MS)));
  report(questions.length, phases);
} finally {
  agent.destroy();
  await server.stop();
}

/** About places of the default data, in turn of each kind. */
function questionsAsked(): Asked[] {
  const random = seeded(SEED);
  const records = readDataset().flatMap(({ records }) => [...records]);
  const towns = records.filter(
    ({ category, population = 0 }) => category.startsWith("place/") && population > 20_000,
  );
  return Array.from({ length: QUESTIONS }, (_, k) => {
    const { name, category } = oneOf(random, records);
    const town = oneOf(random, towns);
    const { latitude, longitude } = jitter(random, town, 50, 5_000);
    const here = { latitude, longitude };
    const kinds: Record<string, object> = {
      anything: { ...here },
      "a word": { ...here, query: name.split(/\s/)[0]! },
      "a name": { ...here, query: town.name },
      "a category": { ...here, category },
      "near a town": { near: `${town.name}, ${town.country}`, query: "station" },
    };
    const kind = Object.keys(kinds)[k % Object.keys(kinds).length]!;
    return { kind, arguments: kinds[kind]! };
  });
}

/** Asks at the rate until something is done, in turn. */
async function askWhile(
  name: string,
  before: ReadonlyMap<Asked, string>,
  work: Promise<unknown>,
): Promise<Phase> {
  const questions = [...before.keys()];
  const startedAt = performance.now();
  const phase = { name, milliseconds: [] as number[], different: 0, empty: 0, failed: 0 };
  const health = new Set<string>();
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  const underWay = new Set<Promise<void>>();
  for (let asked = 0; !isDone; asked++) {
    const dueMs = startedAt + (asked * 1_000) / RATE;
    // Late questions count from when they were due.
    await wait(Math.max(0, dueMs - performance.now()));
    const question = questions[asked % questions.length]!;
    const asking = compare(question, before.get(question)!, dueMs, phase).finally(() => {
      underWay.delete(asking);
    });
    underWay.add(asking);
    if (asked % RATE === 0) health.add(await indexHealth());
  }
  await done;
  const seconds = (performance.now() - startedAt) / 1_000;
  await Promise.all(underWay);
  return { ...phase, health, seconds };
}

async function compare(
  question: Asked,
  before: string,
  dueMs: number,
  phase: Pick<Phase, "milliseconds"> & { different: number; empty: number; failed: number },
): Promise<void> {
  try {
    const answer = await answerTo(question);
    phase.milliseconds.push(performance.now() - dueMs);
    if (answer === before) return;
    phase.different += 1;
    if (answer === "[]") phase.empty += 1;
    if (phase.different <= 5) {
      console.log(`${question.kind} ${JSON.stringify(question)}\n  ${before}\n  ${answer}`);
    }
  } catch (error) {
    phase.failed += 1;
    if (phase.failed <= 5) console.log(question.kind, error);
  }
}

/** The places of an answer, with their distances. The radius is another one each time: no answer comes from the cache. */
async function answerTo(question: Asked): Promise<string> {
  sent += 1;
  const answer = await post({
    name: "get_nearby_data",
    arguments: { ...question.arguments, radius: RADIUS_KM + sent * 1e-9 },
  });
  const { result } = JSON.parse(answer.slice(answer.indexOf("{")));
  // A town that several are called is refused: in the same words each time.
  if (result.isError) return JSON.stringify(result.content);
  const { results, nearest_beyond: beyond } = result.structuredContent as {
    results: { id: string; distance_km: number }[];
    nearest_beyond?: { id: string };
  };
  const places = results.map(({ id, distance_km }) => [id, distance_km]);
  return JSON.stringify(beyond ? [...places, beyond.id] : places);
}

async function indexHealth(): Promise<string> {
  const response = await fetch(new URL("/health", server.url).href);
  const { index } = (await response.json()) as { index?: string };
  return `${response.status} ${index}`;
}

function post(params: object): Promise<string> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params });
  return new Promise((resolve, reject) => {
    const sent = request(
      new URL("/mcp", server.url).href,
      {
        agent,
        method: "POST",
        headers: {
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
        },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part) => {
          text += part;
        });
        response.on("end", () =>
          response.statusCode === 200 ? resolve(text) : reject(new Error(text)),
        );
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

function report(questions: number, phases: readonly Phase[]): void {
  publish(
    "Rebuild under traffic",
    `${circumstances()}

The default data on \`npm start\`, ${questions} different questions in turn, ${RATE} a second, each counted from when it was due. The
client and the server share the processors.

${table(
  ["", "seconds", "answers/s", "p50 ms", "p99 ms", "different", "empty", "failed", "/health"],
  phases.map(({ name, seconds, milliseconds, different, empty, failed, health }) => [
    name,
    short(seconds),
    short(milliseconds.length / seconds),
    short(percentile(milliseconds, 0.5)),
    short(percentile(milliseconds, 0.99)),
    String(different),
    String(empty),
    String(failed),
    [...health].join(", "),
  ]),
)}`,
  );
}
