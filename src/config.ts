import ipaddr from "ipaddr.js";
import { cleanText } from "./text/plain-text.ts";

/**
 * Every setting of a deployment. Settings are texts in the environment: variables of wrangler.toml, secrets, and on a
 * local machine `.dev.vars`.
 */

/** A value that a setting does not take. The message is to be read after the setting's name and value. */
class BadValue extends Error {}

interface Setting<Value> {
  /** What it is for: one sentence, for README's table. */
  readonly meaning: string;
  /** What values there are, to be read after "must be". */
  readonly takes: string;
  /** What is written in place of a setting that is missing. */
  readonly byDefault: string;
  /** Secrets are never told. */
  readonly isSecret?: boolean;
  /** @throws BadValue */
  parse(text: string): Value;
}

const setting = <Value>(given: Setting<Value>): Setting<Value> => given;

/** The values of a setting, and how they are read. */
type Values<Value> = Pick<Setting<Value>, "takes" | "parse">;

function wholeNumber(least: number, most: number): Values<number> {
  const takes = `a whole number from ${least} to ${most}`;
  return {
    takes,
    parse(text) {
      const number = Number(text);
      if (/^\d+$/.test(text) && number >= least && number <= most) return number;
      throw new BadValue(`must be ${takes}`);
    },
  };
}

function oneOf<Choice extends string>(...choices: readonly Choice[]): Values<Choice> {
  const takes = `one of ${choices.join(", ")}`;
  return {
    takes,
    parse(text) {
      const choice = choices.find((one) => one === text);
      if (choice) return choice;
      throw new BadValue(`must be ${takes}`);
    },
  };
}

const itemsOf = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);

