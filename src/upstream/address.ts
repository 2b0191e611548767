import ipaddr from "ipaddr.js";
import { UpstreamRefused } from "../errors.ts";
import type { UpstreamPolicy } from "./policy.ts";

/** Top-level domains that are never public (RFC 6761, 6762, 8375, 9476; ICANN's "internal"). */
const PRIVATE_DOMAINS = /(?:^|\.)(?:localhost|local|internal|home\.arpa|onion|alt|test|invalid)$/;

/** Azure's metadata service: in a public range, but answered by each machine's own host. */
const AZURE_METADATA = "168.63.129.16";

/** Whether a host is named by an address that is not public, or by a name that cannot be. */
export function isPrivateHost({ hostname }: URL): boolean {
  const host = hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  if (!ipaddr.isValid(host)) return !host.includes(".") || PRIVATE_DOMAINS.test(host);
  // `process` reads an IPv4 address out of one of IPv6 that stands for it.
  return ipaddr.process(host).range() !== "unicast" || host === AZURE_METADATA;
}

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
