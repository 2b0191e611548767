/**
 * What a call of `query_models` costs besides the model, end to end: through HTTP, in a workerd of its own.
 *
 *     npm run bench:models
 *
 * The models are fake ones on loopback (test/support/models). CPU is what /proc says of the whole workerd process (so Linux
 * only): tool, door, ledger and provider's library together.
 */
import { startModelServer } from "../test/support/models/server.ts";
import { callTool, timed } from "./call-tool.ts";
import { IS_SMOKE } from "./made-up-places.ts";
import type { BareQuestion } from "./models-worker.ts";
import { placesFile } from "./places-file.ts";
import { aim, circumstances, percentile, publish, short, spread, table } from "./report.ts";
import {
  bundle,
  copyOfStores,
  gzippedKib,
  startUpMs,
  startWorkerd,
  type Workerd,
} from "./workerd.ts";

const [ROUNDS, EACH] = IS_SMOKE ? [1, 10] : [6, 200];
const TAIL_CALLS = IS_SMOKE ? 20 : 1_000;
const TAIL_AT_ONCE = 8;
/** A provider that is slow one time in twenty. */
const [USUAL_MS, SLOW_MS, SLOW_SHARE] = [50, 1_000, 0.05];
const HIGH_LIMIT = 1_000_000_000;
const PLACES = 3_000;
/** What is loaded when it is first needed. */
const LIBRARIES = ["@ai-sdk/openai-compatible", "@ai-sdk/anthropic"];

const SAYS = "says=The+capital+of+France+is+Paris.";
const SLOW = `delay_ms=${USUAL_MS}&fault=slow&slow_ms=${SLOW_MS - USUAL_MS}&share=${SLOW_SHARE}`;
const PROMPT = "What is the capital of France?";

const fakes = await startModelServer();
const modelsOf = {
  "openai-compatible": `${fakes.url}/bench/openai/v1`,
  anthropic: `${fakes.url}/bench/anthropic/v1`,
};
const entry = (name: string, provider: keyof typeof modelsOf, id: string) => {
  return { name, provider, id, base_url: modelsOf[provider], price_input: 1, price_output: 2 };
};
const MODELS = [
  entry("by-openai", "openai-compatible", SAYS),
  entry("by-anthropic", "anthropic", SAYS),
  entry("slow-a", "openai-compatible", `${SAYS}&${SLOW}&seed=1`),
  entry("slow-b", "openai-compatible", `${SAYS}&${SLOW}&seed=2`),
];

const stores = copyOfStores((await placesFile(PLACES)).persistPath);
const script = await bundle("bench/models-worker.ts");
let questions = 0;

try {
  const costs = await withWorkerd(measureCalls);
  const unhedged = await withWorkerd((base) => measureTail(base, "first_available"));
  const hedged = await withWorkerd((base) => measureTail(base, "fastest"));
  report(costs, { unhedged, hedged }, await measureSizes());
} finally {
  fakes.close();
}

/** Each in a new process, whose ledger knows nothing yet. */
async function withWorkerd<Result>(
  use: (base: string, workerd: Workerd) => Promise<Result>,
): Promise<Result> {
  const workerd = await startWorkerd(script, copyOfStores(stores), {
    settings: {
      ANONYMOUS_SCOPES: "places:read location models",
      MODELS: JSON.stringify(MODELS),
      MODELS_TOKENS_PER_DAY: "0",
    },
    limit: HIGH_LIMIT,
    log: () => {},
  });
  try {
    return await use(`http://localhost:${workerd.url.port}`, workerd);
  } finally {
    await workerd.close();
  }
}

interface Cost {
  /** Of the whole process, of the round that took least. */
  readonly cpuMs: number;
  readonly wallMs: readonly number[];
}

/** They take turns, so that all have the same weather; the first round warms up. */
async function measureCalls(base: string, { cpuMs }: Workerd): Promise<ReadonlyMap<string, Cost>> {
  const ask = (model: string) => queryModels(base, { models: [model] });
  const kinds: readonly (readonly [name: string, call: () => Promise<unknown>])[] = [
    ["bare fetch of the answer", () => askBare(base)],
    ["whoami, which asks nobody", () => callTool(base, "whoami", {})],
    ["query_models, openai-compatible", () => ask("by-openai")],
    ["query_models, anthropic", () => ask("by-anthropic")],
    ["query_models, a hit", () => askForKept(base)],
  ];
  const costs = new Map<string, Cost>();
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, call] of kinds) {
      const wallMs: number[] = [];
      const before = cpuMs();
      for (let sent = 0; sent < EACH; sent++) wallMs.push((await timed(call)).ms);
      const cost = { cpuMs: (cpuMs() - before) / EACH, wallMs };
      if (round > 0 && cost.cpuMs < (costs.get(name)?.cpuMs ?? Number.POSITIVE_INFINITY)) {
        costs.set(name, cost);
      }
    }
  }
  return costs;
}

