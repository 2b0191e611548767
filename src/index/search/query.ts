import { alphabetOf, mostEdits } from "../../text/edit-distance.ts";
import { numberForms } from "../../text/numbers.ts";
import { type ReadToken, type Role, readTokens } from "../../text/question-words.ts";
import {
  isConjunction,
  lookupTerms,
  nameTerm,
  ownNameTerm,
  PHRASE_JOINER,
  phraseTerm,
  type Token,
  tokenize,
} from "../../text/tokens.ts";

/** A text and a category as people write them, understood once for everything that asks about them. */
export interface CompiledQuery {
  readonly text: string;
  /** All tokens of the text. */
  readonly tokens: readonly Token[];
  /** The tokens without little words, but with those of time and quality, which names may have. */
  readonly content: readonly Token[];
  /** The tokens that name something: neither little words, nor when, nor how good. */
  readonly bare: readonly Token[];
  /** How tokens stand in the text, by what they are folded to; not of scripts without spaces. */
  readonly typed: ReadonlyMap<string, string>;
  /** What the text asks that no data tells, as it was typed: words of time and of quality. */
  readonly unanswerable: readonly string[];
  /** Whether some of these are of time. */
  readonly asksForTime: boolean;
  /** The text says nothing but "near me", "anything" and the like: every place matches. */
  readonly isAnything: boolean;
  /** The text asks for sights: what there is to do and to see. */
  readonly isForSights: boolean;
  /** The texts between "or", "and" and commas, where there are several: each may be a kind. */
  readonly parts: readonly (readonly Token[])[];
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
 * How a text is read. Each mode after the first changes more of it.
 * - `exact`: as a kind of place, if the whole text is one; else all words have to match, each as it is or as part of a kind.
 * - `named`: as the name of places, where a text that is a kind is a name, too.
 * - `bare`: without the words that name nothing.
 * - `joined`: words may be written in one or apart, and small numbers as digits or as words.
 * - `typo`: words may also have one typo each (edit distance 1).
 * - `prefix`: the last word may be the beginning of one, as while typing.
 * - `most`: all words but one.
 * - `kind`: only the kind that the text names.
 * - `half`: half of the words.
 */
export type MatchMode =
  | "exact"
  | "named"
  | "bare"
  | "joined"
  | "typo"
  | "prefix"
  | "most"
  | "kind"
  | "half";

/** The modes that find more than the exact one, in the order in which they are tried. */
export const RELAXED_MODES: readonly MatchMode[] = [
  "bare",
  "joined",
  "typo",
  "prefix",
  "most",
  "kind",
  "half",
];

/** The full-text side of a search, as the SQL statement takes it (match.ts). The words hold letters, digits and marks only. */
export interface TextMatch {
  /** What a place's text must hold: each word, or a category or collection that it means. */
  readonly words: readonly string[];
  /** Which words have to match together: one of these lists of numbers of words is enough. */
  readonly combinations: readonly (readonly number[])[];
  /** The phrases that may mean categories or collections, each with the numbers of the first and of the last word that it covers. */
  readonly phrases: readonly CoveringPhrase[];
  /** The phrases by which all of the text may be kinds of places. */
  readonly wholes: readonly WholePhrase[];
  /** The terms of names that the text may be where it is a kind as well. */
  readonly names: readonly string[];
  /** The terms of any names, also of towns and stations: they count where the data has no place of the kind. */
  readonly aliases: readonly string[];
  /** Places with these names are left out of those of the kind: they have a search of their own. */
  readonly areNamesApart?: true;
  /** Only places with these names. */
  readonly isNamed?: true;
  /** The last word may be the beginning of a word. */
  readonly prefix?: string;
  /** What a word may be instead: words that all have to match. */
  readonly rewritten?: readonly RewrittenWord[];
  /** The words that may have a typo, each with the letters of its script. */
  readonly typed?: readonly (readonly [word: string, letters: readonly string[]])[];
  /** The whole phrase around each word that may have a typo. */
  readonly typedWholes?: readonly (readonly [word: string, before: string, after: string])[];
  /** What the places' attributes have to be: an expression of our own (filter.ts). */
  readonly filter?: string;
  readonly category?: Pick<CategoryQuery, "path" | "phrases">;
  /** Only places of the collection with this name. */
  readonly collection?: string;
}

export type CoveringPhrase = readonly [phrase: string, first: number, last: number];
/** A phrase for one of the parts of a reading of the text; all parts have to be kinds. The lowest reading counts. */
export type WholePhrase = readonly [phrase: string, reading: number, part: number, parts: number];
/** Instead of the words from the first to the last: others. */
export type RewrittenWord = readonly [first: number, last: number, words: readonly string[]];

/** How a text was read: a column of `match` (match.ts), as JSON. */
export interface TextReading {
  /** The kinds that the whole text means: label, number of places, phrase. Empty if it is read as words. */
  readonly kinds: readonly (readonly [label: string, places: number, phrase: string])[];
  /** Whether there are places with this name somewhere. */
  readonly isName: 0 | 1;
  /** The kinds that parts of the text mean of which the data has no place. */
  readonly missing: readonly string[];
  /** What words were read as: those joined, split, or with a typo. */
  readonly rewritten: readonly string[] | null;
}

const SHORTEST_PREFIX = 3;
const LONGEST_PHRASE_TOKENS = 4;
const LONGEST_PHRASE_CHARACTERS = 8;
/** Words of so many letters may be written apart. */
const SHORTEST_SPLIT = 3;
const LONGEST_SPLIT = 20;
const LONGEST_SPLIT_IN_THREE = 15;
/** Words of a longer text are neither joined nor split, and its typos are not kinds. */
const MOST_REWRITTEN_TOKENS = 6;
/** Of a text of more words, not all but one are looked for. */
const MOST_BUT_ONE = 12;
/** Of a longer text, the longest words stand for all of it where half of them have to match. */
const MOST_COMBINED = 6;
/**
 * How many edits a question tries at most, of all its words together: those of a Latin word of 16 letters. The longest
 * words come first: they are the likeliest to have a typo. An edit is looked up in the vocabulary, in some 10 µs.
 */
const MOST_EDITS = 1_000;
/** What separates kinds of which any is wanted: "museum or park". Where a part is no kind, the text is read in one piece. */
const SEPARATORS =
  /[,;/+&、，；・]|\s(?:or|and|oder|und|ou|et|o|y|u|e|of|en|eller|og|och|lub|albo|i|nebo|a|vagy|és|sau|și|или|и|або|та|ή|και|veya|ve|أو|و|או|یا|या|และ|หรือ|hoặc|và|atau|dan)\s|(?<=\S)(?:または|や|と|或者|或|和|또는|이나|와)(?=\S)/giu;
const MOST_PARTS = 4;
/** A sight, as the words of categories have it. */
const SIGHTS = "sight";

export function compileQuery(text: string, category?: string): CompiledQuery {
  const tokens = tokenize(text);
  const read = readTokens(tokens);
  const bare = bareOf(read);
  const hasRole = (...roles: Role[]) => read.some(({ role }) => role && roles.includes(role));
  const typed = typedForms(text);
  const isEmpty = bare.length === 0;
  return {
    text,
    tokens,
    content: contentOf(read),
    bare: isEmpty && !hasRole("here", "any", "sights", "time", "quality") ? tokens : bare,
    typed,
    unanswerable: unanswerableOf(read, typed),
    asksForTime: hasRole("time"),
    isAnything: isEmpty && hasRole("here", "any", "sights") && !hasRole("quality", "time"),
    isForSights: isEmpty && hasRole("sights"),
    parts: partsOf(text),
    category: category === undefined ? undefined : compileCategory(category),
  };
}

function compileCategory(text: string): CategoryQuery {
  const tokens = tokenize(text);
  const phrases = [...new Set([tokens, contentOf(readTokens(tokens))].map(phraseTerm))];
  return { text, path: text.trim().toLowerCase(), phrases: phrases.filter(Boolean) };
}

function contentOf(read: readonly ReadToken[]): Token[] {
  return read
    .filter(({ role }) => role === undefined || role === "time" || role === "quality")
    .map(({ token }) => token);
}

function bareOf(read: readonly ReadToken[]): Token[] {
  return read.filter(({ role }) => role === undefined).map(({ token }) => token);
}

function partsOf(text: string): Token[][] {
  const parts = text
    .split(SEPARATORS)
    .map((part) => bareOf(readTokens(tokenize(part))))
    .filter((tokens) => tokens.length > 0);
  return parts.length > 1 && parts.length <= MOST_PARTS ? parts : [];
}

function typedForms(text: string): ReadonlyMap<string, string> {
  const words = text.split(/[\s,;]+/).map((word) => {
    const bare = word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}\p{M}]+$/gu, "");
    return [phraseTerm(tokenize(word)), bare] as const;
  });
  return new Map(words.filter(([phrase, word]) => phrase && word));
}

