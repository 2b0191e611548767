import type { Answer, Point } from "../answer.ts";
import { circle } from "./earth/sphere.ts";

/** A quarter around the earth: the first look shows no more of a ring. */
const MOST_RING_KM = 10_000;
/** How far out the places reach, of the radius, where the ring is a part of the first look. Else they would be too small. */
const LEAST_REACH = 0.5;

/** What the first look has to show: the point, the places, and how far it was looked, unless all places are near. */
export function firstLook(answer: Answer): readonly Point[] {
  const { location, radius_km: radiusKm, results, nearest_beyond: beyond } = answer;
  const reachKm = Math.max(...results.map(({ distance_km: km }) => km));
  const isNear = results.length > 0 && reachKm < radiusKm * LEAST_REACH;
  const isWorld = results.length > 0 && radiusKm > MOST_RING_KM;
  const ring = isNear || isWorld ? [] : circle(location, Math.min(radiusKm, MOST_RING_KM));
  return [location, ...results, ...(beyond ? [beyond] : []), ...ring];
}
