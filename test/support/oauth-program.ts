import { Browser, type Shown } from "./browser.ts";
import type { Fetch } from "./client.ts";

export const CALLBACK = "http://127.0.0.1:7777/callback";

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly scope: string;
  readonly error?: string;
}

/** A program that asks for tokens without a client's library, so that each step can be looked at. */
export class OAuthProgram {
  readonly fetch: Fetch;
  readonly origin: string;
  readonly browser: Browser;
  id = "";
  readonly #verifier = crypto.randomUUID() + crypto.randomUUID();

  constructor(fetch: Fetch, origin: string) {
    this.fetch = fetch;
    this.origin = origin;
    this.browser = new Browser(fetch, origin);
  }

  /** @returns the answer to the registration */
  async register(metadata: Readonly<Record<string, unknown>> = {}): Promise<Response> {
    const response = await this.fetch(
      new Request(`${this.origin}/oauth/register`, {
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
    const { client_id } = await (response.clone().json() as Promise<{ client_id: string }>);
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
      resource: `${this.origin}/mcp`,
      code_challenge: challenge.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, ""),
      code_challenge_method: "S256",
      ...changes,
    };
    const url = new URL("/authorize", this.origin);
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
    return (await this.#post(form)).json() as Promise<Tokens>;
  }

  #post(form: Readonly<Record<string, string>>): Promise<Response> | Response {
    const body = new URLSearchParams({ client_id: this.id, ...form });
    return this.fetch(new Request(`${this.origin}/oauth/token`, { method: "POST", body }));
  }
}
