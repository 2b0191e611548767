import { editNeighbours } from "../../text/edit-distance.ts";
import { STOP_WORDS } from "../../text/stop-words.ts";
import { lookupTerms, phraseTerm, type Token, tokenize } from "../../text/tokens.ts";

/** The full-text side of a search, as the SQL statement takes it: FTS5 expressions of quoted words. */
export interface TextQuery {
  readonly words: readonly {
    /** What a place's text must hold, unless it is of a category that one of the phrases means. */
    readonly word: string;
    /** If the word is only the beginning of one: the statement takes the words that begin so instead. */
    readonly beginning?: string;
    /** The phrases of the question that the word is a part of. */
    readonly phrases: string;
  }[];
  readonly joiner: " AND " | " OR ";
  /** What the places' attributes have to be: an expression of our own (filter.ts). */
  readonly filter?: string;
  /** A category by its path, or by a phrase that means it. */
  readonly category?: { readonly path: string; readonly phrase: string };
}

/**
 * How words are read.
 * - `exact`: as they are, all of them.
 * - `telling`: without the little words ("in", "near", "the").
 * - `beginning`: the last one may be the beginning of a word, as while typing.
 * - `similar`: each may have one slip of the finger.
 * - `any`: one of them is enough.
 */
export type Reading = "exact" | "telling" | "beginning" | "similar" | "any";

/** The looser readings, best first. */
export const RELAXED_MODES: readonly Reading[] = ["telling", "beginning", "similar", "any"];

const SHORTEST_BEGINNING = 3;
const LONGEST_PHRASE_RUNS = 4;
const LONGEST_PHRASE_CHARACTERS = 8;

/** The query for a text and a category as people write them; undefined if neither has a word in it. */
export function textQuery(
  text: string,
  category: string | undefined,
  reading: Reading,
): TextQuery | undefined {
  const tokens = tokenize(text);
  const words = readWords(reading === "exact" ? tokens : contentTokens(tokens), reading);
  const phrase = category === undefined ? undefined : phraseQuery(category);
  if (words.length === 0 && phrase === undefined) return undefined;
  return {
    words,
    joiner: reading === "any" ? " OR " : " AND ",
    ...(phrase !== undefined && { category: { path: category!.trim().toLowerCase(), phrase } }),
  };
}

/** The expression that finds the categories which a text means as a whole; undefined if it has no word. */
export function phraseQuery(text: string): string | undefined {
  const tokens = tokenize(text);
  if (tokens.length === 0) return undefined;
  const phrases = new Set([phraseTerm(tokens), phraseTerm(contentTokens(tokens))]);
  return [...phrases].map(quote).join(" OR ");
}

/** Whether a looser reading of the text differs from the exact one at all. */
export function differs(text: string, reading: Reading): boolean {
  const tokens = tokenize(text);
  const telling = contentTokens(tokens);
  switch (reading) {
    case "exact":
      return true;
    case "telling":
      return telling.length < tokens.length;
    case "beginning": {
      const last = telling.at(-1);
      return last?.isSegmented === true && last.text.length >= SHORTEST_BEGINNING;
    }
    case "similar":
      return telling.some((token) => token.isSegmented && editNeighbours(token.text).length > 1);
    case "any":
      return telling.flatMap(lookupTerms).length > 1;
  }
}

/** The tokens that say what is looked for; all of them if none does. */
function contentTokens(tokens: readonly Token[]): readonly Token[] {
  const telling = tokens.filter(({ text }) => !STOP_WORDS.has(text));
  return telling.length > 0 ? telling : tokens;
}

function readWords(tokens: readonly Token[], reading: Reading): TextQuery["words"] {
  return tokens.flatMap((token) => {
    const last = token === tokens.at(-1);
    return lookupTerms(token).map((word) => {
      const spellings = reading === "similar" && token.isSegmented ? editNeighbours(word) : [word];
      return {
        word: anyOf(spellings.map(quote)),
        ...(reading === "beginning" && last && { beginning: word }),
        phrases: anyOf(
          [...new Set([...spellings, ...phrasesWith(word, token, tokens)])].map(quote),
        ),
      };
    });
  });
}

/** The phrases of the text that hold the word: some tokens in a row, or a part of an unspaced token. */
function phrasesWith(word: string, token: Token, tokens: readonly Token[]): string[] {
  const at = tokens.indexOf(token);
  const phrases: string[] = [];
  for (let first = Math.max(0, at - LONGEST_PHRASE_RUNS + 1); first <= at; first++) {
    for (let end = at + 1; end <= Math.min(tokens.length, first + LONGEST_PHRASE_RUNS); end++) {
      phrases.push(phraseTerm(tokens.slice(first, end)));
    }
  }
  if (token.isSegmented) return phrases;
  const characters = [...token.text];
  for (let first = 0; first < characters.length; first++) {
    for (let length = 1; length <= LONGEST_PHRASE_CHARACTERS; length++) {
      const part = characters.slice(first, first + length).join("");
      if (part.includes(word)) phrases.push(part);
    }
  }
  return phrases;
}

const quote = (word: string): string => `"${word}"`;
const anyOf = (expressions: readonly string[]): string =>
  expressions.length === 1 ? expressions[0]! : `(${expressions.join(" OR ")})`;
