import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";

/**
 * `npm run counters`: whether the metrics are true. Many calls, a tenth of which are given up, and in between the whole
 * process group is killed; then what is scraped has to be what was answered, less at most the last second before the kill.
 */
const { values } = parseArgs({
  options: {
    calls: { type: "string", default: "10000" },
    port: { type: "string", default: process.env.PORT ?? "8789" },
  },
});
const CALLS = Number(values.calls);
const URL_ROOT = `http://127.0.0.1:${values.port}`;
const TOKEN = "a token for this run only";
const AT_ONCE = 16;
const GIVEN_UP_EACH = 10;
/** A window, and what a timer may be late by on a busy machine. */
const MAY_BE_LOST_MS = 1_250;
const PATIENCE_MS = 120_000;
const COUNTED =
  /^mcp_requests_total\{method="tools\/call",era="legacy",tool="whoami",outcome="ok"\} (\d+)$/m;
const CARRIES = /^hereabouts_metric_carries_total\{outcome="ok"\} (\d+)$/m;

const folder = await mkdtemp(join(tmpdir(), "hereabouts-counters-"));
let server = await start();
/** Resolves when there is a server to call. */
let isThere: Promise<unknown> = Promise.resolve();
const answeredAtMs: number[] = [];
let [sent, givenUp, broken] = [0, 0, 0];

try {
  await callUntil(CALLS / 2);
  // In the middle of the work, without a second to be carried in.
  const killedAtMs = await killBehind(callUntil(CALLS));
  await wait(1_500);
  const { counted, carries } = await scrape();
  const answered = answeredAtMs.length;
  const mayBeLost = answeredAtMs.filter((atMs) => {
    return atMs <= killedAtMs && atMs > killedAtMs - MAY_BE_LOST_MS;
  }).length;
  const unclear = givenUp + broken;
  console.log(
    `${sent} calls sent, ${answered} answered, ${givenUp} given up, ${broken} broken off by the kill.`,
  );
  console.log(
    `${counted} counted, in ${carries} carries. ${mayBeLost} were answered just before the kill.`,
  );
  const isTrue = counted >= answered - mayBeLost && counted <= answered + unclear;
  console.log(isTrue ? "The counters are true." : "The counters are wrong.");
  process.exitCode = isTrue ? 0 : 1;
} finally {
  await kill(server);
  await rm(folder, { recursive: true, force: true });
}

/** Calls until so many have been sent. */
async function callUntil(most: number): Promise<void> {
  const callers = Array.from({ length: AT_ONCE }, async () => {
    while (sent < most) {
      await isThere;
      sent++;
      await call(sent);
    }
  });
  await Promise.all(callers);
}

async function call(id: number): Promise<void> {
  const isGivenUp = id % GIVEN_UP_EACH === 0;
  const signal = isGivenUp ? AbortSignal.timeout(id % 20) : AbortSignal.timeout(PATIENCE_MS);
  try {
    const response = await fetch(`${URL_ROOT}/mcp`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({
        jsonrpc: "2.0",
        id,
        method: "tools/call",
        params: { name: "whoami", arguments: {} },
      }),
      signal,
    });
    const text = await response.text();
    if (!response.ok || !text.includes('"result"')) throw new Error(text);
    answeredAtMs.push(Date.now());
  } catch {
    if (isGivenUp) {
      givenUp++;
      return;
    }
    broken++;
  }
}

/** Kills the server while work goes on, and starts it again. When it was killed. */
async function killBehind(work: Promise<void>): Promise<number> {
  await wait(700);
  const killedAtMs = Date.now();
  const restarted = kill(server).then(start);
  isThere = restarted;
  server = await restarted;
  await work;
  return killedAtMs;
}

async function start(): Promise<ChildProcess> {
  const child = spawn(
    "wrangler",
    [
      "dev",
      ...["--port", values.port, "--persist-to", folder, "--var", `METRICS_TOKEN:${TOKEN}`],
      ...["--show-interactive-dev-session=false", "--log-level", "error"],
    ],
    {
      // A group of its own, so that all of it can be killed: workerd would go on.
      detached: true,
      stdio: "ignore",
      env: {
        ...process.env,
        CI: "true",
        WRANGLER_SEND_METRICS: "false",
        CLOUDFLARE_CF_FETCH_ENABLED: "false",
      },
    },
  );
  for (const untilMs = Date.now() + PATIENCE_MS; ; await wait(200)) {
    if (
      await fetch(`${URL_ROOT}/`).then(
        (response) => response.ok,
        () => false,
      )
    )
      return child;
    if (child.exitCode !== null || Date.now() > untilMs) {
      throw new Error("The server does not start.");
    }
  }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  process.kill(-child.pid!, "SIGKILL");
  await ended;
}

async function scrape(): Promise<{ readonly counted: number; readonly carries: number }> {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const text = await (await fetch(`${URL_ROOT}/metrics`, { headers })).text();
  const numberOf = (series: RegExp) => Number(series.exec(text)?.[1] ?? 0);
  return { counted: numberOf(COUNTED), carries: numberOf(CARRIES) };
}
