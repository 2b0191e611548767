import { HALF_EARTH_METERS } from "../geo/ellipsoid.ts";
import { RANK_STEP_METERS, wholeMillimeters } from "../geo/ranking.ts";
import { inverseGeodesic } from "../geodesic.ts";
import type { Candidates, PlaceIndex, RankedRow } from "../index/place-index.ts";
import { filterExpression } from "../index/search/filter.ts";
import { Area, ROWS_A_PLACE, type Search } from "../index/search/plan.ts";
import {
  EVERY_PLACE,
  type MatchMode,
  matchFor,
  relaxationsOf,
  type TextMatch,
  type TextReading,
} from "../index/search/query.ts";
import type { AnswerCache } from "./cache.ts";
import type { Answer, Found, FoundPlace, Nearest, Position, Question, Where } from "./question.ts";

/** A search that near ties leave undecided is repeated for this many times as many places. */
const WIDEN = 8;
const MOST_PLACES_READ = 5_000;

/** The modes that are tried together, each with its own searches, in their order. */
const FIRST_MODES: readonly MatchMode[] = ["bare", "joined", "typo"];

/**
 * The places nearest to the center that match, exactly: by WGS84 geodesics, all of them within the
 * radius and none beyond. Opening hours are not looked at.
 *
 * One round trip to the index. Where the text is a name as well as a kind, one more: places of the name come first. Where
 * nothing matches, one more: for the nearest match anywhere, and for the modes that change little of the text, within the
 * radius. If they find nothing either, a third: for those that change more within the radius, and for the nearest match
 * of the first ones and of the kind. What the second and the third find may be kept, and recalled in their place.
 *
 * A kind of place that the data does not have is not found in other words either: then there is no answer but that.
 */
export async function findNearby(
  index: PlaceIndex,
  question: Question,
  cache?: AnswerCache,
): Promise<Answer> {
  const { query, after } = question;
  const isAfterNames = after?.mode === "named";
  const mode = isAfterNames ? "exact" : (after?.mode ?? "exact");
  const area = new Area(question.center, question.radiusMeters);
  const search = searchFor(isAfterNames ? { ...question, after: undefined } : question, area, mode);
  const { found, snapshot } = await index.search([search]);
  const { reading } = found[0]!;
  const settled = await settle(index, search, found[0]!);
  const context = { cached: false, snapshot };

  if (reading?.isName && mode === "exact" && (!after || isAfterNames)) {
    const named = await findNamed(index, question, area);
    if (named.places.length > 0 || isAfterNames) {
      return { ...namesFirst(named, settled, question.limit), reading, ...context };
    }
    if (isMissing(reading)) {
      const earth = new Area(question.center, HALF_EARTH_METERS);
      const [nearestBeyond] = (await findNamed(index, { ...question, limit: 1 }, earth)).places;
      return { ...settled, mode, reading, nearestBeyond, ...context };
    }
  }
  if (isMissing(reading) && query.isForSights) {
    const everything = searchFor(question, area, "bare");
    const { found } = await index.search([everything]);
    return { ...(await settle(index, everything, found[0]!)), mode, reading, ...context };
  }
  const isCut = settled.searchedMeters !== undefined;
  if (settled.places.length > 0 || after || isCut || isMissing(reading)) {
    return { ...settled, mode, reading, ...context };
  }
  const kept = await cache?.recall(question, snapshot);
  if (kept) return { ...kept, cached: true, snapshot };
  const relaxed = await relax(index, question, area, search, found[0]!);
  cache?.keep(question, snapshot, relaxed);
  return { ...relaxed, ...context };
}

/** Whether the text means kinds of places that the data does not have. */
export function isMissing(reading: TextReading | undefined): boolean {
  const kinds = reading?.kinds ?? [];
  return kinds.length > 0 && kinds.every(([, places]) => places === 0);
}

async function findNamed(index: PlaceIndex, question: Question, area: Area): Promise<Settled> {
  const search = searchFor(question, area, "named");
  const { found } = await index.search([search]);
  return settle(index, search, found[0]!);
}

/** The places of a name, then those of the kind that is called so. */
function namesFirst(named: Settled, ofKind: Settled, limit: number): Omit<Found, "reading"> {
  if (named.more || named.places.length >= limit || named.searchedMeters !== undefined) {
    const more = named.more || ofKind.more || ofKind.places.length > 0;
    return { ...named, more, mode: "named", named: named.places.length };
  }
  const places = [...named.places, ...ofKind.places];
  return {
    ...ofKind,
    places: places.slice(0, limit),
    more: ofKind.more || places.length > limit,
    mode: ofKind.places.length > 0 ? "exact" : "named",
    named: named.places.length,
  };
}

