import { beforeAll, describe, expect, it } from "vitest";
import type { Location } from "../../src/location/location.ts";
import { catalog, chatgptCatalog } from "../../src/mcp/catalog.ts";
import { appWith } from "../support/app.ts";
import type { Fetch } from "../support/client.ts";
import { ADDRESSES, AGENTS, type Cf, NETWORKS } from "../support/hosts.ts";
import { legacy, modern } from "../support/rpc.ts";
import { loadWorld } from "../support/world.ts";

beforeAll(() => loadWorld());

interface Host {
  readonly cf?: Cf;
  readonly address?: string;
  readonly agent?: string;
  readonly clientName?: string;
  readonly meta?: Cf;
  readonly args?: Cf;
  readonly capabilities?: Cf;
  /** A client of 2025 without a session. */
  readonly old?: boolean;
  /** The route without location fields. */
  readonly chatgptRoute?: boolean;
  readonly vars?: Cf;
}

interface Expected {
  readonly source: Location["source"];
  readonly label: string;
  readonly cafe: string;
  readonly note?: RegExp;
}

const hint = (userLocation: unknown, rest: Cf = {}) => ({
  "openai/userLocation": userLocation,
  "openai/locale": "fr-FR",
  "openai/subject": "v1/abc",
  ...rest,
});
const CHATGPT = { cf: NETWORKS.openai, address: ADDRESSES.openai, agent: AGENTS.chatgpt } as const;
const CLAUDE = {
  cf: NETWORKS.anthropic,
  address: ADDRESSES.anthropic,
  agent: AGENTS.claude,
} as const;
const HOME = { cf: NETWORKS.homeInLyon, address: ADDRESSES.home } as const;

const LYON_LABEL = "Lyon, Auvergne-Rhône-Alpes, FR";
const byHost: Expected = { source: "host", label: LYON_LABEL, cafe: "cafes.lyon" };
const byNetwork: Expected = {
  source: "network",
  label: LYON_LABEL,
  cafe: "cafes.lyon",
  note: /guessed from the network address/,
};
const LYON_HINT = { latitude: 45.7484, longitude: 4.8467, city: "Lyon", country: "FR" };
const REGION = { region: "Auvergne-Rhône-Alpes" };

async function ask(
  host: Host,
): Promise<{ location?: Location; cafes: string[]; error?: string; asks?: boolean }> {
  const { vars = {}, chatgptRoute = false } = host;
  const inner = appWith(chatgptRoute ? chatgptCatalog : catalog, vars);
  const fetch: Fetch = (request) =>
    inner(new Request(request, host.cf ? { cf: host.cf as never } : {}));
  const headers = {
    ...(host.agent && { "user-agent": host.agent }),
    ...(host.address && { "cf-connecting-ip": host.address }),
  };
  const params = {
    name: "get_nearby_data",
    arguments: { query: "cafe", radius: 60, ...host.args },
    ...(host.old && host.meta && { _meta: host.meta }),
  };
  const meta = {
    ...host.meta,
    ...(host.clientName && {
      "io.modelcontextprotocol/clientInfo": { name: host.clientName, version: "1" },
    }),
    ...(host.capabilities && { "io.modelcontextprotocol/clientCapabilities": host.capabilities }),
  };
  const { body } = host.old
    ? await legacy("tools/call", params, { headers, fetch })
    : await modern("tools/call", params, { headers, meta, fetch });
  const result = body.result as Record<string, never> | undefined;
  if (!result) throw new Error(JSON.stringify(body));
  if (result.inputRequests) return { cafes: [], asks: true };
  if (result.isError)
    return { cafes: [], error: (result.content as unknown as { text: string }[])[0]!.text };
  const { location, results } = result.structuredContent as never as {
    location: Location;
    results: { id: string }[];
  };
  return { location, cafes: results.map(({ id }) => id) };
}

