import { describe, expect, it } from "vitest";
import { ConfigError, configOf, parseConfig, settingsTable } from "../../src/config/config.ts";

const MOST = 4_294_967_295;

function fault(name: string, value: unknown): ConfigError {
  try {
    parseConfig({ [name]: value });
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error(`${name} may be ${value}`);
}

describe("is refused, with its name, its value and the remedy:", () => {
  it.each<[name: string, value: unknown, remedy: string]>([
    ["ALLOWED_ORIGINS", "*", "app.example.com"],
    ["ALLOWED_ORIGINS", "*.example.com", "app.example.com"],
    ["ALLOWED_ORIGINS", "app.example.com https://", "app.example.com"],
    ["ALLOWED_ORIGINS", "exa<mple.com", "app.example.com"],
    ["ANONYMOUS_SCOPES", "places:read admin", '"admin"'],
    ["ANONYMOUS_SCOPES", "places:write", "places:read, location, tasks, models"],
    ["ANONYMOUS_SCOPES", "Places:Read", "places:read, location, tasks, models"],
    ["PUBLIC_URL", "places.example.com", "https://"],
    ["PUBLIC_URL", "http://places.example.com", "https://"],
    ["PUBLIC_URL", "https://places.example.com;script-src", "https://"],
    ["PUBLIC_URL", "https://places.example.com/mcp", "without a path"],
    ["HSTS_SECONDS", "-1", "from 0 to 63072000"],
    ["JWT_ISSUER", "id.example.com", "https://id.example.com"],
    ["JWT_ISSUER", "http://id.example.com", "https://id.example.com"],
    ["JWT_ISSUER", "https://user:secret@id.example.com", "https://id.example.com"],
    ["JWT_ALGORITHMS", "HS256", "RS, PS, ES"],
    ["JWT_ALGORITHMS", "RS256 none", "RS, PS, ES"],
    ["JWT_ALGORITHMS", "", "at least one"],
    ["SIGN_IN_ALLOWED", "anna", "anna@example.com"],
    ["SIGN_IN_ALLOWED", "@example", "anna@example.com"],
    ["SIGN_IN_SCOPES", "everything", "places:read"],
    ["IMPORT_ROWS_PER_DAY", "1e3", "from 0 to 1000000000"],
    ["SERVER_NAME", "acme shops", "letters, digits"],
    ["SERVER_NAME", "", "letters, digits"],
    ["SERVER_NAME", "a".repeat(65), "1 to 64"],
    ["SERVER_TITLE", "a".repeat(101), "at most 100 characters"],
    ["SERVER_INSTRUCTIONS", "a".repeat(2_001), "at most 2000 characters"],
    ["WEATHER_PROVIDERS", "open-meteo yr", "none of open-meteo, met-norway"],
    ["WEATHER_CONTACT", "ops", "ops@example.com"],
    ["WEATHER_CONTACT", "ops@example.com x: y", "ops@example.com"],
    ["WEATHER_CONTACT", "http://example.com", "https://example.com/contact"],
    ["OPEN_METEO_URL", "", "https://api.example.com"],
    ["OPEN_METEO_URL", "http://api.open-meteo.com", "https://"],
    ["MET_NORWAY_URL", "https://api.met.no/?x=1", "https://api.example.com"],
    ...[
      "https://tiles.example.com/{z}/{x}.png",
      "https://tiles.example.com/{z}/{x}/{y}/{q}.png",
      "https://{s}.tiles.example.com/{z}/{x}/{y}.png",
      "https://tiles.example.com:{z}/{x}/{y}.png",
      "https://a;script-src/{z}/{x}/{y}.png",
      "https://a.example,b.example/{z}/{x}/{y}.png",
      "https://*/{z}/{x}/{y}.png",
      "https://*.example.com/{z}/{x}/{y}.png",
      "https://Tiles.example.com/{z}/{x}/{y}.png",
      "https://{z}.example.com/{x}/{y}.png",
      "http://tiles.example.com/{z}/{x}/{y}.png",
      "https://user:secret@tiles.example.com/{z}/{x}/{y}.png",
      "https://tiles.example.com/{z}/{x}/{y}.png#a",
      "https://tiles.example.com/{z}/{x}/{y}.png https://b.example.com",
      'https://tiles.example.com/{z}/{x}/{y}.png"',
      "//tiles.example.com/{z}/{x}/{y}.png",
      "javascript:/{z}/{x}/{y}",
    ].map((value): [string, unknown, string] => [
      "TILES_URL",
      value,
      "https://tiles.example.com/{z}/{x}/{y}.png",
    ]),
    ["TILES_ATTRIBUTION", "a".repeat(301), "at most 300 characters"],
    ["RELAYS", "203.0.113.0/240", "203.0.113.0/24"],
    ["RELAYS", "203.0.113.0/33", "203.0.113.0/24"],
    ["RELAYS", "203.0.113.0/", "203.0.113.0/24"],
    ["RELAYS", "203.0.113.7", "203.0.113.0/24"],
    ["RELAYS", "203.0.113.256/24", "203.0.113.0/24"],
    ["RELAYS", "203.0.113.0/24/8", "203.0.113.0/24"],
    ["RELAYS", "10/8", "203.0.113.0/24"],
    ["RELAYS", "010.0.0.0/8", "203.0.113.0/24"],
    ["RELAYS", "2001:db8::/129", "203.0.113.0/24"],
    ["RELAYS", "2001:db8::1", "203.0.113.0/24"],
    ["RELAYS", "fe80::1%eth0/64", "203.0.113.0/24"],
    ["RELAYS", "AS64500 AS4294967296", `AS${MOST}`],
    ["RELAYS", "AS0", `AS${MOST}`],
    ["RELAYS", "AS99999999999999999999", `AS${MOST}`],
    ["RELAYS", "64500", "203.0.113.0/24"],
    ["RELAYS", "Mozilla/5.0 (compatible; acme)", "the name of an agent"],
    ["RELAYS", "acme*", "the name of an agent"],
    ["OPENAI_RANGES", "AS64500", "203.0.113.0/24"],
    ["OPENAI_RANGES", "https://openai.com/chatgpt-connectors.json", "203.0.113.0/24"],
    ["OPENAI_RANGES", "203.0.113.0/24 203.0.113.0/240", "203.0.113.0/24"],
    ["SESSIONS", "sometimes", "one of auto, always, never"],
    ["SESSIONS", "Auto", "one of auto, always, never"],
    ["SESSIONS", "", "one of auto, always, never"],
    ["SESSIONS", "  ", "one of auto, always, never"],
    ["SESSIONS", true, "one of auto, always, never"],
    ...[
      "abc",
      "",
      " ",
      "0",
      "-1",
      "1.5",
      "1e3",
      "0x10",
      "2592001",
      "١٢",
      "1 2",
      0.5,
      1e21,
      false,
      [3, 4],
    ].map((value): [string, unknown, string] => [
      "SESSION_TTL_SECONDS",
      value,
      "a whole number from 1 to 2592000",
    ]),
    ...["ten", "0", "1000001", "+5", "Infinity", Number.NaN].map(
      (value): [string, unknown, string] => [
        "MAX_SESSIONS",
        value,
        "a whole number from 1 to 1000000",
      ],
    ),
  ])("%s=%j", (name, value, remedy) => {
    const { message, settings } = fault(name, value);
    expect(settings).toEqual([name]);
    expect(message).toMatch(new RegExp(`^${name} is ".*", but it .*\\.$`));
    expect(message).toContain(`${value}`.trim());
    expect(message).toContain(remedy);
  });

  it.each(["short", "x", "hunter2hunter2"])("ADMIN_TOKEN=%s, without its value", (token) => {
    const { message } = fault("ADMIN_TOKEN", token);
    expect(message).toBe(
      "ADMIN_TOKEN must have at least 16 characters, so that nobody guesses it.",
    );
  });

  it.each(["JWT_SECRET", "METRICS_TOKEN"])("%s that is short, without its value", (name) => {
    const { message } = fault(name, "hunter2");
    expect(message).toMatch(new RegExp(`^${name} must have at least \\d+ characters`));
  });

  it.each<[environment: Record<string, string>, setting: string]>([
    [{ JWT_SECRET: "s".repeat(32) }, "JWT_ISSUER"],
    [{ JWT_AUDIENCE: "places" }, "JWT_ISSUER"],
    [
      {
        JWT_ISSUER: "https://id.example.com",
        JWT_SECRET: "s".repeat(32),
        JWT_JWKS_URL: "https://id.example.com/keys",
      },
      "JWT_JWKS_URL",
    ],
    [{ SIGN_IN_ISSUER: "https://id.example.com", SIGN_IN_ALLOWED: "*" }, "SIGN_IN_CLIENT_ID"],
    [{ SIGN_IN_ISSUER: "https://id.example.com", SIGN_IN_CLIENT_ID: "x" }, "SIGN_IN_ALLOWED"],
    [{ WEATHER_PROVIDERS: "met-norway" }, "WEATHER_CONTACT"],
    [{ TILES_URL: "https://tiles.example.com/{z}/{x}/{y}.png" }, "TILES_ATTRIBUTION"],
    [{ TILES_ATTRIBUTION: "© Example" }, "TILES_ATTRIBUTION"],
  ])("%j, which does not go together", (environment, setting) => {
    expect(() => parseConfig(environment)).toThrow(new RegExp(`^${setting} must .*\\.$`));
  });

  it("all that are wrong, at once", () => {
    const wrong = { MAX_SESSIONS: "x", RELAYS: "1.2.3.4", SESSIONS: "auto" };
    expect(() => parseConfig(wrong)).toThrow(/^RELAYS is .*\. MAX_SESSIONS is .*\.$/);
  });
});

describe("is read", () => {
  it("as the defaults, where nothing is set", () => {
    expect(parseConfig({})).toEqual({
      adminToken: undefined,
      metricsToken: undefined,
      anonymousScopes: ["places:read", "location"],
      publicUrl: undefined,
      hstsSeconds: 0,
      jwtIssuer: undefined,
      jwtJwksUrl: undefined,
      jwtAlgorithms: ["RS256", "PS256", "ES256", "EdDSA"],
      jwtSecret: undefined,
      jwtAudience: undefined,
      signInIssuer: undefined,
      signInClientId: undefined,
      signInClientSecret: undefined,
      signInAllowed: [],
      signInScopes: ["places:read", "location", "tasks", "models"],
      maxSessionsPerAddress: 100,
      importRowsPerDay: 0,
      taskWaitSeconds: 50,
      taskTtlSeconds: 86_400,
      taskRecoverySeconds: 60,
      maxRunningTasks: 8,
      maxRunningTasksPerCaller: 2,
      maxQueuedTasks: 100,
      taskCostPerDay: 20_000_000,
      weatherProviders: ["open-meteo", "met-norway"],
      weatherContact: undefined,
      openMeteoKey: undefined,
      openMeteoUrl: "https://api.open-meteo.com",
      metNorwayUrl: "https://api.met.no",
      tilesUrl: undefined,
      tilesAttribution: undefined,
      models: [],
      modelsTimeoutSeconds: 120,
      modelsDollarsPerDay: 0,
      modelsTokensPerDay: 1_000_000,
      modelsHedgeMs: 2_000,
      modelsCache: "deterministic",
      modelsCacheSeconds: 3_600,
      modelsCacheShared: "no",
      allowedOrigins: ["claude.ai", "chatgpt.com"],
      defaultLocation: undefined,
      relays: { networks: [], ranges: [], agents: [] },
      openaiRanges: [],
      sessions: "auto",
      sessionTtlSeconds: 3_600,
      maxSessions: 10_000,
      serverInstructions: undefined,
      serverName: "hereabouts",
      serverTitle: undefined,
    });
  });

  it.each<[name: string, value: unknown, setting: string, is: unknown]>([
    ["ADMIN_TOKEN", "", "adminToken", undefined],
    ["ADMIN_TOKEN", " sixteen letters! ", "adminToken", "sixteen letters!"],
    ["ALLOWED_ORIGINS", "", "allowedOrigins", []],
    [
      "ALLOWED_ORIGINS",
      "https://App.Example.com:8443/x,\n bücher.de\t[::1]",
      "allowedOrigins",
      ["app.example.com", "xn--bcher-kva.de", "[::1]"],
    ],
    ["DEFAULT_LOCATION", "  ", "defaultLocation", undefined],
    ["DEFAULT_LOCATION", " Lyon, FR ", "defaultLocation", "Lyon, FR"],
    ["SESSIONS", " never\n", "sessions", "never"],
    ["SESSION_TTL_SECONDS", 2_592_000, "sessionTtlSeconds", 2_592_000],
    ["MAX_SESSIONS", "1", "maxSessions", 1],
    ["MAX_SESSIONS", undefined, "maxSessions", 10_000],
    ["MAX_SESSIONS", null, "maxSessions", 10_000],
  ])("%s=%j", (name, value, setting, is) => {
    expect(parseConfig({ [name]: value })).toMatchObject({ [setting]: is });
  });

  it.each([
    "https://tiles.example.com/{z}/{x}/{y}.png",
    "https://tiles.example.com:8443/maps/{z}/{y}/{x}{r}.webp?key=abc",
    "https://[2001:db8::1]:8443/{z}/{x}/{y}.png",
    "http://localhost:8080/{z}/{x}/{y}",
  ])("TILES_URL=%j", (url) => {
    const config = parseConfig({ TILES_URL: url, TILES_ATTRIBUTION: "© Example" });
    expect(config).toMatchObject({ tilesUrl: url, tilesAttribution: "© Example" });
  });

  it("RELAYS of all three kinds, as one text or as a list", () => {
    const items = ["as64500", "203.0.113.0/24", "2001:db8::/32", "Acme-Agent/2", "as-a-service"];
    for (const value of [items.join(" "), items.join(", "), items]) {
      const { networks, ranges, agents } = parseConfig({ RELAYS: value }).relays;
      expect(networks).toEqual([64_500]);
      expect(ranges.map(([network, bits]) => `${network}/${bits}`)).toEqual([
        "203.0.113.0/24",
        "2001:db8::/32",
      ]);
      expect(agents).toEqual(["acme-agent/2", "as-a-service"]);
    }
  });
});

it("reads an environment once", () => {
  const environment = { MAX_SESSIONS: "5" };
  expect(configOf(environment)).toBe(configOf(environment));
  expect(configOf({ MAX_SESSIONS: "6" })).toMatchObject({ maxSessions: 6 });
});

it("has every setting in its table, with what it takes", () => {
  const rows = settingsTable().split("\n").slice(2);
  expect(rows).toHaveLength(Object.keys(parseConfig({})).length);
  for (const row of rows) expect(row).toMatch(/^\| `[A-Z_]+` \| [^|]+ \| [^|]*\| [^|]+ \|$/);
});
