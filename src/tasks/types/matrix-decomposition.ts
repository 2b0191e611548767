import * as z from "zod/v4";
import { CallerError } from "../../errors.ts";
import type { Stores } from "../../index/write/transaction.ts";
import type { Done, Plan, TaskType, Work, World } from "../contract.ts";
import { MOST_GLANCED_BYTES, MOST_UNPACKED_BYTES, mostBytesOf } from "../inputs.ts";
import { Pace } from "../pace.ts";
import { bidiagonalize, bidiagonalizing } from "./matrix/bidiagonalize.ts";
import { broughtRows, reading } from "./matrix/brought-rows.ts";
import { layingOut, layOut } from "./matrix/dense-matrix.ts";
import { LARGEST_ENTRY, MOST, OPERATIONS_A_TURN } from "./matrix/limits.ts";
import { madeUpRows, making } from "./matrix/made-up-rows.ts";
import { finding, SingularValues } from "./matrix/singular-values.ts";

const USUAL_VALUES = 10;
/** A hundred microseconds, on a slow processor. */
const OPERATIONS_A_UNIT = 100_000;
/** How many numbers of a file are read before there is a task. */
const GLANCED_AT = 20_000;

const side = z.int().min(1).max(MOST);
const MatrixInput = z.strictObject({
  matrix: z
    .array(z.array(z.number().min(-LARGEST_ENTRY).max(LARGEST_ENTRY)).min(1).max(MOST))
    .min(1)
    .max(MOST)
    .optional()
    .describe("Rows of numbers, up to about 150 × 150"),
  input: z
    .string()
    .min(1)
    .optional()
    .describe("A larger one: what POST /mcp/inputs answers for its CSV, which has no header"),
  rows: side.optional().describe("Of one to be made up, with columns and seed"),
  columns: side.optional(),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .optional(),
  values: side.optional().describe("How many singular values, the largest first (default 10)"),
});
type MatrixInput = z.output<typeof MatrixInput>;

export interface MatrixResult {
  readonly rows: number;
  readonly columns: number;
  /** In descending order. */
  readonly singular_values: readonly number[];
  /** How many singular values exceed `rank_threshold`. */
  readonly rank: number;
  /** What rounding may come to, by the largest singular value: what is smaller cannot be told from 0. */
  readonly rank_threshold: number;
  /** The largest singular value by the smallest; null where that cannot be told from 0. */
  readonly condition_number: number | null;
  /** The root of the sum of the squares of all entries, which is that of all singular values too. */
  readonly frobenius_norm: number;
}

/** All of the matrix: a few seconds of a processor at most, and no part of it can be done before another. */
interface Chunk {
  /** Where in the bucket the file is, if there is one. */
  readonly key?: string | undefined;
}

/**
 * Singular values without vectors, in one chunk that pauses.
 *
 * The algebra is our own, because ml-matrix computes in one block of several seconds, in which its isolate answers nobody.
 * It is faster, too. Tests hold it against ml-matrix.
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

async function plan(input: MatrixInput, { inputs, stores }: World): Promise<Plan<Chunk>> {
  const given = shapeGiven(input);
  const brought = given ? undefined : await inputs.find(input.input!);
  const { rows, columns } = given ?? (await glanceAt(stores.bucket, brought!.key));
  const [height, width] = [Math.max(rows, columns), Math.min(rows, columns)];
  const operations =
    (brought ? reading(rows, columns, mostBytesOf(brought)) : making(rows, columns)) +
    layingOut(rows, columns) +
    bidiagonalizing(height, width) +
    finding(valuesOf(input, width) + 1, width);
  return { chunks: [{ key: brought?.key }], total: width, cost: costOf(operations) };
}

async function run(
  { key }: Chunk,
  input: MatrixInput,
  work: Work,
): Promise<Done<Chunk, MatrixResult>> {
  const pace = new Pace(OPERATIONS_A_TURN, () => work.pause());
  const rows = await rowsOf(input, key, work.stores, pace);
  const matrix = await layOut(rows, pace);
  const { height, width, scale, squares } = matrix;
  const count = valuesOf(input, width);
  const bidiagonal = await bidiagonalize(matrix, pace, (done) =>
    work.report(done, costOf(pace.spent)),
  );
  const found = new SingularValues(bidiagonal, pace);
  const values = await found.largest(count);
  const smallest = await found.smallest();
  const threshold = values[0]! * height * Number.EPSILON;
  const rank = found.countAbove(threshold);
  return {
    part: {
      rows: rows.length,
      columns: rows[0]!.length,
      singular_values: values.map((value) => value * scale),
      rank,
      rank_threshold: threshold * scale,
      condition_number: rank === width ? values[0]! / smallest : null,
      frobenius_norm: Math.sqrt(squares) * scale,
    },
    done: width,
    total: width,
    cost: costOf(pace.spent),
  };
}

interface Shape {
  readonly rows: number;
  readonly columns: number;
}

/**
 * What the input tells of the shape; undefined for a file.
 *
 * @throws CallerError unless it tells one matrix, with as many numbers in every row
 */
