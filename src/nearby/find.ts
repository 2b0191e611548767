import { HALF_EARTH_METERS } from "../geo/ellipsoid.ts";
import type { Point } from "../geo/point.ts";
import { RANK_STEP_METERS, rankingWithin, wholeMillimeters } from "../geo/ranking.ts";
import { type InverseGeodesic, inverseGeodesic } from "../geodesic.ts";
import type { Candidates, Kind, PlaceIndex, PlaceRow, RankedRow } from "../index/place-index.ts";
import { type FilterPlan, filterExpression } from "../index/search/filter.ts";
import type { Search } from "../index/search/plan.ts";
import {
  differs,
  phraseQuery,
  RELAXED_MODES,
  type Reading,
  type TextQuery,
  textQuery,
} from "../index/search/query.ts";
import { SPARE_PLACES } from "../index/search/statement.ts";
import type { Snapshot } from "../index/snapshot.ts";

export interface NearbyQuestion {
  readonly center: Point;
  readonly radiusMeters: number;
  readonly limit: number;
  /** Empty: anything. */
  readonly text: string;
  readonly category?: string | undefined;
  /** What the attributes of the places have to be. */
  readonly filter?: FilterPlan | undefined;
  readonly after?: Position | undefined;
}

/** Where a place stands in an answer: nearer places first, those equally far to the millimetre by key. */
export interface Position {
  readonly distanceMeters: number;
  readonly key: number;
  /** How the text was read when the place was found: the answer goes on in the same way. */
  readonly reading: Reading;
}

export interface FoundPlace extends InverseGeodesic {
  readonly row: PlaceRow;
}

export interface NearbyAnswer {
  /** The matches within the radius, nearest first. */
  readonly places: readonly FoundPlace[];
  /** Whether more matches follow within the radius. */
  readonly more: boolean;
  /** How the text was read to find these places, or the one beyond. */
  readonly reading: Reading;
  /** With no place within the radius that matches the text as it is: the nearest one anywhere. */
  readonly nearestBeyond?: FoundPlace | undefined;
  /** The kinds of places that the text means as a whole. */
  readonly kinds: readonly Kind[];
  readonly snapshot: Snapshot;
}

/** A search that near ties leave undecided is repeated for this many times as many places. */
const WIDEN = 8;
const MOST_PLACES_READ = 5_000;

/**
 * The places nearest to the center that match, exactly: by WGS84 geodesics, all of them within the
 * radius and none beyond.
 *
 * One round trip to the index. Where nothing matches, one more: for the nearest match anywhere, and
 * for looser readings of the text within the radius. If the words exist nowhere as they are, a third:
 * for the nearest match of the looser readings.
 */
export async function findNearby(
  store: PlaceIndex,
  question: NearbyQuestion,
): Promise<NearbyAnswer> {
  const reading = question.after?.reading ?? "exact";
  const search = searchFor(question, reading);
  const { found, kinds, snapshot } = await store.search([search], phraseQuery(question.text));
  const settled = await settle(store, search, found[0]!, question);
  if (settled.places.length > 0 || question.after) {
    return { ...settled, reading, kinds, snapshot };
  }
  // A kind of place that the data does not have is not to be found in other words either.
  const missing = kinds.length > 0 && !kinds.some(({ hasPlaces }) => hasPlaces);
  const readings = missing ? [] : RELAXED_MODES.filter((looser) => differs(question.text, looser));
  return { ...(await lookFurther(store, question, readings)), kinds, snapshot };
}

type Outcome = Pick<NearbyAnswer, "places" | "more" | "reading" | "nearestBeyond">;

