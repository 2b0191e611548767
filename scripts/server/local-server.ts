import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import * as z from "zod/v4";
import { CallerError } from "../../src/errors.ts";
import { localToken } from "./tokens.ts";

const DEFAULT_PORT = 8787;

/** The port that a server on this machine is to have. Throws a CallerError if PORT is none. */
export function localPort(): number {
  const port = Number(process.env.PORT ?? DEFAULT_PORT);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new CallerError(`PORT must be a number from 1 to 65535, not ${process.env.PORT}.`);
}

export function localUrl(port: number): URL {
  return new URL(`http://localhost:${port}`);
}

/** Where the server says on which port it runs: it has the stores of this folder. */
const RUNNING = ".wrangler/server.json";

const Running = z.object({ port: z.int(), pid: z.int() });

/** Has the commands find the server that has just been started. */
export async function noteRunning(running: z.infer<typeof Running>): Promise<void> {
  await mkdir(".wrangler", { recursive: true });
  await writeFile(RUNNING, JSON.stringify(running));
}

export async function forgetRunning(): Promise<void> {
  await rm(RUNNING, { force: true });
}

/** The port of a server with the stores of this folder; undefined if none is known to run. */
async function runningPort(): Promise<number | undefined> {
  try {
    const { port, pid } = Running.parse(JSON.parse(await readFile(RUNNING, "utf8")));
    // Throws if there is no such process: it was killed, and something else may have its port.
    process.kill(pid, 0);
    return (await stateOf(localUrl(port))) === "ours" ? port : undefined;
  } catch {
    return undefined;
  }
}

/** The server on this machine. */
export interface LocalServer {
  readonly url: URL;
  readonly token: string;
  /** Stops it if it was started for us. */
  stop(): Promise<void>;
}

/**
 * The server that runs on this machine: on PORT, else where it was started.
 *
 * @throws CallerError if something else runs there, or if a server on another port has the stores
 */
export async function runningServer(): Promise<LocalServer | undefined> {
  const known = await runningPort();
  const port = process.env.PORT === undefined ? (known ?? localPort()) : localPort();
  const url = localUrl(port);
  const state = await stateOf(url);
  if (state === "other") {
    throw new CallerError(
      `Something else runs on port ${port}. Choose another one, for example: PORT=9000 npm run import -- …`,
    );
  }
  if (state === "none" && known !== undefined) {
    throw new CallerError(
      `The server of this folder runs on port ${known}, not on ${port}: leave PORT out, or stop that one first.`,
    );
  }
  if (state === "none") return undefined;
  return { url, token: await localToken("ADMIN_TOKEN"), stop: async () => {} };
}

/** Uses the server that runs on this machine, or starts one, as `npm start` does or without the default data. */
export async function openLocalServer(
  signal: AbortSignal,
  withData: boolean,
): Promise<LocalServer> {
  const running = await runningServer();
  if (running) return running;
  // Only here: it brings the default data with it.
  const { startServing } = await import("./start-server.ts");
  return startServing(localPort(), signal, withData);
}

export async function stateOf(url: URL): Promise<"ours" | "other" | "none"> {
  try {
    const response = await fetch(new URL("/health", url));
    const health: unknown = await response.json().catch(() => undefined);
    return typeof health === "object" && health !== null && "checks" in health ? "ours" : "other";
  } catch {
    return "none";
  }
}
