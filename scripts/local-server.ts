import { once } from "node:events";
import { CallerError } from "../src/errors.ts";
import { localAdminToken } from "./admin-token.ts";
import { startServer } from "./wrangler.ts";

const DEFAULT_PORT = 8787;
const PATIENCE_MS = 60_000;
const PAUSE_MS = 300;

/** Undefined if PORT is no port. */
export function localPort(): number | undefined {
  const port = Number(process.env.PORT ?? DEFAULT_PORT);
  return Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : undefined;
}

/** The server on this machine. */
export interface LocalServer {
  readonly url: URL;
  readonly token: string;
  /** Stops it if it was started for us. */
  stop(): Promise<void>;
}

/** Uses the server that runs on this machine, or starts one as `npm start` does. */
export async function openLocalServer(): Promise<LocalServer> {
  const port = localPort();
  if (port === undefined) throw new CallerError(`PORT is no port: ${process.env.PORT}.`);
  const url = new URL(`http://localhost:${port}`);
  const token = await localAdminToken();
  const state = await stateOf(url);
  if (state === "other") {
    throw new CallerError(
      `Something else runs on port ${port}. Choose another one, for example: PORT=9000 npm run import -- …`,
    );
  }
  if (state === "ours") return { url, token, stop: async () => {} };

  // Only here: it brings all of wrangler with it.
  const { load } = await import("./load.ts");
  await load({ remote: false, again: false });
  const child = await startServer(port, "ignore");
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "close");
    child.kill("SIGTERM");
    await ended;
  };
  const giveUpAt = Date.now() + PATIENCE_MS;
  while ((await stateOf(url)) !== "ours") {
    if (Date.now() > giveUpAt || child.exitCode !== null) {
      await stop();
      throw new Error("The server does not start: see what `npm start` says.");
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return { url, token, stop };
}

async function stateOf(url: URL): Promise<"ours" | "other" | "none"> {
  try {
    const response = await fetch(new URL("/health", url));
    const health: unknown = await response.json().catch(() => undefined);
    return typeof health === "object" && health !== null && "checks" in health ? "ours" : "other";
  } catch {
    return "none";
  }
}
