import { type Cell, LEAF_LEVEL, leafPosition, leavesOf } from "../geo/cell.ts";
import type { Point } from "../geo/point.ts";

/**
 * A place's key is its position, so that the rows (and the postings of every word) of one neighbourhood lie side
 * by side:
 *
 *     key = position of the leaf cell along the Hilbert curve · 1024 + suffix
 *
 * - Position: 0 to 6 · 4^20 − 1, 43 bits. The curve runs over the six faces of a cube around the earth
 *   (geo/cell.ts). A leaf cell is 7 to 12 metres wide.
 * - Suffix: 10 bits that tell the places of one leaf cell apart.
 * - Overflow: a leaf cell without a free suffix gives keys from `FIRST_OVERFLOW_KEY` on, a range that belongs to no
 *   cell. All keys stay below 2^53, exact as JavaScript numbers.
 *
 * Codes of areas have a range of their own, with the same order: they are found by their words, but they are no places to
 * come across, and there are too many to be passed by. Everything below holds there, too, `FIRST_CODE_KEY` lower.
 *
 * Geocoders put a whole town on one point, and a leaf cell cannot be divided further. So a crowded cell lists *runs*:
 * a run is a block of keys reserved for the places of one point. A search takes the runs by their distance, and from
 * each run no more places than it needs. These invariants hold, whatever comes and goes:
 *
 * 1. A place has a key of its own leaf cell, or an overflow key in one run of that cell.
 * 2. If a leaf cell lists runs of its own keys, each of its places with such a key is in exactly one of them. It lists
 *    them at the latest when it has more than `MOST_UNLISTED` rows.
 * 3. A run has only places whose coordinates are the run's, to the last digit.
 *
 * In a cell that lists runs, the key of a place that goes is not given again. A list that is longer than needed costs a
 * search some reads, never a place. A place that is edited and stays at its point keeps its key.
 */
export const SUFFIX_BITS = 10;
/** How many keys a leaf cell has. */
export const LEAF_CAPACITY = 2 ** SUFFIX_BITS;

/** One more than the largest key of any leaf cell. */
export const FIRST_OVERFLOW_KEY = 6 * 4 ** LEAF_LEVEL * LEAF_CAPACITY;

/** Added to all keys of codes. The range ends below 0, and all of it is exact as JavaScript numbers. */
export const FIRST_CODE_KEY = LEAF_CAPACITY - 2 ** 53;

const CODES = "boundary/postal_code";

/** Whether places of the category are found by their words only, never by a question for whatever there is. */
export function isCode(category: string): boolean {
  return category === CODES || category.startsWith(`${CODES}/`);
}

/** A leaf cell with more rows than this lists runs. */
export const MOST_UNLISTED = 10;

/** The first key of the leaf cell that holds the point. */
export function firstKey(point: Point): number {
  return leafPosition(point) * LEAF_CAPACITY;
}

/** The first and the last key of the cell. */
export function keysOf(cell: Cell): readonly [first: number, last: number] {
  const [first, last] = leavesOf(cell);
  return [first * LEAF_CAPACITY, last * LEAF_CAPACITY + LEAF_CAPACITY - 1];
}

/** A block of keys that is reserved for places at one point. */
export interface Run extends Point {
  /** The first key of the leaf cell; plus `FIRST_OVERFLOW_KEY` where the run has overflow keys. */
  readonly home: number;
  readonly first: number;
  readonly last: number;
  /** The first of these keys that no place has had yet; `last` + 1 if none is left. */
  readonly next: number;
}