interface Tail {
  readonly wallMs: readonly number[];
  /** How many requests went to a model for each call. */
  readonly requests: number;
}

async function measureTail(base: string, strategy: string): Promise<Tail> {
  const wallMs: number[] = [];
  let [left, requests] = [TAIL_CALLS, 0];
  const asker = async () => {
    while (left-- > 0) {
      const models = ["slow-a", "slow-b"];
      const { ms, result } = await timed(() => queryModels(base, { models, strategy }));
      wallMs.push(ms);
      requests += (result.attempts as readonly unknown[]).length;
    }
  };
  await Promise.all(Array.from({ length: TAIL_AT_ONCE }, asker));
  return { wallMs, requests: requests / TAIL_CALLS };
}

/** A question that nobody has asked before. */
function queryModels(base: string, input: object): Promise<Readonly<Record<string, unknown>>> {
  const prompt = `${PROMPT} (${questions++})`;
  return callTool(base, "query_models", { prompt, max_tokens: 100, ...input });
}

/** The first call of a round may ask the model. */
async function askForKept(base: string): Promise<void> {
  const input = { prompt: PROMPT, models: ["by-openai"], max_tokens: 100, temperature: 0 };
  await callTool(base, "query_models", input);
}

async function askBare(base: string): Promise<void> {
  const content = `${PROMPT} (${questions++})`;
  const question: BareQuestion = {
    url: `${modelsOf["openai-compatible"]}/chat/completions`,
    body: { model: SAYS, max_tokens: 100, messages: [{ role: "user", content }] },
  };
  const response = await fetch(`${base}/bare`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(question),
  });
  const text = await response.text();
  if (!text.includes("Paris")) throw new Error(`bare: ${response.status} ${text}`);
}

interface Size {
  readonly name: string;
  readonly gzipKib: number;
  readonly startMs: number;
}

/** The deployed Worker, and one whose libraries are empty. */
async function measureSizes(): Promise<readonly Size[]> {
  const sizes: Size[] = [];
  for (const [name, without] of [
    ["without the providers' libraries", LIBRARIES],
    ["with them", []],
  ] as const) {
    const deployed = await bundle("src/worker.ts", without);
    const startMs = await startUpMs(deployed, stores);
    sizes.push({ name, gzipKib: gzippedKib(deployed), startMs });
  }
  return sizes;
}

function report(
  costs: ReadonlyMap<string, Cost>,
  { unhedged, hedged }: { readonly unhedged: Tail; readonly hedged: Tail },
  sizes: readonly Size[],
): void {
  const [bare] = costs.values();
  const added = [...costs].filter(([name]) => /openai-compatible|anthropic/.test(name));
  const mostMs = Math.max(...added.map(([, { cpuMs }]) => cpuMs - bare!.cpuMs));
  const p99 = ({ wallMs }: Tail) => percentile(wallMs, 0.99);
  const [before, after] = sizes;
  publish(
    "Models",
    `${circumstances()}

Models are fake ones on loopback, which answer at once. CPU of the whole workerd process, tool, door, ledger and provider's
library together; one call at a time, the least of ${ROUNDS} rounds of ${EACH}. Wall time is p50 / p99 / max.

${table(
  ["", "CPU ms", "more than a bare fetch", "wall ms"],
  [...costs].map(([name, { cpuMs, wallMs }]) => [
    name,
    short(cpuMs),
    short(cpuMs - bare!.cpuMs),
    spread(wallMs),
  ]),
)}

Two models, each of which takes ${USUAL_MS} ms, and ${SLOW_MS} ms one time in ${1 / SLOW_SHARE}; ${TAIL_CALLS.toLocaleString("en")} calls, ${TAIL_AT_ONCE} at once:

${table(
  ["", "wall ms", "requests a call"],
  [
    ["`first_available`", spread(unhedged.wallMs), short(unhedged.requests)],
    ["`fastest`, which hedges", spread(hedged.wallMs), short(hedged.requests)],
  ],
)}

The whole Worker. Start-up is the CPU until the first answer, beyond an empty Worker's, the least of several starts:

${table(
  ["", "KiB gzipped", "start-up ms"],
  sizes.map(({ name, gzipKib, startMs }) => [name, short(gzipKib), short(startMs)]),
)}

Aims:
${aim(mostMs <= 5, `a call adds at most 5 ms of CPU to a bare fetch of the answer: ${short(mostMs)}`)}
${aim(p99(hedged) <= p99(unhedged) / 2, `hedging halves the p99: ${short(p99(unhedged))} to ${short(p99(hedged))} ms`)}
${aim(after!.startMs <= before!.startMs * 1.05, `start-up does not change: ${short(before!.startMs)} and ${short(after!.startMs)} ms`)}`,
  );
}
