import type { Answer, Point } from "../answer.ts";
import { circle } from "./earth/sphere.ts";

/** A quarter around the earth: the first look shows no more of a ring. */
const MOST_RING_KM = 10_000;
/**
 * How far out the places reach, of the radius, where the ring is a part of the first look. Nearer ones would crowd in its
 * middle: the heading says how far was looked.
 */
const LEAST_REACH = 0.5;

/** What the first look has to show. */
export interface FirstLook {
  /** What has marks: the point, and the places. */
  readonly marked: readonly Point[];
  /** How far it was looked; nothing where all places are near. */
  readonly ring: readonly Point[];
}

export function firstLook(answer: Answer): FirstLook {
  const { location, radius_km: radiusKm, results, nearest_beyond: beyond } = answer;
  const reachKm = Math.max(...results.map(({ distance_km: km }) => km));
  const isNear = results.length > 0 && reachKm < radiusKm * LEAST_REACH;
  const isWorld = results.length > 0 && radiusKm > MOST_RING_KM;
  return {
    marked: [location, ...results, ...(beyond ? [beyond] : [])],
    ring: isNear || isWorld ? [] : circle(location, Math.min(radiusKm, MOST_RING_KM)),
  };
}

/** A part of what is to be seen, along one axis of a map, in pixels; with the room that it needs on both sides. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly before: number;
  readonly after: number;
}

/** The middle of a map that shows spans as well as one of its length can, and whether that is all of them. */
export function middleOf(spans: readonly Span[], length: number) {
  const rooms = spans.map(({ before, after }) => Math.min(1, length / 2 / (before + after)));
  const firsts = spans.map(({ from, before }, at) => from - before * rooms[at]!);
  const lasts = spans.map(({ to, after }, at) => to + after * rooms[at]!);
  const [most, least] = [Math.min(...firsts), Math.max(...lasts) - length];
  return { middle: (most + least + length) / 2, isWhole: least <= most };
}
