import type { Pace } from "../../pace.ts";

/** How many columns the algebra takes at once. */
export const COLUMNS_AT_ONCE = 4;
/** Operations for a number. */
const LAYING_OUT = 4;
const LARGEST_EXPONENT = 1023;

/** A matrix that is at least as high as wide, to be worked on in place. */
export interface DenseMatrix {
  readonly height: number;
  readonly width: number;
  /** Column by column, and behind the last one as many columns of zeros as make any four that begin within. */
  readonly entries: Float64Array;
  /** What the entries are to be multiplied by; none is 2 or more, so that no square of one is too large. */
  readonly scale: number;
  /** The sum of the entries' squares. */
  readonly squares: number;
}

/**
 * Lays out rows as columns; of a matrix that is wider than high the transposed one, which has the same singular values.
 *
 * @param rows all of the same length, at least one number
 */
export async function layOut(rows: readonly Float64Array[], pace: Pace): Promise<DenseMatrix> {
  const columns = rows[0]!.length;
  const [height, width] = [Math.max(rows.length, columns), Math.min(rows.length, columns)];
  // How far apart are two neighbours of a row, and of a column.
  const [across, down] = rows.length >= columns ? [height, 1] : [1, height];
  const scale = scaleOf(rows);
  const entries = new Float64Array(height * (width + COLUMNS_AT_ONCE - 1));
  let squares = 0;
  for (const [index, row] of rows.entries()) {
    for (let column = 0; column < columns; column++) {
      const entry = row[column]! / scale;
      entries[index * down + column * across] = entry;
      squares += entry * entry;
    }
    await pace.count(LAYING_OUT * columns);
  }
  return { height, width, entries, scale, squares };
}

/** Operations. */
export function layingOut(rows: number, columns: number): number {
  return LAYING_OUT * rows * columns;
}

/** The power of two below the largest entry: to divide by it is exact. */
function scaleOf(rows: readonly Float64Array[]): number {
  let largest = 0;
  for (const row of rows) for (const entry of row) largest = Math.max(largest, Math.abs(entry));
  if (largest === 0) return 1;
  return 2 ** Math.min(LARGEST_EXPONENT, Math.floor(Math.log2(largest)));
}
