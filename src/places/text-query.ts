import { similarWords } from "./spelling.ts";
import { lookupWords, phraseWord, type Run, runsOf } from "./words.ts";

/** The full-text side of a search, as the SQL statement takes it: FTS5 expressions of quoted words. */
export interface TextQuery {
  readonly words: readonly {
    /** What a place's text must hold, unless it is of a category that one of the phrases means. */
    readonly word: string;
    /** The phrases of the question that the word is a part of. */
    readonly phrases: string;
  }[];
  readonly joiner: " AND " | " OR ";
  /** A category by its path, or by a phrase that means it. */
  readonly category?: { readonly path: string; readonly phrase: string };
}

/**
 * How words are read.
 * - `exact`: as they are, all of them.
 * - `beginning`: the last one may be the beginning of a word, as while typing.
 * - `similar`: each may have one slip of the finger.
 * - `any`: one of them is enough.
 */
export type Reading = "exact" | "beginning" | "similar" | "any";

/** "de", "la", "near", "me": they say nothing alone. */
const SHORTEST_TELLING_WORD = 3;
const SHORTEST_BEGINNING = 3;
const LONGEST_PHRASE_RUNS = 4;
const LONGEST_PHRASE_CHARACTERS = 8;

/** The query for a text and a category as people write them; undefined if neither has a word in it. */
export function textQuery(
  text: string,
  category: string | undefined,
  reading: Reading,
): TextQuery | undefined {
  const words = readWords(runsOf(text), reading);
  const categoryRuns = runsOf(category ?? "");
  if (words.length === 0 && categoryRuns.length === 0) return undefined;
  return {
    words,
    joiner: reading === "any" ? " OR " : " AND ",
    ...(category !== undefined &&
      categoryRuns.length > 0 && {
        category: { path: category.trim().toLowerCase(), phrase: quote(phraseWord(categoryRuns)) },
      }),
  };
}

/** Whether a looser reading of the text differs from the exact one at all. */
export function canBeRead(text: string, reading: Reading): boolean {
  const runs = runsOf(text);
  switch (reading) {
    case "exact":
      return true;
    case "beginning":
      return runs.at(-1)?.spaced === true && runs.at(-1)!.text.length >= SHORTEST_BEGINNING;
    case "similar":
      return runs.some(({ text, spaced }) => spaced && similarWords(text).length > 1);
    case "any":
      return runs.flatMap(lookupWords).length > 1;
  }
}

function readWords(runs: readonly Run[], reading: Reading): TextQuery["words"] {
  const telling = runs.filter(
    ({ text, spaced }) => !spaced || text.length >= SHORTEST_TELLING_WORD,
  );
  const read = reading === "any" && telling.length > 0 ? telling : runs;
  return read.flatMap((run) => {
    const last = run === runs.at(-1);
    return lookupWords(run).map((word) => {
      const spellings = reading === "similar" && run.spaced ? similarWords(word) : [word];
      const beginning = reading === "beginning" && last ? "*" : "";
      return {
        word: anyOf(spellings.map((spelling) => quote(spelling) + beginning)),
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
