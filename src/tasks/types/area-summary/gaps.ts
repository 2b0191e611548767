import { HALF_EARTH_METERS, shortestWay, toEarthCentered } from "../../../geo/ellipsoid.ts";
import type { Point } from "../../../geo/point.ts";
import { chordBetween, type Vector } from "../../../geo/vector.ts";
import { inverseGeodesic } from "../../../geodesic.ts";
import type { FoundPlace, Nearest } from "../../../nearby/question.ts";
import { Pace } from "../../pace.ts";

/** A circle without a match, as large as it can be around its center. */
export interface Gap {
  readonly center: Point;
  /** On the circle. */
  readonly nearest: FoundPlace;
}

export interface Gaps {
  readonly gaps: readonly Gap[];
  /** Whether more of them may follow, but were not looked for. */
  readonly isCut: boolean;
  /** As `Plan.cost` counts. */
  readonly cost: number;
}

interface Candidate {
  readonly center: Point;
  readonly at: Vector;
  /** The nearest match is at most so far. */
  mostMeters: number;
  /** It, once it is known. */
  nearest?: FoundPlace;
}

/** The search for the nearest match within a radius. It goes on until so many rows have been read. */
type Search = (center: Point, radiusMeters: number, mostRows: number) => Promise<Nearest>;

interface Limits {
  readonly most: number;
  readonly mostSearches: number;
  readonly mostCost: number;
}

/** A turn, between two pauses, takes about ten milliseconds, which cost a hundred. */
const CHORDS_A_TURN = 2_000_000;
const GEODESICS_A_TURN = 5_000;
const COST_A_TURN = 100;
/** A circle of the known distance has the known place within, whatever the rounding. */
const ROUNDING_METERS = 0.001;

/**
 * The centers that are farthest from their nearest match, wherever that lies, in or beyond the area; a center within the
 * circle of a larger gap is left out. Exact, with few searches: each match that is known bounds the distances of all centers,
 * so only a center is searched from whose bound is the largest (lazily greedy, as M. Minoux, "Accelerated greedy algorithms",
 * 1978).
 *
 * @param known matches, such as one of each cell that has some: more of them need fewer searches
 */
export async function findGaps(
  centers: readonly Point[],
  known: readonly Point[],
  search: Search,
  { most, mostSearches, mostCost, pause }: Limits & { readonly pause: () => Promise<void> },
): Promise<Gaps> {
  const pace = new Pace(1, pause);
  const costOfComputing = () => Math.ceil(COST_A_TURN * pace.spent);
  const gaps: Gap[] = [];
  let open = await candidatesOf(centers, known, pace);
  let [searches, rowsRead] = [0, 0];
  const result = (isCut: boolean): Gaps => ({ gaps, isCut, cost: rowsRead + costOfComputing() });
  while (gaps.length < most && open.length > 0) {
    const largest = open.reduce((best, next) => (next.mostMeters > best.mostMeters ? next : best));
    if (largest.nearest) {
      gaps.push({ center: largest.center, nearest: largest.nearest });
      open = await beyond(largest, open, pace);
      continue;
    }
    const left = mostCost - rowsRead - costOfComputing();
    if (searches === mostSearches || left <= 0) return result(true);
    searches += 1;
    await pause();
    const found = await nearestTo(largest, search, left);
    rowsRead += found.rowsRead;
    if (!found.place) return result(found.isCut);
    largest.nearest = found.place;
    largest.mostMeters = found.place.distanceMeters;
    await learn(found.place.row, open, pace);
  }
  return result(false);
}

async function candidatesOf(
  centers: readonly Point[],
  known: readonly Point[],
  pace: Pace,
): Promise<Candidate[]> {
  const matches = known.map(toEarthCentered);
  const candidates: Candidate[] = [];
  for (const center of centers) {
    const at = toEarthCentered(center);
    let nearest: number | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const [number, [x, y, z]] of matches.entries()) {
      const squared = (x - at[0]) ** 2 + (y - at[1]) ** 2 + (z - at[2]) ** 2;
      if (squared < least) [least, nearest] = [squared, number];
    }
    const mostMeters =
      nearest === undefined
        ? HALF_EARTH_METERS
        : inverseGeodesic(center, known[nearest]!).distanceMeters;
    candidates.push({ center, at, mostMeters });
    await pace.count(matches.length / CHORDS_A_TURN + 1 / GEODESICS_A_TURN);
  }
  return candidates;
}

/** The nearest match to a center, somewhere. One that was known may have gone meanwhile. */
async function nearestTo(
  { center, mostMeters }: Candidate,
  search: Search,
  mostRows: number,
): Promise<Nearest> {
  const near = await search(center, mostMeters + ROUNDING_METERS, mostRows);
  if (near.place || near.isCut) return near;
  const far = await search(center, HALF_EARTH_METERS + ROUNDING_METERS, mostRows - near.rowsRead);
  return { ...far, rowsRead: near.rowsRead + far.rowsRead };
}

/** No nearest match is farther away than one that is known. */
async function learn(
  { latitude, longitude }: Point,
  open: readonly Candidate[],
  pace: Pace,
): Promise<void> {
  const match = { latitude, longitude };
  const at = toEarthCentered(match);
  for (const other of open) {
    if (other.nearest || shortestWay(chordBetween(other.at, at)) >= other.mostMeters) continue;
    const { distanceMeters } = inverseGeodesic(other.center, match);
    other.mostMeters = Math.min(other.mostMeters, distanceMeters);
    await pace.count(1 / GEODESICS_A_TURN);
  }
}

/** The centers that do not lie within the circle of a gap. */
async function beyond(
  gap: Candidate,
  open: readonly Candidate[],
  pace: Pace,
): Promise<Candidate[]> {
  const left: Candidate[] = [];
  for (const other of open) {
    if (other === gap) continue;
    const isNear = shortestWay(chordBetween(gap.at, other.at)) <= gap.mostMeters;
    if (isNear) await pace.count(1 / GEODESICS_A_TURN);
    const isWithin =
      isNear && inverseGeodesic(gap.center, other.center).distanceMeters < gap.mostMeters;
    if (!isWithin) left.push(other);
  }
  return left;
}
