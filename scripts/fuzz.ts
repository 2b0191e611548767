/**
 * Sends generated requests to the Worker in a workerd of its own, with a few made-up places: `npm run fuzz`.
 *
 *     npm run fuzz -- --count 100000
 *     npm run fuzz -- --seed 5 --path "12:0:3"     one again, as a failure tells it
 *
 * test/fuzz makes the requests and judges the answers. A request that finds a fault is made smaller, and told as a curl
 * command; requests go on with another seed until there were as many as wanted.
 */
import { parseArgs } from "node:util";
import fc from "fast-check";
import { anyRequest, asCurl, type FuzzRequest, type Offered } from "../test/fuzz/request.ts";
import { type FuzzAnswer, faultsOf } from "../test/fuzz/verdict.ts";
import { openDoor } from "./fuzz/door.ts";

// Few places, made up: what is measured elsewhere is of no interest here.
process.env.BENCH_SMOKE = "1";
const { placesFile } = await import("../bench/places-file.ts");
const { bundle, copyOfStores, startWorkerd } = await import("../bench/workerd.ts");

const PLACES = 3_000;
const AT_ONCE = 8;
const TOLD_EACH = 2_000;
const ADMIN_TOKEN = "fuzz-admin-token-0123456789";
/** Beyond it the server has to be mended first. */
const MOST_FAULTS = 40;
/** Characters of a request or an answer. */
const MOST_TOLD = 2_000;

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "20261130" },
    count: { type: "string", default: "100000" },
    path: { type: "string" },
  },
});
const count = Number(values.count);
const firstSeed = Number(values.seed);

/** An answer that is not as it should be. */
class Fault extends Error {
  readonly answer: FuzzAnswer;
  constructor(what: string, answer: FuzzAnswer) {
    super(what);
    this.answer = answer;
  }
}

const file = await placesFile(PLACES);
const faults = new Map<string, number>();
const workerd = await startWorkerd(await bundle("src/worker.ts"), copyOfStores(file.persistPath), {
  settings: { ADMIN_TOKEN, METRICS_TOKEN: ADMIN_TOKEN },
  limit: 1_000_000,
  log: readLog,
});
const door = await openDoor(workerd.url, ADMIN_TOKEN);
let [sent, seed] = [0, firstSeed];
try {
  await Promise.all(Array.from({ length: values.path ? 1 : AT_ONCE }, search));
} finally {
  door.close();
  await workerd.close();
}
const kinds = [...faults].map(([kind, times]) => `${times} × ${kind}`);
console.log(`${sent} requests, seed ${firstSeed}: ${kinds.join(", ") || "no fault"}`);
console.log(`Answers by status: ${door.statuses()}; the slowest took ${door.slowestMs()} ms`);
process.exitCode = faults.size > 0 ? 1 : 0;

/** Sends requests until there were enough; after a fault it goes on from another seed. */
async function search(): Promise<void> {
  const offered: Offered = door.offered;
  while (sent < count && total() < MOST_FAULTS) {
    const given = { seed: seed++, ...(values.path && { path: values.path }) };
    const property = fc.asyncProperty(anyRequest(offered), judge);
    const details = await fc.check(property, { ...given, numRuns: Math.ceil(count / AT_ONCE) });
    if (details.failed && details.counterexample) tell(details.counterexample[0], details);
    if (values.path) return;
  }
}

async function judge(request: FuzzRequest): Promise<boolean> {
  // Ends a run without a fault.
  if (sent >= count) return true;
  if (++sent % TOLD_EACH === 0) console.log(`${sent} requests, ${total()} faults`);
  const answer = await door.send(request);
  const found = faultsOf(request, answer);
  if (found.length > 0) throw new Fault(found.join("; "), answer);
  return true;
}

function tell(request: FuzzRequest, { seed, counterexamplePath, errorInstance }: Told): void {
  const kind = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  const answer = errorInstance instanceof Fault ? errorInstance.answer : undefined;
  const times = (faults.get(kind) ?? 0) + 1;
  faults.set(kind, times);
  if (times > 1) return;
  console.log(
    `\nFAULT: ${kind}\n  again: npm run fuzz -- --seed ${seed} --path "${counterexamplePath}"`,
  );
  console.log(`  ${asCurl(request, "http://localhost:8787").slice(0, MOST_TOLD)}`);
  if (answer) console.log(`  answer: ${answer.status} ${answer.body.slice(0, MOST_TOLD)}\n`);
}

interface Told {
  readonly seed: number;
  readonly counterexamplePath: string | null;
  readonly errorInstance: unknown;
}

/** Credentials are never logged, good ones or others. */
function readLog(line: string): void {
  const [secret] = /Bearer \S+|hereabouts_\S{20}|\bey[\w-]{20}|fuzz-admin\S+/.exec(line) ?? [];
  if (secret === undefined) return;
  faults.set(`logs ${secret}`, 1);
  console.log(`\nFAULT: the log has ${line}\n`);
}

function total(): number {
  return [...faults.values()].reduce((sum, times) => sum + times, 0);
}
