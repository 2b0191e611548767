import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { createApp, serve } from "../../src/http/app.ts";
import { catalog, chatgptCatalog } from "../../src/mcp/catalog.ts";
import { endpointFor } from "../../src/mcp/server.ts";
import { openDeployment } from "../../src/services.ts";
import { Browser, type Shown } from "./browser.ts";
import { type Fetch, ORIGIN } from "./client.ts";

export const ADMIN_TOKEN = "a secret of some length";
export const CALLBACK = "http://127.0.0.1:7777/callback";

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
  const { KeyRing } = await import("../../src/credentials/key-ring.ts");
  const ring = new KeyRing(environment.CREDENTIALS, { count() {} });
  const { code } = await ring.addInvitation({ name, scopes: scopes as never, uses, days: 1 });
  return code;
}

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly scope: string;
  readonly error?: string;
}

/** A program that asks for tokens without a client's library, so that each step can be looked at. */
export class Program {
  readonly fetch: Fetch;
  readonly browser: Browser;
  id = "";
  readonly #verifier = crypto.randomUUID() + crypto.randomUUID();

  constructor(fetch: Fetch) {
    this.fetch = fetch;
    this.browser = new Browser(fetch, ORIGIN);
  }

  /** @returns the answer to the registration */
  async register(metadata: Readonly<Record<string, unknown>> = {}): Promise<Response> {
    const response = await this.fetch(
      new Request(`${ORIGIN}/oauth/register`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          client_name: "Test Program",
          redirect_uris: [CALLBACK],
          token_endpoint_auth_method: "none",
          ...metadata,
        }),
      }),
    );
    const { client_id } = await response.clone().json<{ client_id: string }>();
    this.id = client_id;
    return response;
  }

  /** Where it sends the person. */
  async address(changes: Readonly<Record<string, string | undefined>> = {}): Promise<string> {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(this.#verifier));
    const challenge = btoa(String.fromCharCode(...new Uint8Array(digest)));
    const parameters = {
      response_type: "code",
      client_id: this.id,
      redirect_uri: CALLBACK,
      state: "the state",
      resource: `${ORIGIN}/mcp`,
      code_challenge: challenge.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, ""),
      code_challenge_method: "S256",
      ...changes,
    };
    const url = new URL("/authorize", ORIGIN);
    for (const [name, value] of Object.entries(parameters)) {
      if (value !== undefined) url.searchParams.set(name, value);
    }
    return url.href;
  }

  /** The page that asks. */
  async ask(changes: Readonly<Record<string, string | undefined>> = {}): Promise<Shown> {
    return this.browser.open(await this.address(changes));
  }

  /** Tokens for the code in the address that the person was led to. */
  redeem({ location }: Pick<Shown, "location">, redirectUri = CALLBACK): Promise<Tokens> {
    const code = new URL(location!).searchParams.get("code") ?? "";
    return this.#tokens({
      grant_type: "authorization_code",
      code,
      redirect_uri: redirectUri,
      code_verifier: this.#verifier,
    });
  }

  refresh(refreshToken: string): Promise<Tokens> {
    return this.#tokens({ grant_type: "refresh_token", refresh_token: refreshToken });
  }

  async revoke(token: string): Promise<number> {
    return (await this.#post({ token })).status;
  }

  async #tokens(form: Readonly<Record<string, string>>): Promise<Tokens> {
    return (await this.#post(form)).json();
  }

  #post(form: Readonly<Record<string, string>>): Promise<Response> | Response {
    const body = new URLSearchParams({ client_id: this.id, ...form });
    return this.fetch(new Request(`${ORIGIN}/oauth/token`, { method: "POST", body }));
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