/** A token as it stands in the text, where that can be told. */
export function asTyped({ typed }: Pick<CompiledQuery, "typed">, { text }: Token): string {
  return typed.get(text) ?? text;
}

/** The phrases of time and quality. */
function unanswerableOf(
  read: readonly ReadToken[],
  typed: ReadonlyMap<string, string>,
): readonly string[] {
  const phrases: string[] = [];
  let last: Role | undefined;
  for (const { token, role } of read) {
    const isUnanswerable = role === "time" || role === "quality";
    const word = asTyped({ typed }, token);
    if (isUnanswerable && role === last && token.isSegmented)
      phrases.push(`${phrases.pop()} ${word}`);
    else if (isUnanswerable) phrases.push(word);
    last = isUnanswerable ? role : undefined;
  }
  return [...new Set(phrases)];
}

/** What the index is asked for in a mode; undefined if every place matches. */
export function matchFor(query: CompiledQuery, mode: MatchMode): TextMatch | undefined {
  const category = query.category?.phrases.length ? query.category : undefined;
  const narrowed = category && { category: { path: category.path, phrases: category.phrases } };
  const isExact = mode === "exact" || mode === "named";
  const tokens = isExact ? query.tokens : query.bare;
  const isAnything = query.isAnything || tokens.length === 0;
  if (isAnything && !(query.isForSights && mode === "exact")) {
    return narrowed && { ...EVERY_PLACE, ...narrowed };
  }
  if (isAnything) return { ...EVERY_PLACE, ...narrowed, wholes: [[SIGHTS, 0, 0, 1]] };
  const units = unitsOf(tokens);
  const words = units.flatMap(({ words }) => words);
  const last = tokens.at(-1)!;
  return {
    words,
    combinations: combinationsOf(units, mode),
    phrases: coveringPhrases(tokens),
    wholes: wholesOf(query, mode),
    ...namesOf(query),
    ...(mode === "exact" && { areNamesApart: true }),
    ...(mode === "named" && { isNamed: true }),
    ...(mode === "prefix" && last.isSegmented && { prefix: last.text }),
    ...(LOOSE.has(mode) && { rewritten: rewrittenWords(tokens) }),
    ...(mode === "typo" && typosOf(query)),
    ...narrowed,
  };
}

