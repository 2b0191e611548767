import ipaddr from "ipaddr.js";

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
