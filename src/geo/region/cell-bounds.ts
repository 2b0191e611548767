import { fromFace, fromGrid, type Square } from "../cell.ts";
import { ECCENTRICITY_SQUARED } from "../ellipsoid.ts";
import type { Vector } from "../vector.ts";
import type { Bounds } from "./bounds.ts";

/** More than the rounding of all that is computed here; a tenth of a millimetre. */
const ROUNDING_DEGREES = 1e-9;
/** So near the axis a corner is the pole. */
const AT_POLE = 1e-9;

/**
 * Parallels and meridians between which the cell lies. Its edges are great circles of directions: along one the longitude
 * runs from one end to the other, and the latitude may be highest in between. A cell that touches a pole has all longitudes:
 * a place at the pole may have any.
 */
export function boundsOfCell({ face, level, i, j }: Square): Bounds {
  const size = 2 ** level;
  const [left, right] = [fromGrid(i / size), fromGrid((i + 1) / size)];
  const [low, high] = [fromGrid(j / size), fromGrid((j + 1) / size)];
  const corners: readonly Vector[] = [
    fromFace(face, left, low),
    fromFace(face, right, low),
    fromFace(face, right, high),
    fromFace(face, left, high),
  ];
  const hasAxis = (face === 2 || face === 5) && left <= 0 && right >= 0 && low <= 0 && high >= 0;
  const isPolar = hasAxis || corners.some(([x, y]) => Math.hypot(x, y) < AT_POLE);
  const latitudes = corners.flatMap((corner, at) => [
    latitudeOf(corner),
    ...extremesBetween(corner, corners[(at + 1) % 4]!),
  ]);
  const [south, north] = [Math.min(...latitudes), Math.max(...latitudes)];
  const latitude = {
    south: isPolar && face === 5 ? -90 : Math.max(-90, south - ROUNDING_DEGREES),
    north: isPolar && face === 2 ? 90 : Math.min(90, north + ROUNDING_DEGREES),
  };
  if (isPolar) return { ...latitude, west: -180, east: 180 };
  const first = longitudeOf(corners[0]!);
  const longitudes = corners.map((corner) => first + turnTo(longitudeOf(corner) - first));
  return {
    ...latitude,
    west: Math.min(...longitudes) - ROUNDING_DEGREES,
    east: Math.max(...longitudes) + ROUNDING_DEGREES,
  };
}

/** Geodetic, of a direction from the earth's centre. */
function latitudeOf([x, y, z]: Vector): number {
  return toDegrees(Math.atan2(z, (1 - ECCENTRICITY_SQUARED) * Math.hypot(x, y)));
}

function longitudeOf([x, y]: Vector): number {
  return toDegrees(Math.atan2(y, x));
}

/** The highest or lowest latitude of the great circle, if it is reached between two directions. */
function extremesBetween(from: Vector, to: Vector): number[] {
  const [a, b, c] = cross(from, to);
  // The direction that lies highest on the circle is the axis without its part along the normal; the lowest is opposite.
  const highest: Vector = [-a * c, -b * c, a * a + b * b];
  return [1, -1]
    .map((sign): Vector => [sign * highest[0], sign * highest[1], sign * highest[2]])
    .filter((at) => dot(cross(from, at), [a, b, c]) > 0 && dot(cross(at, to), [a, b, c]) > 0)
    .map(latitudeOf);
}

/** A difference of longitudes the shorter way, -180 to 180. */
function turnTo(degrees: number): number {
  return degrees - 360 * Math.round(degrees / 360);
}

function cross([ax, ay, az]: Vector, [bx, by, bz]: Vector): Vector {
  return [ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx];
}

function dot([ax, ay, az]: Vector, [bx, by, bz]: Vector): number {
  return ax * bx + ay * by + az * bz;
}

function toDegrees(radians: number): number {
  return (radians * 180) / Math.PI;
}
