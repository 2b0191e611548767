import { CallerError } from "../../src/errors.ts";
import { localAdminToken } from "./admin-token.ts";

const DEFAULT_PORT = 8787;

/** The port of the server on this machine. Throws a CallerError if PORT is none. */
export function localPort(): number {
  const port = Number(process.env.PORT ?? DEFAULT_PORT);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new CallerError(`PORT must be a number from 1 to 65535, not ${process.env.PORT}.`);
}

export function localUrl(port: number): URL {
  return new URL(`http://localhost:${port}`);
}

/** The server on this machine. */
export interface LocalServer {
  readonly url: URL;
  readonly token: string;
  /** Stops it if it was started for us. */
  stop(): Promise<void>;
}

/** Uses the server that runs on this machine, or starts one, as `npm start` does or without the default data. */
export async function openLocalServer(
  signal: AbortSignal,
  withData: boolean,
): Promise<LocalServer> {
  const port = localPort();
  const url = localUrl(port);
  const state = await stateOf(url);
  if (state === "other") {
    throw new CallerError(
      `Something else runs on port ${port}. Choose another one, for example: PORT=9000 npm run import -- …`,
    );
  }
  if (state === "ours") return { url, token: await localAdminToken(), stop: async () => {} };
  // Only here: it brings the default data with it.
  const { startServing } = await import("./start-server.ts");
  return startServing(port, signal, withData);
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
