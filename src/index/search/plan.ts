import { coverings, type DistantCell } from "../../geo/covering.ts";
import { rangesOfDisc } from "../../geo/disc.ts";
import {
  longestWay,
  POLAR_RADIUS_METERS,
  shortestChord,
  toDirection,
  toEarthCentered,
  widestAngle,
} from "../../geo/ellipsoid.ts";
import type { Point } from "../../geo/point.ts";
import { RANK_STEP_METERS, type Ranking, rankingWithin } from "../../geo/ranking.ts";
import { FIRST_OVERFLOW_KEY, firstKey, keysOf, LEAF_CAPACITY } from "../key.ts";
import type { AttributeTest } from "./filter.ts";
import { matchSql, type ResolvedMatch } from "./match.ts";
import type { TextMatch } from "./query.ts";
import { rangesStatement } from "./ranges.ts";
import { nearestStatement, PAGE_ENTRIES, type StatementShape } from "./statement.ts";

export { ROWS_A_PLACE } from "./statement.ts";

/** What to search for: the places of an area that match, nearest to its center first. */
export interface Search {
  readonly area: Area;
  readonly limit: number;
  /** Left out: every place matches. */
  readonly match?: TextMatch | ResolvedMatch | undefined;
  /** What the places' attributes have to pass. */
  readonly tests?: readonly AttributeTest[] | undefined;
  /** Only places behind this one in the order of distance, then key. */
  readonly after?: { readonly distanceMeters: number; readonly key: number } | undefined;
}

/** The places within a radius, and how to go through them. Planned once for all searches of it, when one needs it. */
export class Area {
  readonly center: Point;
  readonly radiusMeters: number;
  readonly ranking: Ranking;
  #plan: Plan | undefined;
  #ladder: Ladder | undefined;

  constructor(center: Point, radiusMeters: number) {
    this.center = center;
    this.radiusMeters = radiusMeters;
    this.ranking = rankingWithin(radiusMeters);
  }

  /** For the best-first search. */
  get plan(): Plan {
    this.#plan ??= planOf(this.center, this.radiusMeters, this.ranking, 0);
    return this.#plan;
  }

  /** For the quick search. */
  get ladder(): Ladder {
    this.#ladder ??= ladderOf(this.center, this.radiusMeters, this.ranking);
    return this.#ladder;
  }
}

/** Discs around the center, from small to the whole radius (ranges.ts). */
interface Ladder {
  readonly first: number;
  /** All keys of the largest disc are from the first to this one. */
  readonly last: number;
  readonly rungs: readonly (readonly Range[])[];
  readonly ranks: readonly number[];
}

type Range = readonly [firstKey: number, lastKey: number];

/** Caps around the center, from small to the whole radius; a search starts with one and goes on to the larger ones. */
interface Plan {
  readonly first: number;
  /** All keys of the largest cap are from the first to this one. */
  readonly last: number;
  /** For a cap with so many keys, log2(√(keys · levels_by_keys)) is the number of its level. */
  readonly levels_by_keys: number;
  /** For each level, the page where its cap begins. */
  readonly starts: readonly number[];
  /** The last page of a cap leads on to the first page of the annulus around it, up to the whole radius. */
  readonly pages: readonly (readonly Entry[])[];
}

type Entry = CellEntry | PageEntry;
type CellEntry = readonly [
  leastRank: number,
  page: null,
  level: number,
  i: number,
  j: number,
  orientation: number,
  position: number,
];
type PageEntry = readonly [leastRank: number, page: number];

const SMALLEST_CAP_METERS = 30;
/** The guess of the first level takes so many times the area that the density asks for: too small a cap costs more rows than too large a one. */
const CAUTION = 2;

export interface Statement {
  readonly sql: string;
  readonly parameters: unknown[];
}

/** The most places that the quick search looks for. */
const MOST_QUICKLY = 64;

/** The statement of the quick search (ranges.ts); undefined where only the best-first search can answer. */
export function quickStatementFor(search: Search): Statement | undefined {
  const { area, limit, match, tests = [], after } = search;
  const isPlain = !after && tests.length === 0 && limit <= MOST_QUICKLY;
  if (!isPlain || area.ranking.name !== "chord") return undefined;
  const words = match && matchSql(match);
  return {
    sql: sqlOf(`quick ${words}`, () => rangesStatement(words)),
    parameters: parametersOf(search, area.ladder, 0),
  };
}

/**
 * The statement of the best-first search and its parameters, ready to bind.
 *
 * @param bound a rank up to which there are enough places, if the quick search has found one
 */
export function statementFor(search: Search, bound = Number.POSITIVE_INFINITY): Statement {
  const { area, match, tests = [], after } = search;
  const { center, radiusMeters, ranking } = area;
  // A place that is as far to the millimetre may come behind the cursor.
  const fromMeters = after ? Math.max(0, after.distanceMeters - 2 * RANK_STEP_METERS) : 0;
  const plan = after
    ? {
        ...planOf(center, radiusMeters, ranking, fromMeters),
        least_chord: shortestChord(fromMeters),
      }
    : area.plan;
  const leastRank = after ? Math.max(0, ranking.leastRank(fromMeters)) : 0;
  const shape: StatementShape = {
    match: match && matchSql(match),
    ranking: ranking.name,
    tested: tests.length > 0,
    continued: after !== undefined,
  };
  return {
    sql: sqlOf(JSON.stringify(shape), () => nearestStatement(shape)),
    parameters: parametersOf(search, plan, leastRank, bound),
  };
}

