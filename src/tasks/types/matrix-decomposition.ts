import * as z from "zod";
import { CallerError } from "../../errors.ts";
import type { Done, Plan, TaskType, Work } from "../contract.ts";
import { bidiagonalize, bidiagonalizing } from "./matrix/bidiagonalize.ts";
import { LAYING_OUT, layOut } from "./matrix/dense-matrix.ts";
import { MAKING_UP, madeUpRows } from "./matrix/made-up-rows.ts";
import { Pace } from "./matrix/pace.ts";
import { finding, SingularValues } from "./matrix/singular-values.ts";

const MOST = 1_000;
/** The values of a matrix of the largest size then still are finite. */
const LARGEST_ENTRY = 1e304;
const USUAL_VALUES = 10;
/** A hundred microseconds, on a slow processor. */
const OPERATIONS_A_UNIT = 100_000;

const side = z.int().min(1).max(MOST);
const MatrixInput = z.strictObject({
  matrix: z
    .array(z.array(z.number().min(-LARGEST_ENTRY).max(LARGEST_ENTRY)).min(1).max(MOST))
    .min(1)
    .max(MOST)
    .optional()
    .describe("Rows of numbers, up to about 99 × 99"),
  rows: side.optional().describe("Of a made-up matrix, with columns and seed"),
  columns: side.optional(),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .optional(),
  values: z
    .int()
    .min(1)
    .max(MOST)
    .optional()
    .describe("How many singular values, the largest first (default 10)"),
});
type MatrixInput = z.output<typeof MatrixInput>;

export interface MatrixResult {
  readonly rows: number;
  readonly columns: number;
  /** In descending order. */
  readonly singular_values: readonly number[];
  /** How many singular values exceed `rank_threshold`. */
  readonly rank: number;
  /** What the largest singular value's rounding may come to: smaller ones cannot be told from 0. */
  readonly rank_threshold: number;
  /** The largest singular value by the smallest; null where that cannot be told from 0. */
  readonly condition_number: number | null;
  /** The root of the sum of the squares of all entries, which is that of all singular values too. */
  readonly frobenius_norm: number;
}

/** All of it: seconds of a processor at most, and no part of it can be done before another. */
type Chunk = "whole";

/**
 * Singular values without vectors, in one chunk that pauses.
 *
 * The algebra is our own, because ml-matrix computes in one block of several seconds, in which its isolate answers nobody.
 * It is faster, too: 1000 × 1000 take a quarter of the time (bench/RESULTS.md). Tests hold it against ml-matrix.
 */
const matrixDecomposition: TaskType<typeof MatrixInput, Chunk, MatrixResult, MatrixResult> = {
  name: "matrix_decomposition",
  title: "Singular values of a matrix",
  description: `The largest singular values of a matrix of up to ${MOST} × ${MOST} numbers, its rank, condition number and Frobenius norm.`,
  input: MatrixInput,
  unit: "columns",
  plan,
  run,
  join: async ([result]) => ({ result: result! }),
  summarize,
};
export default matrixDecomposition;

async function plan(input: MatrixInput): Promise<Plan<Chunk>> {
  const { rows, columns } = shapeOf(input);
  const [height, width] = [Math.max(rows, columns), Math.min(rows, columns)];
  const values = valuesOf(input, width);
  const operations =
    (MAKING_UP + LAYING_OUT) * rows * columns +
    bidiagonalizing(height, width) +
    finding(values + 1, width);
  return { chunks: ["whole"], total: width, cost: costOf(operations) };
}

async function run(_: Chunk, input: MatrixInput, work: Work): Promise<Done<Chunk, MatrixResult>> {
  const pace = new Pace(() => work.pause());
  const { rows, columns } = shapeOf(input);
  const matrix = await layOut(await rowsOf(input, pace), pace);
  const { height, width, scale, squares } = matrix;
  const bidiagonal = await bidiagonalize(matrix, pace, (done) => work.report(done));
  const found = new SingularValues(bidiagonal, pace);
  const values = await found.largest(valuesOf(input, width));
  const smallest = await found.smallest();
  const threshold = values[0]! * height * Number.EPSILON;
  const rank = found.countAbove(threshold);
  return {
    part: {
      rows,
      columns,
      singular_values: values.map((value) => value * scale),
      rank,
      rank_threshold: threshold * scale,
      condition_number: rank === width ? values[0]! / smallest : null,
      frobenius_norm: Math.sqrt(squares) * scale,
    },
    done: width,
    cost: costOf(pace.operations),
  };
}

/** @throws CallerError unless the input tells one matrix, with as many numbers in every row */
function shapeOf({ matrix, rows, columns, seed }: MatrixInput): { rows: number; columns: number } {
  const given = { rows, columns, seed };
  const missing = Object.entries(given).filter(([, value]) => value === undefined);
  if (!matrix) {
    if (rows !== undefined && columns !== undefined && seed !== undefined) return { rows, columns };
    const names = missing.map(([name]) => `"${name}"`).join(" and ");
    throw new CallerError(
      missing.length === 3
        ? 'Pass "matrix": its rows, for example [[1, 2], [3, 4]]; or "rows", "columns" and "seed" of one to be made up.'
        : `${names}: missing; a matrix to be made up needs "rows", "columns" and "seed".`,
    );
  }
  if (missing.length < 3) {
    throw new CallerError(
      'Pass either "matrix", or "rows", "columns" and "seed" of one to be made up.',
    );
  }
  const width = matrix[0]!.length;
  const ragged = matrix.findIndex((row) => row.length !== width);
  if (ragged >= 0) {
    throw new CallerError(
      `"matrix.${ragged}": has ${matrix[ragged]!.length} numbers, but the first row has ${width}: every row needs as many.`,
    );
  }
  return { rows: matrix.length, columns: width };
}

/** @throws CallerError if there are not so many */
function valuesOf({ values }: MatrixInput, width: number): number {
  if (values === undefined) return Math.min(USUAL_VALUES, width);
  if (values <= width) return values;
  throw new CallerError(
    `"values": must be at most ${width}, because this matrix has no more singular values, but is ${values}.`,
  );
}

async function rowsOf(input: MatrixInput, pace: Pace): Promise<Float64Array[]> {
  const { matrix, seed } = input;
  if (matrix) return matrix.map((row) => Float64Array.from(row));
  return madeUpRows({ ...shapeOf(input), seed: seed! }, pace);
}

function costOf(operations: number): number {
  return Math.ceil(operations / OPERATIONS_A_UNIT);
}

function summarize({ rows, columns, singular_values, rank, ...more }: MatrixResult): string {
  const { condition_number: condition, frobenius_norm: norm } = more;
  const values = singular_values.map((value) => value.toPrecision(6)).join(", ");
  return [
    `The ${singular_values.length} largest singular values of the ${rows} × ${columns} matrix: ${values}.`,
    `Its rank is ${rank} of ${Math.min(rows, columns)}, its Frobenius norm ${norm.toPrecision(6)},`,
    condition === null
      ? "and its smallest singular value cannot be told from 0."
      : `its condition number ${condition.toPrecision(6)}.`,
  ].join(" ");
}