/** What the relaxed modes find within the radius, and the nearest match anywhere. */
async function relax(
  index: PlaceIndex,
  question: Question,
  area: Area,
  exact: Search,
  candidates: Candidates,
): Promise<Found> {
  const { reading } = candidates;
  const isKind = (reading?.kinds.length ?? 0) > 0;
  const modes = isKind ? [] : relaxationsOf(question.query);
  const first = modes.filter((mode) => FIRST_MODES.includes(mode));
  const earth = new Area(question.center, HALF_EARTH_METERS);
  const anywhere = searchIn(earth, exact, candidates);
  const searches = first.map((mode) => searchFor(question, area, mode));
  const { found } = await index.search([anywhere, ...searches]);
  const [nearest, ...relaxed] = found;
  const far = await settle(index, anywhere, nearest!);
  const isBeyond = far.places.length > 0 || far.searchedMeters !== undefined;
  const beyond = { nearestBeyond: far.places[0], searchedMeters: far.searchedMeters };
  const within = await firstFound(index, first, searches, relaxed, isBeyond);
  if (within) return isMissing(within.reading) ? within : { ...within, ...nearestOf(beyond) };

  const nothing: Found = { places: [], more: false, mode: "exact", reading, ...beyond };
  // Words that a place has somewhere are no slips; and a kind that is missing is not made up for by other words.
  const isPartMissing = !isBeyond && (reading?.missing.length ?? 0) > 0;
  const others = modes.filter(
    (mode) =>
      !FIRST_MODES.includes(mode) &&
      (isBeyond ? mode === "kind" || mode === "prefix" : !isPartMissing),
  );
  const wider = others.map((mode) => searchFor(question, area, mode));
  const farModes =
    isBeyond || isPartMissing ? [] : [...first, ...others.filter((mode) => mode === "kind")];
  const farther = farModes.map((mode) => {
    const at = first.indexOf(mode);
    return at < 0
      ? searchFor({ ...question, limit: 1 }, earth, mode)
      : searchIn(earth, searches[at]!, relaxed[at]!);
  });
  if (wider.length + farther.length === 0) return nothing;
  const again = await index.search([...wider, ...farther]);
  const loose = await firstFound(index, others, wider, again.found, isBeyond);
  if (loose) return { ...loose, ...nearestOf(beyond) };
  for (const [at, mode] of farModes.entries()) {
    const candidates = again.found[others.length + at]!;
    const { places, searchedMeters } = await settle(index, farther[at]!, candidates);
    const [nearestBeyond] = places;
    if (nearestBeyond || searchedMeters !== undefined) {
      const reading = relaxed[first.indexOf(mode)]?.reading ?? candidates.reading;
      return { places: [], more: false, mode, reading, nearestBeyond, searchedMeters };
    }
  }
  return nothing;
}

function nearestOf({ nearestBeyond }: Pick<Found, "nearestBeyond">) {
  return nearestBeyond && { nearestBeyond };
}

/**
 * What the first mode finds that finds something, or whose kind the data does not have. Where there are the very words
 * somewhere, only a kind with places near by is what a typo meant.
 */
async function firstFound(
  index: PlaceIndex,
  modes: readonly MatchMode[],
  searches: readonly Search[],
  found: readonly Candidates[],
  isBeyond: boolean,
): Promise<Found | undefined> {
  for (const [at, mode] of modes.entries()) {
    const { reading } = found[at]!;
    if (isBeyond && (isMissing(reading) || (mode === "typo" && !reading?.kinds.length))) continue;
    const settled = await settle(index, searches[at]!, found[at]!);
    const isCut = settled.searchedMeters !== undefined;
    if (settled.places.length > 0 || isCut || isMissing(reading)) {
      return { ...settled, mode, reading };
    }
  }
  return undefined;
}

/** The search for the nearest match in a larger area: what the words came to in the smaller one holds for it, too. */
function searchIn(area: Area, search: Search, { expression }: Candidates): Search {
  return { ...search, area, limit: 2, match: expression ? { expression } : search.match };
}

/** One place more than asked: it tells whether more follow. */
function searchFor(question: Question, area: Area, mode: MatchMode): Search {
  const { filter, limit, after } = question;
  return {
    area,
    limit: limit + 1,
    match: matchOf(question, mode),
    tests: filter?.tests,
    after,
  };
}

/** What the index is asked for: text, category, attributes and collection in one. Undefined if every place matches. */
export function matchOf(
  { query, filter, collection }: Pick<Question, "query" | "filter" | "collection">,
  mode: MatchMode,
): TextMatch | undefined {
  const match = matchFor(query, mode);
  const expression = filter && filterExpression(filter);
  const narrowed = {
    ...(expression !== undefined && { filter: expression }),
    ...(collection !== undefined && { collection }),
  };
  const isNarrowed = Object.keys(narrowed).length > 0;
  return isNarrowed ? { ...(match ?? EVERY_PLACE), ...narrowed } : match;
}

