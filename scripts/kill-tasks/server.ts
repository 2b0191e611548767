import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";

const ADMIN_TOKEN = "a token for this run only";
const PATIENCE_MS = 180_000;
/** What wrangler prints when it serves. */
const READY = /Ready on http/;
const QUIETLY = {
  CI: "true",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
};

interface Place {
  readonly sourceId: string;
  readonly name: string;
}

interface Page {
  readonly places: readonly Place[];
  readonly next?: string;
}

/** The server with stores in a folder of its own, as a process group that can be killed. */
export class KilledServer {
  readonly #port: number;
  readonly #folder: string;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;

  /** @param settings by their names in the environment */
  constructor(port: number, folder: string, settings: Readonly<Record<string, string>>) {
    this.#port = port;
    this.#folder = folder;
    this.#args = [
      ...["dev", "scripts/kill-tasks/worker.ts"],
      ...["--port", String(port), "--inspector-port", String(port + 1), "--persist-to", folder],
      ...["--show-interactive-dev-session=false"],
      ...Object.entries({ ...settings, ADMIN_TOKEN }).flatMap(([name, value]) => [
        "--var",
        `${name}:${value}`,
      ]),
    ];
  }

  /** Makes the tables. */
  async prepare(): Promise<void> {
    const args = [
      "d1",
      "migrations",
      "apply",
      "PLACES_DB",
      "--local",
      "--persist-to",
      this.#folder,
    ];
    await promisify(execFile)("wrangler", args, { env: { ...process.env, ...QUIETLY } });
  }

  /** Brings a file of places into a collection, as anybody does. */
  async import(file: string, collection: string): Promise<void> {
    const to = `http://127.0.0.1:${this.#port}`;
    const args = ["scripts/import.ts", file, "--collection", collection, "--to", to];
    const env = { ...process.env, ...QUIETLY, ADMIN_TOKEN };
    await promisify(execFile)(process.execPath, args, { env });
  }

  /** Starts it, without a request. */
  async start(): Promise<void> {
    const env = { ...process.env, ...QUIETLY };
    // A group of its own: a signal to wrangler alone would leave workerd, which would go on.
    const child = spawn("wrangler", this.#args, {
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env,
    });
    this.#child = child;
    const ready = Promise.withResolvers<void>();
    let printed = "";
    for (const output of [child.stdout, child.stderr]) {
      output.on("data", (text: Buffer) => {
        printed = `${printed}${text}`.slice(-4_000);
        if (READY.test(printed)) ready.resolve();
      });
    }
    const fail = () => ready.reject(new Error(`The server does not start:\n${printed}`));
    child.on("exit", fail);
    const timer = setTimeout(fail, PATIENCE_MS);
    await ready.promise;
    clearTimeout(timer);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, "close");
    process.kill(-child.pid!, "SIGKILL");
    // Until the last process of the group is gone.
    await closed;
  }

  async ask<Answer>(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(`http://127.0.0.1:${this.#port}${path}`, init);
    if (response.ok) return (await response.json()) as Answer;
    throw new Error(`${path}: ${response.status} ${await response.text()}`);
  }

  /** All places of a collection, as the operator reads them. */
  async places(collection: string): Promise<readonly Place[]> {
    const places: Place[] = [];
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    for (let after: string | undefined = ""; after !== undefined; ) {
      const path = `/admin/collections/${collection}/places?after=${encodeURIComponent(after)}`;
      const page: Page = await this.ask<Page>(path, { headers });
      places.push(...page.places);
      after = page.next;
    }
    return places;
  }

  async text(path: string): Promise<string> {
    const response = await fetch(`http://127.0.0.1:${this.#port}${path}`);
    if (response.ok) return response.text();
    throw new Error(`${path}: ${response.status}`);
  }
}
