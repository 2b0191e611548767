import { leafPosition } from "../geo/cell.ts";
import type { Range } from "../geo/covering.ts";
import type { Point } from "../geo/point.ts";

/**
 * A place's key is its position, so that the rows (and the postings of every word) of one
 * neighbourhood lie side by side:
 *
 *     key = position of the leaf cell along the Hilbert curve · 1024 + tie
 *
 * - position: 0 to 6 · 4^20 − 1, 43 bits. The curve runs over the six faces of a cube around the
 *   earth (geo/cell.ts); a leaf cell is 7 to 12 metres wide.
 * - tie: 10 bits that tell the places of one leaf cell apart.
 * - The largest key is 6 · 4^20 · 1024 − 1 < 2^53, exact as a JavaScript number. D1 hands integers
 *   out as such.
 * - overflow: a place whose cell is full takes the next free key behind it, however far that is.
 *   The table key_overflow knows the longest such way, and every range that is searched is extended
 *   by it at its end. Keys are so sparse (1024 for some 80 m²) that this reads hardly a row more.
 */
const TIES = 1024;

/** The first key of the leaf cell that holds the point. */
export function firstKey(point: Point): number {
  return leafPosition(point) * TIES;
}

/** The keys of the leaf cells from one position to another, both ends included; without overflow. */
export function keysOf([first, last]: Range): Range {
  return [first * TIES, last * TIES + TIES - 1];
}

export interface Keyed<T> {
  readonly key: number;
  readonly item: T;
}

/**
 * Gives each item the first free key of its cell or behind it, and says how far the most displaced
 * one lies behind the last key of its own cell. Items come back in key order.
 */
export function assignKeys<T extends Point>(
  items: readonly T[],
): { keyed: Keyed<T>[]; overflow: number } {
  const wanted = items.map((item) => ({ key: firstKey(item), item })).sort((a, b) => a.key - b.key);
  let next = 0;
  let overflow = 0;
  const keyed = wanted.map(({ key, item }) => {
    const free = Math.max(key, next);
    next = free + 1;
    overflow = Math.max(overflow, free - (key + TIES - 1));
    return { key: free, item };
  });
  return { keyed, overflow };
}
