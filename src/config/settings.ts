/**
 * Every setting of a deployment. Settings are texts in the environment: variables of wrangler.toml, secrets, and on a
 * local machine `.dev.vars`.
 */

import { SCOPES } from "../scopes.ts";
import { modelsOf } from "./models.ts";
import { addressRange, ownRelays } from "./own-relays.ts";
import { tilesUrl } from "./tiles.ts";
import {
  address,
  BadValue,
  baseAddress,
  dollars,
  hostName,
  itemsOf,
  oneOf,
  origin,
  ownText,
  scopesOf,
  secret,
  setting,
  wholeNumber,
} from "./values.ts";
import { contact, weatherProviders } from "./weather.ts";

/** By their names in code; `environmentName` makes those in the environment. */
export const SETTINGS = {
  adminToken: setting({
    meaning:
      "Whoever has it may change the data (`npx wrangler secret put ADMIN_TOKEN`); without one nobody may. `npm start` makes one in `.dev.vars`",
    byDefault: "",
    isSecret: true,
    ...secret(16),
  }),
  metricsToken: setting({
    meaning:
      "Whoever has it may read `/metrics`; without one nobody may. `npm start` makes one in `.dev.vars`",
    byDefault: "",
    isSecret: true,
    ...secret(16),
  }),
  anonymousScopes: setting({
    meaning:
      "What everybody may do who shows no credentials; none: everybody signs in. `npm start` adds `tasks models`",
    byDefault: "places:read location",
    ...scopesOf("places:read", "location", "tasks", "models"),
  }),
  publicUrl: setting({
    meaning:
      "The address that callers know the server by: tokens are for it alone. Without one it is that of the request",
    takes: "an address without a path: `https://places.example.com`",
    byDefault: "",
    parse: origin,
  }),
  hstsSeconds: setting({
    meaning: "How long browsers are to call this host by https only; 0: that is not said",
    byDefault: "0",
    ...wholeNumber(0, 63_072_000),
  }),
  jwtIssuer: setting({
    meaning:
      "Whose tokens are taken: the issuer of an OpenID or OAuth server, as its tokens have it",
    takes: "an address: `https://id.example.com`",
    byDefault: "",
    parse: address,
  }),
  jwtJwksUrl: setting({
    meaning: "Where the issuer's public keys are; without one its metadata tells",
    takes: "an address",
    byDefault: "",
    parse: address,
  }),
  jwtAlgorithms: setting({
    meaning: "By which public-key algorithms the issuer may sign",
    takes: "names of RFC 7518 and 8037, parted by blanks",
    byDefault: "RS256 PS256 ES256 EdDSA",
    parse: publicKeyAlgorithms,
  }),
  jwtSecret: setting({
    meaning: "The secret of tokens signed by HS256, in place of public keys",
    byDefault: "",
    isSecret: true,
    ...secret(32),
  }),
  jwtAudience: setting({
    meaning: "For whom the issuer's tokens are, where that is not the address of the MCP endpoint",
    takes: "a text, as tokens have it in `aud`",
    byDefault: "",
    parse: (text) => text || undefined,
  }),
  signInIssuer: setting({
    meaning:
      "The OpenID provider by which people sign in; without one they sign in with an invitation (`npm run invites`)",
    takes: "an address: `https://accounts.google.com`",
    byDefault: "",
    parse: address,
  }),
  signInClientId: setting({
    meaning: "What that provider calls this server",
    takes: "a text",
    byDefault: "",
    parse: (text) => text || undefined,
  }),
  signInClientSecret: setting({
    meaning: "What this server proves itself with to that provider",
    takes: "a text",
    byDefault: "",
    isSecret: true,
    parse: (text) => text || undefined,
  }),
  signInAllowed: setting({
    meaning: "Which of that provider's people may sign in, by their verified e-mail addresses",
    takes: "addresses (`anna@example.com`), whole domains (`@example.com`), or `*` for everybody",
    byDefault: "",
    parse: (text) => itemsOf(text).map(whoMaySignIn),
  }),
  signInScopes: setting({
    meaning: "What people who sign in by that provider may allow their programs",
    byDefault: "places:read location tasks models",
    ...scopesOf(...SCOPES),
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
    meaning:
      "How many sessions of 2025-era clients may live at once; beyond it clients are served without one",
    byDefault: "10000",
    ...wholeNumber(1, 1_000_000),
  }),
  maxSessionsPerAddress: setting({
    meaning:
      "How many of them one subject, or one address, may have; beyond it clients are served without a session",
    byDefault: "100",
    ...wholeNumber(1, 1_000_000),
  }),
  importRowsPerDay: setting({
    meaning:
      "How many rows each subject may store or change in a day (UTC), by imports and singly; 0: any number. What is put into the bucket is not counted",
    byDefault: "0",
    ...wholeNumber(0, 1_000_000_000),
  }),
  taskWaitSeconds: setting({
    meaning:
      "How long a call waits for its task at most; with a progress token 300. Most clients give up after 60",
    byDefault: "50",
    ...wholeNumber(0, 300),
  }),
  taskTtlSeconds: setting({
    meaning:
      "How long the result of a task is kept; for as long again it is told that it has expired",
    byDefault: "86400",
    ...wholeNumber(1, 30 * 24 * 3_600),
  }),
  taskRecoverySeconds: setting({
    meaning:
      "After so long at most a task goes on whose process has died, and a chunk that tells nothing is given up",
    byDefault: "60",
    ...wholeNumber(4, 3_600),
  }),
  maxRunningTasks: setting({
    meaning: "How many tasks may run at once; more wait in a queue",
    byDefault: "8",
    ...wholeNumber(1, 10_000),
  }),
  maxRunningTasksPerCaller: setting({
    meaning: "How many of them may be of one subject, or one address",
    byDefault: "2",
    ...wholeNumber(1, 10_000),
  }),
  maxQueuedTasks: setting({
    meaning:
      "How many tasks may wait, a quarter of them of one subject or address; more are refused",
    byDefault: "100",
    ...wholeNumber(0, 10_000),
  }),
  taskCostPerDay: setting({
    meaning:
      "How much work the tasks of each subject, or address, may be in a day (UTC): rows read, and tenths of a millisecond of a processor; 0: any amount",
    byDefault: "20000000",
    ...wholeNumber(0, 1_000_000_000_000),
  }),
  models: setting({
    meaning:
      "The models that `query_models` asks; without any the tool is not listed. [docs/MODELS.md](docs/MODELS.md) has the fields",
    takes: "tables, `[[vars.MODELS]]`, or a list in JSON",
    byDefault: "",
    isSecret: true,
    parse: modelsOf,
  }),
  modelsTimeoutSeconds: setting({
    meaning: "How long a call of `query_models` may take at most; 30 where it does not say",
    byDefault: "120",
    ...wholeNumber(1, 600),
  }),
  modelsDollarsPerDay: setting({
    meaning:
      "How many US dollars the models of each subject, or address, may cost in a day (UTC); models without a price are not used then. 0: any amount",
    byDefault: "0",
    ...dollars(1_000_000),
  }),
  modelsTokensPerDay: setting({
    meaning:
      "How many tokens they may read and write in a day (UTC) for each subject, or address; 0: any number",
    byDefault: "1000000",
    ...wholeNumber(0, 1_000_000_000_000),
  }),
  modelsHedgeMs: setting({
    meaning:
      "After so many milliseconds without an answer the strategy `fastest` asks another model, too, while it does not know yet how long the first usually takes",
    byDefault: "2000",
    ...wholeNumber(0, 60_000),
  }),
  modelsCache: setting({
    meaning:
      "Which answers of models are kept: deterministic: where the temperature is 0; unset: where none is given, too; never: none",
    byDefault: "deterministic",
    ...oneOf("never", "deterministic", "unset"),
  }),
  modelsCacheSeconds: setting({
    meaning: "How long they are kept",
    byDefault: "3600",
    ...wholeNumber(1, 30 * 24 * 3_600),
  }),
  modelsCacheShared: setting({
    meaning: "Whether the answer that one caller got is told to others who ask the same",
    byDefault: "no",
    ...oneOf("no", "yes"),
  }),
  weatherProviders: setting({
    meaning:
      "Who is asked for the weather, in this order; none: the weather is not offered. Open-Meteo's free service is for non-commercial use",
    takes: "`open-meteo` and `met-norway`, parted by blanks",
    byDefault: "open-meteo met-norway",
    parse: weatherProviders,
  }),
  weatherContact: setting({
    meaning:
      "Where MET Norway reaches whoever runs the server, which it demands: without one it is not asked",
    takes: "an e-mail address or an https address: `ops@example.com`",
    byDefault: "",
    parse: contact,
  }),
  openMeteoKey: setting({
    meaning:
      "The key of an Open-Meteo customer: with it the service for customers is asked, without the limits of the free one",
    takes: "a text",
    byDefault: "",
    isSecret: true,
    parse: (text) => text || undefined,
  }),
  openMeteoUrl: setting({
    meaning: "Where Open-Meteo is, if you run it yourself",
    takes: "an address",
    byDefault: "https://api.open-meteo.com",
    parse: baseAddress,
  }),
  metNorwayUrl: setting({
    meaning: "Where MET Norway's API is, if you go through a proxy",
    takes: "an address",
    byDefault: "https://api.met.no",
    parse: baseAddress,
  }),
  tilesUrl: setting({
    meaning:
      "Pictures that the map shows in place of its own tiles; its users' browsers load them from there. Look whether its owner allows that: OpenStreetMap's public server does not",
    takes: "an address with `{z}`, `{x}` and `{y}`: `https://tiles.example.com/{z}/{x}/{y}.png`",
    byDefault: "",
    parse: tilesUrl,
  }),
  tilesAttribution: setting({
    meaning: "Whom the map is to credit for them",
    takes:
      'a line of at most 300 characters, with links in it as HTML: `© <a href="https://www.openstreetmap.org/copyright">OpenStreetMap</a> contributors`',
    byDefault: "",
    parse: (text) => ownText(text, 300) || undefined,
  }),
};