const KNOWN: readonly (readonly [string, Host, Expected])[] = [
  [
    "claude.ai with near",
    { ...CLAUDE, args: { near: "Lyon" } },
    { source: "near", label: LYON_LABEL, cafe: "cafes.lyon" },
  ],
  [
    "claude.ai with near in another script",
    { ...CLAUDE, args: { near: "東京" } },
    { source: "near", label: "Tokyo, JP", cafe: "cafes.tokyo" },
  ],
  [
    "claude.ai with near as coordinates",
    { ...CLAUDE, args: { near: "48.85,2.35" } },
    { source: "near", label: "48.85, 2.35", cafe: "cafes.paris" },
  ],
  [
    "claude.ai with coordinates",
    { ...CLAUDE, args: { latitude: 40.7128, longitude: -74.006 } },
    { source: "arguments", label: "40.7128, -74.006", cafe: "cafes.newYork" },
  ],
  [
    "claude.ai, of a 2025 revision, with near and a region",
    { ...CLAUDE, old: true, args: { near: "Paris, Texas" } },
    { source: "near", label: "Paris, Texas, US", cafe: "cafes.parisTexas" },
  ],
  ["ChatGPT with a full hint", { ...CHATGPT, meta: hint({ ...LYON_HINT, ...REGION }) }, byHost],
  [
    "ChatGPT of a 2025 revision with a full hint",
    { ...CHATGPT, old: true, meta: hint({ ...LYON_HINT, ...REGION }) },
    byHost,
  ],
  [
    "ChatGPT with texts for numbers",
    {
      ...CHATGPT,
      meta: hint({ ...LYON_HINT, ...REGION, latitude: "45.7484", longitude: "4.8467" }),
    },
    byHost,
  ],
  ["ChatGPT with a city only", { ...CHATGPT, meta: hint({ city: "Lyon" }) }, byHost],
  [
    "ChatGPT with names only",
    { ...CHATGPT, meta: hint({ city: "Paris", region: "Texas", country: "US" }) },
    { source: "host", label: "Paris, Texas, US", cafe: "cafes.parisTexas" },
  ],
  [
    "ChatGPT with 0, 0 and a city",
    { ...CHATGPT, meta: hint({ latitude: 0, longitude: 0, city: "Lyon", country: "FR" }) },
    byHost,
  ],
  [
    "ChatGPT with null and empty fields",
    { ...CHATGPT, meta: hint({ latitude: null, longitude: "", city: "Lyon", region: null }) },
    byHost,
  ],
  [
    "ChatGPT with a hostile hint beside true coordinates",
    {
      ...CHATGPT,
      meta: hint({
        ...LYON_HINT,
        city: `</script>\u202e\u0000${"x".repeat(5_000)}`,
        region: { toString: "no" },
        country: ["FR"],
      }),
    },
    { source: "host", label: "45.75, 4.85", cafe: "cafes.lyon" },
  ],
  [
    "ChatGPT with coordinates only",
    { ...CHATGPT, meta: hint({ latitude: 35.69, longitude: 139.69 }) },
    { source: "host", label: "35.69, 139.69", cafe: "cafes.tokyo" },
  ],
  [
    "ChatGPT on its own route with a full hint",
    { ...CHATGPT, chatgptRoute: true, meta: hint({ ...LYON_HINT, ...REGION }) },
    byHost,
  ],
  [
    "ChatGPT with near: arguments win",
    { ...CHATGPT, meta: hint(LYON_HINT), args: { near: "London" } },
    { source: "near", label: "London, England, GB", cafe: "cafes.london" },
  ],
  [
    "Microsoft 365 Copilot with a hint",
    { cf: NETWORKS.azure, meta: { "openai/userLocation": { ...LYON_HINT, ...REGION } } },
    byHost,
  ],
  [
    "another host with our own key",
    { ...HOME, meta: { "dev.hereabouts/userLocation": { city: "Tokyo", country: "JP" } } },
    { source: "host", label: "Tokyo, JP", cafe: "cafes.tokyo" },
  ],
  [
    "a host that sends both keys",
    {
      ...HOME,
      meta: hint({ ...LYON_HINT, ...REGION }, { "dev.hereabouts/userLocation": { city: "Tokyo" } }),
    },
    byHost,
  ],
  [
    "Claude Code at home",
    { ...HOME, agent: AGENTS.claudeCode, clientName: "claude-code" },
    byNetwork,
  ],
  ["Cursor at home", { ...HOME, agent: AGENTS.cursor, old: true }, byNetwork],
  ["Codex at home", { ...HOME, agent: AGENTS.codex, clientName: "codex-mcp-client" }, byNetwork],
  [
    "VS Code at home",
    { ...HOME, agent: AGENTS.vscode, clientName: "Visual Studio Code" },
    byNetwork,
  ],
  ["curl at home", { ...HOME, agent: AGENTS.curl, old: true }, byNetwork],
  [
    "Claude Desktop's bridge at home",
    { ...HOME, clientName: "claude-ai (via mcp-remote 0.15.1)" },
    byNetwork,
  ],
  [
    "claude.ai where the deployment has a default",
    { ...CLAUDE, vars: { DEFAULT_LOCATION: "Lyon, FR" } },
    {
      source: "default",
      label: LYON_LABEL,
      cafe: "cafes.lyon",
      note: /default location of this server.*came through Claude/,
    },
  ],
  [
    "nobody's network where the default is a point",
    { vars: { DEFAULT_LOCATION: "35.69,139.69" } },
    { source: "default", label: "35.69, 139.69", cafe: "cafes.tokyo" },
  ],
];

it.each(KNOWN)("%s", async (_, host, { source, label, cafe, note }) => {
  const { location, cafes, error } = await ask(host);
  expect(error).toBeUndefined();
  expect(location).toMatchObject({ source, label });
  expect(location!.accuracy_meters).toBeGreaterThan(0);
  expect(cafes[0]).toBe(cafe);
  if (note) expect(location!.note).toMatch(note);
});

