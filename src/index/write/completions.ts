import { MOST_COMPLETIONS } from "../search/match.ts";
import { eachSlice } from "./transaction.ts";

/** A word of the full-text index. */
export interface CountedWord {
  readonly term: string;
  /** How many places have it. */
  readonly places: number;
}

/** How many words a step reads. */
const WORDS_A_STEP = 20_000;
const SHORTEST_HEAD = 3;
const LONGEST_HEAD = 12;
/** What begins with a sign from the first to before the second is no word (text/tokens.ts). */
const SIGNS = ["\u00a4", "\u00b8"] as const;
const LAST_CHARACTER = String.fromCodePoint(0x10ffff);

const READ_WORDS = `SELECT term, doc AS places FROM places_vocabulary WHERE term >= ?1 AND term < ?2
  ORDER BY term`;
const DELETE_COMPLETIONS = "DELETE FROM completions WHERE head >= ?1 AND head < ?2";
const INSERT_COMPLETIONS =
  "INSERT INTO completions SELECT value ->> 0, value -> 1 FROM json_each(?1)";

/**
 * Counts anew which words the prefixes from one on stand for. The words are counted here: SQLite would read and sort each
 * of them once for every prefix that it has, and D1 bills what is read.
 *
 * @param from where to begin: "" at first
 * @returns where the next step begins; undefined if there is nothing left to do
 */
export async function completionStep(
  session: D1DatabaseSession,
  from: string,
  wordsAStep = WORDS_A_STEP,
): Promise<string | undefined> {
  const [firstSign, behindSigns] = SIGNS;
  const isBefore = from < firstSign;
  const most = isBefore ? firstSign : LAST_CHARACTER;
  const { words, to } = await readWords(session, from, most, wordsAStep);
  await session.batch([
    session.prepare(DELETE_COMPLETIONS).bind(from, to),
    ...eachSlice(session, INSERT_COMPLETIONS, completionsOf(words)),
  ]);
  if (to !== most) return to;
  return isBefore ? behindSigns : undefined;
}

/** Some words from one on, and where they end. Words that share their first letters are read together, however many they are. */
async function readWords(
  session: D1DatabaseSession,
  from: string,
  most: string,
  wordsAStep: number,
): Promise<{ words: readonly CountedWord[]; to: string }> {
  const some = session.prepare(`${READ_WORDS} LIMIT ?3`).bind(from, most, wordsAStep + 1);
  const { results: words } = await some.all<CountedWord>();
  const next = words[wordsAStep];
  if (next === undefined) return { words, to: most };
  const head = [...next.term].slice(0, SHORTEST_HEAD).join("");
  const end = words.findIndex(({ term }) => term.startsWith(head));
  if (end > 0) return { words: words.slice(0, end), to: head };
  const to = head + LAST_CHARACTER;
  const all = await session.prepare(READ_WORDS).bind(from, to).all<CountedWord>();
  return { words: all.results, to };
}

/**
 * The prefixes that more words begin with than one may stand for, and those that each of them stands for: the words that
 * most places have.
 *
 * @param words all words that begin with these prefixes, in their order
 */
export function completionsOf(
  words: readonly CountedWord[],
): (readonly [head: string, words: readonly string[]])[] {
  const byHead = new Map<string, CountedWord[]>();
  for (const word of words) {
    const letters = [...word.term];
    let head = letters.slice(0, SHORTEST_HEAD - 1).join("");
    for (const letter of letters.slice(SHORTEST_HEAD - 1, LONGEST_HEAD)) {
      head += letter;
      const others = byHead.get(head);
      if (others) others.push(word);
      else byHead.set(head, [word]);
    }
  }
  return [...byHead]
    .filter(([, all]) => all.length > MOST_COMPLETIONS)
    .map(([head, all]) => [
      head,
      all
        .sort((a, b) => b.places - a.places)
        .slice(0, MOST_COMPLETIONS)
        .map(({ term }) => term),
    ]);
}
