import type { Point } from "./point.ts";
import { toRadians, type Vector } from "./vector.ts";

/** The WGS84 ellipsoid: semi-major axis in metres, flattening, and the square of its first eccentricity. */
export const SEMI_MAJOR_METERS = 6_378_137;
export const FLATTENING = 1 / 298.257223563;
export const ECCENTRICITY_SQUARED = 0.0066943799901413165;

/** The smallest radius of curvature anywhere on WGS84 (along the meridian at the equator), metres. */
export const SMALLEST_RADIUS_METERS = 6_335_439;
/** The largest, at the poles. */
export const LARGEST_RADIUS_METERS = 6_399_594;

/** The longest geodesic on WGS84, metres: half a meridian. */
export const HALF_EARTH_METERS = 20_003_931.458_626;

/** The distance from the centre of the earth to its poles, and the least to anywhere on it; metres. */
export const POLAR_RADIUS_METERS = 6_356_752.314245;

/** Earth-centred, earth-fixed coordinates of a point on the ellipsoid, metres. */
export function toEarthCentered({ latitude, longitude }: Point): Vector {
  const phi = toRadians(latitude);
  const lambda = toRadians(longitude);
  const sine = Math.sin(phi);
  const normal = SEMI_MAJOR_METERS / Math.sqrt(1 - ECCENTRICITY_SQUARED * sine * sine);
  const across = normal * Math.cos(phi);
  return [
    across * Math.cos(lambda),
    across * Math.sin(lambda),
    normal * (1 - ECCENTRICITY_SQUARED) * sine,
  ];
}

/** The direction of a point from the centre of the earth. */
export function toDirection(point: Point): Vector {
  const [x, y, z] = toEarthCentered(point);
  const length = Math.sqrt(x * x + y * y + z * z);
  return [x / length, y / length, z / length];
}

/**
 * The angle at the centre of the earth, in radians, that a geodesic of this length spans at most:
 * nowhere on it is one nearer to the centre than at the poles.
 */
export function widestAngle(meters: number): number {
  return meters / POLAR_RADIUS_METERS;
}

/**
 * The longest geodesic, in metres, whose ends an angle at the centre of the earth may separate: none is longer than the
 * ellipse through both ends around the centre, which is nowhere more than 6 millionths off a circle of the larger radius.
 */
export function longestWay(angle: number): number {
  return SEMI_MAJOR_METERS * (1 + 1e-5) * angle;
}

/**
 * A lower bound of the straight line (chord) between the ends of a geodesic of this length, metres.
 * A geodesic bends nowhere more than a circle of the smallest radius, so its chord is nowhere
 * shorter than that circle's (Schur's comparison theorem).
 */
export function shortestChord(meters: number): number {
  const half = Math.min(meters / (2 * SMALLEST_RADIUS_METERS), Math.PI / 2);
  return 2 * SMALLEST_RADIUS_METERS * Math.sin(half) * (1 - 1e-9);
}

/**
 * A lower bound of the geodesic between the ends of a straight line of this length, metres: along a
 * circle of the largest radius of curvature it would be so long, and nowhere does a geodesic bend less.
 * Checked against GeographicLib by the tests.
 */
export function shortestWay(chordMeters: number): number {
  return 2 * LARGEST_RADIUS_METERS * Math.asin(chordMeters / (2 * LARGEST_RADIUS_METERS));
}

/**
 * An upper bound of the geodesic between the ends of a straight line of this length, metres: neither end is nearer to the
 * centre than the poles, so the angle there is no wider than between two points that are as near.
 */
export function longestWayOver(chordMeters: number): number {
  return longestWay(2 * Math.asin(Math.min(1, chordMeters / (2 * POLAR_RADIUS_METERS))));
}

/** The other way round: an upper bound of the chord between the ends of a geodesic of this length, metres. */
export function longestChord(meters: number): number {
  const half = Math.min(meters / (2 * LARGEST_RADIUS_METERS), Math.PI / 2);
  return 2 * LARGEST_RADIUS_METERS * Math.sin(half) * (1 + 1e-9);
}
