import geographiclib from "geographiclib-geodesic";
import type { Point } from "./geo/point.ts";

/** The shortest way over the WGS84 ellipsoid. */
export interface InverseGeodesic {
  readonly distanceMeters: number;
  /** The direction in which it sets out, degrees clockwise from north, 0 to 360. */
  readonly azimuthDegrees: number;
}

/**
 * Distance and initial direction from one point to another, to some nanometres.
 * C. F. F. Karney, "Algorithms for geodesics", J. Geodesy 87 (2013), through GeographicLib.
 */
export function inverseGeodesic(from: Point, to: Point): InverseGeodesic {
  const { s12, azi1 } = geographiclib.Geodesic.WGS84.Inverse(
    from.latitude,
    from.longitude,
    to.latitude,
    to.longitude,
  );
  // At a pole every way sets out along a meridian, and each is "south", or "north".
  if (Math.abs(from.latitude) === 90) {
    return { distanceMeters: s12!, azimuthDegrees: from.latitude > 0 ? 180 : 0 };
  }
  return { distanceMeters: s12!, azimuthDegrees: (azi1! + 360) % 360 };
}

/** Where a geodesic of this length ends that sets out in a direction, degrees clockwise from north. */
export function destination(from: Point, azimuthDegrees: number, distanceMeters: number): Point {
  const { lat2, lon2 } = geographiclib.Geodesic.WGS84.Direct(
    from.latitude,
    from.longitude,
    azimuthDegrees,
    distanceMeters,
  );
  return { latitude: lat2!, longitude: lon2! };
}
