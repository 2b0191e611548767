import ipaddr from "ipaddr.js";

/**
 * Every setting of a deployment. Settings are texts in the environment: variables of wrangler.toml, secrets, and on a
 * local machine `.dev.vars`.
 */

/** A value that a setting does not take. The message is to be read after the setting's name and value. */
class BadValue extends Error {}

interface Setting<Value> {
  /** What it is for: one sentence, for README's table. */
  readonly meaning: string;
  /** What is written in place of a setting that is missing. */
  readonly byDefault: string;
  /** Secrets are never told. */
  readonly isSecret?: boolean;
  /** @throws BadValue */
  parse(text: string): Value;
}

const setting = <Value>(given: Setting<Value>): Setting<Value> => given;

const wholeNumber = (least: number, most: number) => (text: string) => {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new BadValue(`must be a whole number from ${least} to ${most}`);
};

const oneOf =
  <Choice extends string>(...choices: readonly Choice[]) =>
  (text: string) => {
    const choice = choices.find((one) => one === text);
    if (choice) return choice;
    throw new BadValue(`must be one of ${choices.join(", ")}`);
  };

const itemsOf = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);

function hostName(item: string): string {
  const host = URL.parse(item.includes("://") ? item : `https://${item}`)?.hostname;
  if (host) return host;
  throw new BadValue(`has "${item}", which is no host name: write it like app.example.com`);
}

export type AddressRange = readonly [network: ipaddr.IPv4 | ipaddr.IPv6, bits: number];

/** The range that a text in CIDR notation tells. */
export function addressRange(item: string): AddressRange {
  if (ipaddr.isValidCIDR(item)) return ipaddr.parseCIDR(item);
  throw new BadValue(`has "${item}", which is no address range: write it like 203.0.113.0/24`);
}

/** Networks and programs that stand between the user and this server. */
export interface OwnRelays {
  /** Numbers of autonomous systems. */
  readonly networks: readonly number[];
  readonly ranges: readonly AddressRange[];
  /** How user agents begin, in lower case. */
  readonly userAgents: readonly string[];
}

function ownRelays(text: string): OwnRelays {
  const networks: number[] = [];
  const ranges: AddressRange[] = [];
  const userAgents: string[] = [];
  for (const item of itemsOf(text)) {
    const [, network] = /^AS(\d{1,10})$/i.exec(item) ?? [];
    if (network) networks.push(Number(network));
    // What looks like an address is meant as one, and is never the beginning of a user agent.
    else if (/^[\d.]+(\/|$)|^[\da-f]*:[\da-f:.]*(\/|$)/i.test(item))
      ranges.push(addressRange(item));
    else if (/^[a-z][\w.-]*(\/[\w.-]*)?$/i.test(item)) userAgents.push(item.toLowerCase());
    else {
      throw new BadValue(
        `has "${item}": write AS64500, an address range like 203.0.113.0/24, or how a user agent begins`,
      );
    }
  }
  return { networks, ranges, userAgents };
}

/** By their names in code; `environmentName` makes the name in the environment. */
const SETTINGS = {
  adminToken: setting({
    meaning:
      "Whoever has it may change the data (`npx wrangler secret put ADMIN_TOKEN`); without one nobody may. `npm start` makes one in `.dev.vars`",
    byDefault: "",
    isSecret: true,
    parse(text) {
      if (text === "" || text.length >= 16) return text || undefined;
      throw new BadValue("must have at least 16 characters, so that nobody guesses it");
    },
  }),
  allowedOrigins: setting({
    meaning:
      "Whose web pages may call the server from a browser, besides its own and localhost's: host names, parted by blanks",
    byDefault: "claude.ai chatgpt.com",
    parse: (text) => itemsOf(text).map(hostName),
  }),
  defaultLocation: setting({
    meaning:
      'Where callers are taken to be of whom nothing is known: a place name or coordinates, such as "Lyon, FR" or "45.76,4.84". Empty: they are asked',
    byDefault: "",
    parse: (text) => text || undefined,
  }),
  relays: setting({
    meaning:
      "More networks that are not where the user is, parted by blanks: AS numbers (`AS64500`), address ranges (`203.0.113.0/24`), beginnings of user agents (`acme-agent`)",
    byDefault: "",
    parse: ownRelays,
  }),
  openaiRanges: setting({
    meaning:
      "OpenAI's address ranges, parted by blanks, from [chatgpt-connectors.json](https://openai.com/chatgpt-connectors.json); those built in are of 2025",
    byDefault: "",
    parse: (text) => itemsOf(text).map(addressRange),
  }),
  sessions: setting({
    meaning:
      "Sessions for 2025-era clients: `auto` (those that can be asked something), `always` or `never`",
    byDefault: "auto",
    parse: oneOf("auto", "always", "never"),
  }),
  sessionTtlSeconds: setting({
    meaning: "After so long without use a session, or a remembered location, is deleted",
    byDefault: "3600",
    parse: wholeNumber(1, 30 * 24 * 3_600),
  }),
  maxSessions: setting({
    meaning: "How many sessions of 2025-era clients may live at once; beyond it they get 503",
    byDefault: "10000",
    parse: wholeNumber(1, 1_000_000),
  }),
};

type Settings = typeof SETTINGS;

/** The settings as values. */
export type Config = { readonly [Name in keyof Settings]: ReturnType<Settings[Name]["parse"]> };

/** A deployment whose settings are wrong. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  /** The names of the settings, as the environment has them: these may be told to anybody. */
  readonly settings: readonly string[];

  constructor(faults: ReadonlyMap<string, string>) {
    super([...faults.values()].join(" "));
    this.settings = [...faults.keys()];
  }
}

/** What the environment calls a setting: `maxSessions` → `MAX_SESSIONS`. */
function environmentName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

type Environment = Readonly<Record<string, unknown>>;

/**
 * Reads the settings.
 *
 * @throws ConfigError that names each wrong setting, its value, and what it must be
 */
export function parseConfig(environment: Environment): Config {
  const faults = new Map<string, string>();
  const values = Object.entries<Setting<unknown>>(SETTINGS).map(
    ([name, { byDefault, ...rest }]) => {
      const inEnvironment = environmentName(name);
      // Variables of wrangler.toml may be numbers.
      const text = String(environment[inEnvironment] ?? byDefault).trim();
      try {
        return [name, rest.parse(text)];
      } catch (error) {
        if (!(error instanceof BadValue)) throw error;
        const value = rest.isSecret ? "" : ` is "${text}", but it`;
        faults.set(inEnvironment, `${inEnvironment}${value} ${error.message}.`);
        return [name, undefined];
      }
    },
  );
  if (faults.size > 0) throw new ConfigError(faults);
  return Object.fromEntries(values);
}

/** An isolate has one environment, or one for each object that it runs. */
const parsed = new WeakMap<Environment, Config>();

/** The settings of a Worker's environment, parsed once. @throws ConfigError */
export function configOf(environment: object): Config {
  const known = parsed.get(environment as Environment);
  if (known) return known;
  const config = parseConfig(environment as Environment);
  parsed.set(environment as Environment, config);
  return config;
}

/** README's table of settings. */
export function settingsTable(): string {
  const rows = Object.entries<Setting<unknown>>(SETTINGS).map(
    ([name, { meaning, byDefault }]) =>
      `| \`${environmentName(name)}\` | ${byDefault && `\`${byDefault}\``} | ${meaning} |`,
  );
  return ["| setting | default | what |", "|---|---|---|", ...rows].join("\n");
}
