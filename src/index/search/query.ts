import { alphabetOf, mostEdits } from "../../text/edit-distance.ts";
import { STOP_WORDS } from "../../text/stop-words.ts";
import { lookupTerms, phraseTerm, type Token, tokenize } from "../../text/tokens.ts";

/** A text and a category as people write them, tokenised once for everything that asks about them. */
export interface CompiledQuery {
  readonly text: string;
  /** All tokens of the text. */
  readonly tokens: readonly Token[];
  /** The tokens without stop words; all of them if every one is a stop word. */
  readonly content: readonly Token[];
  /** The phrases (phraseTerm) by which the text as a whole may mean a category; none if it has no word. */
  readonly phrases: readonly string[];
  readonly category: CategoryQuery | undefined;
}

/** A category by its path, or by a phrase that means it. */
export interface CategoryQuery {
  readonly text: string;
  readonly path: string;
  /** None if the text has no word: no category is meant then. */
  readonly phrases: readonly string[];
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

/** The full-text side of a search, as the SQL statement takes it (match.ts). The words hold letters, digits and marks only. */
export interface TextMatch {
  /** What a place's text must hold: each word, or a category that it means. */
  readonly words: readonly string[];
  /** The phrases that may mean categories, each with the numbers of the first and of the last word that it covers. */
  readonly phrases: readonly CoveringPhrase[];
  readonly joiner: " AND " | " OR ";
  /** The last word may be the beginning of a word. */
  readonly prefix?: string;
  /** The words that may have a typo, each with the letters of its script. */
  readonly typed?: readonly (readonly [word: string, letters: readonly string[]])[];
  /** What the places' attributes have to be: an expression of our own (filter.ts). */
  readonly filter?: string;
  readonly category?: Pick<CategoryQuery, "path" | "phrases">;
}

export type CoveringPhrase = readonly [phrase: string, first: number, last: number];

const SHORTEST_PREFIX = 3;
const LONGEST_PHRASE_TOKENS = 4;
const LONGEST_PHRASE_CHARACTERS = 8;
/**
 * How many edits a question tries at most, of all its words together: those of a Latin word of 16 letters. The longest
 * words come first: they are the likeliest to have a typo. An edit is looked up in the vocabulary, in some 10 µs.
 */
const MOST_EDITS = 1_000;

export function compileQuery(text: string, category?: string): CompiledQuery {
  const tokens = tokenize(text);
  const content = contentTokens(tokens);
  return {
    text,
    tokens,
    content,
    phrases: phrasesOf(tokens, content),
    category: category === undefined ? undefined : compileCategory(category),
  };
}

function compileCategory(text: string): CategoryQuery {
  const { phrases } = compileQuery(text);
  return { text, path: text.trim().toLowerCase(), phrases };
}

/**
 * What the index is asked for in a mode; undefined if neither text nor category has a word: every place matches. Of the
 * phrases that an exact match has asked about, only those that mean a category are asked about again.
 */
export function matchFor(
  query: CompiledQuery,
  mode: MatchMode,
  meaningPhrases?: readonly string[],
): TextMatch | undefined {
  const category = query.category?.phrases.length ? query.category : undefined;
  const tokens = mode === "exact" ? query.tokens : query.content;
  if (tokens.length === 0 && !category) return undefined;
  const last = tokens.at(-1);
  const words = tokens.flatMap(lookupTerms);
  const phrases = coveringPhrases(tokens);
  const asked = new Set(meaningPhrases && coveringPhrases(query.tokens).map(([phrase]) => phrase));
  const known = new Set(meaningPhrases);
  return {
    words,
    phrases: phrases.filter(([phrase]) => known.has(phrase) || !asked.has(phrase)),
    joiner: mode === "some" ? " OR " : " AND ",
    ...(mode === "prefix" && last?.isSegmented && { prefix: last.text }),
    ...(mode === "fuzzy" && { typed: typedWords(tokens) }),
    ...(category && { category: { path: category.path, phrases: category.phrases } }),
  };
}

/** The relaxed modes in which the text can match anything that it does not match exactly. */
export function relaxationsOf({ tokens, content }: CompiledQuery): MatchMode[] {
  const last = content.at(-1);
  const can: Readonly<Record<string, boolean>> = {
    content: content.length < tokens.length,
    prefix: last?.isSegmented === true && last.text.length >= SHORTEST_PREFIX,
    fuzzy: typedWords(content).length > 0,
    some: content.flatMap(lookupTerms).length > 1,
  };
  return RELAXED_MODES.filter((mode) => can[mode]);
}

/** Whether a name is what the text says, up to case, accents and stop words. */
export function isNamed(name: string, { phrases }: CompiledQuery): boolean {
  const tokens = tokenize(name);
  return phrasesOf(tokens, contentTokens(tokens)).join() === phrases.join();
}

function phrasesOf(tokens: readonly Token[], content: readonly Token[]): string[] {
  if (tokens.length === 0) return [];
  return [...new Set([phraseTerm(tokens), phraseTerm(content)])];
}

function contentTokens(tokens: readonly Token[]): readonly Token[] {
  const content = tokens.filter(({ text }) => !STOP_WORDS.has(text));
  return content.length > 0 ? content : tokens;
}

/** The words that may have a typo, the longest ones first, as far as their edits may be tried. */
function typedWords(tokens: readonly Token[]): (readonly [string, readonly string[]])[] {
  const words = new Set(tokens.filter(({ isSegmented }) => isSegmented).map(({ text }) => text));
  let left = MOST_EDITS;
  return [...words]
    .sort((a, b) => b.length - a.length)
    .flatMap((word): (readonly [string, readonly string[]])[] => {
      const alphabet = alphabetOf(word);
      if (!alphabet || mostEdits(word, alphabet) > left) return [];
      left -= mostEdits(word, alphabet);
      return [[word, [...alphabet]]];
    });
}

/** Some tokens in a row, or a part of an unsegmented one. */
function coveringPhrases(tokens: readonly Token[]): CoveringPhrase[] {
  const phrases = new Map<string, CoveringPhrase>();
  const add = (phrase: string, first: number, last: number) => {
    phrases.set(`${phrase} ${first}`, [phrase, first, last]);
  };
  const starts = [0];
  for (const token of tokens) starts.push(starts.at(-1)! + lookupTerms(token).length);
  for (const [at, token] of tokens.entries()) {
    const most = Math.min(tokens.length, at + LONGEST_PHRASE_TOKENS);
    for (let end = at + 1; end <= most; end++) {
      add(phraseTerm(tokens.slice(at, end)), starts[at]!, starts[end]! - 1);
    }
    if (token.isSegmented) continue;
    // Its words are the pairs of its characters.
    const characters = [...token.text];
    for (let first = 0; first < characters.length - 1; first++) {
      for (const [more] of characters
        .slice(first + 1, first + LONGEST_PHRASE_CHARACTERS)
        .entries()) {
        const part = characters.slice(first, first + more + 2).join("");
        add(part, starts[at]! + first, starts[at]! + first + more);
      }
    }
  }
  return [...phrases.values()];
}
