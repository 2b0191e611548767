import { isLoopback } from "../loopback.ts";
import { isPrivateHost } from "../private-host.ts";
import { isScope, type Scope } from "../scopes.ts";
import { cleanText } from "../text/plain-text.ts";

/** A value that a setting does not take. The message is to be read after the setting's name and value. */
export class BadValue extends Error {}

export interface Setting<Value> {
  /** What it is for: one sentence, for README's table. */
  readonly meaning: string;
  /** What values there are, to be read after "must be". */
  readonly takes: string;
  /** What is written in place of a setting that is missing. */
  readonly byDefault: string;
  /** Its value is never told: it is a secret, or one may have been written into it. */
  readonly isSecret?: boolean;
  /** @throws BadValue */
  parse(text: string): Value;
}

export const setting = <Value>(given: Setting<Value>): Setting<Value> => given;

/** The values of a setting, and how they are read. */
export type Values<Value> = Pick<Setting<Value>, "takes" | "parse">;

export function wholeNumber(least: number, most: number): Values<number> {
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

/** An amount of money. */
export function dollars(most: number): Values<number> {
  const takes = `an amount from 0 to ${most}, with a point: \`2.50\``;
  return {
    takes,
    parse(text) {
      const amount = Number(text);
      if (/^\d+(?:\.\d{1,9})?$/.test(text) && amount <= most) return amount;
      throw new BadValue(`must be ${takes.replaceAll("`", "")}`);
    },
  };
}

export function oneOf<Choice extends string>(...choices: readonly Choice[]): Values<Choice> {
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

/** The items of a list, parted by blanks or commas. */
export const itemsOf = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);

export function hostName(item: string): string {
  const host = URL.parse(item.includes("://") ? item : `https://${item}`)?.hostname;
  if (host && /^[\w.-]+$|^\[/.test(host)) return host;
  throw new BadValue(`has "${item}", which is no host name: write it like app.example.com`);
}

/** A text of the operator's, for people and models: on one line, so that nothing else can look like it. */
export function ownText(text: string, most: number): string {
  const line = cleanText(text);
  if ([...line].length <= most) return line;
  throw new BadValue(`must have at most ${most} characters`);
}

/** A secret that nobody may guess; undefined where there is none. */
export function secret(least: number): Values<string | undefined> {
  return {
    takes: `at least ${least} characters`,
    parse(text) {
      if (text === "" || text.length >= least) return text || undefined;
      throw new BadValue(`must have at least ${least} characters, so that nobody guesses it`);
    },
  };
}

/** @param offered the scopes that may be listed */
export function scopesOf(...offered: readonly Scope[]): Values<readonly Scope[]> {
  return {
    takes: `scopes, parted by blanks: ${offered.map((one) => `\`${one}\``).join(", ")}`,
    parse(text) {
      const items = itemsOf(text);
      const other = items.find((item) => !isScope(item) || !offered.includes(item));
      if (other === undefined) return items as Scope[];
      throw new BadValue(`has "${other}", which is none of ${offered.join(", ")}`);
    },
  };
}

/** An address of another server, as it is written: `https`, or `http` on this machine. Undefined where there is none. */
export function address(text: string): string | undefined {
  if (text === "") return undefined;
  const url = URL.parse(text);
  if (url && isAddress(url, isLoopback)) return text;
  throw new BadValue("must be an address like https://id.example.com");
}

/**
 * The address that those of an API begin with: without a slash at its end, and not missing. It is one that the operator alone
 * names, so that it may be `http` in a network that is not public, too.
 */
export function baseAddress(text: string): string {
  const url = URL.parse(text);
  if (url && isAddress(url, isPrivateHost) && !url.search) return text.replace(/\/+$/, "");
  throw new BadValue("must be an address like https://api.example.com");
}

/** Names that go into headers as they are. A URL may also have ";", "," and "*" in its host. */
const HOST = /^(?:[\w.-]+|\[[\da-f:]+\])(?::\d+)?$/;

/** @param mayBePlain whether `http` will do for that host */
export function isAddress(url: URL, mayBePlain: (url: URL) => boolean): boolean {
  const { protocol, host, username, password, hash } = url;
  const isSafe = protocol === "https:" || (protocol === "http:" && mayBePlain(url));
  return isSafe && HOST.test(host) && !username && !password && !hash;
}

/** The origin of an address that has nothing else. */
export function origin(text: string): string | undefined {
  const url = address(text);
  if (url === undefined) return undefined;
  const parsed = new URL(url);
  if (parsed.pathname === "/" && parsed.search === "") return parsed.origin;
  throw new BadValue("must be an address without a path, like https://places.example.com");
}
