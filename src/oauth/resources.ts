import type { Config } from "../config/config.ts";
import { isLoopback } from "../loopback.ts";

/**
 * The origin that callers know the server by: the one that is set, or that of the request. Tokens are for it, so it is
 * https wherever it is not this machine: what is in front of a Worker may end TLS.
 *
 * @param url of the request
 */
export function originOf(url: string, { publicUrl }: Pick<Config, "publicUrl">): string {
  if (publicUrl !== undefined) return publicUrl;
  const known = new URL(url);
  return isLoopback(known) ? known.origin : `https://${known.host}`;
}

/**
 * What a token is for (RFC 8707).
 *
 * @param path of an MCP endpoint, without a slash at its end
 */
export function resourceOf(origin: string, path: string): string {
  return origin + path;
}

/** Where the metadata of a protected resource is (RFC 9728, 3.1). */
export function metadataUrlOf(origin: string, path: string): string {
  return `${origin}/.well-known/oauth-protected-resource${path}`;
}