function hostName(item: string): string {
  const host = URL.parse(item.includes("://") ? item : `https://${item}`)?.hostname;
  if (host && /^[\w.-]+$|^\[/.test(host)) return host;
  throw new BadValue(`has "${item}", which is no host name: write it like app.example.com`);
}

export type AddressRange = readonly [network: ipaddr.IPv4 | ipaddr.IPv6, bits: number];

/** The range that a text in CIDR notation tells. */
export function addressRange(item: string): AddressRange {
  // Of the ways to write an IPv4 address only the usual one: "10/8" would be 0.0.0.10/8.
  const isIpv6 = ipaddr.IPv6.isValidCIDR(item) && !item.includes("%");
  if (isIpv6 || ipaddr.IPv4.isValidCIDRFourPartDecimal(item)) return ipaddr.parseCIDR(item);
  throw new BadValue(`has "${item}", which is no address range: write it like 203.0.113.0/24`);
}

/** Networks and programs that stand between the user and this server. */
export interface OwnRelays {
  /** Numbers of autonomous systems. */
  readonly networks: readonly number[];
  readonly ranges: readonly AddressRange[];
  /** What is in the names of agents, in lower case. */
  readonly agents: readonly string[];
}

/** A text of the operator's, for people and models: on one line, so that nothing else can look like it. */
function ownText(text: string, most: number): string {
  const line = cleanText(text);
  if ([...line].length <= most) return line;
  throw new BadValue(`must have at most ${most} characters`);
}

const LAST_NETWORK = 2 ** 32 - 1;

function networkNumber(item: string, number: number): number {
  if (number >= 1 && number <= LAST_NETWORK) return number;
  throw new BadValue(`has "${item}", but AS numbers go from AS1 to AS${LAST_NETWORK}`);
}

function ownRelays(text: string): OwnRelays {
  const networks: number[] = [];
  const ranges: AddressRange[] = [];
  const agents: string[] = [];
  for (const item of itemsOf(text)) {
    const [, network] = /^AS(\d+)$/i.exec(item) ?? [];
    if (network) networks.push(networkNumber(item, Number(network)));
    // What looks like an address is meant as one, and is never the name of an agent.
    else if (/^[\d.]+(\/|$)|^[\da-f]*:[\da-f:.]*(\/|$)/i.test(item))
      ranges.push(addressRange(item));
    else if (/^[a-z][\w.-]*(\/[\w.-]*)?$/i.test(item)) agents.push(item.toLowerCase());
    else {
      throw new BadValue(
        `has "${item}": write AS64500, an address range like 203.0.113.0/24, or the name of an agent like acme-agent`,
      );
    }
  }
  return { networks, ranges, agents };
}

/** By their names in code; `environmentName` makes the name in the environment. */
const SETTINGS = {
  adminToken: setting({
    meaning:
      "Whoever has it may change the data (`npx wrangler secret put ADMIN_TOKEN`); without one nobody may. `npm start` makes one in `.dev.vars`",
    takes: "at least 16 characters",
    byDefault: "",
    isSecret: true,
    parse(text) {
      if (text === "" || text.length >= 16) return text || undefined;
      throw new BadValue("must have at least 16 characters, so that nobody guesses it");
    },
  }),
  allowedOrigins: setting({
    meaning: "Whose web pages may call the server from a browser, besides its own and localhost's",
    takes: "host names, parted by blanks",
    byDefault: "claude.ai chatgpt.com",
    parse: (text) => itemsOf(text).map(hostName),
  }),
  serverName: setting({
    meaning: "What programs call the server",
    takes: "letters, digits, `-`, `_` and `.`",
    byDefault: "hereabouts",
    parse(text) {
      if (/^[\w.-]{1,64}$/.test(text)) return text;
      throw new BadValue("must be 1 to 64 letters, digits, -, _ and .");
    },
  }),
  serverTitle: setting({
    meaning:
      "What people call it, on its page and in clients; with answers it is credited. Without one it is Hereabouts, without credit",
    takes: "a line of at most 100 characters",
    byDefault: "",
    parse: (text) => ownText(text, 100) || undefined,
  }),
  serverInstructions: setting({
    meaning:
      "What models are told of it first: whose places these are, what for, what to say with them",
    takes: "a text of at most 2000 characters",
    byDefault: "",
    parse: (text) => ownText(text, 2_000) || undefined,
  }),
  defaultLocation: setting({
    meaning: "Where callers are taken to be of whom nothing is known; without one they are asked",
    takes: "a place name or coordinates: `Lyon, FR`, `45.76,4.84`",
    byDefault: "",
    parse: (text) => text || undefined,
  }),
  relays: setting({
    meaning: "More networks that are not where the user is",
    takes:
      "AS numbers (`AS64500`), address ranges (`203.0.113.0/24`) and names of agents (`acme-agent`, anywhere in the user agent or the client's name), parted by blanks",
    byDefault: "",
    parse: ownRelays,
  }),
  openaiRanges: setting({
    meaning:
      "OpenAI's addresses, from [chatgpt-connectors.json](https://openai.com/chatgpt-connectors.json): `openai/subject` is believed from there, and from nowhere without them",
    takes: "address ranges, parted by blanks",
    byDefault: "",
    parse: (text) => itemsOf(text).map(addressRange),
  }),
  sessions: setting({
    meaning: "Which 2025-era clients get a session; auto: those that can be asked something",
    byDefault: "auto",
    ...oneOf("auto", "always", "never"),
  }),
  sessionTtlSeconds: setting({
    meaning: "After so long without use a session, or a remembered location, is deleted",
    byDefault: "3600",
    ...wholeNumber(1, 30 * 24 * 3_600),
  }),
  maxSessions: setting({
    meaning: "How many sessions of 2025-era clients may live at once; beyond it they get 503",
    byDefault: "10000",
    ...wholeNumber(1, 1_000_000),
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
    ([name, { meaning, takes, byDefault }]) => {
      const cells = [
        `\`${environmentName(name)}\``,
        takes,
        byDefault && `\`${byDefault}\``,
        meaning,
      ];
      return `| ${cells.join(" | ")} |`;
    },
  );
  return ["| setting | what it takes | default | what for |", "|---|---|---|---|", ...rows].join(
    "\n",
  );
}
