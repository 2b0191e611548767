import { toEarthCentered } from "./ellipsoid.ts";
import type { Point } from "./point.ts";
import type { Vector } from "./vector.ts";

/** Children of a node. */
const FANOUT = 8;
/** A box is the least x, y, z in it, earth-centred, metres, and the most. */
const BOX_NUMBERS = 6;
const POINT_NUMBERS = 3;

/** Is told of each point that may be near enough. @returns up to which square of a straight line others are wanted */
export type OnFound = (index: number) => number;

/** Whether a box may have points that are wanted, for another reason than its straight line. @param at where the box begins */
export type MayHave = (boxes: ArrayLike<number>, at: number) => boolean;

/**
 * Points around the earth, as a tree of boxes in earth-centred coordinates, where no seam is at ±180° and no crowding at the
 * poles. The points have to come in an order in which neighbours follow each other, as along the Hilbert curve: each eight
 * that follow each other are a node, and each eight nodes are one of the level above. (Kamel & Faloutsos, "On packing
 * R-trees", CIKM 1993.) Another order costs time, never a point.
 */
export class PackedTree {
  /** All of it: the points, then the boxes of each level, up to that of all. */
  readonly numbers: Float64Array;
  /** Where the points and the levels begin in `numbers`; and where the last one ends. */
  readonly #starts: readonly number[];

  /** @param numbers of such a tree */
  constructor(numbers: Float64Array, count: number) {
    this.numbers = numbers;
    this.#starts = startsOf(count);
  }

  static of(points: readonly Point[]): PackedTree {
    const starts = startsOf(points.length);
    const numbers = new Float64Array(starts.at(-1)!);
    for (const [at, point] of points.entries()) {
      numbers.set(toEarthCentered(point), POINT_NUMBERS * at);
    }
    for (let level = 1; level < starts.length - 1; level++) {
      const from = numbers.subarray(starts[level - 1], starts[level]);
      const into = numbers.subarray(starts[level], starts[level + 1]);
      fillBoxes(from, level === 1 ? POINT_NUMBERS : BOX_NUMBERS, into);
    }
    return new PackedTree(numbers, points.length);
  }

  /** The box of all points; there has to be one. */
  get box(): readonly number[] {
    return Array.from(this.numbers.subarray(-BOX_NUMBERS));
  }

  /** A point, earth-centred, metres. */
  at(index: number): Vector {
    const at = POINT_NUMBERS * index;
    return [this.numbers[at]!, this.numbers[at + 1]!, this.numbers[at + 2]!];
  }

  /**
   * Tells of points that are nearer than a straight line, near ones about first. The straight line gets shorter as what is
   * told says so, so that not all of them are told.
   *
   * @param withinSquared the square of that straight line
   * @returns how many points and boxes were looked at
   */
  search(from: Vector, withinSquared: number, onFound: OnFound, mayHave: MayHave): number {
    const state: SearchState = { from, onFound, mayHave, withinSquared, lookedAt: 0 };
    this.#visit(state, this.#starts.length - 2, 0);
    return state.lookedAt;
  }

  /** Looks at the children of a node: of the boxes of a level, or, of level 0, a point. */
  #visit(state: SearchState, level: number, node: number): void {
    if (level === 1) {
      this.#visitPoints(state, node);
      return;
    }
    const start = this.#starts[level - 1]!;
    const first = FANOUT * node;
    const last = Math.min(first + FANOUT, (this.#starts[level]! - start) / BOX_NUMBERS);
    state.lookedAt += last - first;
    // The nearest child first.
    const children: number[] = [];
    const distances: number[] = [];
    for (let child = first; child < last; child++) {
      const distance = squareToBox(state.from, this.numbers, start + BOX_NUMBERS * child);
      if (distance > state.withinSquared) continue;
      let at = children.length;
      for (; at > 0 && distances[at - 1]! > distance; at--) {
        children[at] = children[at - 1]!;
        distances[at] = distances[at - 1]!;
      }
      children[at] = child;
      distances[at] = distance;
    }
    for (const [at, child] of children.entries()) {
      if (distances[at]! > state.withinSquared) return;
      if (!state.mayHave(this.numbers, start + BOX_NUMBERS * child)) continue;
      this.#visit(state, level - 1, child);
    }
  }

  #visitPoints(state: SearchState, node: number): void {
    const { numbers } = this;
    const [x, y, z] = state.from;
    const first = FANOUT * node;
    const last = Math.min(first + FANOUT, this.#starts[1]! / POINT_NUMBERS);
    state.lookedAt += last - first;
    for (let index = first; index < last; index++) {
      const at = POINT_NUMBERS * index;
      const dx = numbers[at]! - x;
      const dy = numbers[at + 1]! - y;
      const dz = numbers[at + 2]! - z;
      const squared = dx * dx + dy * dy + dz * dz;
      if (squared <= state.withinSquared) state.withinSquared = state.onFound(index);
    }
  }
}

interface SearchState {
  readonly from: Vector;
  readonly onFound: OnFound;
  readonly mayHave: MayHave;
  withinSquared: number;
  lookedAt: number;
}

/** The square of the straight line from a point to the nearest point of a box. @param at where the box begins */
export function squareToBox(from: Vector, boxes: ArrayLike<number>, at = 0): number {
  let sum = 0;
  for (let axis = 0; axis < 3; axis++) {
    const below = boxes[at + axis]! - from[axis]!;
    const above = from[axis]! - boxes[at + axis + 3]!;
    const outside = Math.max(below, above, 0);
    sum += outside * outside;
  }
  return sum;
}

/** The square of the straight line from a point to the farthest point of a box. @param at where the box begins */
export function squareToFarthest(from: Vector, boxes: ArrayLike<number>, at = 0): number {
  let sum = 0;
  for (let axis = 0; axis < 3; axis++) {
    const below = from[axis]! - boxes[at + axis]!;
    const above = boxes[at + axis + 3]! - from[axis]!;
    const farthest = Math.max(below, above);
    sum += farthest * farthest;
  }
  return sum;
}

/** There is one level of boxes at the least, and the last one has one box. */
function startsOf(count: number): number[] {
  const starts = [0, POINT_NUMBERS * count];
  for (let nodes = count; nodes > 1 || starts.length === 2; ) {
    nodes = Math.max(1, Math.ceil(nodes / FANOUT));
    starts.push(starts.at(-1)! + BOX_NUMBERS * nodes);
  }
  return starts;
}

/** @param width how many numbers each thing has: of a point, its coordinates are the least and the most */
function fillBoxes(from: Float64Array, width: number, into: Float64Array): void {
  for (let box = 0; box < into.length / BOX_NUMBERS; box++) {
    const first = width * FANOUT * box;
    const last = Math.min(first + width * FANOUT, from.length);
    for (let axis = 0; axis < 3; axis++) {
      let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (let at = first + axis; at < last; at += width) {
        least = Math.min(least, from[at]!);
        most = Math.max(most, from[at + width - 3]!);
      }
      into[BOX_NUMBERS * box + axis] = least;
      into[BOX_NUMBERS * box + axis + 3] = most;
    }
  }
}
