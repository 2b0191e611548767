import type { Pace } from "../../pace.ts";

/** Operations for a number. */
const MAKING_UP = 20;

/**
 * Rows of a matrix that is the same on every machine: row by row, uniform from -1 to 1, 1 excluded, in steps of 2⁻³¹, by
 * Mulberry32 (Ettinger, 2017), which needs nothing but arithmetic of 32-bit integers.
 */
export async function madeUpRows(
  { rows, columns, seed }: { rows: number; columns: number; seed: number },
  pace: Pace,
): Promise<Float64Array[]> {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
  const all: Float64Array[] = [];
  for (let row = 0; row < rows; row++) {
    all.push(Float64Array.from({ length: columns }, next));
    await pace.count(MAKING_UP * columns);
  }
  return all;
}

/** Operations. */
export function making(rows: number, columns: number): number {
  return MAKING_UP * rows * columns;
}
