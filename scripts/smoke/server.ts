import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";

/** The first start loads the data. */
const PATIENCE_MS = 600_000;
/** What `npm start` says when everything is there. */
const READY = "Hereabouts is ready";

/** `npm start` on a free port, shown. */
export class SmokeServer {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(port: number, child: ChildProcess) {
    this.port = port;
    this.#child = child;
  }

  /** Resolves when it is ready. */
  static async start(): Promise<SmokeServer> {
    const port = await freePort();
    const child = spawn("npm", ["start"], {
      env: { ...process.env, PORT: String(port) },
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
    });
    const server = new SmokeServer(port, child);
    try {
      await server.#isReady();
      return server;
    } catch (error) {
      server.stop();
      throw error;
    }
  }

  get url(): URL {
    return new URL(`http://localhost:${this.port}/`);
  }

  /** npm, this project's start script and workerd: the whole process group. */
  stop(): void {
    if (this.#child.exitCode === null) process.kill(-this.#child.pid!, "SIGTERM");
  }

  #isReady(): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (what: string) => reject(new Error(`npm start ${what}`));
      const patience = setTimeout(() => fail("takes too long"), PATIENCE_MS);
      let printed = "";
      this.#child.on("error", reject).on("exit", (code) => fail(`ended with ${code}`));
      this.#child.stdout!.on("data", (text) => {
        process.stdout.write(text);
        printed += text;
        if (!printed.includes(READY)) return;
        clearTimeout(patience);
        resolve();
      });
    });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" ? address!.port : 0));
    });
  });
}
