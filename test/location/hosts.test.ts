import { beforeAll, describe, expect, it } from "vitest";
import type { Location } from "../../src/location/location.ts";
import { NETWORK_LISTS } from "../../src/location/network-lists.ts";
import { networkOf, whyNotHere } from "../../src/location/relay-detection.ts";
import { catalog, chatgptCatalog } from "../../src/mcp/catalog.ts";
import { appWith } from "../support/app.ts";
import type { Fetch } from "../support/client.ts";
import { CONSUMER_NETWORKS } from "../support/consumer-networks.ts";
import { ADDRESSES, AGENTS, type Cf, NAMED_HOSTS, NETWORKS } from "../support/hosts.ts";
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

const LYON_POINT = { latitude: 45.7484, longitude: 4.8467 };
const EXCHANGED = { latitude: 4.8467, longitude: 45.7484 };
const LYON_ALONE = "45.75, 4.85";

it.each<[string, Record<string, unknown>, string, string]>([
  ["exchanged coordinates", { ...EXCHANGED, city: "Lyon", country: "FR" }, "Lyon, FR", "FR"],
  ["exchanged ones of a city", { ...EXCHANGED, city: "Lyon" }, "Lyon, FR", "FR"],
  ["exchanged ones of a country", { ...EXCHANGED, country: "France" }, LYON_ALONE, "FR"],
  [
    "exchanged ones out of range",
    { latitude: -74.006, longitude: 40.7128, country: "US" },
    "40.71, -74.01",
    "US",
  ],
  [
    "a city abroad, and its country",
    { ...LYON_POINT, city: "Tokyo", country: "JP" },
    "Tokyo, JP",
    "JP",
  ],
  [
    "a city that is not in the country",
    { ...LYON_POINT, city: "Tokyo", country: "FR" },
    LYON_ALONE,
    "FR",
  ],
  [
    "a city far off in the same country",
    { ...LYON_POINT, city: "Paris", country: "FR" },
    LYON_ALONE,
    "FR",
  ],
  ["a region elsewhere", { ...LYON_POINT, region: "Texas" }, LYON_ALONE, "FR"],
  [
    "a city, and a region elsewhere",
    { ...LYON_POINT, city: "Lyon", region: "Texas" },
    LYON_LABEL,
    "FR",
  ],
  ["a city that is nowhere", { ...LYON_POINT, city: "Qwzxvb", country: "FR" }, "Qwzxvb, FR", "FR"],
  [
    "a neighbouring country, by the border",
    { latitude: 46.2, longitude: 6.15, country: "FR" },
    "46.2, 6.15",
    "CH",
  ],
  [
    "a country in words nobody knows",
    { ...LYON_POINT, city: "Lyon", country: "Gallia" },
    LYON_LABEL,
    "FR",
  ],
  [
    "a point that is rounded to 0, 0",
    { latitude: 0.004, longitude: -0.004, city: "Lyon" },
    LYON_LABEL,
    "FR",
  ],
])("of a hint with %s, what agrees is taken", async (_, userLocation, label, country) => {
  const { location } = await ask({ ...CHATGPT, meta: hint(userLocation) });
  expect(location).toMatchObject({ source: "host", label, country });
});

it.each<[string, Record<string, unknown>]>([
  ["a city elsewhere in the world", { ...LYON_POINT, city: "Tokyo" }],
  ["a country elsewhere in the world", { ...LYON_POINT, country: "JP" }],
  ["a city that is not in its country either", { ...LYON_POINT, city: "London", country: "JP" }],
  ["a country and a point at sea", { latitude: 40, longitude: -40, country: "PT" }],
])("of a hint with %s, nothing is", async (_, userLocation) => {
  const { location, error } = await ask({ ...CHATGPT, meta: hint(userLocation) });
  expect(location).toBeUndefined();
  expect(error).toContain("What the app says of the location contradicts itself.");
});

