import { spawn } from "node:child_process";

/** No account, no network, no questions. */
const OFFLINE = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  CI: "true",
};

/** Runs a wrangler command to its end; its output is shown only if it fails. */
export function wrangler(...args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("wrangler", args, { env: { ...process.env, ...OFFLINE } });
    let output = "";
    child.stdout.on("data", (text) => {
      output += text;
    });
    child.stderr.on("data", (text) => {
      output += text;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`wrangler ${args.join(" ")} failed:\n${output}`));
    });
  });
}

/** Runs wrangler in the foreground until it ends, and ends this program with it. */
export function becomeWrangler(...args: readonly string[]): void {
  const child = spawn("wrangler", args, { stdio: "inherit", env: { ...process.env, ...OFFLINE } });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  child.on("close", (code) => process.exit(code ?? 0));
}