/** The modes in which words may be joined or split. */
const LOOSE: ReadonlySet<MatchMode> = new Set(["joined", "typo", "prefix"]);

/** A match of all places, to be narrowed. */
export const EVERY_PLACE: TextMatch = {
  words: [],
  combinations: [],
  phrases: [],
  wholes: [],
  names: [],
  aliases: [],
};

/** The relaxed modes in which the text can match anything that it does not match exactly. */
export function relaxationsOf({ tokens, bare, isAnything }: CompiledQuery): MatchMode[] {
  if (isAnything || tokens.length === 0) return [];
  if (bare.length === 0) return ["bare"];
  const last = bare.at(-1);
  const count = bare.length;
  const can: Readonly<Partial<Record<MatchMode, boolean>>> = {
    bare: phraseTerm(bare) !== phraseTerm(tokens),
    joined: rewrittenWords(bare).length > 0,
    typo: typedWords(bare).length > 0,
    prefix: last?.isSegmented === true && last.text.length >= SHORTEST_PREFIX,
    most: count > 1 && count <= MOST_BUT_ONE,
    kind: count > 1 || (last?.isSegmented === false && [...last.text].length > 2),
    half: count > 3,
  };
  return RELAXED_MODES.filter((mode) => can[mode]);
}

/** The words of each token; all of them have to match for the token to. */
interface Unit {
  readonly words: readonly string[];
  readonly first: number;
}