describe("what Cloudflare says of the network", () => {
  const judged = (cf: Cf) => ask({ ...HOME, cf: { ...NETWORKS.homeInLyon, ...cf } });

  it("is not believed where the point is in another country", async () => {
    expect((await judged({ country: "JP" })).error).toContain("not known where the user is");
    const geneva = { latitude: "46.2", longitude: "6.15", city: "Geneva", country: "FR" };
    expect((await judged(geneva)).location).toMatchObject({ source: "network", country: "CH" });
  });

  it("is the middle of a country where no city is named", async () => {
    const { location } = await judged({ city: undefined });
    expect(location).toMatchObject({ source: "network", accuracy_meters: 300_000 });
  });

  it.each<Cf>([
    { city: 7, region: ["x"], country: 7, asn: "3215", asOrganization: null },
    { city: { toString: 1 }, region: null, country: null, asn: null, asOrganization: 7 },
  ])("may be of any type: %j", async (cf) => {
    const { location } = await judged(cf);
    expect(location).toMatchObject({ source: "network", label: LYON_ALONE, country: "FR" });
  });
});

it("asks a client that shows forms, or pages", async () => {
  expect(await ask({ ...CLAUDE, capabilities: { elicitation: { form: {} } } })).toMatchObject({
    asks: true,
  });
  expect(await ask({ ...CLAUDE, capabilities: { elicitation: {} } })).toMatchObject({ asks: true });
  const urlOnly = { elicitation: { url: {} } };
  expect(await ask({ ...CLAUDE, capabilities: urlOnly })).toMatchObject({ asks: true });
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

it.each(NAMED_HOSTS)("%s is judged rightly", async (_, host, judgement) => {
  const { number = 65_003, owner = "Some Telecom", agent = AGENTS.curl, clientName } = host;
  const cf = { ...NETWORKS.homeInLyon, asn: number, asOrganization: owner };
  const { location, error } = await ask({ cf, agent, ...(clientName && { clientName }) });
  if (judgement instanceof RegExp) {
    expect(error).toMatch(judgement);
  } else {
    const accuracy = judgement === "to a city" ? 50_000 : 300_000;
    expect(location).toMatchObject({ source: "network", accuracy_meters: accuracy });
    expect(location!.note).toContain(`to some ${accuracy / 1_000} km`);
  }
});

describe("networks by number and owner", () => {
  const judge = (asn: number, asOrganization: string) => {
    const caller = { cf: { asn, asOrganization, country: "FR" }, meta: {} } as never;
    const config = { relays: { networks: [], ranges: [], agents: [] }, openaiRanges: [] };
    return { why: whyNotHere(caller, config), kind: networkOf(caller) };
  };

  it.each<[keyof typeof NETWORK_LISTS, number, ReturnType<typeof judge>]>([
    ["gateway", 25, { why: expect.stringContaining("company"), kind: "gateway" }],
    ["vpn", 20, { why: expect.stringContaining("VPN"), kind: "hosting" }],
    ["cdn", 60, { why: expect.stringContaining("data centre"), kind: "hosting" }],
    ["hosting", 850, { why: expect.stringContaining("data centre"), kind: "hosting" }],
    ["mobile", 40, { why: undefined, kind: "mobile" }],
    ["eyeball", 19, { why: undefined, kind: "eyeball" }],
  ])("every one listed as %s is taken for it, whatever it is called", (list, least, judgement) => {
    const numbers = NETWORK_LISTS[list].trim().split(/\s+/).map(Number);
    expect(numbers.length).toBeGreaterThanOrEqual(least);
    for (const number of numbers) {
      const owner = list === "eyeball" ? "Server Cloud VPN Hosting" : "Some Telecom";
      expect({ number, ...judge(number, owner) }).toEqual({ number, ...judgement });
    }
  });

  it("people's networks are not thrown away", () => {
    expect(CONSUMER_NETWORKS.length).toBeGreaterThanOrEqual(200);
    const thrownAway = CONSUMER_NETWORKS.filter(([number, owner]) => judge(number, owner).why);
    expect(thrownAway).toEqual([]);
    // Their numbers alone, and their names alone, do as well.
    const byNumber = CONSUMER_NETWORKS.filter(([number]) => judge(number, "").why);
    expect(byNumber).toEqual([]);
    const byName = CONSUMER_NETWORKS.filter(([, owner]) => judge(0, owner).why);
    const misleading = ["AFRIHOST SP (PTY) LTD", "Content Delivery Network Ltd", "FIBERHOST S.A."];
    expect(byName.map(([, owner]) => owner).sort()).toEqual(misleading);
  });
});
