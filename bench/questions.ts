import type { Point } from "../src/geo/point.ts";
import { type Search, Area as SearchArea } from "../src/index/search/plan.ts";
import { compileQuery, matchFor } from "../src/index/search/query.ts";
import type { Question } from "../src/nearby/question.ts";
import type { PlaceRecord } from "../src/records/place.ts";
import { indexTerms } from "../src/text/tokens.ts";
import { type Random, seeded } from "../test/support/random.ts";
import { MOVES, type Move, move, moveBack } from "./copies.ts";
import { anywhere, jitter, oneOf } from "./random.ts";

/** What is asked for. All words are in the name of a real place: near the point, or (`elsewhere`) of any other. */
export const KINDS = [
  "anything",
  "common word",
  "medium word",
  "rare word",
  "two words",
  "category",
  "word from elsewhere",
] as const;
export type Kind = (typeof KINDS)[number];

/**
 * Where.
 * - dense: 50 m to 2 km from a place with 500 others in its cell of 0.1°
 * - suburban: 1 to 20 km from a place with 10 to 200 others in its cell
 * - empty: anywhere on the globe (mostly ocean, then desert and ice) with nothing for 50 km or more
 */
export const AREAS = ["dense", "suburban", "empty"] as const;
export type Area = (typeof AREAS)[number];

export interface BenchQuestion extends Question {
  readonly kind: Kind;
  readonly area: Area;
}

const RADII_METERS = [2_000, 10_000, 50_000];
const LIMIT = 10;
/** How many places have a word: of each kind at least, and at most. */
const COMMON = 1 / 500;
const RARE = 1 / 50_000;
const CELLS_PER_DEGREE = 10;
const EMPTY_CELLS = 5;

/**
 * Questions about these places, or about them and their copies: the same for the same seed. There are
 * `each` of every kind in every area.
 */
export function questionsAbout(
  records: readonly PlaceRecord[],
  { each, seed, moves = [MOVES[0]!] }: { each: number; seed: number; moves?: readonly Move[] },
): BenchQuestion[] {
  const random = seeded(seed);
  const words = new WordCounts(records);
  const cells = new CellCounts(records);
  const dense = records.filter((record) => cells.at(record) >= 500);
  const suburban = records.filter((record) => cells.at(record) >= 10 && cells.at(record) <= 200);

  const locate: Readonly<Record<Area, () => { near: PlaceRecord; center: Point }>> = {
    dense() {
      const near = oneOf(random, dense);
      return { near, center: jitter(random, near, 50, 2_000) };
    },
    suburban() {
      const near = oneOf(random, suburban);
      return { near, center: jitter(random, near, 1_000, 20_000) };
    },
    empty: () => ({ near: oneOf(random, records), center: emptyPoint(random, cells) }),
  };

  const questions: BenchQuestion[] = [];
  for (const area of AREAS) {
    for (const kind of KINDS) {
      for (let made = 0; made < each; ) {
        const { near, center } = locate[area]();
        const named = kind === KINDS.at(-1) ? oneOf(random, records) : near;
        const query = ask(random, kind, named, words);
        if (!query) continue;
        const there = area === "empty" ? center : move(center, oneOf(random, moves));
        const radiusMeters = oneOf(random, RADII_METERS);
        questions.push({ center: there, radiusMeters, limit: LIMIT, query, kind, area });
        made += 1;
      }
    }
  }
  return questions;
}

/** What findNearby searches for first. */
export function firstSearch({ query, center, radiusMeters, limit }: Question): Search {
  const match = matchFor(query, "exact");
  return { area: new SearchArea(center, radiusMeters), limit: limit + 1, match };
}

/** A text or category that the place answers; undefined if its name has no word of the kind. */
function ask(random: Random, kind: Kind, { name, category }: PlaceRecord, words: WordCounts) {
  const [least, most] = words.bounds;
  const known = [...indexTerms([name])].filter((word) => [...word].length > 1);
  const having = (from: number, to: number) => {
    const fitting = known.filter((word) => words.of(word) >= from && words.of(word) < to);
    return fitting.length > 0 ? compileQuery(oneOf(random, fitting)) : undefined;
  };
  switch (kind) {
    case "anything":
      return compileQuery("");
    case "common word":
    case "word from elsewhere":
      return having(most, Number.POSITIVE_INFINITY);
    case "medium word":
      return having(least, most);
    case "rare word":
      return having(1, least);
    case "two words": {
      const common = having(most, Number.POSITIVE_INFINITY);
      const others = known.filter((word) => word !== common?.text);
      return common && others.length > 0
        ? compileQuery(`${common.text} ${oneOf(random, others)}`)
        : undefined;
    }
    case "category":
      return compileQuery("", category);
  }
}

/** Nothing lies there, neither of the places nor of any copy. */
function emptyPoint(random: Random, cells: CellCounts): Point {
  for (;;) {
    const point = anywhere(random);
    if (MOVES.every((way) => cells.around(moveBack(point, way), EMPTY_CELLS) === 0)) return point;
  }
}

/** How many places have each word in their names. */
class WordCounts {
  readonly #counts = new Map<string, number>();
  /** From the first on a word is no longer rare, from the second on it is common. */
  readonly bounds: readonly [medium: number, common: number];

  constructor(records: readonly PlaceRecord[]) {
    for (const { name } of records) {
      for (const word of indexTerms([name])) this.#counts.set(word, this.of(word) + 1);
    }
    this.bounds = [Math.ceil(records.length * RARE) + 3, records.length * COMMON];
  }

  of(word: string): number {
    return this.#counts.get(word) ?? 0;
  }
}

/** How many places lie in each cell of 0.1°. */
class CellCounts {
  readonly #counts = new Map<number, number>();

  constructor(records: readonly PlaceRecord[]) {
    for (const record of records) {
      const cell = this.#cell(record, 0, 0);
      this.#counts.set(cell, (this.#counts.get(cell) ?? 0) + 1);
    }
  }

  at(point: Point): number {
    return this.#counts.get(this.#cell(point, 0, 0)) ?? 0;
  }

  /** In the square so many cells to each side; wider towards the poles, as cells get narrow there. */
  around(point: Point, cells: number): number {
    const across = Math.ceil(cells / Math.max(0.01, Math.cos((point.latitude * Math.PI) / 180)));
    let count = 0;
    for (let north = -cells; north <= cells; north++) {
      for (let east = -across; east <= across; east++) {
        count += this.#counts.get(this.#cell(point, north, east)) ?? 0;
      }
    }
    return count;
  }

  #cell({ latitude, longitude }: Point, north: number, east: number): number {
    const around = 360 * CELLS_PER_DEGREE;
    const column = Math.floor((longitude + 180) * CELLS_PER_DEGREE) + east;
    const row = Math.floor((latitude + 90) * CELLS_PER_DEGREE) + north;
    return row * around + (((column % around) + around) % around);
  }
}