function unitsOf(tokens: readonly Token[]): Unit[] {
  let first = 0;
  return tokens.map((token) => {
    const words = lookupTerms(token);
    const unit = { words, first };
    first += words.length;
    return unit;
  });
}

function combinationsOf(units: readonly Unit[], mode: MatchMode): number[][] {
  const wordsOf = (chosen: readonly Unit[]) =>
    chosen.flatMap(({ words, first }) => words.map((_, nth) => first + nth));
  if (mode !== "most" && mode !== "half") return [wordsOf(units)];
  if (mode === "most") return units.map((_, at) => wordsOf(units.toSpliced(at, 1)));
  const longest = units.toSorted((a, b) => lengthOf(b) - lengthOf(a)).slice(0, MOST_COMBINED);
  return subsets(longest, Math.ceil(longest.length / 2)).map(wordsOf);
}

const lengthOf = ({ words }: Unit) => words.join("").length;

function subsets<T>(items: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, at) =>
    subsets(items.slice(at + 1), size - 1).map((rest) => [item, ...rest]),
  );
}

/** The phrases by which the text may be kinds as a whole. */
function wholesOf(query: CompiledQuery, mode: MatchMode): WholePhrase[] {
  const { tokens, content, bare, parts } = query;
  if (mode === "exact" || mode === "named") {
    return [...wholeOf([tokens, content]), ...unionOf(parts)];
  }
  if (mode === "kind") {
    const phrases = coveringPhrases(bare).toSorted(
      ([a, first, last], [b, from, to]) => to - from - (last - first) || b.length - a.length,
    );
    return phrases.map(([phrase], reading) => [phrase, reading, 0, 1]);
  }
  if (mode === "most" || mode === "half") return [];
  const others = LOOSE.has(mode) ? rewrittenPhrases(bare) : [];
  return [
    ...wholeOf([bare]),
    ...others.map((phrase): WholePhrase => [phrase, 0, 0, 1]),
    ...unionOf(parts),
  ];
}

function wholeOf(readings: readonly (readonly Token[])[]): WholePhrase[] {
  const phrases = [...new Set(readings.map(phraseTerm))].filter(Boolean);
  return phrases.map((phrase) => [phrase, 0, 0, 1]);
}

function unionOf(parts: readonly (readonly Token[])[]): WholePhrase[] {
  return parts.map((part, at) => [phraseTerm(part), 1, at, parts.length]);
}

/** The terms of the names that the text may be. */
function namesOf({ tokens, content, bare }: CompiledQuery): Pick<TextMatch, "names" | "aliases"> {
  const sayings = new Map([tokens, content, bare].map((saying) => [phraseTerm(saying), saying]));
  const termsBy = (toTerm: (tokens: readonly Token[]) => string | undefined) =>
    Array.from(sayings.values(), toTerm).filter((term) => term !== undefined);
  return {
    names: termsBy(ownNameTerm),
    aliases: termsBy((saying) => nameTerm(saying.map(({ text }) => text).join(" "))),
  };
}

