import { type AddressRange, addressRange } from "../config/own-relays.ts";

/**
 * Who answers for somebody else: networks and programs whose requests do not come from where the user is.
 * Data, with its sources; a deployment adds its own in RELAYS (see README).
 */
export interface Relay {
  readonly name: string;
  /** Autonomous systems, as `request.cf.asn` gives them. */
  readonly networks?: readonly number[];
  readonly ranges?: readonly AddressRange[];
  /** What is anywhere in its `User-Agent`, or in the `clientInfo.name` of its hosted clients. */
  readonly agents?: RegExp;
  /** What is in the `clientInfo.name` alone, unless that is of a program on the user's own machine. */
  readonly clients?: RegExp;
}

const ranges = (...notations: readonly string[]) => notations.map(addressRange);

/**
 * Addresses of OpenAI in May 2025 ("Actions in production", platform.openai.com): a reason to distrust the place of an
 * address, and no proof that OpenAI calls. The current ones are in https://openai.com/chatgpt-connectors.json and
 * change: they are set in OPENAI_RANGES.
 */
const OPENAI_RANGES_OF_2025 = ranges(
  "23.102.140.112/28",
  "13.66.11.96/28",
  "104.210.133.240/28",
  "20.97.188.144/28",
  "20.161.76.48/28",
  "52.234.32.208/28",
  "52.156.132.32/28",
  "40.84.180.128/28",
);

export const CHATGPT = "ChatGPT";

/**
 * Assistants that call from their vendor's cloud, by the names of the agents that their vendors document, read 2026-11.
 * Anthropic's addresses: platform.claude.com/docs/en/api/ip-addresses; the 34.162 ones are being phased out. Its range
 * was seen announced by AS396982 (Google), so its own AS number is not enough.
 */
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
    agents: /\bclaude-?(?:user|bot|searchbot|web)\b|\banthropic\b/i,
    clients: /\bclaude(?:ai)?\b/i,
  },
  {
    name: CHATGPT,
    ranges: OPENAI_RANGES_OF_2025,
    agents: /\bopenai\b|\bchatgpt\b|\b(?:oai-search|gpt)bot\b/i,
  },
  { name: "Grok", agents: /\bgrok-?(?:connectors|bot)\b|\bxai-/i, clients: /\bgrok\b|\bx\.?ai\b/i },
  {
    name: "Copilot",
    agents:
      /\b(?:microsoft|m365|365)[- ]copilot\b|\bcopilot[- ]?studio\b|\bpower[- ]?(?:virtual|automate)/i,
    clients: /^copilot$/i,
  },
  { name: "Le Chat", agents: /\bmistralai\b|\ble[- ]?chat\b/i, clients: /\bmistral\b/i },
  {
    name: "Gemini",
    agents:
      /\bgoogle-?(?:gemini|agent|extended|notebooklm|other)|\bgemini-(?:enterprise|deep)|\bagentspace\b/i,
    clients: /\bgemini\b/i,
  },
  { name: "Perplexity", agents: /\bperplexity(?:bot|-user)?\b/i },
  {
    name: "Meta AI",
    agents: /\bmeta-(?:external|webindexer)|\bfacebookexternalhit\b/i,
    clients: /\bmeta[- ]?ai\b/i,
  },
  { name: "DeepSeek", agents: /\bdeepseek/i },
  {
    name: "Kimi",
    clients: /\b(?:kimi|moonshot)\b/i,
    agents: /\b(?:kimi|moonshot)(?:ai)?-?(?:bot|user)\b/i,
  },
  { name: "Qwen", clients: /\b(?:qwen|tongyi)/i, agents: /\b(?:qwen|tongyi)-?(?:bot|user)\b/i },
  { name: "Doubao", agents: /\b(?:bytespider|doubao|volcengine)/i, clients: /\bcoze\b/i },
  { name: "Manus", agents: /\bmanus(?:-user|bot)\b/i, clients: /\bmanus\b/i },
  {
    name: "an automation",
    agents: /\b(?:zapier|ifttt|pipedream|workato|integromat|agentforce|servicenow)\b/i,
  },
  // Of any other vendor, named in the way that has become usual: "Mozilla/5.0 … (compatible; Example-User/1.0; …)".
  {
    name: "an assistant",
    agents: /\b[a-z]+(?:-user|-?(?:bot|fetcher|crawler|spider))\/\d|compatible;\s*[a-z]+bot\b/i,
    clients:
      /\b(?:poe|huggingchat|duck\.?ai|you\.com|langdock|dust|genspark|notion|glean|bedrock|agentcore|amazon q|watsonx)\b/i,
  },
];

/**
 * Programs on the user's own machine, in whose name a vendor's may be: "claude-code", "claude-ai (via mcp-remote
 * 0.15.1)", "gemini-cli-mcp-client".
 */
export const LOCAL_CLIENTS =
  /\b(?:mcp-remote|via|cli|code|desktop|codex|vibe|inspector|vscode|ide)\b/i;

/** What `request.cf.country` says of Tor, and where it is not known. */
export const ANONYMOUS_COUNTRIES: readonly string[] = ["T1", "XX"];
