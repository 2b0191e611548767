import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions } from "wrangler";
import { wrangler } from "../scripts/server/wrangler.ts";

const ROOT = join(import.meta.dirname, "..");
/** For what a bench makes and may be deleted. */
export const FOLDER = join(ROOT, ".wrangler/bench/endpoint");
const STARTS = 7;
/** What the kernel counts CPU time in. */
const TICK_MS = 1000 / Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** It has the classes that wrangler.toml names: workerd does not start without them. */
function emptyWorker(): string {
  const toml = readFileSync(join(ROOT, "wrangler.toml"), "utf8");
  const names = [...toml.matchAll(/^class_name = "(\w+)"/gm)].map(([, name]) => name);
  return `
    import { DurableObject } from "cloudflare:workers";
    ${names.map((name) => `export class ${name} extends DurableObject {}`).join("\n")}
    export default { fetch: () => new Response("here") };`;
}

export interface Workerd {
  readonly url: URL;
  /** What the process has used of the processor so far, user and system. */
  cpuMs(): number;
  /** What the process has in memory now. */
  memoryMib(): number;
  close(): Promise<void>;
}

/**
 * Bundles a Worker as a deploy would; returns the path of the script.
 *
 * @param without packages in whose place there is nothing
 */
export async function bundle(entry: string, without: readonly string[] = []): Promise<string> {
  const folder = without.length > 0 ? join(FOLDER, "without") : FOLDER;
  const aliases = without.flatMap((name) => ["--alias", `${name}:./bench/nothing.ts`]);
  await wrangler("deploy", entry, "--dry-run", "--outdir", folder, ...aliases);
  return join(folder, `${entry.replace(/.*\/|\.ts$/g, "")}.js`);
}

export function gzippedKib(path: string): number {
  return gzipSync(readFileSync(path)).length / 1024;
}

export interface Circumstances {
  /** By their names in the environment; others have their defaults. */
  readonly settings?: Readonly<Record<string, string>>;
  /** How many requests a minute are let pass; as wrangler.toml says otherwise. */
  readonly limit?: number;
  /** Gets what the Worker logs, which is printed otherwise. */
  readonly log?: (line: string) => void;
}

/** A copy of stores, for what writes into them. It is removed when this process ends. */
export function copyOfStores(persistPath: string): string {
  const copy = mkdtempSync(join(tmpdir(), "hereabouts-bench-"));
  cpSync(persistPath, copy, { recursive: true });
  process.on("exit", () => rmSync(copy, { recursive: true, force: true }));
  return copy;
}

/** Runs a script in a workerd of its own, with the bindings of wrangler.toml, on a socket of its own. */
export async function startWorkerd(
  script: string,
  persistPath: string,
  { settings, limit, log }: Circumstances = {},
): Promise<Workerd> {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(ROOT, "wrangler.toml"));
  const options = convertV4MiniflareOptions({
    ...workerOptions,
    bindings: { ...(workerOptions.bindings as object), ...settings },
    ...(limit && { ratelimits: limitsOf(workerOptions.ratelimits as Limits, limit) }),
    modules: [{ type: "ESModule", path: script }],
    unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
    ...(log && { handleStructuredLogs: ({ message }: { message: string }) => log(message) }),
  });
  const miniflare = new Miniflare({ ...options, resourcePersistencePath: persistPath });
  const url = await miniflare.unsafeGetDirectURL();
  const [id] = execFileSync("pgrep", ["-P", String(process.pid), "workerd"], { encoding: "utf8" })
    .trim()
    .split("\n");
  return {
    url,
    cpuMs() {
      const fields = readFileSync(`/proc/${id}/stat`, "utf8").split(") ")[1]!.split(" ");
      return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
    },
    memoryMib() {
      const [, kib] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/status`, "utf8"))!;
      return Number(kib) / 1024;
    },
    close: () => miniflare.dispose(),
  };
}

/** The limits of wrangler.toml, with other numbers. */
function limitsOf(ratelimits: Limits, limit: number): Limits {
  const raised = Object.entries(ratelimits).map(([name, { simple, ...given }]) => {
    return [name, { ...given, simple: { ...simple, limit } }];
  });
  return Object.fromEntries(raised);
}

type Limits = Readonly<Record<string, { namespace_id: string; simple: { limit: number } }>>;

/** How much more CPU workerd uses until the script's first answer than for an empty Worker's. */
export async function startUpMs(script: string, persistPath: string): Promise<number> {
  mkdirSync(FOLDER, { recursive: true });
  const empty = join(FOLDER, "empty.js");
  writeFileSync(empty, emptyWorker());
  const least = async (path: string) => {
    let leastMs = Number.POSITIVE_INFINITY;
    for (let start = 0; start < STARTS; start++) {
      const workerd = await startWorkerd(path, persistPath);
      await (await fetch(workerd.url.href)).text();
      leastMs = Math.min(leastMs, workerd.cpuMs());
      await workerd.close();
    }
    return leastMs;
  };
  return (await least(script)) - (await least(empty));
}
