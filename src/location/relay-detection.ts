import ipaddr from "ipaddr.js";
import type { Caller } from "../caller.ts";
import type { AddressRange, Config } from "../config.ts";
import {
  ANONYMOUS_COUNTRIES,
  ASSISTANTS,
  HOSTING_NETWORKS,
  HOSTING_WORDS,
  OPENAI,
  type Relay,
} from "./relays.ts";

/**
 * Who calls in the user's stead, in words that finish "the request came through …"; undefined if the
 * request seems to come from the user's own network. Names that a caller gives itself are taken as a reason to
 * distrust its address, never to trust anything. When torn, distrust: a false alarm costs a question, a
 * miss tells a wrong city as truth.
 */
export function relayOf(
  caller: Caller,
  config: Pick<Config, "relays" | "openaiRanges">,
): string | undefined {
  const { cf, meta } = caller;
  const assistant = ASSISTANTS.find((relay) => isRelay(caller, relay));
  if (assistant) return assistant.name;
  if (isRelay(caller, config.relays)) return "a relay";
  if (isFromOpenai(caller, config) || Object.keys(meta).some((key) => key.startsWith("openai/"))) {
    return OPENAI.name;
  }
  if (ANONYMOUS_COUNTRIES.includes(cf?.country ?? "")) return "an anonymising network";
  const isHosted =
    HOSTING_NETWORKS.has(cf?.asn ?? 0) || HOSTING_WORDS.test(String(cf?.asOrganization ?? ""));
  return isHosted ? "a data centre or VPN" : undefined;
}

/** Whether the connection itself comes from OpenAI's network: what `openai/subject` says can be believed then. */
export function isFromOpenai(
  { address }: Caller,
  { openaiRanges }: Pick<Config, "openaiRanges">,
): boolean {
  return isWithin(address, [...OPENAI.ranges, ...openaiRanges]);
}

function isRelay(
  { cf, address, userAgent = "", clientName = "" }: Caller,
  { networks = [], ranges = [], userAgents = [], clientNames = [] }: Omit<Relay, "name">,
): boolean {
  const agent = userAgent.toLowerCase();
  return (
    networks.includes(cf?.asn ?? 0) ||
    isWithin(address, ranges) ||
    userAgents.some((start) => agent.startsWith(start)) ||
    clientNames.includes(clientName.toLowerCase())
  );
}

/** IPv4 addresses that come as IPv6 (`::ffff:192.0.2.1`) count as what they are. */
function isWithin(address: string | undefined, ranges: readonly AddressRange[]): boolean {
  if (!address || ranges.length === 0 || !ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return ranges.some(([network, bits]) => {
    return network.kind() === parsed.kind() && parsed.match(network, bits);
  });
}
