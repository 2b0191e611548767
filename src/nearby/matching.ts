import type { PlaceIndex } from "../index/place-index.ts";
import type { AttributeTest } from "../index/search/filter.ts";
import type { MatchMode } from "../index/search/query.ts";
import type { WalkMatch } from "../index/walk.ts";
import { isMissing, matchOf } from "./find.ts";
import type { Answer, Question } from "./question.ts";

/** What a question matches, whatever the point: plain data, for work that goes through all of it. */
export interface Matching {
  /**
   * The places of the first set come before those of the second, as in an answer: there are two where the text is a name as
   * well as a kind. No place is in both. Null: every place matches.
   */
  readonly sets: readonly (WalkMatch | null)[];
  /** What the places' attributes have to pass. */
  readonly tests: readonly AttributeTest[];
}

/**
 * What a question matches by the reading that its text has where the radius is the whole earth. An answer within a smaller
 * radius has the same places, as far as it has any that match so; one that has none goes on with looser readings.
 *
 * @param answer to the question without a radius
 */
export async function matchingOf(
  index: PlaceIndex,
  question: Question,
  answer: Pick<Answer, "mode" | "reading">,
): Promise<Matching> {
  const matches = modesOf(question, answer).map((mode) => matchOf(question, mode));
  const asked = matches.filter((match) => match !== undefined);
  const resolved = asked.length > 0 ? await index.resolve(asked) : [];
  return {
    sets: matches.map((match) => (match && resolved.shift()) ?? null),
    tests: question.filter?.tests ?? [],
  };
}

function modesOf({ query }: Question, { mode, reading }: Pick<Answer, "mode" | "reading">) {
  if (isMissing(reading) && query.isForSights) return ["bare"] satisfies MatchMode[];
  if (mode !== "exact" && mode !== "named") return [mode];
  return (reading?.isName ? ["named", "exact"] : ["exact"]) satisfies MatchMode[];
}
