import type { Pace } from "../../pace.ts";
import type { Bidiagonal } from "./bidiagonalize.ts";

/** Between two neighbouring numbers there is nothing left to halve, and so little is as good as zero. */
const AS_GOOD_AS_ZERO = 2 ** -100;
const MOST_HALVINGS = 101;
const LEAST_PIVOT = 1e-290;
/** Operations for each element of the diagonal: a division is waited for. */
const COUNTING = 16;

/**
 * The singular values of a bidiagonal matrix by bisection: how many exceed a number is exactly the number of negative pivots
 * of BᵀB less its square (Fernando, Accurately counting singular values of bidiagonal matrices, SIAM J. Matrix Anal. Appl.
 * 20, 1998). Unlike QR and dqds, which find all of them, it finds those that are asked for, it cannot fail to converge, and
 * a rank is one count.
 */
export class SingularValues {
  readonly #squares: Float64Array;
  readonly #squaresAbove: Float64Array;
  /** No singular value is larger. */
  readonly #bound: number;
  readonly #pace: Pace;

  constructor({ diagonal, superdiagonal }: Bidiagonal, pace: Pace) {
    this.#squares = diagonal.map((entry) => entry * entry);
    this.#squaresAbove = superdiagonal.map((entry) => entry * entry);
    this.#bound = Math.max(
      ...diagonal.map((entry, i) => Math.abs(entry) + Math.abs(superdiagonal[i]!)),
      ...superdiagonal.map((entry, i) => Math.abs(entry) + Math.abs(diagonal[i + 1] ?? 0)),
    );
    this.#pace = pace;
  }

  /** The largest ones, in descending order. */
  async largest(count: number): Promise<number[]> {
    const values: number[] = [];
    while (values.length < count) {
      values.push(await this.#value(values.length, values.at(-1) ?? this.#bound));
    }
    return values;
  }

  smallest(): Promise<number> {
    return this.#value(this.#squares.length - 1, this.#bound);
  }

  /** How many are larger than a number. */
  countAbove(number: number): number {
    const square = number * number;
    let count = 0;
    let rest = -square;
    for (let i = 0; i < this.#squares.length; i++) {
      let pivot = this.#squares[i]! + rest;
      if (Math.abs(pivot) < LEAST_PIVOT) pivot = -LEAST_PIVOT;
      if (pivot > 0) count++;
      rest = this.#squaresAbove[i]! * (rest / pivot) - square;
    }
    return count;
  }

  /** @param above how many are larger */
  async #value(above: number, most: number): Promise<number> {
    let [low, high] = [0, most];
    while (high - low > this.#bound * AS_GOOD_AS_ZERO) {
      const middle = (low + high) / 2;
      if (middle <= low || middle >= high) break;
      if (this.countAbove(middle) > above) low = middle;
      else high = middle;
      if (this.#pace.spend(COUNTING * this.#squares.length)) await this.#pace.pause();
    }
    return low === 0 ? 0 : high;
  }
}

/** At most so many operations to find some singular values. */
export function finding(values: number, width: number): number {
  return values * MOST_HALVINGS * COUNTING * width;
}