async function lookFurther(
  store: PlaceIndex,
  question: NearbyQuestion,
  readings: readonly Reading[],
): Promise<Outcome> {
  const beyond = { ...question, radiusMeters: HALF_EARTH_METERS, limit: 1 };
  const anywhere = searchFor(beyond, "exact");
  const searches = readings.map((reading) => searchFor(question, reading));
  const { found } = await store.search([anywhere, ...searches]);
  const nearestBeyond = (await settle(store, anywhere, found[0]!, beyond)).places[0];
  for (const [index, reading] of readings.entries()) {
    const settled = await settle(store, searches[index]!, found[index + 1]!, question);
    if (settled.places.length > 0) return { ...settled, reading, nearestBeyond };
  }
  if (nearestBeyond || readings.length === 0) {
    return { places: [], more: false, reading: "exact", nearestBeyond };
  }
  return lookAnywhere(store, beyond, readings);
}

async function lookAnywhere(
  store: PlaceIndex,
  beyond: NearbyQuestion,
  readings: readonly Reading[],
): Promise<Outcome> {
  const searches = readings.map((reading) => searchFor(beyond, reading));
  const { found } = await store.search(searches);
  for (const [index, reading] of readings.entries()) {
    const [nearestBeyond] = (await settle(store, searches[index]!, found[index]!, beyond)).places;
    if (nearestBeyond) return { places: [], more: false, reading, nearestBeyond };
  }
  return { places: [], more: false, reading: "exact" };
}

/** One more than asked: it tells whether more follow. */
function searchFor({ text, category, filter, ...where }: NearbyQuestion, reading: Reading): Search {
  const query = textQuery(text, category, reading);
  const expression = filter && filterExpression(filter);
  return {
    ...where,
    limit: where.limit + 1,
    text: expression === undefined ? query : { ...(query ?? NO_WORDS), filter: expression },
    tests: filter?.tests,
  };
}

const NO_WORDS: TextQuery = { words: [], joiner: " AND " };

/**
 * The answer that rows from the index settle: geodesics measured, the radius and the cursor applied
 * exactly, nearest first. Rows that were cut off by rank leave the order open where the last of
 * them is a near tie with the last place of the answer; then more are read.
 */
async function settle(
  store: PlaceIndex,
  search: Search,
  found: Candidates,
  { center, radiusMeters, limit, after }: NearbyQuestion,
): Promise<{ places: FoundPlace[]; more: boolean }> {
  let { rows } = found;
  for (let wanted = search.limit; ; ) {
    const measured = rows
      .map((row): FoundPlace => ({ row, ...inverseGeodesic(center, row) }))
      .sort((a, b) => compare(positionOf(a), positionOf(b)));
    const within = measured.filter(
      (place) =>
        place.distanceMeters <= radiusMeters && (!after || compare(positionOf(place), after) > 0),
    );
    const complete = rows.length < wanted + SPARE_PLACES;
    if (
      complete ||
      isDecided(radiusMeters, rows.at(-1)!, within[limit]) ||
      wanted > MOST_PLACES_READ
    ) {
      return { places: within.slice(0, limit), more: within.length > limit };
    }
    wanted *= WIDEN;
    const again = await store.search([{ ...search, limit: wanted }]);
    ({ rows } = again.found[0]!);
  }
}

/**
 * Whether none of the rows that were cut off can come before this place. Each has a higher rank than the last row, or
 * the same rank and a higher key.
 */
function isDecided(
  radiusMeters: number,
  { rank, key }: RankedRow,
  place: FoundPlace | undefined,
): boolean {
  const { leastDistance } = rankingWithin(radiusMeters);
  if (leastDistance(rank) > radiusMeters) return true;
  if (!place) return false;
  const comesBefore = (rank: number) =>
    wholeMillimeters(place.distanceMeters) < wholeMillimeters(leastDistance(rank));
  return comesBefore(rank + RANK_STEP_METERS) && (comesBefore(rank) || place.row.key <= key);
}

type Standing = Pick<Position, "distanceMeters" | "key">;

function positionOf({ distanceMeters, row }: FoundPlace): Standing {
  return { distanceMeters, key: row.key };
}

function compare(a: Standing, b: Standing): number {
  return wholeMillimeters(a.distanceMeters) - wholeMillimeters(b.distanceMeters) || a.key - b.key;
}
