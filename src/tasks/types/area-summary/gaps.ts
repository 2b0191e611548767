import { HALF_EARTH_METERS, shortestWay, toEarthCentered } from "../../../geo/ellipsoid.ts";
import type { Point } from "../../../geo/point.ts";
import { chordBetween, type Vector } from "../../../geo/vector.ts";
import { inverseGeodesic } from "../../../geodesic.ts";
import type { FoundPlace } from "../../../nearby/question.ts";

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
}

interface Candidate {
  readonly center: Point;
  readonly at: Vector;
  /** The nearest match is at most so far. */
  mostMeters: number;
  /** It, once it is known. */
  nearest?: FoundPlace;
}

const CENTERS_A_PAUSE = 400;
/** A circle of the known distance has the known place within, whatever the rounding. */
const ROUNDING_METERS = 0.001;

/**
 * The centers that are farthest from their nearest match, wherever that lies, in or beyond the area; a center within the
 * circle of a larger gap is left out. Exact, with few searches: each match that is known bounds the distances of all centers,
 * so only a center is searched from whose bound is the largest (lazily greedy, as M. Minoux, "Accelerated greedy algorithms",
 * 1978).
 *
 * @param known matches, such as one of each cell that has some: more of them need fewer searches
 * @param search for the nearest match; undefined if there is none within the radius
 */
export async function findGaps(
  centers: readonly Point[],
  known: readonly Point[],
  search: (center: Point, radiusMeters: number) => Promise<FoundPlace | undefined>,
  {
    most,
    mostSearches,
    pause,
  }: { readonly most: number; readonly mostSearches: number; readonly pause: () => Promise<void> },
): Promise<Gaps> {
  const gaps: Gap[] = [];
  let open = await candidatesOf(centers, known, pause);
  for (let searches = 0; gaps.length < most && open.length > 0; ) {
    const largest = open.reduce((best, next) => (next.mostMeters > best.mostMeters ? next : best));
    if (largest.nearest) {
      gaps.push({ center: largest.center, nearest: largest.nearest });
      open = open.filter((other) => !isWithin(largest, other));
      continue;
    }
    if (searches++ === mostSearches) return { gaps, isCut: true };
    // A match that was known may have gone meanwhile.
    const nearest =
      (await search(largest.center, largest.mostMeters + ROUNDING_METERS)) ??
      (await search(largest.center, HALF_EARTH_METERS + ROUNDING_METERS));
    if (!nearest) return { gaps, isCut: false };
    largest.nearest = nearest;
    largest.mostMeters = nearest.distanceMeters;
    const match = { latitude: nearest.row.latitude, longitude: nearest.row.longitude };
    const at = toEarthCentered(match);
    for (const other of open) {
      if (!other.nearest && shortestWay(chordBetween(other.at, at)) < other.mostMeters) {
        const { distanceMeters } = inverseGeodesic(other.center, match);
        other.mostMeters = Math.min(other.mostMeters, distanceMeters);
      }
    }
  }
  return { gaps, isCut: false };
}

async function candidatesOf(
  centers: readonly Point[],
  known: readonly Point[],
  pause: () => Promise<void>,
): Promise<Candidate[]> {
  const matches = known.map(toEarthCentered);
  const candidates: Candidate[] = [];
  for (const [nth, center] of centers.entries()) {
    if (nth % CENTERS_A_PAUSE === 0) await pause();
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
  }
  return candidates;
}

/** Whether a center lies within the circle of a gap. */
function isWithin(gap: Candidate, other: Candidate): boolean {
  if (gap === other) return true;
  if (shortestWay(chordBetween(gap.at, other.at)) > gap.mostMeters) return false;
  return inverseGeodesic(gap.center, other.center).distanceMeters < gap.mostMeters;
}