/** The nearest of the places that a resolved match and tests leave. @param mostRows after so many it does not go on */
export async function findNearest(
  index: PlaceIndex,
  { center, radiusMeters }: Where,
  { match, tests }: Pick<Search, "match" | "tests">,
  mostRows: number,
): Promise<Nearest> {
  const area = new Area(center, radiusMeters);
  let rowsRead = 0;
  const counted: Searchable = {
    async search(searches) {
      const answer = await index.search(searches);
      rowsRead += answer.rowsRead;
      return answer;
    },
  };
  // A search reads more the more it is to find: what has stopped goes on with more.
  for (let search: Search = { area, limit: 2, match, tests }; ; ) {
    const { found } = await counted.search([search]);
    const { places, searchedMeters } = await settle(counted, search, found[0]!);
    const isDone = places.length > 0 || searchedMeters === undefined;
    if (isDone || rowsRead >= mostRows) return { place: places[0], isCut: !isDone, rowsRead };
    const after = { distanceMeters: searchedMeters, key: Number.MIN_SAFE_INTEGER };
    const most = Math.max(2, Math.floor((mostRows - rowsRead) / ROWS_A_PLACE));
    search = { ...search, limit: Math.min(most, WIDEN * search.limit), after };
  }
}

type Searchable = Pick<PlaceIndex, "search">;
type Settled = Pick<Found, "places" | "more" | "searchedMeters">;

/**
 * The answer that rows from the index settle: geodesics measured, the radius and the cursor applied
 * exactly, nearest first. Rows that were cut off by rank leave the order open where the last of
 * them is a near tie with the last place of the answer; then more are read. Of a search that had to stop, only what is
 * nearer than all that it has not seen is told.
 */
async function settle(index: Searchable, search: Search, candidates: Candidates): Promise<Settled> {
  const { area, after } = search;
  const limit = search.limit - 1;
  let { rows, isComplete, searchedRank } = candidates;
  for (let wanted = search.limit; ; ) {
    const searched =
      searchedRank === undefined
        ? undefined
        : Math.max(area.ranking.leastDistance(searchedRank), after?.distanceMeters ?? 0);
    const isCut = searched !== undefined && searched < area.radiusMeters;
    const isAll = isComplete || (searched !== undefined && !isCut);
    const within = rows
      .map((row): FoundPlace => ({ row, ...inverseGeodesic(area.center, row) }))
      .filter(({ distanceMeters }) =>
        isCut
          ? wholeMillimeters(distanceMeters) < wholeMillimeters(searched)
          : distanceMeters <= area.radiusMeters,
      )
      .filter((place) => !after || compare(positionOf(place), after) > 0)
      .sort((a, b) => compare(positionOf(a), positionOf(b)));
    const places = within.slice(0, limit);
    if (within.length > limit) {
      if (isAll || isCut || isDecided(area, rows.at(-1)!, within[limit])) {
        return { places, more: true };
      }
    } else if (isCut) {
      return { places, more: true, searchedMeters: searched };
    } else if (isAll || isDecided(area, rows.at(-1)!, undefined)) {
      return { places, more: false };
    }
    if (wanted > MOST_PLACES_READ) return { places, more: within.length > limit };
    wanted *= WIDEN;
    const again = await index.search([{ ...search, limit: wanted }]);
    ({ rows, isComplete, searchedRank } = again.found[0]!);
  }
}

/**
 * Whether none of the rows that were cut off can come before this place. Each has a higher rank than the last row, or
 * the same rank and a higher key.
 */
function isDecided(
  { radiusMeters, ranking }: Area,
  { rank, key }: RankedRow,
  place: FoundPlace | undefined,
): boolean {
  if (ranking.leastDistance(rank) > radiusMeters) return true;
  if (!place) return false;
  const comesBefore = (rank: number) =>
    wholeMillimeters(place.distanceMeters) < wholeMillimeters(ranking.leastDistance(rank));
  return comesBefore(rank + RANK_STEP_METERS) && (comesBefore(rank) || place.row.key <= key);
}

type Standing = Pick<Position, "distanceMeters" | "key">;

function positionOf({ distanceMeters, row }: FoundPlace): Standing {
  return { distanceMeters, key: row.key };
}

function compare(a: Standing, b: Standing): number {
  return wholeMillimeters(a.distanceMeters) - wholeMillimeters(b.distanceMeters) || a.key - b.key;
}
