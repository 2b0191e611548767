import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import type { Readable } from "node:stream";

/** No questions, no statistics sent home, and the stand-in for `request.cf` not fetched from the network. */
const QUIETLY = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  CI: "true",
};

/** Runs a wrangler command to its end and returns what it printed; what it complained of goes into the error. */
export function wrangler(...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("wrangler", args, { env: { ...process.env, ...QUIETLY } });
    let printed = "";
    let complaints = "";
    child.stdout.on("data", (text) => {
      printed += text;
    });
    child.stderr.on("data", (text) => {
      complaints += text;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(printed);
      else reject(new Error(`wrangler ${args.join(" ")} failed:\n${printed}${complaints}`));
    });
  });
}

/** What `request.cf` is where there is no network to ask; without it wrangler says that everybody is in Austin, Texas. */
const NO_LOCATION = ".wrangler/no-location.json";

/** Starts `wrangler dev`. What it prints is to be read, or it stops when the pipe is full. */
export async function startServer(
  port: number,
): Promise<ChildProcessByStdio<null, Readable, Readable>> {
  await mkdir(".wrangler", { recursive: true });
  await writeFile(NO_LOCATION, JSON.stringify({ colo: "LOCAL" }));
  const nowhere = { CLOUDFLARE_CF_FETCH_ENABLED: "true", CLOUDFLARE_CF_FETCH_PATH: NO_LOCATION };
  const colours = process.stdout.isTTY ? { FORCE_COLOR: "1" } : {};
  const args = ["dev", "--port", String(port), "--show-interactive-dev-session=false"];
  const env = { ...process.env, ...QUIETLY, ...nowhere, ...colours };
  return spawn("wrangler", args, { stdio: ["ignore", "pipe", "pipe"], env });
}