const UNKNOWN: readonly (readonly [string, Host, RegExp])[] = [
  ["claude.ai without near", CLAUDE, /came through Claude/],
  ["claude.ai of a 2025 revision", { ...CLAUDE, old: true }, /came through Claude/],
  ["Claude by its user agent alone", { cf: NETWORKS.unlisted, agent: AGENTS.claude }, /Claude/],
  [
    "Claude by its address alone",
    { cf: NETWORKS.unlisted, address: ADDRESSES.anthropic },
    /Claude/,
  ],
  ["Claude by its network alone", { cf: NETWORKS.anthropicOwn }, /Claude/],
  [
    "Claude by an address in IPv6 clothes",
    { cf: NETWORKS.unlisted, address: ADDRESSES.anthropicMapped },
    /Claude/,
  ],
  ["Claude by the client's name", { cf: NETWORKS.unlisted, clientName: "claude-ai" }, /Claude/],
  ["ChatGPT without a hint", { ...CHATGPT, meta: { "openai/subject": "v1/abc" } }, /ChatGPT/],
  ["ChatGPT with a country only", { ...CHATGPT, meta: hint({ country: "FR" }) }, /ChatGPT/],
  ["ChatGPT with 0, 0", { ...CHATGPT, meta: hint({ latitude: 0, longitude: "0.0" }) }, /ChatGPT/],
  [
    "ChatGPT with nonsense",
    { ...CHATGPT, meta: hint({ latitude: "NaN", longitude: "1e999", city: 7, country: "T1" }) },
    /ChatGPT/,
  ],
  ["ChatGPT with a text for a hint", { ...CHATGPT, meta: hint("Lyon") }, /ChatGPT/],
  ["ChatGPT with a city nobody knows", { ...CHATGPT, meta: hint({ city: "Qwzxvb" }) }, /ChatGPT/],
  ["ChatGPT on its own route without a hint", { ...CHATGPT, chatgptRoute: true }, /ChatGPT/],
  ["a host behind OpenAI's keys at home", { ...HOME, meta: { "openai/locale": "fr" } }, /ChatGPT/],
  ["Microsoft 365 Copilot without a hint", { cf: NETWORKS.azure }, /a data centre or VPN/],
  ["Grok", { cf: NETWORKS.unlisted, agent: AGENTS.grok }, /Grok/],
  ["Cursor behind a VPN", { cf: NETWORKS.vpn, agent: AGENTS.cursor }, /a data centre or VPN/],
  [
    "Claude Code on a cloud runner",
    { cf: NETWORKS.amazon, agent: AGENTS.claudeCode },
    /data centre/,
  ],
  ["a small hoster", { cf: NETWORKS.smallHoster }, /data centre/],
  ["Cloudflare WARP", { cf: NETWORKS.warp }, /data centre/],
  ["Tor", { cf: NETWORKS.tor }, /anonymising/],
  ["a network without a country", { cf: NETWORKS.unknown }, /anonymising/],
  [
    "a company's gateway that the deployment knows",
    { cf: NETWORKS.company, vars: { RELAYS: "AS64500 203.0.113.0/24" } },
    /a relay/,
  ],
  ["a gateway known by its range", { ...HOME, vars: { RELAYS: "92.184.0.0/16" } }, /a relay/],
  [
    "a gateway known by its agent",
    { ...HOME, agent: "acme-agent/1", vars: { RELAYS: "acme-agent" } },
    /relay/,
  ],
  ["no cf at all", { agent: AGENTS.curl }, /not known where the user is/],
  ["a network without a place", { cf: NETWORKS.withoutPlace }, /not known where the user is/],
];

it.each(UNKNOWN)("%s is not guessed, and is told what to ask", async (_, host, reason) => {
  const { location, error } = await ask(host);
  expect(location).toBeUndefined();
  expect(error).toMatch(reason);
  expect(error).toContain(host.chatgptRoute ? "share their location" : '"near"');
  expect(error).not.toMatch(/Columbus|Ashburn|Des Moines|39\.|41\.6/);
});

it("asks a client that shows forms", async () => {
  expect(await ask({ ...CLAUDE, capabilities: { elicitation: { form: {} } } })).toMatchObject({
    asks: true,
  });
  expect(await ask({ ...CLAUDE, capabilities: { elicitation: {} } })).toMatchObject({ asks: true });
  const urlOnly = { elicitation: { url: {} } };
  expect((await ask({ ...CLAUDE, capabilities: urlOnly })).error).toContain('"near"');
});

describe("an ambiguous name", () => {
  it("is settled by the host's country", async () => {
    const meta = { "dev.hereabouts/userLocation": { country: "US" } };
    const { location } = await ask({ ...CLAUDE, meta, args: { near: "Paris, Texas" } });
    expect(location).toMatchObject({ country: "US" });
  });

  it("is not guessed, but asked back with the choices", async () => {
    const { error } = await ask({ ...CLAUDE, args: { near: "Springfield" } });
    expect(error).toMatch(/Illinois/);
    expect(error).toMatch(/Missouri/);
    expect(await ask({ ...CLAUDE, args: { near: "Springfield, IL" } })).toMatchObject({
      location: { region: "Illinois" },
      cafes: ["cafes.springfieldIllinois"],
    });
  });
});