function shapeGiven({ matrix, input, rows, columns, seed }: MatrixInput): Shape | undefined {
  const madeUp = Object.entries({ rows, columns, seed });
  const missing = madeUp.flatMap(([name, value]) => (value === undefined ? `"${name}"` : []));
  const isMadeUp = missing.length < madeUp.length;
  const ways = [matrix !== undefined, input !== undefined, isMadeUp];
  if (ways.filter(Boolean).length !== 1) {
    throw new CallerError(
      'Pass one matrix: "matrix", its rows, for example [[1, 2], [3, 4]]; or "input", a file; or "rows", "columns" and "seed" of one to be made up.',
    );
  }
  if (isMadeUp) {
    if (rows !== undefined && columns !== undefined && seed !== undefined) return { rows, columns };
    throw new CallerError(`${missing.join(" and ")}: missing, to make up a matrix.`);
  }
  if (!matrix) return undefined;
  const width = matrix[0]!.length;
  const ragged = matrix.findIndex((row) => row.length !== width);
  if (ragged < 0) return { rows: matrix.length, columns: width };
  throw new CallerError(
    `"matrix.${ragged}": has ${matrix[ragged]!.length} numbers, but the first row has ${width}: every row needs as many.`,
  );
}

/**
 * The shape of a file, or of a long one the largest that it may have.
 *
 * @throws CallerError for what is no matrix, as far as it is read
 */
async function glanceAt(bucket: R2Bucket, key: string): Promise<Shape> {
  let [rows, columns] = [0, 0];
  const pace = new Pace(OPERATIONS_A_TURN, () => scheduler.wait(0));
  for await (const row of broughtRows(bucket, key, pace, MOST_GLANCED_BYTES)) {
    rows += 1;
    columns = row.length;
    if (rows * columns > GLANCED_AT) return { rows: MOST, columns };
  }
  return { rows, columns };
}

/** @throws CallerError if there are not so many */
function valuesOf({ values }: MatrixInput, width: number): number {
  if (values === undefined) return Math.min(USUAL_VALUES, width);
  if (values <= width) return values;
  throw new CallerError(
    `"values": must be at most ${width}, because this matrix has no more singular values, but is ${values}.`,
  );
}

async function rowsOf(
  { matrix, rows = 0, columns = 0, seed = 0 }: MatrixInput,
  key: string | undefined,
  { bucket }: Stores,
  pace: Pace,
): Promise<Float64Array[]> {
  if (matrix) return matrix.map((row) => Float64Array.from(row));
  if (key === undefined) return madeUpRows({ rows, columns, seed }, pace);
  const brought: Float64Array[] = [];
  for await (const row of broughtRows(bucket, key, pace, MOST_UNPACKED_BYTES)) brought.push(row);
  return brought;
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
