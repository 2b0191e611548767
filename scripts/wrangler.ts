import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";

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

/** Runs `wrangler dev` in the foreground until it ends, and ends this program with it. */
export async function serve(port: number): Promise<void> {
  const child = await startServer(port, "inherit");
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  child.on("close", (code) => process.exit(code ?? 0));
}

/** Starts `wrangler dev`; what it prints is shown or left out. */
export async function startServer(
  port: number,
  stdio: "inherit" | "ignore",
): Promise<ChildProcess> {
  await mkdir(".wrangler", { recursive: true });
  await writeFile(NO_LOCATION, JSON.stringify({ colo: "LOCAL" }));
  const nowhere = { CLOUDFLARE_CF_FETCH_ENABLED: "true", CLOUDFLARE_CF_FETCH_PATH: NO_LOCATION };
  const args = ["dev", "--port", String(port), "--show-interactive-dev-session=false"];
  const env = { ...process.env, ...QUIETLY, ...nowhere };
  return spawn("wrangler", args, { stdio, env });
}
