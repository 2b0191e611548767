import type { Holiday, OpenState, SunEvent } from "./grammar.ts";

export type Token =
  | Word
  /** `isHalfDay`: written with am or pm. */
  | { readonly type: "time"; readonly minutes: number; readonly isHalfDay: boolean }
  | { readonly type: "number"; readonly value: number }
  | Bare<"comment" | "always" | Punctuation>;

type TokenType = Token["type"];

type Word =
  /** 0 is Sunday. */
  | { readonly type: "weekday"; readonly weekday: number }
  /** 0 is January. */
  | { readonly type: "month"; readonly month: number }
  | { readonly type: "holiday"; readonly holiday: Holiday }
  | { readonly type: "event"; readonly event: SunEvent }
  | { readonly type: "state"; readonly state: OpenState }
  | Bare<"easter" | "week" | "day" | "-" | ",">;

type Punctuation = "-" | "," | ";" | "||" | "+" | ":" | "[" | "]" | "/" | "(" | ")";

/** Tokens that carry nothing beside their type. */
type Bare<Type extends string> = Type extends string ? { readonly type: Type } : never;

/** In English, short as in OpenStreetMap and in full; in German where it differs. */
const WEEKDAYS = [
  "su sun sunday so sonntag",
  "mo mon monday montag",
  "tu tue tues tuesday di dienstag",
  "we wed weds wednesday mi mittwoch",
  "th thu thur thurs thursday do donnerstag",
  "fr fri friday freitag",
  "sa sat saturday samstag",
];
const MONTHS = [
  "jan january januar",
  "feb february februar",
  "mar march märz",
  "apr april",
  "may mai",
  "jun june juni",
  "jul july juli",
  "aug august",
  "sep sept september",
  "oct october okt oktober",
  "nov november",
  "dec december dez dezember",
];

/** By spelling, in lower case. */
const WORDS: ReadonlyMap<string, Word> = new Map<string, Word>([
  ...spellings(WEEKDAYS, (weekday) => ({ type: "weekday", weekday })),
  ...spellings(MONTHS, (month) => ({ type: "month", month })),
  ["ph", { type: "holiday", holiday: "public" }],
  ["sh", { type: "holiday", holiday: "school" }],
  ["dawn", { type: "event", event: "dawn" }],
  ["sunrise", { type: "event", event: "sunrise" }],
  ["sunset", { type: "event", event: "sunset" }],
  ["dusk", { type: "event", event: "dusk" }],
  ["open", { type: "state", state: "open" }],
  ["off", { type: "state", state: "closed" }],
  ["closed", { type: "state", state: "closed" }],
  ["unknown", { type: "state", state: "unknown" }],
  ["easter", { type: "easter" }],
  ["week", { type: "week" }],
  ["day", { type: "day" }],
  ["days", { type: "day" }],
  ["to", { type: "-" }],
  ["and", { type: "," }],
]);

function spellings(lists: readonly string[], wordAt: (index: number) => Word): [string, Word][] {
  return lists.flatMap((list, index) =>
    list.split(" ").map((spelling): [string, Word] => [spelling, wordAt(index)]),
  );
}

/** Dashes and tildes of all sorts mean "to". */
const DASHES = /[‐‑‒–—―−~〜]/gu;
/** The digits of Arabic and of Persian: their last four bits are their value. */
const EASTERN_DIGITS = /[٠-٩۰-۹]/gu;
const TOKEN =
  /\s+|(?<always>(?:24\/7|7\/24|24x7)(?![\d:]))|(?<comment>"[^"]*")|(?<punctuation>\|\||[-,;+:[\]/()])|(?<time>(?<hour>\d{1,2})(?:(?:[:.]|h(?=\d))(?<minute>\d{2}))?(?: ?(?<half>[ap])\.?m\b\.?| ?h\b)?(?!\d))|(?<number>\d{1,4})(?!\d)|(?<word>\p{L}+)\.?/uy;

/** Thrown by the lexer and the parser, for the parser. */
export class NotUnderstood extends Error {}

export function notUnderstood(): never {
  throw new NotUnderstood();
}

/** The tokens of a text, to be taken in their order. */
export class TokenStream {
  readonly #tokens: readonly Token[];
  #next = 0;

  /** @throws NotUnderstood if any part of the text is no token. */
  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#next + ahead];
  }

  /** Whether the next tokens are of these types. */
  sees(...types: readonly TokenType[]): boolean {
    return types.every((type, ahead) => this.peek(ahead)?.type === type);
  }

  /** Takes the next token if it is of this type. */
  take<T extends TokenType>(type: T): Extract<Token, { type: T }> | undefined {
    const token = this.peek();
    if (token?.type !== type) return undefined;
    this.#next++;
    return token as Extract<Token, { type: T }>;
  }

  /** Takes the next token. @throws NotUnderstood if it is not of this type. */
  need<T extends TokenType>(type: T): Extract<Token, { type: T }> {
    return this.take(type) ?? notUnderstood();
  }

  /** Takes a number within these bounds. @throws NotUnderstood */
  number(least: number, most: number): number {
    const { value } = this.need("number");
    return value >= least && value <= most ? value : notUnderstood();
  }
}

function tokenize(text: string): Token[] {
  const plain = text
    .normalize("NFKC")
    .toLowerCase()
    .replace(DASHES, "-")
    .replace(EASTERN_DIGITS, (digit) => String(digit.charCodeAt(0) & 0xf))
    .replaceAll("&", ",");
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < plain.length) {
    const { groups } = TOKEN.exec(plain) ?? notUnderstood();
    const { always, comment, punctuation, time, number, word } = groups!;
    if (always) tokens.push({ type: "always" });
    else if (comment) tokens.push({ type: "comment" });
    else if (punctuation) tokens.push({ type: punctuation as Punctuation });
    else if (number) tokens.push({ type: "number", value: Number(number) });
    else if (time) tokens.push(timeToken(groups!));
    else if (word) tokens.push(WORDS.get(word) ?? notUnderstood());
  }
  return tokens;
}

/** `8:30`, `8.30`, `8h30`, `8h`, `8am` are times; a bare `8` can be an hour, a day or a week. */
function timeToken({ time, hour, minute, half }: Record<string, string | undefined>): Token {
  const hours = Number(hour);
  const minutes = Number(minute ?? 0);
  if (time === hour) return { type: "number", value: hours };
  if (minutes > 59) notUnderstood();
  if (!half) return { type: "time", minutes: hours * 60 + minutes, isHalfDay: false };
  if (hours < 1 || hours > 12) notUnderstood();
  const afternoon = half === "p" ? 12 : 0;
  return { type: "time", minutes: ((hours % 12) + afternoon) * 60 + minutes, isHalfDay: true };
}
