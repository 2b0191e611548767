import type { Point } from "../../answer.ts";

/** The WGS84 ellipsoid: half of its long axis in kilometres, and its flattening. */
const EQUATOR_KM = 6378.137;
const FLATTENING = 1 / 298.257223563;
const POLE_KM = EQUATOR_KM * (1 - FLATTENING);
/** Of the sphere that is most like it. */
export const MEAN_RADIUS_KM = 6371.0088;
export const HALF_EARTH_KM = Math.PI * MEAN_RADIUS_KM;

export const RADIANS = Math.PI / 180;

/** The longitude nearest to another, past ±180 if need be: neighbours across the date line stay neighbours. */
export function unwrapped(longitude: number, around: number): number {
  return around + ((((longitude - around + 180) % 360) + 360) % 360) - 180;
}

/** On the mean sphere: up to half a percent off. */
export function distanceKm(from: Point, to: Point): number {
  const [lat1, lat2] = [from.latitude * RADIANS, to.latitude * RADIANS];
  const dLon = (to.longitude - from.longitude) * RADIANS;
  const haversine =
    Math.sin((lat2 - lat1) / 2) ** 2 + Math.cos(lat1) * Math.cos(lat2) * Math.sin(dLon / 2) ** 2;
  return 2 * MEAN_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(haversine)));
}

/**
 * Where a way of so many kilometres ends that sets out in a direction, in degrees clockwise from north.
 * T. Vincenty, "Direct and inverse solutions of geodesics on the ellipsoid", Survey Review 23 (1975): to a millimetre. A
 * sphere would be 0.6 % off at the equator.
 */
export function destination(from: Point, bearingDegrees: number, km: number): Point {
  const bearing = bearingDegrees * RADIANS;
  const tanU1 = (1 - FLATTENING) * Math.tan(from.latitude * RADIANS);
  const cosU1 = 1 / Math.hypot(1, tanU1);
  const sinU1 = tanU1 * cosU1;
  const sinAlpha = cosU1 * Math.sin(bearing);
  const cosAlpha2 = 1 - sinAlpha ** 2;
  const u2 = (cosAlpha2 * (EQUATOR_KM ** 2 - POLE_KM ** 2)) / POLE_KM ** 2;
  const a = 1 + (u2 / 16384) * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)));
  const b = (u2 / 1024) * (256 + u2 * (-128 + u2 * (74 - 47 * u2)));
  const sigma1 = Math.atan2(tanU1, Math.cos(bearing));
  const straight = km / (POLE_KM * a);
  let sigma = straight;
  let cosTwice = 0;
  for (let round = 0; round < 8; round++) {
    cosTwice = Math.cos(2 * sigma1 + sigma);
    const [sin, cos] = [Math.sin(sigma), Math.cos(sigma)];
    const third = (b / 6) * cosTwice * (4 * sin ** 2 - 3) * (4 * cosTwice ** 2 - 3);
    sigma = straight + b * sin * (cosTwice + (b / 4) * (cos * (2 * cosTwice ** 2 - 1) - third));
  }
  const [sin, cos] = [Math.sin(sigma), Math.cos(sigma)];
  const across = sinU1 * sin - cosU1 * cos * Math.cos(bearing);
  const latitude = Math.atan2(
    sinU1 * cos + cosU1 * sin * Math.cos(bearing),
    (1 - FLATTENING) * Math.hypot(sinAlpha, across),
  );
  const lambda = Math.atan2(sin * Math.sin(bearing), cosU1 * cos - sinU1 * sin * Math.cos(bearing));
  const c = (FLATTENING / 16) * cosAlpha2 * (4 + FLATTENING * (4 - 3 * cosAlpha2));
  const less =
    (1 - c) *
    FLATTENING *
    sinAlpha *
    (sigma + c * sin * (cosTwice + c * cos * (2 * cosTwice ** 2 - 1)));
  return { latitude: latitude / RADIANS, longitude: from.longitude + (lambda - less) / RADIANS };
}

/** So many that the straight lines between them are no farther from the circle than a thousandth of its radius. */
const CIRCLE_POINTS = 256;

/**
 * The circle as a line of points, the last where the first is. Its longitudes do not jump at ±180; around a pole the line ends 360° from where it
 * began. Nothing, where the circle is around the whole earth.
 */
export function circle(center: Point, km: number): Point[] {
  if (km >= HALF_EARTH_KM - 100) return [];
  let before = center.longitude;
  return Array.from({ length: CIRCLE_POINTS + 1 }, (_, at) => {
    const { latitude, longitude } = destination(center, (360 * at) / CIRCLE_POINTS, km);
    before = unwrapped(longitude, before);
    return { latitude, longitude: before };
  });
}
