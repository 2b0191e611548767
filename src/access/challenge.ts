import type { Principal } from "../caller.ts";
import type { Config } from "../config/config.ts";
import { hasTokenServer } from "../config/sign-in.ts";
import { metadataUrlOf, originOf } from "../oauth/resources.ts";
import type { Scope } from "../scopes.ts";
import type { Verdict } from "./authenticate/verdict.ts";

/** Why a request may not be carried out. */
type Denial = "no credentials" | "bad credentials" | "insufficient scope";

/** A request that may not be carried out. */
export interface Denied {
  readonly why: Denial;
  /** All that the request needs. */
  readonly needed: readonly Scope[];
}

/** Whether somebody may do what needs these scopes. Where nothing is open to everybody, everybody signs in. */
export function admit(
  verdict: Verdict,
  needed: readonly Scope[],
  { anonymousScopes }: Pick<Config, "anonymousScopes">,
): { readonly principal: Principal } | { readonly denied: Denied } {
  if ("refused" in verdict) return { denied: { why: "bad credentials", needed } };
  const { scopes, credential } = verdict.principal;
  const isEnough = needed.every((scope) => scopes.includes(scope));
  if (credential !== "none") {
    return isEnough ? verdict : { denied: { why: "insufficient scope", needed } };
  }
  const isOpen = isEnough && anonymousScopes.length > 0;
  return isOpen ? verdict : { denied: { why: "no credentials", needed } };
}

/** What a caller is told, in a header and in words, with the status of it. */
export interface Challenge {
  readonly status: 401 | 403;
  readonly message: string;
  /** The value of `WWW-Authenticate`. */
  readonly header: string;
}

/** What a request is about. */
interface ProtectedResource {
  readonly url: string;
  /** The path of the MCP endpoint that tokens have to be for. */
  readonly path: string;
  readonly config: Config;
}

/** Of a request without credentials no error is told (RFC 6750, 3.1). */
const ERRORS: Readonly<Record<Denial, string | undefined>> = {
  "no credentials": undefined,
  "bad credentials": "invalid_token",
  "insufficient scope": "insufficient_scope",
};

/** Challenges the caller to sign in, or to come back with more (RFC 6750, 3; RFC 9728, 5.1). */
export function challengeOf(
  { why, needed }: Denied,
  { url, path, config }: ProtectedResource,
): Challenge {
  const error = ERRORS[why];
  const message = wordsOf(why, needed);
  const parameters = {
    realm: config.serverName,
    ...(error && { error, error_description: message }),
    ...(hasTokenServer(config) && {
      resource_metadata: metadataUrlOf(originOf(url, config), path),
    }),
    ...(needed.length > 0 && { scope: needed.join(" ") }),
  };
  // None of the values has a quotation mark: they are names, addresses as URL has them, and our words.
  const listed = Object.entries(parameters).map(([name, value]) => `${name}="${value}"`);
  const status = why === "insufficient scope" ? 403 : 401;
  return { status, message, header: `Bearer ${listed.join(", ")}` };
}

/** The same words whatever is wrong with credentials: who tries tokens learns nothing. */
function wordsOf(why: Denial, needed: readonly Scope[]): string {
  const scopes = needed.join(" ");
  switch (why) {
    case "no credentials":
      return `This needs credentials${scopes && ` with the scope ${scopes}`}: sign in, or send Authorization: Bearer and a key or token.`;
    case "bad credentials":
      return "These credentials are not good (any more), or not for this server: sign in again, or send others as Authorization: Bearer.";
    case "insufficient scope":
      return `These credentials do not have the scope ${scopes}: sign in again and allow it, or use others.`;
  }
}
