import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { inject } from "vitest";
import { catalog } from "../../src/mcp/catalog.ts";
import { appWith } from "./app.ts";
import type { Fetch } from "./client.ts";
import { claimsOf } from "./tokens.ts";
import type { Told } from "./upstream-server.ts";

const OPENID = "/.well-known/openid-configuration";

/** An issuer of tokens, on a server of its own: it tells its keys, or fails to. */
export class Issuer {
  readonly url: string;
  readonly #keys = new Map<string, { readonly sign: CryptoKey; readonly shown: JWK }>();

  constructor(name: string = crypto.randomUUID()) {
    this.url = `${inject("upstreamServer")}/told/${name}`;
  }

  get jwksUrl(): string {
    return `${this.url}/jwks`;
  }

  /** Has the server answer so at an address from now on. */
  async tells(path: string, told: Told): Promise<void> {
    await (await fetch(this.url + path, { method: "PUT", body: JSON.stringify(told) })).text();
  }

  tellsJson(path: string, value: unknown): Promise<void> {
    return this.tells(path, { status: 200, body: JSON.stringify(value) });
  }

  /** Tells its metadata as OpenID Connect has it, or with changes. */
  tellsMetadata(changes: object = {}): Promise<void> {
    return this.tellsJson(OPENID, { issuer: this.url, jwks_uri: this.jwksUrl, ...changes });
  }

  /** The same at the place that OAuth has for it: between host and path. */
  async tellsOauthMetadata(): Promise<void> {
    const { origin, pathname } = new URL(this.url);
    const url = `${origin}/.well-known/oauth-authorization-server${pathname}`;
    const body = JSON.stringify({ issuer: this.url, jwks_uri: this.jwksUrl });
    await (await fetch(url, { method: "PUT", body: JSON.stringify({ status: 200, body }) })).text();
  }

  /** Signs with these keys from now on, and shows them. */
  async hasKeys(...names: readonly string[]): Promise<void> {
    for (const name of names) await this.#make(name, "ES256");
    await this.showsKeys(...names);
  }

  async showsKeys(...names: readonly string[]): Promise<void> {
    const keys = names.map((name) => this.#keys.get(name)!.shown);
    await this.tellsJson("/jwks", { keys });
  }

  async hasKey(name: string, algorithm: string): Promise<void> {
    await this.#make(name, algorithm);
    await this.showsKeys(name);
  }

  async #make(name: string, alg: string): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    const shown = { ...(await exportJWK(publicKey)), kid: name, alg, use: "sig" };
    this.#keys.set(name, { sign: privateKey, shown });
  }

  shown(name: string): JWK {
    return this.#keys.get(name)!.shown;
  }

  /** @param header what its header says, besides the algorithm and the key's name */
  token(
    name: string,
    claims: Readonly<Record<string, unknown>> = {},
    header: Readonly<Record<string, unknown>> = {},
  ): Promise<string> {
    const { sign, shown } = this.#keys.get(name)!;
    return new SignJWT(claimsOf({ iss: this.url, ...claims }))
      .setProtectedHeader({ alg: shown.alg!, kid: name, ...header })
      .sign(sign);
  }

  /** The production app, which takes its tokens. */
  app(bindings: Readonly<Record<string, string>> = { JWT_JWKS_URL: this.jwksUrl }): Fetch {
    return appWith(catalog, { JWT_ISSUER: this.url, ...bindings });
  }
}
