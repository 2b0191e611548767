import { editNeighbours } from "../../text/edit-distance.ts";
import { LITTLE_WORDS } from "../../text/stop-words.ts";
import { lookupWords, phraseWord, type Run, runsOf } from "../../text/tokens.ts";

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
export const LOOSER_READINGS: readonly Reading[] = ["telling", "beginning", "similar", "any"];

const SHORTEST_BEGINNING = 3;
const LONGEST_PHRASE_RUNS = 4;
const LONGEST_PHRASE_CHARACTERS = 8;

/** The query for a text and a category as people write them; undefined if neither has a word in it. */
export function textQuery(
  text: string,
  category: string | undefined,
  reading: Reading,
): TextQuery | undefined {
  const runs = runsOf(text);
  const words = readWords(reading === "exact" ? runs : tellingRuns(runs), reading);
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
  const runs = runsOf(text);
  if (runs.length === 0) return undefined;
  const phrases = new Set([phraseWord(runs), phraseWord(tellingRuns(runs))]);
  return [...phrases].map(quote).join(" OR ");
}

/** Whether a looser reading of the text differs from the exact one at all. */
export function canBeRead(text: string, reading: Reading): boolean {
  const runs = runsOf(text);
  const telling = tellingRuns(runs);
  switch (reading) {
    case "exact":
      return true;
    case "telling":
      return telling.length < runs.length;
    case "beginning": {
      const last = telling.at(-1);
      return last?.spaced === true && last.text.length >= SHORTEST_BEGINNING;
    }
    case "similar":
      return telling.some((run) => run.spaced && editNeighbours(run.text).length > 1);
    case "any":
      return telling.flatMap(lookupWords).length > 1;
  }
}

/** The runs that say what is looked for; all of them if none does. */
function tellingRuns(runs: readonly Run[]): readonly Run[] {
  const telling = runs.filter(({ text }) => !LITTLE_WORDS.has(text));
  return telling.length > 0 ? telling : runs;
}

function readWords(runs: readonly Run[], reading: Reading): TextQuery["words"] {
  return runs.flatMap((run) => {
    const last = run === runs.at(-1);
    return lookupWords(run).map((word) => {
      const spellings = reading === "similar" && run.spaced ? editNeighbours(word) : [word];
      return {
        word: anyOf(spellings.map(quote)),
        ...(reading === "beginning" && last && { beginning: word }),
        phrases: anyOf([...new Set([...spellings, ...phrasesWith(word, run, runs)])].map(quote)),
      };
    });
  });
}

/** The phrases of the text that hold the word: some runs in a row, or a part of an unspaced run. */
function phrasesWith(word: string, run: Run, runs: readonly Run[]): string[] {
  const at = runs.indexOf(run);
  const phrases: string[] = [];
  for (let first = Math.max(0, at - LONGEST_PHRASE_RUNS + 1); first <= at; first++) {
    for (let end = at + 1; end <= Math.min(runs.length, first + LONGEST_PHRASE_RUNS); end++) {
      phrases.push(phraseWord(runs.slice(first, end)));
    }
  }
  if (run.spaced) return phrases;
  const characters = [...run.text];
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
