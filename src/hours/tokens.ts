import { type Plain, WORDS, type Word } from "./vocabulary.ts";

/** A piece of a text about opening hours. */
export type Token =
  | Word
  | { readonly kind: "time"; readonly minutes: number; readonly halfDay: boolean }
  | { readonly kind: "number"; readonly value: number }
  | Plain<"comment" | "always" | Symbol>;

type Symbol = "-" | "," | ";" | "||" | "+" | ":" | "[" | "]" | "/" | "(" | ")";

/** Dashes and tildes of all sorts mean "to". */
const DASHES = /[‐‑‒–—―−~〜]/gu;
/** The digits of Arabic and of Persian: their last four bits are their value. */
const EASTERN_DIGITS = /[٠-٩۰-۹]/gu;
const TOKEN =
  /\s+|(?<always>(?:24\/7|7\/24|24x7)(?![\d:]))|(?<comment>"[^"]*")|(?<symbol>\|\||[-,;+:[\]/()])|(?<time>(?<hour>\d{1,2})(?:(?:[:.]|h(?=\d))(?<minute>\d{2}))?(?: ?(?<half>[ap])\.?m\b\.?| ?h\b)?(?!\d))|(?<number>\d{1,4})(?!\d)|(?<word>\p{L}+)\.?/uy;

/** The pieces of a text in their order; undefined if there is anything in it that is none. */
export function tokensOf(text: string): Token[] | undefined {
  const plain = text
    .normalize("NFKC")
    .toLowerCase()
    .replace(DASHES, "-")
    .replace(EASTERN_DIGITS, (digit) => String(digit.charCodeAt(0) & 0xf))
    .replaceAll("&", ",");
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < plain.length) {
    const match = TOKEN.exec(plain);
    if (!match) return undefined;
    const { always, comment, symbol, time, number, word } = match.groups!;
    if (always) tokens.push({ kind: "always" });
    else if (comment) tokens.push({ kind: "comment" });
    else if (symbol) tokens.push({ kind: symbol as Symbol } as Plain<Symbol>);
    else if (number) tokens.push({ kind: "number", value: Number(number) });
    else if (time) {
      const token = timeToken(match.groups!);
      if (!token) return undefined;
      tokens.push(token);
    } else if (word) {
      const known = WORDS.get(word);
      if (!known) return undefined;
      tokens.push(known);
    }
  }
  return tokens;
}

/** `8:30`, `8.30`, `8h30`, `8h`, `8am` are times; a bare `8` can be an hour, a day or a week. */
function timeToken(groups: Record<string, string | undefined>): Token | undefined {
  const { time, hour, minute, half } = groups;
  const hours = Number(hour);
  const minutes = Number(minute ?? 0);
  if (time === hour) return { kind: "number", value: hours };
  if (minutes > 59) return undefined;
  if (!half) return { kind: "time", minutes: hours * 60 + minutes, halfDay: false };
  if (hours < 1 || hours > 12) return undefined;
  const afternoon = half === "p" ? 12 : 0;
  return { kind: "time", minutes: ((hours % 12) + afternoon) * 60 + minutes, halfDay: true };
}
