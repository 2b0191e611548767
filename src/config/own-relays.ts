import ipaddr from "ipaddr.js";
import { BadValue, itemsOf } from "./values.ts";

export type AddressRange = readonly [network: ipaddr.IPv4 | ipaddr.IPv6, bits: number];

/** The range that a text in CIDR notation tells. */
export function addressRange(item: string): AddressRange {
  // Of the ways to write an IPv4 address only the usual one: "10/8" would be 0.0.0.10/8.
  const isIpv6 = ipaddr.IPv6.isValidCIDR(item) && !item.includes("%");
  if (isIpv6 || ipaddr.IPv4.isValidCIDRFourPartDecimal(item)) return ipaddr.parseCIDR(item);
  throw new BadValue(`has "${item}", which is no address range: write it like 203.0.113.0/24`);
}

/** Networks and programs that stand between the user and this server. */
export interface OwnRelays {
  /** Numbers of autonomous systems. */
  readonly networks: readonly number[];
  readonly ranges: readonly AddressRange[];
  /** What is in the names of agents, in lower case. */
  readonly agents: readonly string[];
}

const LAST_NETWORK = 2 ** 32 - 1;

function networkNumber(item: string, number: number): number {
  if (number >= 1 && number <= LAST_NETWORK) return number;
  throw new BadValue(`has "${item}", but AS numbers go from AS1 to AS${LAST_NETWORK}`);
}

/** The networks, ranges and agents that a text lists. @throws BadValue */
export function ownRelays(text: string): OwnRelays {
  const networks: number[] = [];
  const ranges: AddressRange[] = [];
  const agents: string[] = [];
  for (const item of itemsOf(text)) {
    const [, network] = /^AS(\d+)$/i.exec(item) ?? [];
    if (network) networks.push(networkNumber(item, Number(network)));
    // What looks like an address is meant as one, and is never the name of an agent.
    else if (/^[\d.]+(\/|$)|^[\da-f]*:[\da-f:.]*(\/|$)/i.test(item))
      ranges.push(addressRange(item));
    else if (/^[a-z][\w.-]*(\/[\w.-]*)?$/i.test(item)) agents.push(item.toLowerCase());
    else {
      throw new BadValue(
        `has "${item}": write AS64500, an address range like 203.0.113.0/24, or the name of an agent like acme-agent`,
      );
    }
  }
  return { networks, ranges, agents };
}
