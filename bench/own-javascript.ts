/**
 * What the Worker's own JavaScript takes of the processor, in Node, with a D1 that answers at once. bench/endpoint.ts runs
 * it, and leaves what it asks in a file; with a second one it writes a profile of the measured rounds there:
 *
 *     node --disallow-code-generation-from-strings bench/own-javascript.ts .wrangler/bench/endpoint/work.json call.cpuprofile
 *
 * The bundle is the deployed one. Each question is asked once with SQLite behind it; from then on the rows that came are
 * given again. Node's own Request and Response are part of the time, as they are of the bare route's. Like workerd, Node may
 * not make code of texts (--disallow-code-generation-from-strings): zod is slower then.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import { inSqlite, type RunStatement } from "../test/support/metered-database.ts";
import { openSqlite } from "./places-file.ts";

/** Requests of one kind. */
export interface Requests {
  readonly name: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodies: readonly string[];
  /** Whether the cache has the answers: else it never has one. */
  readonly isCached: boolean;
}

export interface Work {
  /** The bundle's path. */
  readonly script: string;
  /** The SQLite file's path. */
  readonly database: string;
  readonly requests: readonly Requests[];
}

/** Milliseconds of the processor for each request, and what is sent to D1 for it, by the names of the requests. */
export type Costs = Readonly<Record<string, { ms: number; statements: number; bytes: number }>>;

interface Worker {
  fetch(request: Request, env: object, context: object): Promise<Response>;
}

const WARM_UP_ROUNDS = 5;
const ROUNDS = 15;
const HOST = "hereabouts.example";

const STUB = `
  export class DurableObject {}
  export class WorkerEntrypoint {}
  export class RpcTarget {}
  export const [env, exports, waitUntil] = [{}, {}, () => {}];
  export default {};`;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier.startsWith("cloudflare:")
      ? { url: `stub:${specifier}`, shortCircuit: true }
      : next(specifier, context),
  load: (url, context, next) =>
    url.startsWith("stub:")
      ? { format: "module", shortCircuit: true, source: STUB }
      : next(url, context),
});

/** A D1 that answers what it has answered before, as far as the Worker uses it for a question. */
class RecordedD1 {
  counts = false;
  statements = 0;
  bytes = 0;
  readonly #run: RunStatement;
  /** By the question, then in the order of the statements. */
  readonly #answers = new Map<number, object[]>();
  #question = 0;
  #next = 0;

  constructor(run: RunStatement) {
    this.#run = run;
  }

