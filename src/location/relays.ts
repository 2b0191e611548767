import { type AddressRange, addressRange } from "../config.ts";

/**
 * Who answers for somebody else: networks and programs whose requests do not come from where the user is.
 * Data, with its sources; a deployment adds its own in RELAYS (see README).
 */
export interface Relay {
  readonly name: string;
  /** Autonomous systems, as `request.cf.asn` gives them. */
  readonly networks?: readonly number[];
  readonly ranges?: readonly AddressRange[];
  /** How its `User-Agent` begins, in lower case. */
  readonly userAgents?: readonly string[];
  /** The exact `clientInfo.name` of its hosted clients. */
  readonly clientNames?: readonly string[];
}

const ranges = (...notations: readonly string[]) => notations.map(addressRange);

/**
 * Assistants that call from their vendor's cloud.
 *
 * - Anthropic: platform.claude.com/docs/en/api/ip-addresses, read 2026-11; the 34.162 addresses are being
 *   phased out. Its range was seen announced by AS396982 (Google), so its own AS number is not enough.
 * - OpenAI: the ranges of "Actions in production" (platform.openai.com, read 2025-05). The current ones are
 *   in https://openai.com/chatgpt-connectors.json and change: put them in OPENAI_RANGES. Its clients are
 *   known by their user agent and their `_meta` keys anyhow.
 */
export const OPENAI = {
  name: "ChatGPT",
  ranges: ranges(
    "23.102.140.112/28",
    "13.66.11.96/28",
    "104.210.133.240/28",
    "20.97.188.144/28",
    "20.161.76.48/28",
    "52.234.32.208/28",
    "52.156.132.32/28",
    "40.84.180.128/28",
  ),
  userAgents: ["openai-mcp", "chatgpt"],
  clientNames: ["openai-mcp", "chatgpt"],
} satisfies Relay;

export const ASSISTANTS: readonly Relay[] = [
  {
    name: "Claude",
    networks: [399358],
    ranges: ranges(
      "160.79.104.0/21",
      "2607:6bc0::/48",
      "34.162.46.92/32",
      "34.162.102.82/32",
      "34.162.136.91/32",
      "34.162.142.92/32",
      "34.162.183.95/32",
    ),
    userAgents: [
      "claude-user",
      "mozilla/5.0 applewebkit/537.36 (khtml, like gecko; compatible; claude-user",
    ],
    clientNames: ["claude-ai", "anthropic/claudeai", "anthropic/toolbox"],
  },
  OPENAI,
  { name: "Grok", userAgents: ["grok-connectors"], clientNames: ["grok"] },
  { name: "Copilot", clientNames: ["microsoft 365 copilot", "copilot studio"] },
  { name: "Le Chat", userAgents: ["mistralai"], clientNames: ["mistral", "le-chat"] },
  { name: "Gemini", userAgents: ["google-gemini", "gemini-enterprise"] },
];

/**
 * Networks of data centres and of VPN services: nobody lives there. AS numbers as registered with the
 * regional registries, 2026-11. 13335 (Cloudflare) is Workers and WARP alike, 209242 its London office.
 */
export const HOSTING_NETWORKS: ReadonlySet<number> = new Set([
  // Amazon, Google, Microsoft, Oracle, IBM
  16509, 14618, 8987, 7224, 15169, 396982, 8075, 8068, 8069, 31898, 36351,
  // Alibaba, Tencent, Huawei, Yandex
  45102, 37963, 132203, 45090, 136907, 13238, 200350,
  // DigitalOcean, Akamai (Linode), Vultr, OVH, Hetzner, Scaleway, Contabo, Leaseweb, IONOS, netcup
  14061, 63949, 20940, 20473, 16276, 24940, 213230, 12876, 51167, 60781, 28753, 8560, 197540,
  // Cloudflare, Fastly, GitHub, Fly.io, Render, Equinix, Hivelocity, Hostinger, Selectel, UpCloud
  13335, 209242, 54113, 36459, 40509, 397273, 54825, 29802, 47583, 49505, 202053,
  // M247, Datacamp, Mullvad (31173), Packethub, Zenlayer, QuadraNet, BuyVM, ColoCrossing
  9009, 212238, 60068, 39351, 136787, 147049, 21859, 8100, 53667, 36352,
]);

/** Words in the name of a network's owner that say the same of networks which are not listed. */
export const HOSTING_WORDS =
  /\b(?:amazon|aws|azure|google[- ]cloud|oracle cloud|hosting|hosted|datacent(?:er|re)|data[- ]cent(?:er|re)|colocation|cloud|vps|dedicated server|servers|vpn|digitalocean|linode|akamai|hetzner|ovh|vultr|contabo|leaseweb|anthropic|openai)\b/i;

/** What `request.cf.country` says of Tor, and where it is not known. */
export const ANONYMOUS_COUNTRIES: readonly string[] = ["T1", "XX"];
