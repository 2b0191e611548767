import ipaddr from "ipaddr.js";

/** The address of the connection, IPv4 or IPv6, as Cloudflare saw it: a caller's own header of that name is replaced. */
export function addressOf({ headers }: Pick<Request, "headers">): string | undefined {
  return headers.get("cf-connecting-ip") ?? undefined;
}

/** One household has so much of an IPv6 address to itself. */
const HOUSEHOLD_BITS = 64;

/**
 * What limits count by: the IPv4 address, or the /64 of the IPv6 address. Undefined for this machine itself, which is
 * whoever runs `npm start`: a deployed Worker has no such callers.
 */
export function addressBlockOf(address: string | undefined): string | undefined {
  if (address === undefined || !ipaddr.isValid(address)) return undefined;
  const parsed = ipaddr.process(address);
  if (parsed.range() === "loopback") return undefined;
  if (parsed.kind() === "ipv4") return parsed.toString();
  return ipaddr.IPv6.networkAddressFromCIDR(`${parsed}/${HOUSEHOLD_BITS}`).toString();
}
