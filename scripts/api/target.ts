import { CallerError } from "../../src/errors.ts";
import { isLoopback } from "../../src/loopback.ts";
import { targetUrl } from "../import/options.ts";
import { openLocalServer, runningServer } from "../server/local-server.ts";
import { knownToken } from "../server/tokens.ts";
import { AdminApi } from "./admin-api.ts";

/** Where a command is to do its work, as its options say. */
export interface Target {
  /** The address of a deployed Worker; missing: the server on this machine, which is started if it does not run. */
  readonly to?: URL | string | undefined;
  /** The admin token; missing: that of the environment, or of the server on this machine. */
  readonly token?: string | undefined;
}

/** The options of a command that say it. */
export const TARGET_OPTIONS = { to: { type: "string" }, token: { type: "string" } } as const;

/**
 * Has a command do its work through the admin API.
 *
 * @param withData whether a server that has to be started loads the default data first
 */
export async function withApi<Result>(
  { to, token = process.env.ADMIN_TOKEN }: Target,
  signal: AbortSignal,
  act: (api: AdminApi) => Promise<Result>,
  { withData = true } = {},
): Promise<Result> {
  if (to !== undefined) return act(await deployedApi(to, token, signal));
  const server = await openLocalServer(signal, withData);
  try {
    return await act(new AdminApi(server.url, token ?? server.token, signal));
  } finally {
    await server.stop();
  }
}

/** The same with the server that is there: undefined if none runs on this machine. */
export async function withApiIfThere<Result>(
  { to, token = process.env.ADMIN_TOKEN }: Target,
  signal: AbortSignal,
  act: (api: AdminApi | undefined) => Promise<Result>,
): Promise<Result> {
  if (to !== undefined) return act(await deployedApi(to, token, signal));
  const server = await runningServer();
  return act(server && new AdminApi(server.url, token ?? server.token, signal));
}

async function deployedApi(
  to: URL | string,
  token: string | undefined,
  signal: AbortSignal,
): Promise<AdminApi> {
  const url = targetUrl(String(to));
  const known = token ?? (isLoopback(url) ? await knownToken("ADMIN_TOKEN") : undefined);
  return new AdminApi(url, required(known), signal);
}

function required(token: string | undefined): string {
  if (token) return token;
  throw new CallerError(
    "The deployed Worker wants its admin token: set ADMIN_TOKEN or pass --token. To give it one: npx wrangler secret put ADMIN_TOKEN",
  );
}
