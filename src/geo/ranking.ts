import {
  FLATTENING,
  POLAR_RADIUS_METERS,
  SEMI_MAJOR_METERS,
  shortestChord,
  shortestWay,
} from "./ellipsoid.ts";
import { chordBetween, type Vector } from "./vector.ts";

/**
 * A number that SQL can compute and that nearly orders places by their geodesic distance from a point, in metres. The
 * bounds below say how far off it can be, so only near ties have to be measured again. SQL rounds it down to whole
 * millimetres, so that places which are equally far come in the order of their keys.
 */
export interface Ranking {
  readonly name: "chord" | "lambert";
  /** The rank of one point seen from the other, both earth-centred. */
  rank(from: Vector, to: Vector): number;
  /** A lower bound of the ranks of whatever is at least this far as the straight line goes. */
  leastRankByChord(meters: number): number;
  /** A lower bound of the ranks of whatever is at least this far. */
  leastRank(distanceMeters: number): number;
  /** An upper bound of the ranks of whatever is at most this far. */
  mostRank(distanceMeters: number): number;
  /** A lower bound of the distances of whatever has at least this rank. */
  leastDistance(rank: number): number;
}

/** More than the rounding of earth-centred coordinates comes to. */
const ROUNDING_METERS = 1e-6;
/** Ranks are told apart to the millimetre. */
export const RANK_STEP_METERS = 1e-3;

/**
 * A distance in whole millimetres: what answers are ordered by. It is never less than the rounded rank of the same
 * place, whatever the rounding errors of both.
 */
export function wholeMillimeters(distanceMeters: number): number {
  return Math.floor((distanceMeters + ROUNDING_METERS) / RANK_STEP_METERS);
}

/**
 * The straight line through the earth. It falls short of the geodesic by the third order, and by up to
 * a hundredth more in one place and direction than in another.
 */
export const CHORD: Ranking = {
  name: "chord",
  rank: chordBetween,
  leastRankByChord: (meters) => meters,
  leastRank: (distanceMeters) => shortestChord(distanceMeters) - ROUNDING_METERS,
  mostRank: (distanceMeters) => distanceMeters + ROUNDING_METERS,
  leastDistance: (rank) => shortestWay(rank) - ROUNDING_METERS / 2,
};

/**
 * Near by, what the straight line allows. Farther away, Lambert's formula for long lines, to the first order of the
 * flattening, but no less than the straight line allows: it is right to a millionth and a half as far as a quarter of
 * the way round the earth, to a kilometre up to 18 000 km, and to some thirty kilometres near the point opposite.
 */
export const LAMBERT: Ranking & {
  /** An upper bound of the distances of whatever has at most this rank. */
  mostDistance(rank: number): number;
} = {
  name: "lambert",
  rank(from, to) {
    const chord = CHORD.rank(from, to);
    if (chord < NEAR_METERS) return shortestWay(chord);
    // On the sphere of reduced latitudes: the square of the sine of half the angle between the points.
    const h = Math.min(
      1,
      ((from[0] - to[0]) ** 2 + (from[1] - to[1]) ** 2) / (4 * SEMI_MAJOR_METERS ** 2) +
        (from[2] - to[2]) ** 2 / (4 * POLAR_RADIUS_METERS ** 2),
    );
    const angle = 2 * Math.asin(Math.sqrt(h));
    const sine = 2 * Math.sqrt(h * (1 - h));
    const sum = ((from[2] + to[2]) / POLAR_RADIUS_METERS) ** 2 / Math.max(1 - h, TINY);
    const difference = ((from[2] - to[2]) / POLAR_RADIUS_METERS) ** 2 / Math.max(h, TINIEST);
    const flattened = (angle - sine) * sum + (angle + sine) * difference;
    return Math.max(shortestWay(chord), SEMI_MAJOR_METERS * (angle - (FLATTENING / 8) * flattened));
  },
  leastRankByChord: shortestWay,
  leastRank: (distanceMeters) => distanceMeters - lambertError(distanceMeters),
  mostRank: (distanceMeters) => distanceMeters + lambertError(distanceMeters),
  leastDistance: (rank) =>
    rank < shortestWay(NEAR_METERS) ? rank - ROUNDING_METERS / 2 : rank - lambertError(rank),
  // The error grows with the distance, which the rank falls short of by no more than the largest error.
  mostDistance: (rank) => rank + lambertError(rank + (rank < NEAR_METERS ? 1 : MOST_ERROR_METERS)),
};
/** Where a quotient is 0 / 0. */
export const TINY = 1e-12;
export const TINIEST = 1e-30;

/** How far off Lambert's formula, or near by the straight line, is at most; checked against GeographicLib by the tests. */
function lambertError(meters: number): number {
  const cosine = Math.cos(Math.min(meters / (2 * SEMI_MAJOR_METERS), Math.PI / 2));
  return ROUNDING_METERS + Math.min(MOST_ERROR_METERS, (1.6e-6 * meters) / cosine ** 2);
}
const MOST_ERROR_METERS = 50_000;

/** Beyond this the straight line says less than Lambert's formula, which takes longer to compute. */
export const NEAR_METERS = 250_000;

export function rankingWithin(radiusMeters: number): Ranking {
  return radiusMeters <= NEAR_METERS ? CHORD : LAMBERT;
}
