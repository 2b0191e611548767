import type { Pace } from "../../pace.ts";
import { COLUMNS_AT_ONCE, type DenseMatrix } from "./dense-matrix.ts";

/** A matrix of zeros but for its diagonal, and the one above. */
export interface Bidiagonal {
  readonly diagonal: Float64Array;
  /** As long as the diagonal; the last is 0. */
  readonly superdiagonal: Float64Array;
}

/** A vector whose squares add up to less than this is taken for zero: they would be too small to be exact. */
const NO_SQUARE = 1e-280;

/**
 * The bidiagonal matrix with the same singular values, by Householder reflections from the left and from the right in turn
 * (Golub and Kahan, Calculating the singular values and pseudo-inverse of a matrix, SIAM J. Numer. Anal. B 2, 1965).
 *
 * As LAPACK's dlabrd does, it applies both reflections of a step in the next step, so that the matrix goes through the
 * processor's caches twice a step, not four times.
 *
 * @param matrix is overwritten
 * @param onColumn hears of each column that is done
 */
export async function bidiagonalize(
  { height, width, entries }: DenseMatrix,
  pace: Pace,
  onColumn: (done: number) => Promise<void>,
): Promise<Bidiagonal> {
  const diagonal = new Float64Array(width);
  const superdiagonal = new Float64Array(width);
  const padded = width + COLUMNS_AT_ONCE - 1;
  // What the last step left to do: A - left × leftShares - right × rightShares, a share for each column.
  let left = new Float64Array(height);
  const right = new Float64Array(height);
  const leftShares = new Float64Array(padded);
  const rightShares = new Float64Array(padded);
  let column = new Float64Array(height);
  const row = new Float64Array(padded);

  for (let step = 0; step < width; step++) {
    const start = step * height;
    const [leftShare, rightShare] = [leftShares[step]!, rightShares[step]!];
    for (let i = step; i < height; i++) {
      column[i] = entries[start + i]! - leftShare * left[i]! - rightShare * right[i]!;
    }
    const fromLeft = reflect(column, step, height);
    diagonal[step] = fromLeft.first;
    for (let j = step + 1; j < width; j += 2) {
      updateTwo(entries, height, step, j, left, right, column, leftShares, rightShares);
      if (pace.spend(12 * (height - step))) await pace.pause();
    }
    let rowTimesShares = 0;
    for (let j = step + 1; j < width; j++) {
      leftShares[j]! *= fromLeft.factor;
      row[j] = entries[j * height + step]! - leftShares[j]!;
    }
    [left, column] = [column, left];

    if (step + 1 < width) {
      const fromRight = reflect(row, step + 1, width);
      superdiagonal[step] = fromRight.first;
      for (let j = step + 1; j < width; j++) rowTimesShares += row[j]! * leftShares[j]!;
      for (let i = step + 1; i < height; i++) right[i] = -rowTimesShares * left[i]!;
      for (let j = step + 1; j < width; j += COLUMNS_AT_ONCE) {
        addFour(entries, height, step + 1, j, row, right);
        if (pace.spend(8 * (height - step))) await pace.pause();
      }
      for (let j = step + 1; j < width; j++) rightShares[j] = row[j]! * fromRight.factor;
    }
    await onColumn(step + 1);
  }
  return { diagonal, superdiagonal };
}

/** At most so many operations. */
export function bidiagonalizing(height: number, width: number): number {
  let operations = 0;
  for (let step = 0; step < width; step++) {
    const left = width - step - 1;
    operations +=
      (12 * Math.ceil(left / 2) + 8 * Math.ceil(left / COLUMNS_AT_ONCE)) * (height - step);
  }
  return operations;
}

/**
 * Turns a vector into that of the Householder reflection I - factor × v × vᵀ, which makes its first element `first` and all
 * others zero; v begins with 1.
 */
function reflect(vector: Float64Array, from: number, to: number) {
  const head = vector[from]!;
  let squares = 0;
  for (let i = from + 1; i < to; i++) squares += vector[i]! * vector[i]!;
  vector[from] = 1;
  if (squares === 0 || head * head + squares < NO_SQUARE) {
    vector.fill(0, from + 1, to);
    return { first: head, factor: 0 };
  }
  // Of the other sign than the head, so that their difference loses no digits.
  const first = -Math.sign(head || 1) * Math.sqrt(head * head + squares);
  for (let i = from + 1; i < to; i++) vector[i]! /= head - first;
  return { first, factor: (first - head) / first };
}

/** Brings two columns up to date with the last step, and multiplies them with this step's column: their next left shares. */
function updateTwo(
  entries: Float64Array,
  height: number,
  from: number,
  j: number,
  left: Float64Array,
  right: Float64Array,
  column: Float64Array,
  leftShares: Float64Array,
  rightShares: Float64Array,
): void {
  const [a, b] = [j * height, (j + 1) * height];
  const [leftA, leftB] = [leftShares[j]!, leftShares[j + 1]!];
  const [rightA, rightB] = [rightShares[j]!, rightShares[j + 1]!];
  let [productA, productB] = [0, 0];
  for (let i = from; i < height; i++) {
    const entryA = entries[a + i]! - leftA * left[i]! - rightA * right[i]!;
    const entryB = entries[b + i]! - leftB * left[i]! - rightB * right[i]!;
    entries[a + i] = entryA;
    entries[b + i] = entryB;
    productA += entryA * column[i]!;
    productB += entryB * column[i]!;
  }
  leftShares[j] = productA;
  leftShares[j + 1] = productB;
}

/** Adds four columns, each as often as `times` says, to a sum. */
function addFour(
  entries: Float64Array,
  height: number,
  from: number,
  j: number,
  times: Float64Array,
  sum: Float64Array,
): void {
  const [a, b, c, d] = [j * height, (j + 1) * height, (j + 2) * height, (j + 3) * height];
  const [timesA, timesB, timesC, timesD] = [times[j]!, times[j + 1]!, times[j + 2]!, times[j + 3]!];
  for (let i = from; i < height; i++) {
    sum[i]! +=
      timesA * entries[a + i]! +
      timesB * entries[b + i]! +
      timesC * entries[c + i]! +
      timesD * entries[d + i]!;
  }
}
