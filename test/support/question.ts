import type { FilterPlan } from "../../src/index/search/filter.ts";
import { compileQuery } from "../../src/index/search/query.ts";
import type { OpenAt } from "../../src/nearby/open-at.ts";
import type { Position, Question, Where } from "../../src/nearby/question.ts";

/** A question as tests write it. */
export interface PlainQuestion extends Where {
  readonly limit: number;
  readonly text: string;
  readonly category?: string | undefined;
  readonly filter?: FilterPlan | undefined;
  readonly openAt?: OpenAt | undefined;
  readonly after?: Position | undefined;
}

export function questionOf({ text, category, ...rest }: PlainQuestion): Question {
  return { ...rest, query: compileQuery(text, category) };
}
