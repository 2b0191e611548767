import type { PlaceIndex } from "../index/place-index.ts";
import type { AttributeTest } from "../index/search/filter.ts";
import type { MatchMode, TextMatch } from "../index/search/query.ts";
import type { WalkMatch } from "../index/walk.ts";
import { isMissing, matchOf } from "./find.ts";
import type { Answer, Question } from "./question.ts";

/** What a question matches, whatever the point: plain data, for work that goes through all of it. */
export interface Matching {
  /**
   * The places of the first set come before those of the second, as in an answer: there are two where the text is a name as
   * well as a kind, and the order counts. No place is in both. Null: every place matches.
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
 * @param isOrdered whether places of a name are to come before those of the kind that is called so; else they are one set
 */
export async function matchingOf(
  index: PlaceIndex,
  question: Question,
  answer: Pick<Answer, "mode" | "reading">,
  isOrdered: boolean,
): Promise<Matching> {
  const modes = modesOf(question, answer);
  const matches = isOrdered
    ? modes.map((mode) => matchOf(question, mode))
    : [allOf(matchOf(question, modes.at(-1)!))];
  const asked = matches.filter((match) => match !== undefined);
  const resolved = asked.length > 0 ? await index.resolve(asked) : [];
  return {
    sets: matches.map((match) => (match && resolved.shift()) ?? null),
    tests: question.filter?.tests ?? [],
  };
}

/** With the places of the name that the text is, too. */
function allOf(match: TextMatch | undefined): TextMatch | undefined {
  if (!match) return undefined;
  const { areNamesApart, ...all } = match;
  return all;
}

function modesOf({ query }: Question, { mode, reading }: Pick<Answer, "mode" | "reading">) {
  if (isMissing(reading) && query.isForSights) return ["bare"] satisfies MatchMode[];
  if (mode !== "exact" && mode !== "named") return [mode];
  return (reading?.isName ? ["named", "exact"] : ["exact"]) satisfies MatchMode[];
}
