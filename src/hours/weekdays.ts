import { plainPhrases } from "./phrases.ts";
import { COMMON, foldHours, GERMAN_WORDS, OTHER_WORDS, type Vocabulary } from "./words.ts";

/** Which weekday each of these words is, 0 is Sunday, in the language in which most of them are one; undefined for others. */
export function weekdaysOf(words: readonly string[]): (number | undefined)[] {
  const folded = words.map((word) => plainPhrases(foldHours(word)).trim());
  let best: (number | undefined)[] = [];
  let most = -1;
  for (const language of [COMMON, GERMAN_WORDS, ...OTHER_WORDS]) {
    const days = folded.map((word) => weekdayIn(language, word));
    const known = new Set(days.filter((day) => day !== undefined)).size;
    if (known > most) [best, most] = [days, known];
  }
  return best;
}

/** A letter alone may be anything. */
function weekdayIn(language: Vocabulary, word: string): number | undefined {
  if (word.length < 2) return undefined;
  const [meant, another] = language.get(word) ?? [];
  return meant?.type === "weekday" && !another ? meant.weekday : undefined;
}
