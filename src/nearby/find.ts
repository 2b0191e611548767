import { HALF_EARTH_METERS } from "../geo/ellipsoid.ts";
import { RANK_STEP_METERS, wholeMillimeters } from "../geo/ranking.ts";
import { inverseGeodesic } from "../geodesic.ts";
import type { Candidates, PlaceIndex, RankedRow } from "../index/place-index.ts";
import { filterExpression } from "../index/search/filter.ts";
import { Area, type Search } from "../index/search/plan.ts";
import { type MatchMode, matchFor, relaxationsOf, type TextMatch } from "../index/search/query.ts";
import type { AnswerCache } from "./cache.ts";
import type { Answer, Found, FoundPlace, Position, Question } from "./question.ts";

/** A search that near ties leave undecided is repeated for this many times as many places. */
const WIDEN = 8;
const MOST_PLACES_READ = 5_000;

/**
 * The places nearest to the center that match, exactly: by WGS84 geodesics, all of them within the
 * radius and none beyond. Opening hours are not looked at.
 *
 * One round trip to the index. Where nothing matches, one more: for the nearest match anywhere, and
 * for the relaxed modes within the radius. If the words exist nowhere as they are, a third: for the nearest match of
 * the relaxed modes. What the second and the third find may be kept, and recalled in their place.
 */
export async function findNearby(
  index: PlaceIndex,
  question: Question,
  cache?: AnswerCache,
): Promise<Answer> {
  const { query, after } = question;
  const mode = after?.mode ?? "exact";
  const area = new Area(question.center, question.radiusMeters);
  const search = searchFor(question, area, mode);
  const { found, kinds, snapshot } = await index.search([search], query.phrases);
  const settled = await settle(index, search, found[0]!);
  const isCut = settled.searchedMeters !== undefined;
  const context = { kinds, snapshot };
  if (settled.places.length > 0 || after || isCut) {
    return { ...settled, mode, cached: false, ...context };
  }
  const kept = await cache?.recall(question, snapshot);
  if (kept) return { ...kept, cached: true, ...context };
  // A kind of place that the data does not have is not found in other words either.
  const isMissing = kinds.length > 0 && !kinds.some(({ hasPlaces }) => hasPlaces);
  const modes = isMissing ? [] : relaxationsOf(query);
  const earth = new Area(question.center, HALF_EARTH_METERS);
  const anywhere = searchIn(earth, search, found[0]!);
  const searches = modes.map((mode) => searchFor(question, area, mode, found[0]!.phrases));
  const relaxed = await relax(index, anywhere, modes, searches);
  cache?.keep(question, snapshot, relaxed);
  return { ...relaxed, cached: false, ...context };
}

/** The nearest exact match anywhere, and the matches of the first relaxed mode that has some within the radius. */
async function relax(
  index: PlaceIndex,
  anywhere: Search,
  modes: readonly MatchMode[],
  searches: readonly Search[],
): Promise<Found> {
  const { found } = await index.search([anywhere, ...searches]);
  const { places, searchedMeters } = await settle(index, anywhere, found[0]!);
  const beyond = { nearestBeyond: places[0], searchedMeters };
  for (const [at, mode] of modes.entries()) {
    const settled = await settle(index, searches[at]!, found[at + 1]!);
    const isCut = settled.searchedMeters !== undefined;
    if (settled.places.length > 0 || isCut) {
      return { ...settled, mode, nearestBeyond: beyond.nearestBeyond };
    }
  }
  if (places.length > 0 || searchedMeters !== undefined || modes.length === 0) {
    return { places: [], more: false, mode: "exact", ...beyond };
  }
  const far = searches.map((search, at) => searchIn(anywhere.area, search, found[at + 1]!));
  return relaxAnywhere(index, far, modes);
}

/** The search for the nearest match in a larger area: what the words came to in the smaller one holds for it, too. */
function searchIn(area: Area, search: Search, { expression }: Candidates): Search {
  return { ...search, area, limit: 2, match: expression ? { expression } : search.match };
}

/** The nearest match anywhere of the first relaxed mode that has one. */
async function relaxAnywhere(
  index: PlaceIndex,
  searches: readonly Search[],
  modes: readonly MatchMode[],
): Promise<Found> {
  const { found } = await index.search(searches);
  for (const [at, mode] of modes.entries()) {
    const { places, searchedMeters } = await settle(index, searches[at]!, found[at]!);
    const [nearestBeyond] = places;
    if (nearestBeyond || searchedMeters !== undefined) {
      return { places: [], more: false, mode, nearestBeyond, searchedMeters };
    }
  }
  return { places: [], more: false, mode: "exact" };
}

/** One place more than asked: it tells whether more follow. */
function searchFor(
  { query, filter, limit, after }: Question,
  area: Area,
  mode: MatchMode,
  meaningPhrases?: readonly string[],
): Search {
  const match = matchFor(query, mode, meaningPhrases);
  const expression = filter && filterExpression(filter);
  return {
    area,
    limit: limit + 1,
    match: expression === undefined ? match : { ...(match ?? NO_WORDS), filter: expression },
    tests: filter?.tests,
    after,
  };
}

const NO_WORDS: TextMatch = { words: [], phrases: [], joiner: " AND " };

/**
 * The answer that rows from the index settle: geodesics measured, the radius and the cursor applied
 * exactly, nearest first. Rows that were cut off by rank leave the order open where the last of
 * them is a near tie with the last place of the answer; then more are read. Of a search that had to stop, only what is
 * nearer than all that it has not seen is told.
 */
async function settle(
  index: PlaceIndex,
  search: Search,
  candidates: Candidates,
): Promise<Pick<Found, "places" | "more" | "searchedMeters">> {
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
