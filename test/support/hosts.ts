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

export interface NamedHost {
  readonly number?: number;
  readonly owner?: string;
  readonly agent?: string;
  readonly clientName?: string;
}

/** What is to be made of the place of the network address: thrown away, and why; or believed, and how far. */
export type Judgement = RegExp | "to a city" | "to a part of a country";

const HOSTED = /a data centre or VPN/;
const COMPANY = /your company's network hides where you are/;
const BOARD = /an aeroplane, a ship or a train/;

/** Named hosts of every kind, with what they call themselves; of those without a number nothing but the name is known. */
export const NAMED_HOSTS: readonly (readonly [string, NamedHost, Judgement])[] = [
  ["an office behind Zscaler", { number: 53813, owner: "ZSCALER, INC." }, COMPANY],
  ["an office behind a new network of Zscaler's", { owner: "Zscaler Iberia SL" }, COMPANY],
  ["an office behind Netskope", { number: 55256, owner: "Netskope Inc" }, COMPANY],
  ["an office behind Cisco Umbrella", { number: 36692, owner: "Cisco OpenDNS, LLC" }, COMPANY],
  ["an office behind Cato", { number: 138627, owner: "Cato Networks Inc" }, COMPANY],
  ["an office behind Forcepoint", { number: 44444, owner: "Forcepoint UK Limited" }, COMPANY],
  [
    "an office behind Palo Alto Prisma",
    { number: 54538, owner: "Palo Alto Networks, Inc" },
    COMPANY,
  ],
  ["an office behind Check Point", { number: 398391, owner: "Check Point" }, COMPANY],
  ["an office behind Skyhigh", { number: 14600, owner: "SKYHIGH SECURITY LLC" }, COMPANY],
  ["a school behind iboss", { number: 396253, owner: "iboss, inc" }, COMPANY],
  ["a school behind Securly", { owner: "Securly, Inc" }, COMPANY],
  [
    "Claude Code behind Menlo",
    { number: 62654, owner: "MENLO SECURITY", agent: "claude-code/2.1.90 (cli)" },
    COMPANY,
  ],
  ["ProtonVPN", { number: 208172, owner: "Proton AG" }, HOSTED],
  ["Surfshark", { number: 209854, owner: "Cyberzone S.A." }, HOSTED],
  ["NordVPN", { number: 207137, owner: "PacketHub S.A." }, HOSTED],
  ["Mullvad", { number: 39351, owner: "31173 Services AB" }, HOSTED],
  ["Anonymizer", { number: 201665, owner: "Anonymizer LLC" }, HOSTED],
  ["a VPN that nobody lists", { owner: "BlitzVPN Sarl" }, HOSTED],
  ["exits of many VPNs", { number: 62240, owner: "Clouvider Limited" }, HOSTED],
  [
    "a Tor exit that has a country",
    { number: 60729, owner: "Stiftung Erneuerbare Freiheit" },
    HOSTED,
  ],
  ["a vendor of residential proxies", { owner: "Sunny Proxies LLC" }, HOSTED],
  ["Private Relay over Akamai", { number: 36183, owner: "Akamai Technologies, Inc." }, HOSTED],
  ["Private Relay over Fastly", { number: 54113, owner: "Fastly, Inc." }, HOSTED],
  ["bunny.net", { number: 200325, owner: "BUNNYWAY, informacijske storitve d.o.o." }, HOSTED],
  ["n8n on a server of Strato's", { number: 6724, owner: "STRATO GmbH" }, HOSTED],
  ["n8n on a server of Aruba's", { number: 31034, owner: "Aruba S.p.A." }, HOSTED],
  ["an agent on Liquid Web", { number: 32244, owner: "Liquid Web, L.L.C" }, HOSTED],
  ["an agent on Railway", { number: 400940, owner: "Railway Corporation" }, HOSTED],
  ["a hoster in one word", { owner: "GoHosting" }, HOSTED],
  ["another hoster in one word", { owner: "SuperWebHost GmbH" }, HOSTED],
  ["a hoster with one server", { owner: "Server Mania Inc" }, HOSTED],
  ["a hoster in Portuguese", { owner: "Rapida Hospedagem de Sites Ltda" }, HOSTED],
  ["a hoster in German", { owner: "Rechenzentrum Nordhessen GmbH" }, HOSTED],
  ["a cloud in one word", { owner: "Nimbuscloud Oy" }, HOSTED],
  ["a seller of VPS", { owner: "FastVPS Eesti OU" }, HOSTED],
  [
    "Gemini CLI in Cloud Shell",
    { number: 396982, owner: "Google LLC", clientName: "gemini-cli-mcp-client" },
    HOSTED,
  ],
  ["Bedrock AgentCore", { number: 14618, owner: "Amazon.com, Inc." }, HOSTED],
  ["Meta AI", { number: 32934, owner: "Facebook, Inc." }, HOSTED],
  ["an agent of ByteDance", { number: 396986, owner: "Bytedance Inc." }, HOSTED],
  ["Volcano Engine", { owner: "Beijing Volcano Engine Technology Co., Ltd." }, HOSTED],
  [
    "Baidu",
    { number: 55967, owner: "Beijing Baidu Netcom Science and Technology Co., Ltd." },
    HOSTED,
  ],
  ["Agentforce", { number: 14340, owner: "Salesforce.com, Inc." }, HOSTED],
  ["ServiceNow", { number: 16839, owner: "SERVICENOW" }, HOSTED],
  [
    "Claude in a browser's clothes",
    { agent: "Mozilla/5.0 (compatible; Claude-User/1.0; +claude.ai)" },
    /Claude/,
  ],
  ["Claude by its short name", { clientName: "claude" }, /Claude/],
  ["Claude's toolbox", { clientName: "Anthropic/Toolbox" }, /Claude/],
  [
    "ChatGPT in a browser's clothes",
    {
      agent:
        "Mozilla/5.0 AppleWebKit/537.36; compatible; ChatGPT-User/1.0; +https://openai.com/bot",
    },
    /ChatGPT/,
  ],
  ["ChatGPT by the client's name", { clientName: "openai-mcp (ChatGPT)" }, /ChatGPT/],
  [
    "Le Chat in a browser's clothes",
    {
      agent:
        "Mozilla/5.0 AppleWebKit/537.36 (compatible; MistralAI-User/1.0; +https://docs.mistral.ai/robots)",
    },
    /Le Chat/,
  ],
  ["Le Chat by the client's name", { clientName: "mistral-le-chat" }, /Le Chat/],
  ["Grok by the client's name", { clientName: "Grok" }, /Grok/],
  ["Grok", { agent: "python-httpx/0.28 grok-connectors-manager/0.1.0" }, /Grok/],
  ["Copilot Studio", { clientName: "Microsoft Copilot Studio" }, /Copilot/],
  [
    "Perplexity",
    { agent: "Mozilla/5.0 (compatible; Perplexity-User/1.0; +https://perplexity.ai)" },
    /Perplexity/,
  ],
  ["Meta's fetcher", { agent: "meta-externalfetcher/1.1" }, /Meta AI/],
  ["Gemini Enterprise", { clientName: "gemini-enterprise" }, /Gemini/],
  ["DeepSeek", { clientName: "DeepSeek Chat" }, /DeepSeek/],
  ["Zapier", { agent: "Zapier/1.0 MCP" }, /automation/],
  [
    "an assistant that nobody knows",
    { agent: "Mozilla/5.0 (compatible; Zebra-User/0.3; +https://zebra.example)" },
    /an assistant/,
  ],
  ["an aeroplane", { number: 64294, owner: "Panasonic Avionics Corporation" }, BOARD],
  ["another aeroplane", { owner: "Gogo Business Aviation LLC" }, BOARD],
  ["a third aeroplane", { owner: "SITAONAIR" }, BOARD],
  ["a ship", { number: 5377, owner: "Marlink AS" }, BOARD],
  ["a train", { owner: "Icomera AB" }, BOARD],
  ["Poe", { clientName: "Poe" }, /an assistant/],
  ["NotebookLM", { agent: "Mozilla/5.0 (compatible; Google-NotebookLM)" }, /Gemini/],
  ["Starlink", { number: 14593, owner: "SpaceX Services, Inc." }, "to a part of a country"],
  ["Viasat", { number: 40306, owner: "Viasat Communications Inc." }, "to a part of a country"],
  ["Hughes", { number: 6621, owner: "Hughes Network Systems" }, "to a part of a country"],
  [
    "a satellite that nobody lists",
    { owner: "Andes Satellite Services" },
    "to a part of a country",
  ],
  ["T-Mobile", { number: 21928, owner: "T-Mobile USA, Inc." }, "to a part of a country"],
  ["Verizon Wireless", { number: 22394, owner: "Cellco Partnership" }, "to a part of a country"],
  ["DOCOMO", { number: 9605, owner: "NTT DOCOMO, INC." }, "to a part of a country"],
  ["Jio", { number: 55836, owner: "Reliance Jio Infocomm Limited" }, "to a part of a country"],
  [
    "a mobile carrier that nobody lists",
    { owner: "Telefónica Móviles Guatemala S.A." },
    "to a part of a country",
  ],
  [
    "Claude Code at home",
    { agent: "claude-code/2.1.90 (cli)", clientName: "claude-code" },
    "to a city",
  ],
  [
    "Claude behind mcp-remote at home",
    { clientName: "claude-ai (via mcp-remote 0.15.1)" },
    "to a city",
  ],
  ["Gemini CLI at home", { clientName: "gemini-cli-mcp-client" }, "to a city"],
  ["Qwen Code at home", { clientName: "qwen-code" }, "to a city"],
  [
    "Codex at home",
    { agent: "codex-mcp-client/0.60.1", clientName: "codex-mcp-client" },
    "to a city",
  ],
  [
    "GitHub Copilot in VS Code at home",
    { clientName: "Visual Studio Code", agent: "Visual Studio Code/1.120.0" },
    "to a city",
  ],
  [
    "a home with a telephone of Cubot's",
    { agent: "Mozilla/5.0 (Linux; Android 14; CUBOT X30) Chrome/152" },
    "to a city",
  ],
  [
    "a home of Orange's with a misleading name",
    { number: 3215, owner: "Orange Cloud Hosting VPN" },
    "to a city",
  ],
  ["a home of Google Fiber's", { number: 16591, owner: "Google Fiber Inc." }, "to a city"],
  ["a home in St. Cloud", { owner: "St. Cloud Broadband Cooperative" }, "to a city"],
  ["a home in Khost", { owner: "Khost Telecom" }, "to a city"],
  ["a newspaper", { owner: "The Observer Media Group" }, "to a city"],
  ["a home in Colorado", { owner: "Colorado Valley Telephone Cooperative" }, "to a city"],
  ["a home in Amazonas", { owner: "Amazonas Telecom Ltda" }, "to a city"],
];
