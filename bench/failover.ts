/**
 * How often models that fail one time in ten bring an answer, and what that costs, end to end: through HTTP, in a workerd of
 * its own, the ledger and the providers' libraries between.
 *
 *     npm run bench:failover
 *
 * The models are fake ones on loopback (test/support/models), whose failures are drawn from seeds.
 */
import { startModelServer } from "../test/support/models/server.ts";
import { callTool, timed } from "./call-tool.ts";
import { IS_SMOKE } from "./made-up-places.ts";
import { placesFile } from "./places-file.ts";
import { aim, circumstances, publish, short, spread, table } from "./report.ts";
import { bundle, copyOfStores, startWorkerd } from "./workerd.ts";

const CALLS = IS_SMOKE ? 20 : 1_000;
const AT_ONCE = 8;
const DEADLINE_SECONDS = 10;
/** What the server itself may take beyond the deadline, on a machine that does other things, too. */
const GRACE_MS = 1_000;
const HIGH_LIMIT = 1_000_000_000;
const PLACES = 3_000;

const fakes = await startModelServer();
/** One fails by errors, one by silence or a closed connection, one by answers that are not valid. */
const MODELS = [
  entry("cheap", 1, "fault=500&seed=1"),
  entry("middle", 2, "fault=closed,hang,closed,hang,closed,hang,429&seed=2"),
  entry("dear", 4, "fault=empty,refused,not-json,empty,refused,not-json&seed=3"),
];
const ALL = MODELS.map(({ name }) => name);

const stores = copyOfStores((await placesFile(PLACES)).persistPath);
const script = await bundle("bench/models-worker.ts");

const rows: Row[] = [];
try {
  for (const name of ALL) rows.push(await measure(`\`${name}\` alone`, { models: [name] }));
  for (const strategy of ["first_available", "cheapest", "balanced", "fastest"]) {
    rows.push(await measure(`all three, \`${strategy}\``, { models: ALL, strategy }));
  }
} finally {
  fakes.close();
}
report();

function entry(name: string, price: number, behaviour: string) {
  const id = `says=The+capital+of+France+is+Paris.&delay_ms=20&share=0.1&${behaviour}`;
  const base_url = `${fakes.url}/failover/openai/v1`;
  const prices = { price_input: price, price_output: price };
  return { name, provider: "openai-compatible", id, base_url, ...prices };
}

interface Row {
  readonly name: string;
  readonly answered: number;
  readonly late: number;
  readonly requests: number;
  /** Of the calls that were answered. */
  readonly dollars: number;
  readonly wallMs: readonly number[];
}

/** In a new process, whose ledger knows nothing yet. */
async function measure(name: string, input: object): Promise<Row> {
  const workerd = await startWorkerd(script, copyOfStores(stores), {
    settings: {
      ANONYMOUS_SCOPES: "places:read location models",
      MODELS: JSON.stringify(MODELS),
      MODELS_TOKENS_PER_DAY: "0",
      MODELS_HEDGE_MS: "200",
    },
    limit: HIGH_LIMIT,
    log: () => {},
  });
  const base = `http://localhost:${workerd.url.port}`;
  const wallMs: number[] = [];
  let [asked, answered, requests, dollars] = [0, 0, 0, 0];
  const ask = async () => {
    const prompt = `What is the capital of France? (${asked})`;
    const asks = { prompt, max_tokens: 100, timeout: DEADLINE_SECONDS, ...input };
    const { ms, result } = await timed(() =>
      callTool(base, "query_models", asks).catch((error: Error) => error),
    );
    wallMs.push(ms);
    if (result instanceof Error) {
      if (!result.message.includes("All models failed")) throw result;
      return;
    }
    answered++;
    requests += (result.attempts as readonly unknown[]).length;
    dollars += result.cost_usd as number;
  };
  const asker = async () => {
    while (asked++ < CALLS) await ask();
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, asker));
  } finally {
    await workerd.close();
  }
  const late = wallMs.filter((ms) => ms > DEADLINE_SECONDS * 1_000 + GRACE_MS).length;
  return { name, answered, late, requests, dollars, wallMs };
}

function report(): void {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  const single = rows.slice(0, ALL.length);
  const several = rows.slice(ALL.length);
  const best = single.reduce((a, b) => (b.answered > a.answered ? b : a));
  const dollarsOf = ({ dollars, answered }: Row) => dollars / answered;
  const first = several[0]!;
  publish(
    "Failover",
    `${circumstances()}

Three models on loopback, each of which fails one time in ten at random; ${CALLS.toLocaleString("en")} calls each,
${AT_ONCE} at once, with ${DEADLINE_SECONDS} s for each. One that is alone is tried again, too. Cost is that of a call that was
answered, against the best single model's; wall time is p50 / p99 / max.

${table(
  ["", "answered", "past the deadline", "requests an answer", "cost", "wall ms"],
  rows.map((row) => [
    row.name,
    percent(row.answered / CALLS),
    String(row.late),
    short(row.requests / row.answered),
    `× ${short(dollarsOf(row) / dollarsOf(best))}`,
    spread(row.wallMs),
  ]),
)}

The best single model is ${best.name}.

Aims:
${aim(
  several.every(({ answered }) => answered / CALLS >= 0.998),
  `at least 99.8 % are answered: ${several.map(({ answered }) => percent(answered / CALLS)).join(", ")}`,
)}
${aim(
  rows.every(({ late }) => late === 0),
  "none takes longer than its deadline",
)}
- ${first.name} costs × ${short(dollarsOf(first) / dollarsOf(best))} of the best single model`,
  );
}
