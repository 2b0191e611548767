import { type Reading, readAnswer } from "./reading.ts";
import { completeLinkage, LEAST_SIMILARITY, similarity } from "./similarity.ts";

/** Answers that say the same, by their places among all. */
export interface Group {
  readonly answers: readonly number[];
  /** The answer that speaks for all: the shortest, which says what all say. */
  readonly spokesman: number;
}

export interface Grouping {
  /** The largest first; of equals the one with the earliest answer. */
  readonly groups: readonly Group[];
  /** How answers were compared, in words. */
  readonly comparedBy: string;
}

const AS_JSON = "JSON values: equal whatever the order of keys and the spelling of numbers";
const AS_TEXT = `normalized text: JSON, numbers, dates, times and yes or no by value, other texts by their words; with words put in, a text is the same from a Jaccard similarity of word sets of ${LEAST_SIMILARITY} on, in groups by complete linkage`;

/**
 * Groups answers to one question by what they say. In doubt two answers are not the same: a false majority is worse than none.
 * In which order the answers come changes no group (docs/MODELS.md, Consensus).
 *
 * @param asJson whether JSON was asked for
 */
export function groupAnswers(texts: readonly string[], asJson: boolean): Grouping {
  const readings = texts.map((text) => readAnswer(text, asJson));
  const byKey = Map.groupBy(texts.keys(), (at) => readings[at]!.key);
  const alike = linked([...byKey.keys()].sort(), (key) => readings[byKey.get(key)![0]!]!);
  const groups = alike.map((keys) => {
    const answers = keys.flatMap((key) => byKey.get(key)!).sort((a, b) => a - b);
    return { answers, spokesman: spokesmanOf(answers, texts) };
  });
  groups.sort((a, b) => b.answers.length - a.answers.length || a.answers[0]! - b.answers[0]!);
  return { groups, comparedBy: asJson ? AS_JSON : AS_TEXT };
}

/** Keys in groups. They come in the order of the alphabet, so that no other order counts. */
function linked(keys: readonly string[], readingOf: (key: string) => Reading): string[][] {
  const words = keys.map((key) => readingOf(key).words);
  const likeness = (a: number, b: number) => {
    const [some, others] = [words[a], words[b]];
    return some && others ? similarity(some, others) : 0;
  };
  const groups = completeLinkage(keys.length, likeness, LEAST_SIMILARITY);
  return groups.map((group) => group.map((at) => keys[at]!));
}

function spokesmanOf(answers: readonly number[], texts: readonly string[]): number {
  return answers.reduce((best, at) => {
    const [a, b] = [texts[best]!, texts[at]!];
    return b.length < a.length || (b.length === a.length && b < a) ? at : best;
  });
}
