import ipaddr from "ipaddr.js";
import type { Caller } from "../caller.ts";
import type { Config } from "../config/config.ts";
import type { AddressRange, OwnRelays } from "../config/own-relays.ts";
import { kindOfNetwork, type NetworkKind } from "./networks.ts";
import { ANONYMOUS_COUNTRIES, ASSISTANTS, CHATGPT, LOCAL_CLIENTS, type Relay } from "./relays.ts";

/**
 * Why the network address does not tell where the user is, in a sentence; undefined if the request seems to come from
 * the user's own network. Names that a caller gives itself are taken as a reason to distrust its address, never to
 * trust anything. When torn, distrust: a false alarm costs a question, a miss tells a wrong city as truth.
 */
export function whyNotHere(
  caller: Pick<Caller, "cf" | "address" | "meta"> & Partial<Caller>,
  config: Pick<Config, "relays" | "openaiRanges">,
): string | undefined {
  const { cf, meta } = caller;
  const assistant = ASSISTANTS.find((relay) => isAssistant(caller, relay));
  if (assistant) return cameThrough(assistant.name);
  if (isOwnRelay(caller, config.relays)) return cameThrough("a relay");
  if (isFromOpenai(caller, config) || Object.keys(meta).some((key) => key.startsWith("openai/"))) {
    return cameThrough(CHATGPT);
  }
  if (ANONYMOUS_COUNTRIES.includes(String(cf?.country))) {
    return cameThrough("an anonymising network");
  }
  switch (networkOf(caller)) {
    case "gateway":
      return "The request came through a company gateway: your company's network hides where you are, so its address was ignored.";
    case "hosting":
      return cameThrough("a data centre or VPN");
    case "vessel":
      return cameThrough("the network of an aeroplane, a ship or a train");
    default:
      return undefined;
  }
}

function cameThrough(relay: string): string {
  return `The request came through ${relay}: its network address does not tell where the user is and was ignored.`;
}

/** What the network of the connection is, as far as that is known. */
export function networkOf({ cf }: Pick<Caller, "cf">): NetworkKind | undefined {
  return kindOfNetwork(Number(cf?.asn ?? 0), String(cf?.asOrganization ?? ""));
}

/** Whether the connection comes from the addresses set as OpenAI's: what `openai/subject` says can be believed then. */
export function isFromOpenai(
  { address }: Pick<Caller, "address">,
  { openaiRanges }: Pick<Config, "openaiRanges">,
): boolean {
  return isWithin(address, openaiRanges);
}

/** Whether an assistant calls that is known by its networks and addresses: many people share one of these. */
export function isOfAssistant(
  { cf, address }: Pick<Caller, "cf" | "address">,
  { relays, openaiRanges }: Pick<Config, "relays" | "openaiRanges">,
): boolean {
  const connection = { cf, address };
  return (
    ASSISTANTS.some((relay) => isAssistant(connection, relay)) ||
    isOwnRelay(connection, relays) ||
    isFromOpenai(connection, { openaiRanges })
  );
}

function isAssistant(
  { cf, address, userAgent = "", clientName = "" }: Partial<Caller>,
  { networks = [], ranges = [], agents = NOTHING, clients = NOTHING }: Relay,
): boolean {
  const hostedClient = LOCAL_CLIENTS.test(clientName) ? "" : clientName;
  return (
    networks.includes(Number(cf?.asn ?? 0)) ||
    isWithin(address, ranges) ||
    agents.test(userAgent) ||
    agents.test(hostedClient) ||
    clients.test(hostedClient)
  );
}

const NOTHING = /(?!)/;

function isOwnRelay(
  { cf, address, userAgent = "", clientName = "" }: Partial<Caller>,
  { networks, ranges, agents }: OwnRelays,
): boolean {
  const names = [userAgent.toLowerCase(), clientName.toLowerCase()];
  return (
    networks.includes(Number(cf?.asn ?? 0)) ||
    isWithin(address, ranges) ||
    agents.some((agent) => names.some((name) => name.includes(agent)))
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
