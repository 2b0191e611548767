import { CallerError } from "../src/errors.ts";
import { openLocalServer } from "./local-server.ts";

/** The server whose data a command changes. */
export interface Target {
  readonly url: URL;
  readonly token: string;
  close(): Promise<void>;
}

/**
 * The deployed Worker at an address, or the server on this machine.
 *
 * @param withData Whether a server that has to be started loads the default data first.
 */
export async function openTarget(
  to: URL | undefined,
  token: string | undefined,
  signal: AbortSignal,
  withData = true,
): Promise<Target> {
  if (!to) {
    const server = await openLocalServer(signal, withData);
    return { url: server.url, token: token ?? server.token, close: server.stop };
  }
  if (!token) {
    throw new CallerError(
      "The deployed Worker wants its admin token: set ADMIN_TOKEN or pass --token. To give it one: npx wrangler secret put ADMIN_TOKEN",
    );
  }
  return { url: to, token, close: async () => {} };
}
