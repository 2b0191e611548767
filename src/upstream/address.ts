import { UpstreamRefused } from "../errors.ts";
import { isPrivateHost } from "../private-host.ts";
import type { UpstreamPolicy } from "./policy.ts";

/** @throws UpstreamRefused for an address that may not be called */
export function checkAddress(url: URL, { allowPrivateHosts }: UpstreamPolicy): void {
  const { protocol, username, password, host } = url;
  if (protocol !== "https:" && protocol !== "http:") {
    throw new UpstreamRefused(`An address must begin with https:// or http://, not ${protocol}`);
  }
  if (username || password) {
    throw new UpstreamRefused(
      `The address at ${host} has a user name or a password in it: leave them out.`,
    );
  }
  if (!allowPrivateHosts && isPrivateHost(url)) {
    throw new UpstreamRefused(`${host} is not on the public internet: it is not called.`);
  }
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * The address that an answer redirects to; undefined if it is no redirect.
 *
 * @throws UpstreamRefused for a redirect that must not be followed
 */
export function redirectOf(
  url: URL,
  { status, headers }: Response,
  policy: UpstreamPolicy,
): URL | undefined {
  const location = headers.get("location");
  if (!REDIRECTS.has(status) || location === null) return undefined;
  const next = URL.parse(location, url);
  if (!next) throw new UpstreamRefused(`${url.host} redirects to what is no address.`);
  if (url.protocol === "https:" && next.protocol === "http:") {
    throw new UpstreamRefused(
      `${url.host} redirects from https to http at ${next.host}: that is not followed.`,
    );
  }
  checkAddress(next, policy);
  return next;
}

/** What another origin may be told, too. Everything else may be a secret between us and the first one. */
const HARMLESS_HEADERS: ReadonlySet<string> = new Set(["accept", "accept-language", "user-agent"]);

/** The headers for the next address: those that may hold secrets stay within an origin. */
export function headersFor(headers: Headers, from: URL, to: URL): Headers {
  if (from.origin === to.origin) return headers;
  return new Headers([...headers].filter(([name]) => HARMLESS_HEADERS.has(name)));
}