/** What the environment calls a setting: `maxSessions` → `MAX_SESSIONS`. */
export function environmentName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/** The settings as values. */
export type Config = {
  readonly [Name in keyof typeof SETTINGS]: ReturnType<(typeof SETTINGS)[Name]["parse"]>;
};

interface Agreement {
  readonly setting: keyof Config;
  isBroken(config: Config): boolean;
  /** To be read after the setting's name. */
  readonly demand: string;
}

/** What settings demand of each other. */
export const AGREEMENTS: readonly Agreement[] = [
  {
    setting: "jwtIssuer",
    isBroken: ({ jwtIssuer, jwtSecret, jwtJwksUrl, jwtAudience }) =>
      jwtIssuer === undefined && Boolean(jwtSecret ?? jwtJwksUrl ?? jwtAudience),
    demand: "must say whose tokens are taken, because other settings of JWT are set",
  },
  {
    setting: "jwtJwksUrl",
    isBroken: ({ jwtSecret, jwtJwksUrl }) => Boolean(jwtSecret && jwtJwksUrl),
    demand: "must not be set beside JWT_SECRET: tokens have a secret or public keys, never both",
  },
  {
    setting: "signInClientId",
    isBroken: ({ signInIssuer, signInClientId }) => Boolean(signInIssuer && !signInClientId),
    demand: "must be set with SIGN_IN_ISSUER: it is what the provider calls this server",
  },
  {
    setting: "signInAllowed",
    isBroken: ({ signInIssuer, signInAllowed }) =>
      Boolean(signInIssuer && signInAllowed.length === 0),
    demand: "must say who of the provider's people may sign in: @example.com, or * for everybody",
  },
  {
    setting: "weatherContact",
    isBroken: ({ weatherProviders, weatherContact }) =>
      weatherProviders.join() === "met-norway" && weatherContact === undefined,
    demand: "must say where MET Norway reaches you: no other provider of the weather is set",
  },
  {
    setting: "tilesAttribution",
    isBroken: ({ tilesUrl, tilesAttribution }) =>
      (tilesUrl === undefined) !== (tilesAttribution === undefined),
    demand: "must be set with TILES_URL, and only with it: it is whom the map credits for these",
  },
  {
    setting: "models",
    isBroken: ({ models }) => models.some(({ secret }) => isOwn(secret)),
    demand: "must not name settings of this server as secrets: they would be sent to providers",
  },
];

/** Sent to a provider of models, it would be known to others. */
function isOwn(secret: string | undefined): boolean {
  return Object.keys(SETTINGS).some((name) => environmentName(name) === secret);
}

const PUBLIC_KEY_ALGORITHM = /^(?:(?:RS|PS|ES)(?:256|384|512)|EdDSA|Ed25519)$/;

function publicKeyAlgorithms(text: string): readonly string[] {
  const names = itemsOf(text);
  const other = names.find((name) => !PUBLIC_KEY_ALGORITHM.test(name));
  if (other !== undefined) {
    throw new BadValue(`has "${other}", but only RS, PS, ES (256, 384, 512) and EdDSA are taken`);
  }
  if (names.length > 0) return names;
  throw new BadValue("must name at least one algorithm, like RS256");
}

function whoMaySignIn(item: string): string {
  if (item === "*" || /^[^\s@]*@[^\s@]+\.[^\s@]+$/.test(item)) return item.toLowerCase();
  throw new BadValue(`has "${item}": write anna@example.com, @example.com, or *`);
}
