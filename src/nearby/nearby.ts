import { CallerError } from "../errors.ts";
import { HALF_EARTH_METERS } from "../geo/ellipsoid.ts";
import type { Point } from "../geo/point.ts";
import type { PlaceIndex } from "../index/place-index.ts";
import type { Search } from "../index/search/plan.ts";
import type { CategoryQuery } from "../index/search/query.ts";
import type { Snapshot } from "../index/snapshot.ts";
import { plainText } from "../text/plain-text.ts";
import { AnswerCache } from "./cache.ts";
import { findNearby, findNearest } from "./find.ts";
import { type Matching, matchingOf } from "./matching.ts";
import { findOpen, type Progress } from "./open-filter.ts";
import {
  type Answer,
  type Asked,
  compile,
  dependsOnDeclarations,
  type Nearest,
  type Position,
  type Question,
  type What,
  type Where,
} from "./question.ts";

/** One page of an answer. */
export interface Page extends Answer {
  readonly question: Question;
  /** Where the next page begins, if there is one. */
  readonly next: Position | undefined;
}

const MOST_CATEGORIES_NAMED = 40;

/** Answers what is near a point: compiles the question, searches, and cuts pages. */
export class Nearby {
  readonly #index: PlaceIndex;
  readonly #cache: AnswerCache;

  constructor(index: PlaceIndex, waitUntil: (work: Promise<unknown>) => void) {
    this.#index = index;
    this.#cache = new AnswerCache(waitUntil);
  }

  /**
   * Compiles what was asked with the cached snapshot. If that fails, it reads the snapshot anew: the cached one may be old.
   *
   * @throws CallerError that says what to change, such as an attribute that there is not
   */
  async compile(asked: Asked): Promise<What> {
    try {
      return compile(asked, this.#index.cachedSnapshot() ?? NO_COLLECTIONS);
    } catch (error) {
      if (!(error instanceof CallerError)) throw error;
      return compile(asked, await this.#index.snapshot());
    }
  }

  /** @throws CallerError if there is no such category */
  async answer(what: What, where: Where, onProgress: Progress = () => {}): Promise<Page> {
    let question: Question = { ...what, ...where };
    let answer = await this.#find(question, onProgress);
    // The snapshot that it was compiled with may have been an old one.
    if (dependsOnDeclarations(what)) {
      const { filter } = compile(what.asked, answer.snapshot);
      if (JSON.stringify(filter) !== JSON.stringify(question.filter)) {
        question = { ...question, filter };
        answer = await this.#find(question, onProgress);
      }
    }
    const { category } = question.query;
    const isNothing = answer.places.length === 0 && !answer.nearestBeyond;
    if (category && (isNothing || category.phrases.length === 0)) {
      await this.#requireCategory(category);
    }
    return { ...answer, question, next: positionBehind(question, answer) };
  }

  /**
   * What a question matches anywhere, with the answer that tells how its text was read.
   *
   * @param isOrdered whether places of a name are to come before those of the kind that is called so
   * @throws CallerError if it asks for what there is not
   */
  async matching(
    asked: Asked,
    { isOrdered = true } = {},
  ): Promise<{ matching: Matching; answer: Page }> {
    const what = await this.compile(asked);
    const answer = await this.answer(what, { center: ANYWHERE, radiusMeters: HALF_EARTH_METERS });
    const matching = await matchingOf(this.#index, answer.question, answer, isOrdered);
    return { matching, answer };
  }

  /**
   * The nearest of the places that a resolved match and tests leave, within a radius.
   *
   * @param mostRows it goes on until so many rows have been read; some thousand more may be read then
   */
  async nearest(
    where: Where,
    search: Pick<Search, "match" | "tests">,
    mostRows: number,
  ): Promise<Nearest> {
    return findNearest(this.#index, where, search, mostRows);
  }

  #find(question: Question, onProgress: Progress): Promise<Answer> {
    const { openAt } = question;
    return openAt
      ? findOpen(this.#index, question, openAt, onProgress)
      : findNearby(this.#index, question, this.#cache);
  }

  /** @throws CallerError if there is no place of the category, with those that there are */
  async #requireCategory(category: CategoryQuery): Promise<void> {
    const kinds = await this.#index.kindsOf(category);
    if (kinds.some(({ hasPlaces }) => hasPlaces)) return;
    const paths = (await this.#index.categories()).map(({ path }) => plainText(path)).sort();
    const named = paths.slice(0, MOST_CATEGORIES_NAMED).join(", ");
    const rest = paths.length > MOST_CATEGORIES_NAMED ? ", …" : "";
    throw new CallerError(
      `"category": there are no places of this kind in the data. There are: ${named}${rest}. Or leave category out and name the kind in query.`,
    );
  }
}

/** From here all of the earth is looked at. */
const ANYWHERE: Point = { latitude: 0, longitude: 0 };

/** What a question is compiled with before this isolate has read anything. */
const NO_COLLECTIONS: Pick<Snapshot, "attributes" | "collections"> = {
  attributes: [],
  collections: new Map(),
};

function positionBehind(question: Question, answer: Answer): Position | undefined {
  const { places, more, mode, searchedMeters, lookedUpTo } = answer;
  const last = places.at(-1);
  const isStuck = searchedMeters === question.after?.distanceMeters;
  if (!more || (searchedMeters !== undefined && isStuck && !lookedUpTo)) return undefined;
  if (lookedUpTo) return { ...lookedUpTo, mode };
  const end =
    searchedMeters !== undefined
      ? { distanceMeters: searchedMeters, key: Number.MIN_SAFE_INTEGER }
      : last && { distanceMeters: last.distanceMeters, key: last.row.key };
  return end && { ...end, mode };
}
