import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { createApp, serve } from "../../src/http/app.ts";
import { catalog, chatgptCatalog } from "../../src/mcp/catalog.ts";
import { endpointFor } from "../../src/mcp/server.ts";
import { openDeployment } from "../../src/services.ts";
import { type Fetch, ORIGIN } from "./client.ts";
import { CALLBACK, OAuthProgram, type Tokens } from "./oauth-program.ts";

export { CALLBACK };

export const ADMIN_TOKEN = "a secret of some length";

const endpoints = { "/mcp": endpointFor(catalog), "/chatgpt/mcp": endpointFor(chatgptCatalog) };

/** The production app with other bindings; people can sign in. */
export function appWhereOneSignsIn(bindings: Readonly<Record<string, unknown>> = {}): Fetch {
  const fetch = serve(createApp(endpoints), openDeployment);
  const environment = { ...env, ADMIN_TOKEN, ...bindings } as Env;
  return (request) => fetch(request, environment, createExecutionContext());
}

/** An invitation's code. */
export async function invite(
  environment: Pick<Env, "CREDENTIALS">,
  scopes: readonly string[],
  { name = `guest${crypto.randomUUID().slice(0, 8)}`, uses = 1 } = {},
): Promise<string> {
  const { IssuedCredentials } = await import("../../src/credentials/issued-credentials.ts");
  const ring = new IssuedCredentials(environment.CREDENTIALS, { count() {} });
  const { code } = await ring.addInvitation({ name, scopes: scopes as never, uses, days: 1 });
  return code;
}

/** A program of the app for one test. */
export class Program extends OAuthProgram {
  constructor(fetch: Fetch) {
    super(fetch, ORIGIN);
  }
}

/** A program with tokens for the scopes, by an invitation that allows them. */
export async function signedIn(
  fetch: Fetch,
  scopes: readonly string[],
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<Program & { readonly tokens: Tokens }> {
  const program = new Program(fetch);
  await program.register();
  const page = await program.ask(changes);
  const code = await invite(env, scopes);
  const end = await program.browser.send(page, { scope: scopes, code, decision: "allow" });
  return Object.assign(program, { tokens: await program.redeem(end) });
}