/** Words joined with the next ones, split in two or three, and numbers in digits or in words. */
function rewrittenWords(tokens: readonly Token[]): RewrittenWord[] {
  if (tokens.length > MOST_REWRITTEN_TOKENS) return [];
  const units = unitsOf(tokens);
  return tokens.flatMap((token, at): RewrittenWord[] => {
    const { first } = units[at]!;
    const rewritten: RewrittenWord[] = [];
    for (let end = at + 2; end <= Math.min(tokens.length, at + 3); end++) {
      const joined = tokens.slice(at, end);
      if (!joined.every(({ isSegmented }) => isSegmented)) break;
      rewritten.push([first, first + end - at - 1, [joined.map(({ text }) => text).join("")]]);
    }
    if (!token.isSegmented) return rewritten;
    for (const number of numberForms(token.text)) rewritten.push([first, first, [number]]);
    for (const parts of splitsOf(token.text, tokens.length === 1)) {
      rewritten.push([first, first, parts]);
    }
    return rewritten;
  });
}

/** The phrases that come of joining two words, or of splitting one in two. */
function rewrittenPhrases(tokens: readonly Token[]): string[] {
  if (tokens.length > LONGEST_PHRASE_TOKENS || tokens.some(({ isSegmented }) => !isSegmented)) {
    return [];
  }
  const texts = tokens.map(({ text }) => text);
  const joined = texts.slice(1).map((text, at) => texts.toSpliced(at, 2, texts[at]! + text));
  const split = texts.flatMap((text, at) =>
    splitsOf(text, false).map((parts) => texts.toSpliced(at, 1, ...parts)),
  );
  return [...joined, ...split].map((words) => words.join(PHRASE_JOINER));
}

/** A word in two, and in three if that is wanted and it is short: "toysrus". */
function splitsOf(word: string, isThreefold: boolean): string[][] {
  const letters = [...word];
  if (letters.length < SHORTEST_SPLIT || letters.length > LONGEST_SPLIT) return [];
  const part = (first: number, end?: number) => letters.slice(first, end).join("");
  const ends = [...letters.keys()].slice(1);
  const twos = ends.map((end) => [part(0, end), part(end)]);
  if (!isThreefold || letters.length > LONGEST_SPLIT_IN_THREE) return twos;
  const threes = ends.flatMap((end) =>
    ends
      .filter((next) => next > end)
      .map((next) => [part(0, end), part(end, next), part(next)])
      .map((parts) => parts.filter((word) => !isConjunction(word))),
  );
  return [...twos, ...threes];
}

function typosOf({ content, bare }: CompiledQuery): Pick<TextMatch, "typed" | "typedWholes"> {
  const typed = typedWords(bare);
  const sayings = [bare, ...(content.length > bare.length ? [content] : [])];
  const typedWholes = sayings
    .filter(({ length }) => length <= LONGEST_PHRASE_TOKENS)
    .flatMap((saying) => typed.map(([word]) => around(word, saying)));
  return { typed, typedWholes };
}

/** A word, with what stands before and behind it in the phrase. */
function around(word: string, tokens: readonly Token[]): readonly [string, string, string] {
  const texts = tokens.map(({ text }) => text);
  const at = texts.indexOf(word);
  const before = texts.slice(0, at).map((text) => text + PHRASE_JOINER);
  const behind = texts.slice(at + 1).map((text) => PHRASE_JOINER + text);
  return [word, before.join(""), behind.join("")];
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
  const starts = unitsOf(tokens);
  for (const [at, token] of tokens.entries()) {
    const most = Math.min(tokens.length, at + LONGEST_PHRASE_TOKENS);
    for (let end = at + 1; end <= most; end++) {
      const { first, words } = starts[end - 1]!;
      add(phraseTerm(tokens.slice(at, end)), starts[at]!.first, first + words.length - 1);
    }
    if (token.isSegmented) continue;
    // Its words are the pairs of its characters.
    const characters = [...token.text];
    const { first: start } = starts[at]!;
    for (let first = 0; first < characters.length - 1; first++) {
      for (const [more] of characters
        .slice(first + 1, first + LONGEST_PHRASE_CHARACTERS)
        .entries()) {
        const part = characters.slice(first, first + more + 2).join("");
        add(part, start + first, start + first + more);
      }
    }
  }
  return [...phrases.values()];
}