  begin(question: number): void {
    this.#question = question;
    this.#next = 0;
    if (!this.#answers.has(question)) this.#answers.set(question, []);
  }

  withSession = () => this;

  prepare(sql: string, parameters: readonly unknown[] = []) {
    return {
      sql,
      parameters,
      bind: (...values: unknown[]) => this.prepare(sql, values),
      all: () => this.#answer(sql, parameters),
      run: () => this.#answer(sql, parameters),
    };
  }

  async batch(statements: readonly { sql: string; parameters: readonly unknown[] }[]) {
    const results: object[] = [];
    for (const { sql, parameters } of statements) {
      results.push(await this.#answer(sql, parameters));
    }
    return results;
  }

  async #answer(sql: string, parameters: readonly unknown[]): Promise<object> {
    const answers = this.#answers.get(this.#question)!;
    const known = answers[this.#next];
    this.#next++;
    if (this.counts) {
      this.statements++;
      this.bytes += JSON.stringify({ sql, params: parameters }).length;
    }
    if (known) return known;
    const { rows } = await this.#run(sql, parameters);
    const answer = { results: rows, meta: { rows_read: 1, rows_written: 0 } };
    answers.push(answer);
    return answer;
  }
}

/** A cache that forgets, or does not. */
class Cache {
  readonly #kept = new Map<string, string>();
  readonly #keeps: boolean;

  constructor(keeps: boolean) {
    this.#keeps = keeps;
  }

  match = async (key: string) => {
    const text = this.#kept.get(key);
    return text === undefined ? undefined : new Response(text);
  };

  put = async (key: string, response: Response) => {
    const text = await response.text();
    if (this.#keeps) this.#kept.set(key, text);
  };
}

const { script, database, requests }: Work = JSON.parse(readFileSync(process.argv[2]!, "utf8"));
const worker: Worker = (await import(pathToFileURL(script).href)).default;
// The Worker's log.
console.log = () => {};
const sqlite = openSqlite(database);
const pending: Promise<unknown>[] = [];
const context = { waitUntil: (work: Promise<unknown>) => void pending.push(work) };
// Nobody waits a second for the next counts: each request carries its own, which is the most that counting can cost.
Object.assign(globalThis, { scheduler: { wait: async () => {} } });
const METRIC_SHARDS = { getByName: () => ({ add: async () => {} }) };

/** The requests of one kind, with a D1 and a cache of their own. */
class Asking {
  readonly #requests: Requests;
  readonly #d1 = new RecordedD1(inSqlite(sqlite));
  readonly #cache: Cache;

  constructor(requests: Requests) {
    this.#requests = requests;
    this.#cache = new Cache(requests.isCached);
  }

  /** Milliseconds of the processor a request. */
  async askAll(isWarm: boolean): Promise<number> {
    const { name, path, headers, bodies, isCached } = this.#requests;
    Object.assign(globalThis, { caches: { default: this.#cache } });
    const env = { PLACES_DB: this.#d1, PLACES_BUCKET: {}, OAUTH_KV: {}, METRIC_SHARDS };
    const wrong = `"cached":${!isCached}`;
    const before = process.cpuUsage();
    for (const [question, body] of bodies.entries()) {
      this.#d1.begin(question);
      const accept = "application/json, text/event-stream";
      const request = new Request(`https://${HOST}${path}`, {
        method: "POST",
        headers: { host: HOST, "content-type": "application/json", accept, ...headers },
        body,
      });
      const response = await worker.fetch(request, env, context);
      const answer = await response.text();
      if (pending.length > 0) await Promise.all(pending.splice(0));
      if (!answer.includes('"result') || (isWarm && answer.includes(wrong))) {
        throw new Error(`${name}: ${answer.slice(0, 500)}`);
      }
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000 / bodies.length;
  }

  /** What is sent to D1 for a request. */
  async sent(): Promise<Pick<Costs[string], "statements" | "bytes">> {
    this.#d1.counts = true;
    await this.askAll(true);
    const { statements, bytes } = this.#d1;
    const { length } = this.#requests.bodies;
    return { statements: statements / length, bytes: bytes / length };
  }
}

const costs: Record<string, Costs[string]> = {};
const askings = requests.map((one) => new Asking(one));
for (let round = 0; round < WARM_UP_ROUNDS; round++) {
  for (const asking of askings) await asking.askAll(round > 0);
}
const profiler = await startProfiler(process.argv[3]);
const leastMs = askings.map(() => Number.POSITIVE_INFINITY);
// One kind after the other, time and again: what else the machine does slows down all of them.
for (let round = 0; round < ROUNDS; round++) {
  for (const [at, asking] of askings.entries()) {
    leastMs[at] = Math.min(leastMs[at]!, await asking.askAll(true));
  }
}
await profiler?.stop();
for (const [at, asking] of askings.entries()) {
  costs[requests[at]!.name] = { ms: leastMs[at]!, ...(await asking.sent()) };
}
sqlite.close();
process.stdout.write(JSON.stringify(costs satisfies Costs));

async function startProfiler(file: string | undefined) {
  if (file === undefined) return undefined;
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.start");
  return {
    async stop() {
      const { profile } = await session.post("Profiler.stop");
      writeFileSync(file, JSON.stringify(profile));
    },
  };
}
