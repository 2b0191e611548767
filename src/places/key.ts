import { type Cell, LEAF_LEVEL, leafPosition, leavesOf } from "../geo/cell.ts";
import type { Point } from "../geo/point.ts";

/**
 * A place's key is its position, so that the rows (and the postings of every word) of one
 * neighbourhood lie side by side:
 *
 *     key = position of the leaf cell along the Hilbert curve · 1024 + tie
 *
 * - position: 0 to 6 · 4^20 − 1, 43 bits. The curve runs over the six faces of a cube around the
 *   earth (geo/cell.ts); a leaf cell is 7 to 12 metres wide.
 * - tie: 10 bits that tell the places of one leaf cell apart: the first free one. Places on one spot, the
 *   same to the last digit of their coordinates, that come together have keys in a row.
 * - The largest key is 6 · 4^20 · 1024 − 1 < 2^53, exact as a JavaScript number. D1 hands integers
 *   out as such.
 * - overflow: a place whose cell is full takes the next free key behind it, however far that is, but none
 *   within the reach of another such cell. The table `overflows` knows how far the keys of such a cell
 *   reach; there are hardly any. A reach only grows.
 * - crowds: the finest cells cannot be divided, but they can hold thousands of places (geocoders put
 *   a whole town on one spot). The table `spots` knows where in a crowded cell each spot begins and
 *   ends, so that a search takes from each no more than it needs. Of a cell that more than CROWD rows
 *   have keys of, or that has overflowed, each place is in a run of its spot, and no run has a place of
 *   another spot; once a cell has fewer rows, what is listed of it is not looked at.
 */
export const TIE_BITS = 10;
export const TIES = 2 ** TIE_BITS;

/** One more than the largest key without overflow. */
export const KEYS = 6 * 4 ** LEAF_LEVEL * TIES;

/** Of a leaf cell with more places than this, the spots are listed. */
export const CROWD = 10;

/** The first key of the leaf cell that holds the point. */
export function firstKey(point: Point): number {
  return leafPosition(point) * TIES;
}

/** The first key of the leaf cell whose key this is; a place whose own cell was full may have it. */
export function cellOfKey(key: number): number {
  return key - (key % TIES);
}

/** The first and the last key of the cell, without overflow. */
export function keysOf(cell: Cell): readonly [first: number, last: number] {
  const [first, last] = leavesOf(cell);
  return [first * TIES, last * TIES + TIES - 1];
}

/**
 * The keys from the first to the last are those of places on one spot of a crowded cell, or free: a place that goes
 * leaves its key to the spot. A spot whose places came at different times has several such runs.
 */
export interface Spot extends Point {
  /** The first key of the leaf cell. */
  readonly cell: number;
  readonly first: number;
  readonly last: number;
}

/** The leaf cell with this first key has places up to this last key, which is not its own. */
export interface Overflow {
  readonly cell: number;
  readonly last: number;
}
