/**
 * Runs the official MCP conformance suite: `npm run conformance`.
 *
 * Most scenarios ask for tools and resources with prescribed names, so they meet test/conformance/worker.ts: these
 * fixtures on the app that production runs. What needs no fixture meets the production Worker itself. Failures
 * that are expected stand in test/conformance/expected-failures.*.yml; an entry that no longer fails is an error.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { runSignIn } from "./conformance/sign-in.ts";
import { buildView } from "./view/build.ts";

const ADMIN_TOKEN = "only for this run";
const SUITE = "node_modules/@modelcontextprotocol/conformance";

interface Run {
  readonly title: string;
  readonly revision: string;
  readonly expectedFailures: string;
}

const FIXTURES: readonly Run[] = [
  run("fixtures on the app", "2026-07-28", "fixtures-2026"),
  run("fixtures on the app", "2025-11-25", "fixtures-2025"),
];
/** What the suite asks of the extension by which clients follow long work; one of them it skips itself. */
const TASKS = [
  "tasks-lifecycle",
  "tasks-capability-negotiation",
  "tasks-wire-fields",
  "tasks-request-state-removal",
  "tasks-mrtr-input",
  "tasks-request-headers",
  "tasks-dispatch-and-envelope",
  "tasks-status-notifications",
  "tasks-required-task-error",
  "tasks-mrtr-composition",
];
/** Pending in the suite, so not scored; passes all the same. */
const LIFECYCLE = "server-session-lifecycle";
const PRODUCTION: readonly Run[] = [
  run("production catalogue", "2026-07-28", "production-2026"),
  run("production catalogue", "2025-11-25", "production-2025"),
];

// Read by wrangler when it loads: no account, no network, no questions.
Object.assign(process.env, {
  CI: "1",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_SEND_METRICS: "false",
});
const { createTestHarness } = await import("wrangler");

const FIXTURES_CONFIG = "test/conformance/wrangler.toml";
const total = { passed: 0, failed: 0 };
// The pages, which the configuration names.
await buildView();
await against(FIXTURES_CONFIG, {}, async (url) => {
  await judgeAll(FIXTURES, url);
  for (const scenario of TASKS) await judgeScenario(scenario, url);
});
// This client of the suite declares nothing that would open a session.
await against(FIXTURES_CONFIG, { SESSIONS: "always" }, (url) => judgeScenario(LIFECYCLE, url));
await against("wrangler.toml", {}, (url) => judgeAll(PRODUCTION, url));
await against("wrangler.toml", { ADMIN_TOKEN }, judgeSignIn);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;

function run(title: string, revision: string, name: string): Run {
  return { title, revision, expectedFailures: `test/conformance/expected-failures.${name}.yml` };
}

async function against(
  configPath: string,
  vars: Readonly<Record<string, string>>,
  judge: (url: string) => Promise<void>,
): Promise<void> {
  const harness = createTestHarness({ workers: [{ configPath, vars }] });
  try {
    const { url } = await harness.listen();
    if (configPath === "wrangler.toml") await harness.getWorker().applyD1Migrations("PLACES_DB");
    await judge(`http://localhost:${url.port}/mcp`);
  } finally {
    await harness.close();
  }
}

async function judgeAll(runs: readonly Run[], url: string): Promise<void> {
  for (const run of runs) await judge(run, url);
}

async function judge({ title, revision, expectedFailures }: Run, url: string): Promise<void> {
  const { output, exitCode } = await suite(
    ...["server", "--url", url, "--requirements", revision],
    ...["--expected-failures", expectedFailures],
  );
  const [, summary = "", verdict = ""] = output.split(/^=== SUMMARY ===$|^Total: .*$/m);
  const scored = scenariosOf(revision);
  const passing = names("✓", summary).filter((name) => scored.includes(name)).length;
  const expected = names("~", verdict).length;
  const surprises = names("[✓✗]", verdict).length;

  // A run that broke before its verdict names no surprise, and must not count as clean.
  const failed = surprises || (exitCode === 0 ? 0 : 1);
  console.log(
    `${title}, ${revision}: ${passing} of ${scored.length} scenarios passed, ` +
      `${expected} expected failures or warnings, ${failed} surprises`,
  );
  if (failed > 0) console.log(verdict || output);
  total.passed += passing;
  total.failed += failed;
}

async function judgeScenario(scenario: string, url: string): Promise<void> {
  const { output, exitCode } = await suite("server", "--url", url, "--scenario", scenario);
  const passed = exitCode === 0 && /Passed: ([1-9]\d*)\/\1, 0 failed/.test(output);
  const skipped = exitCode === 0 && /SKIPPED/.test(output) && /Passed: 0\/0, 0 failed/.test(output);
  console.log(
    `${scenario}: ${passed ? "passed" : skipped ? "skipped by the suite itself" : output}`,
  );
  if (skipped) return;
  if (passed) total.passed += 1;
  else total.failed += 1;
}

/** By an invitation, as people do where no provider is set. */
async function judgeSignIn(url: string): Promise<void> {
  const { origin } = new URL(url);
  const scopes = ["places:read", "location"];
  const response = await fetch(`${origin}/admin/invites`, {
    method: "POST",
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "suite", scopes }),
  });
  const { code } = (await response.json()) as { code: string };
  const { output, exitCode } = await runSignIn(SUITE, origin, { scopes, code });
  const [, passed] = /^Total: ([1-9]\d*) passed, 0 failed$/m.exec(output) ?? [];
  const isGood = exitCode === 0 && passed !== undefined;
  console.log(`sign-in: ${isGood ? `${passed} checks passed` : output}`);
  if (isGood) total.passed += Number(passed);
  else total.failed += 1;
}

function suite(...args: string[]): Promise<{ output: string; exitCode: number | null }> {
  const child = spawn(process.execPath, [`${SUITE}/dist/index.js`, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode) => {
      resolve({ output: stripVTControlCharacters(output), exitCode });
    });
  });
}

/** The scenarios that count for a revision, from the suite's own frozen list. */
function scenariosOf(revision: string): string[] {
  const list = readFileSync(`${SUITE}/requirements/${revision}.yaml`, "utf8");
  const [, server = ""] = list.match(/^server:([\s\S]*?)^client:/m) ?? [];
  return names("-", server);
}

/** What stands in a list whose items begin with `mark`. */
function names(mark: string, list: string): string[] {
  return [...list.matchAll(new RegExp(`^\\s*${mark} ([\\w.-]+)`, "gm"))].map(([, name]) => name!);
}
