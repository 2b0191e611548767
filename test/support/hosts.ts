/** What requests of real hosts look like: where they come from, and what they say of themselves. */

export type Cf = Readonly<Record<string, unknown>>;

const network = (asn: number, asOrganization: string, country: string, rest: Cf = {}): Cf => {
  return { asn, asOrganization, country, ...rest };
};

/** Plausible places of data centres: always wrong for the user. */
const COLUMBUS = { latitude: "39.96118", longitude: "-82.99879", city: "Columbus", region: "Ohio" };
const ASHBURN = {
  latitude: "39.04372",
  longitude: "-77.48749",
  city: "Ashburn",
  region: "Virginia",
};
const DES_MOINES = {
  latitude: "41.60054",
  longitude: "-93.60911",
  city: "Des Moines",
  region: "Iowa",
};
const LYON = {
  latitude: "45.74846",
  longitude: "4.84671",
  city: "Lyon",
  region: "Auvergne-Rhône-Alpes",
  timezone: "Europe/Paris",
};

export const NETWORKS = {
  anthropic: network(396982, "Google LLC", "US", COLUMBUS),
  anthropicOwn: network(399358, "Anthropic, PBC", "US", COLUMBUS),
  openai: network(8075, "Microsoft Corporation", "US", DES_MOINES),
  azure: network(8075, "Microsoft Corporation", "US", DES_MOINES),
  amazon: network(16509, "Amazon.com, Inc.", "US", ASHBURN),
  smallHoster: network(65001, "Acme Hosting Ltd", "US", ASHBURN),
  vpn: network(9009, "M247 Europe SRL", "FR", LYON),
  warp: network(13335, "Cloudflare, Inc.", "FR", LYON),
  tor: network(60729, "Stiftung Erneuerbare Freiheit", "T1", LYON),
  unknown: network(0, "", "XX", LYON),
  homeInLyon: network(3215, "Orange S.A.", "FR", LYON),
  company: network(64500, "Example Corp", "FR", LYON),
  withoutPlace: network(3215, "Orange S.A.", "FR"),
  unlisted: network(65002, "Some Telecom", "US", ASHBURN),
} as const;

export const ADDRESSES = {
  anthropic: "160.79.106.35",
  anthropicMapped: "::ffff:160.79.106.35",
  openai: "23.102.140.115",
  home: "92.184.96.7",
} as const;

export const AGENTS = {
  claude: "Claude-User",
  chatgpt: "openai-mcp/1.0.0 (ChatGPT)",
  grok: "grok-connectors-manager/0.1.0",
  claudeCode: "claude-code/2.1.90 (cli)",
  cursor: "Cursor/2.4.1 (darwin arm64)",
  codex: "codex-mcp-client/0.60.1",
  vscode: "Visual Studio Code/1.120.0",
  curl: "curl/8.14.1",
} as const;