/** The parameters of both statements (statement.ts). */
function parametersOf(
  { area, limit, match, tests = [], after }: Search,
  plan: Plan | Ladder,
  leastRank: number,
  bound = Number.POSITIVE_INFINITY,
): unknown[] {
  const { center, radiusMeters, ranking } = area;
  return [
    JSON.stringify({ ...plan, ...match }),
    ...toEarthCentered(center),
    Math.min(ranking.mostRank(radiusMeters), bound),
    firstKey(center),
    limit,
    leastRank,
    after ? after.key : null,
    Date.now(),
    ...(tests.length > 0 ? [JSON.stringify(tests)] : []),
  ];
}

/** The statements that have been made: there are few shapes. */
const statements = new Map<string, string>();

function sqlOf(shape: string, make: () => string): string {
  const sql = statements.get(shape) ?? make();
  statements.set(shape, sql);
  return sql;
}

/** The radii of caps or discs around a point, from small to the whole radius: each is twice as large as the one before. */
function radiiUpTo(radiusMeters: number): number[] {
  const radii = [radiusMeters];
  while (radii[0]! > 2 * SMALLEST_CAP_METERS) radii.unshift(radii[0]! / 2);
  return radii;
}

function ladderOf(center: Point, radiusMeters: number, ranking: Ranking): Ladder {
  // Finer steps would leave the discs less to read, but every disc has to be covered, for each question.
  const radii = radiiUpTo(radiusMeters);
  const direction = toDirection(center);
  const rungs = radii.map((radius) =>
    rangesOfDisc(direction, widestAngle(radius)).map(
      ([first, last]): Range => [first * LEAF_CAPACITY, last * LEAF_CAPACITY + LEAF_CAPACITY - 1],
    ),
  );
  const largest = rungs.at(-1)!;
  return {
    first: largest[0]![0],
    last: largest.at(-1)![1],
    rungs,
    ranks: radii.slice(0, -1).map((radius) => ranking.leastRank(radius)),
  };
}

/** The plan for places from a distance on: cells all of which is nearer are left out. */
function planOf(center: Point, radiusMeters: number, ranking: Ranking, fromMeters: number): Plan {
  const radii = radiiUpTo(radiusMeters);
  const levels = coverings(toDirection(center), radii.map(widestAngle));

  const pages = new Pages(ranking, fromMeters);
  const starts = levels.map(() => 0);
  let next: PageEntry | undefined;
  for (let k = levels.length - 1; k >= 0; k--) {
    const { cap, annulus } = levels[k]!;
    starts[k] = pages.add(cap, next);
    if (k > 0) next = [ranking.leastRank(radii[k - 1]!), pages.add(annulus, next)];
  }

  const ranges = levels.at(-1)!.cap.map(keysOf);
  return {
    first: Math.min(...ranges.map(([first]) => first)),
    last: Math.max(...ranges.map(([, last]) => last)),
    // A share of all keys is a share of the sphere, 4π; a cap has π · angle².
    levels_by_keys: (CAUTION * 4) / FIRST_OVERFLOW_KEY / widestAngle(radii[0]!) ** 2,
    starts,
    pages: pages.pages,
  };
}

/** Lists of cells, the nearest ones first, broken into pages that lead from one to the next. */
class Pages {
  readonly pages: Entry[][] = [];
  readonly #ranking: Ranking;
  readonly #fromMeters: number;

  constructor(ranking: Ranking, fromMeters: number) {
    this.#ranking = ranking;
    this.#fromMeters = fromMeters;
  }

  /** The number of the first page. */
  add(cells: readonly DistantCell[], next: PageEntry | undefined): number {
    const entries: Entry[] = cells
      .filter(({ mostAngle }) => longestWay(mostAngle) >= this.#fromMeters)
      .map((cell) => this.#toEntry(cell))
      .sort((a, b) => a[0] - b[0]);
    if (next) entries.push(next);
    const last = entries.splice(-PAGE_ENTRIES);
    let page = this.pages.push(last) - 1;
    let [least] = last[0] ?? [0];
    while (entries.length > 0) {
      const before = entries.splice(1 - PAGE_ENTRIES);
      page = this.pages.push([...before, [least, page]]) - 1;
      [least] = before[0]!;
    }
    return page;
  }

  #toEntry({ leastAngle, level, i, j, orientation, position }: DistantCell): CellEntry {
    // Nothing on the ellipsoid is nearer to its centre than the poles.
    const leastChord =
      2 * POLAR_RADIUS_METERS * Math.sin(Math.min(leastAngle, Math.PI) / 2) * (1 - 1e-9);
    const least = this.#ranking.leastRankByChord(leastChord);
    return [least, null, level, i, j, orientation, position];
  }
}
