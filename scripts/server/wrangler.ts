import { type ChildProcessByStdio, spawn } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import type { Readable } from "node:stream";
import { printedBy } from "../command/printed.ts";

/**
 * No questions, no statistics sent home, and the stand-in for `request.cf` not fetched from the network. The explorer
 * would let every page and program of this machine read and write the stores, without a token.
 */
const QUIETLY = {
  X_LOCAL_EXPLORER: "false",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  CI: "true",
};

/** Runs a wrangler command and returns what it printed. Throws an Error with all of its output if it fails. */
export function wrangler(...args: readonly string[]): Promise<string> {
  return runWrangler(args);
}

export interface WranglerRun {
  /** What it reads from its input: secrets, which every program of this machine could read among its arguments. */
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Stops it. */
  readonly signal?: AbortSignal;
}

/** The same with an input, variables and an end of its own. */
export function runWrangler(
  args: readonly string[],
  { input = "", env = {}, signal }: WranglerRun = {},
): Promise<string> {
  const child = spawn("wrangler", args, { env: { ...process.env, ...QUIETLY, ...env }, signal });
  // A command that reads nothing may have ended before.
  child.stdin.on("error", () => {}).end(input);
  return printedBy(child, ({ out, err }) => {
    return new Error(`wrangler ${args.join(" ")} failed:\n${out}${err}`);
  });
}

/** What `request.cf` is: without this file, wrangler says that everybody is in Austin, Texas. */
const NO_LOCATION = ".wrangler/no-location.json";

/**
 * Starts `wrangler dev`. Its output must be read, or it stops when the pipe is full.
 *
 * @param settings that overrule those in files
 */
export async function startServer(
  port: number,
  settings: Readonly<Record<string, string>>,
): Promise<ChildProcessByStdio<null, Readable, Readable>> {
  await mkdir(".wrangler", { recursive: true });
  // What callers asked to remember is for nobody else on this machine.
  await chmod(".wrangler", 0o700);
  await writeFile(NO_LOCATION, JSON.stringify({ colo: "LOCAL" }));
  const nowhere = { CLOUDFLARE_CF_FETCH_ENABLED: "true", CLOUDFLARE_CF_FETCH_PATH: NO_LOCATION };
  const colours = process.stdout.isTTY ? { FORCE_COLOR: "1" } : {};
  const args = ["dev", "--port", String(port), "--show-interactive-dev-session=false"];
  for (const [name, value] of Object.entries(settings)) args.push("--var", `${name}:${value}`);
  const env = { ...process.env, ...QUIETLY, ...nowhere, ...colours };
  return spawn("wrangler", args, { stdio: ["ignore", "pipe", "pipe"], env });
}
