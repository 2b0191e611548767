import { editNeighbours } from "../../text/edit-distance.ts";
import { STOP_WORDS } from "../../text/stop-words.ts";
import { lookupTerms, phraseTerm, type Token, tokenize } from "../../text/tokens.ts";

/** A text and a category as people write them, tokenised once for everything that asks about them. */
export interface CompiledQuery {
  readonly text: string;
  /** All tokens of the text. */
  readonly tokens: readonly Token[];
  /** The tokens without stop words; all of them if every one is a stop word. */
  readonly content: readonly Token[];
  /** The FTS5 expression that finds the categories which the text means as a whole; undefined if it has no word. */
  readonly phrase: string | undefined;
  readonly category: CategoryQuery | undefined;
}

/** A category by its path, or by a phrase that means it. */
export interface CategoryQuery {
  readonly text: string;
  readonly path: string;
  /** The FTS5 expression of the phrase; undefined if the text has no word: no category is meant then. */
  readonly phrase: string | undefined;
}

/**
 * How the words of a text have to match.
 * - `exact`: all of them, as they are.
 * - `content`: all but the stop words ("in", "near", "the").
 * - `prefix`: the last one may be the beginning of a word, as while typing.
 * - `fuzzy`: each may have one typo (edit distance 1).
 * - `some`: one of them is enough.
 */
export type MatchMode = "exact" | "content" | "prefix" | "fuzzy" | "some";

/** The modes that find more than the exact one, in the order in which they are tried. */
export const RELAXED_MODES: readonly MatchMode[] = ["content", "prefix", "fuzzy", "some"];

/** The full-text side of a search, as the SQL statement takes it: FTS5 expressions of quoted terms. */
export interface TextMatch {
  readonly words: readonly {
    /** What a place's text must hold, unless the place is of a category that one of the phrases means. */
    readonly terms: string;
    /** Where the word is a prefix: the statement completes it from the vocabulary instead. */
    readonly prefix?: string;
    /** The phrases of the question that the word is a part of. */
    readonly phrases: string;
  }[];
  readonly joiner: " AND " | " OR ";
  /** What the places' attributes have to be: an expression of our own (filter.ts). */
  readonly filter?: string;
  readonly category?: { readonly path: string; readonly phrase: string };
}

const SHORTEST_PREFIX = 3;
const LONGEST_PHRASE_TOKENS = 4;
const LONGEST_PHRASE_CHARACTERS = 8;

export function compileQuery(text: string, category?: string): CompiledQuery {
  const tokens = tokenize(text);
  const content = contentTokens(tokens);
  return {
    text,
    tokens,
    content,
    phrase: phraseExpression(tokens, content),
    category: category === undefined ? undefined : compileCategory(category),
  };
}

function compileCategory(text: string): CategoryQuery {
  const { phrase } = compileQuery(text);
  return { text, path: text.trim().toLowerCase(), phrase };
}

/** What the index is asked for in a mode; undefined if neither text nor category has a word: every place matches. */
export function matchFor(query: CompiledQuery, mode: MatchMode): TextMatch | undefined {
  const { category } = query;
  const words = wordsFor(mode === "exact" ? query.tokens : query.content, mode);
  if (words.length === 0 && category?.phrase === undefined) return undefined;
  return {
    words,
    joiner: mode === "some" ? " OR " : " AND ",
    ...(category?.phrase !== undefined && {
      category: { path: category.path, phrase: category.phrase },
    }),
  };
}

/** The relaxed modes in which the text can match anything that it does not match exactly. */
export function relaxationsOf({ tokens, content }: CompiledQuery): MatchMode[] {
  const last = content.at(-1);
  const can: Readonly<Record<string, boolean>> = {
    content: content.length < tokens.length,
    prefix: last?.isSegmented === true && last.text.length >= SHORTEST_PREFIX,
    fuzzy: content.some((token) => token.isSegmented && editNeighbours(token.text).length > 1),
    some: content.flatMap(lookupTerms).length > 1,
  };
  return RELAXED_MODES.filter((mode) => can[mode]);
}

/** Whether a name is what the text says, up to case, accents and stop words. */
export function isNamed(name: string, { phrase }: CompiledQuery): boolean {
  const tokens = tokenize(name);
  return phraseExpression(tokens, contentTokens(tokens)) === phrase;
}

function phraseExpression(tokens: readonly Token[], content: readonly Token[]): string | undefined {
  if (tokens.length === 0) return undefined;
  return [...new Set([phraseTerm(tokens), phraseTerm(content)])].map(quote).join(" OR ");
}

function contentTokens(tokens: readonly Token[]): readonly Token[] {
  const content = tokens.filter(({ text }) => !STOP_WORDS.has(text));
  return content.length > 0 ? content : tokens;
}

function wordsFor(tokens: readonly Token[], mode: MatchMode): TextMatch["words"] {
  return tokens.flatMap((token) => {
    const isLast = token === tokens.at(-1);
    return lookupTerms(token).map((term) => {
      const spellings = mode === "fuzzy" && token.isSegmented ? editNeighbours(term) : [term];
      const phrases = new Set([...spellings, ...phrasesWith(term, token, tokens)]);
      return {
        terms: anyOf(spellings),
        ...(mode === "prefix" && isLast && { prefix: term }),
        phrases: anyOf([...phrases]),
      };
    });
  });
}

/** The phrases of the text that hold the term: some tokens in a row, or a part of an unsegmented token. */
function phrasesWith(term: string, token: Token, tokens: readonly Token[]): string[] {
  const at = tokens.indexOf(token);
  const phrases: string[] = [];
  for (let first = Math.max(0, at - LONGEST_PHRASE_TOKENS + 1); first <= at; first++) {
    for (let end = at + 1; end <= Math.min(tokens.length, first + LONGEST_PHRASE_TOKENS); end++) {
      phrases.push(phraseTerm(tokens.slice(first, end)));
    }
  }
  if (token.isSegmented) return phrases;
  const characters = [...token.text];
  for (let first = 0; first < characters.length; first++) {
    for (let length = 1; length <= LONGEST_PHRASE_CHARACTERS; length++) {
      const part = characters.slice(first, first + length).join("");
      if (part.includes(term)) phrases.push(part);
    }
  }
  return phrases;
}

const quote = (term: string): string => `"${term}"`;

function anyOf(terms: readonly string[]): string {
  return terms.length === 1 ? quote(terms[0]!) : `(${terms.map(quote).join(" OR ")})`;
}
