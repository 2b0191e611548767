import ipaddr from "ipaddr.js";
import type { Caller } from "../caller.ts";
import {
  ANONYMOUS_COUNTRIES,
  ASSISTANTS,
  HOSTING_NETWORKS,
  HOSTING_WORDS,
  OPENAI,
  type Relay,
} from "./relays.ts";

/** What a deployment knows of relays beyond relays.ts: lists parted by blanks. */
export interface RelaySettings {
  /** AS numbers (`AS64500`), address ranges (`203.0.113.0/24`), beginnings of user agents (`acme-agent`). */
  readonly relays?: string | undefined;
  /** Address ranges that are OpenAI's. */
  readonly openaiRanges?: string | undefined;
}

/**
 * Who calls in the user's stead, in words that finish "the request came through …"; undefined if the
 * request seems to come from the user's own network. Names that a caller gives itself are taken as a reason to
 * distrust its address, never to trust anything. When torn, distrust: a false alarm costs a question, a
 * miss tells a wrong city as truth.
 */
export function relayOf(caller: Caller, settings: RelaySettings = {}): string | undefined {
  const { cf, meta } = caller;
  const assistant = [...ASSISTANTS, ownRelays(settings.relays)].find((relay) => is(caller, relay));
  if (assistant) return assistant.name;
  if (
    isFromOpenai(caller, settings) ||
    Object.keys(meta).some((key) => key.startsWith("openai/"))
  ) {
    return OPENAI.name;
  }
  if (ANONYMOUS_COUNTRIES.includes(cf?.country ?? "")) return "an anonymising network";
  const hosted =
    HOSTING_NETWORKS.has(cf?.asn ?? 0) || HOSTING_WORDS.test(String(cf?.asOrganization ?? ""));
  return hosted ? "a data centre or VPN" : undefined;
}

/** Whether the connection itself comes from OpenAI's network: what `openai/subject` says can be believed then. */
export function isFromOpenai({ address }: Caller, { openaiRanges }: RelaySettings = {}): boolean {
  return isWithin(address, [...OPENAI.ranges!, ...items(openaiRanges)]);
}

function is({ cf, address, userAgent = "", clientName = "" }: Caller, relay: Relay): boolean {
  const agent = userAgent.toLowerCase();
  return (
    (relay.networks ?? []).includes(cf?.asn ?? 0) ||
    isWithin(address, relay.ranges ?? []) ||
    (relay.userAgents ?? []).some((start) => agent.startsWith(start.toLowerCase())) ||
    (relay.clientNames ?? []).includes(clientName.toLowerCase())
  );
}

function ownRelays(list: string | undefined): Relay {
  const all = items(list);
  const networks = all.flatMap((item) => /^AS(\d+)$/i.exec(item)?.[1] ?? []).map(Number);
  const ranges = all.filter((item) => ipaddr.isValidCIDR(item));
  const userAgents = all.filter((item) => !/^AS\d+$/i.test(item) && !ipaddr.isValidCIDR(item));
  return { name: "a relay", networks, ranges, userAgents };
}

function items(list: string | undefined): string[] {
  return (list ?? "").split(/[\s,]+/).filter(Boolean);
}

/** IPv4 addresses that come as IPv6 (`::ffff:192.0.2.1`) count as what they are. */
function isWithin(address: string | undefined, ranges: readonly string[]): boolean {
  if (!address || !ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return ranges.some((range) => {
    if (!ipaddr.isValidCIDR(range)) return false;
    const [network, bits] = ipaddr.parseCIDR(range);
    return network.kind() === parsed.kind() && parsed.match(network, bits);
  });
}
