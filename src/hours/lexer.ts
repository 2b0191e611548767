import { plainPhrases } from "./phrases.ts";
import {
  COMMON,
  foldHours,
  GERMAN_WORDS,
  OTHER_WORDS,
  type Vocabulary,
  type Word,
} from "./words.ts";

export type Token =
  | Word
  | TimeToken
  /** `digits`: how many it is written with. */
  | { readonly type: "number"; readonly value: number; readonly digits: number }
  | Bare<"comment" | "always" | Punctuation>;

interface TimeToken {
  readonly type: "time";
  readonly minutes: number;
  /** Whether the half of the day is known: it is written with am or pm. */
  readonly isHalfDay: boolean;
  /** Whether its hour, from 1 to 9, is written with one digit. */
  readonly isShort: boolean;
}

type TokenType = Token["type"];
type Punctuation = "-" | "," | ";" | "||" | "+" | ":" | "[" | "]" | "/" | "(" | ")";

/** Tokens that carry nothing beside their type. */
type Bare<Type extends string> = Type extends string ? { readonly type: Type } : never;

/** What of a text is no word of a language, and the words as they are written. */
type RawToken = Token | { readonly type: "word"; readonly word: string };

const TOKEN =
  /\s+|(?<always>(?:24\/7|7\/24|24x7)(?![\d:]))|(?<comment>"[^"]*")|(?<punctuation>\|\||[-,;+:[\]/()])|(?<time>(?<hour>\d{1,2})(?:(?:[:.]|[hu](?=\d))(?<minute>\d{2}))?(?: ?(?<half>[ap])\.? ?m(?![\p{L}\d])\.?|(?<letter>[ap])(?![\p{L}\d])| ?(?:hr?s?|uhr|u|uur|heures?|horas?|ч)(?![\p{L}\d])\.?)?(?!\d))|(?<number>\d{1,4})(?!\d)|(?<word>\p{L}+)\.?/uy;

/** Thrown by the lexer and the parser, for the parser. */
export class NotUnderstood extends Error {}

export function notUnderstood(): never {
  throw new NotUnderstood();
}

/** The tokens of a text, to be taken in their order. */
export class TokenStream {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
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

/**
 * What a text may say, by the languages that it may be in, in groups: the words of the first group that give a sense are
 * meant, and if those of a group give several, it is not clear.
 */
export function readingsOf(text: string): Iterable<readonly TokenStream[]> {
  return readings(tokenize(plainPhrases(foldHours(text))));
}

/** @throws NotUnderstood if the words are of no language */
function* readings(raw: readonly RawToken[]): Generator<readonly TokenStream[]> {
  const words = raw.flatMap((token) => (token.type === "word" ? token.word : []));
  for (const languages of LANGUAGES) {
    const known = languages.filter((language) => words.every((word) => language.has(word)));
    if (known.length > 0) yield known.map((language) => new TokenStream(inWords(raw, language)));
  }
}

/** A text is English or German if it can be. */
const LANGUAGES: readonly (readonly Vocabulary[])[] = [
  [COMMON],
  [withCommon(GERMAN_WORDS)],
  OTHER_WORDS.map(withCommon),
];

/** A text that has weekdays has them all in its own language. */
function withCommon(language: Vocabulary): Vocabulary {
  const isWeekday = ([word, another]: readonly Word[]) => word?.type === "weekday" && !another;
  return new Map([...[...COMMON].filter(([, words]) => !isWeekday(words)), ...language]);
}

function inWords(raw: readonly RawToken[], language: Vocabulary): Token[] {
  return raw.flatMap((token): readonly Token[] =>
    token.type === "word" ? language.get(token.word)! : [token],
  );
}

/** @throws NotUnderstood if any part of the text is no token */
function tokenize(text: string): RawToken[] {
  const plain = text.replaceAll("&", ",");
  const tokens: RawToken[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < plain.length) {
    const { groups } = TOKEN.exec(plain) ?? notUnderstood();
    const { always, comment, punctuation, time, number, word } = groups!;
    if (always) tokens.push({ type: "always" });
    else if (comment) tokens.push({ type: "comment" });
    else if (punctuation) tokens.push({ type: punctuation as Punctuation });
    else if (number) tokens.push(numberToken(number));
    else if (time) tokens.push(timeToken(groups!));
    else if (word) tokens.push({ type: "word", word });
  }
  return tokens;
}

function numberToken(text: string): RawToken {
  return { type: "number", value: Number(text), digits: text.length };
}

/** `8:30`, `8.30`, `8h30`, `8h`, `8am` are times; a bare `8` can be an hour, a day or a week. */
function timeToken(groups: Record<string, string | undefined>): RawToken {
  const { time, hour, minute, letter, half = letter } = groups;
  if (time === hour) return numberToken(hour!);
  const hours = Number(hour);
  const minutes = Number(minute ?? 0);
  const isShort = hour!.length === 1 && hours > 0;
  if (minutes > 59) notUnderstood();
  if (!half) return { type: "time", minutes: hours * 60 + minutes, isHalfDay: false, isShort };
  if (hours < 1 || hours > 12) notUnderstood();
  const afternoon = half === "p" ? 12 : 0;
  return {
    type: "time",
    minutes: ((hours % 12) + afternoon) * 60 + minutes,
    isHalfDay: true,
    isShort,
  };
}
