import fc from "fast-check";
import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { CallerError } from "../../../src/errors.ts";
import { parseInput } from "../../../src/input.ts";
import type { Work, World } from "../../../src/tasks/contract.ts";
import { TaskInputs } from "../../../src/tasks/inputs.ts";
import type { MatrixResult } from "../../../src/tasks/types/matrix-decomposition.ts";
import kind from "../../../src/tasks/types/matrix-decomposition.ts";
import { seeded } from "../../support/random.ts";
import { STORES } from "../../support/stores.ts";

type Rows = readonly (readonly number[])[];

const WORLD = { stores: STORES, inputs: new TaskInputs(STORES.bucket, undefined) } as World;
/** Between two pauses, as src/tasks/types/matrix/limits.ts has it, in units of the cost. */
const UNITS_BETWEEN_PAUSES = 8_000_000 / 100_000;

const range = (length: number) => Array.from({ length }, (_, index) => index);
const diagonalOf = (entries: readonly number[]) =>
  entries.map((entry, i) => entries.map((_, j) => (i === j ? entry : 0)));

async function compute(data: object, hooks: Partial<Pick<Work, "pause" | "report">> = {}) {
  const input = parseInput(kind.name, kind.input, data);
  const { chunks, total, cost } = await kind.plan(input, WORLD);
  const idle = async () => {};
  const work = { ...WORLD, pause: idle, report: idle, ...hooks } as Work;
  const done = await Promise.all(chunks.map((chunk) => kind.run(chunk, input, work)));
  const parts = done.map(({ part }) => part!);
  const { result } = await kind.join(parts, input, work);
  const spent = done.reduce((sum, one) => sum + one.cost, 0);
  const reached = done.reduce((sum, one) => sum + one.done, 0);
  return { result: result as MatrixResult, total, reached, cost, spent };
}

/** All singular values, and what else is told. */
async function decompose(matrix: Rows): Promise<MatrixResult> {
  const values = Math.min(matrix.length, matrix[0]!.length);
  return (await compute({ matrix, values })).result;
}

function byMlMatrix(matrix: Rows): number[] {
  return new SingularValueDecomposition(new Matrix(matrix as number[][]), {
    autoTranspose: true,
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
  }).diagonal;
}

/** Equal to 1e-10 of the largest. */
function expectValues(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  const largest = Math.max(...expected) || 1;
  const off = found.map((value, index) => Math.abs(value / largest - expected[index]! / largest));
  expect(Math.max(...off)).toBeLessThanOrEqual(1e-10);
  expect(found).toEqual([...found].sort((a, b) => b - a));
}

describe("known decompositions", () => {
  /** Golub and Reinsch, Singular value decomposition and least squares solutions, 1970. */
  const GOLUB_REINSCH = [
    [22, 10, 2, 3, 7],
    [14, 7, 10, 0, 8],
    [-1, 13, -1, -11, 3],
    [-3, -2, 13, -2, 4],
    [9, 8, 1, -2, 4],
    [9, 1, -7, 5, -1],
    [2, -6, 6, 5, 1],
    [4, 5, 0, -2, 2],
  ];
  const upper = range(20).map((i) => range(21).map((j) => (i > j ? 0 : i === j ? 20 - i : -1)));
  const hilbert = range(5).map((i) => range(5).map((j) => 1 / (i + j + 1)));
  const ones = range(30).map((i) => range(30).map((j) => (j === i || j === i + 1 ? 1 : 0)));
  const rotation = [
    [2 / 3, -1 / 3, 2 / 3],
    [2 / 3, 2 / 3, -1 / 3],
    [-1 / 3, 2 / 3, 2 / 3],
  ];
  const rankOne = [1, 2, 3, 4].map((left) => [5, 6, 7].map((right) => left * right));

  it.each<[string, Rows, number[]]>([
    ["diagonal", diagonalOf([3, -7, 0.5, 0]), [7, 3, 0.5, 0]],
    ["of equal values", diagonalOf([2, 2, 1, 2, 1]), [2, 2, 2, 1, 1]],
    ["orthogonal", rotation, [1, 1, 1]],
    ["of a published example", GOLUB_REINSCH, [Math.sqrt(1248), 20, Math.sqrt(384), 0, 0]],
    ["of another", upper, range(20).map((k) => Math.sqrt((20 - k) * (21 - k)))],
    [
      "Hilbert's",
      hilbert,
      [
        1.567050691098231, 0.208534218611013, 0.0114074916234195, 3.05898040151192e-4,
        3.28792877217186e-6,
      ],
    ],
    ["bidiagonal", ones, range(30).map((k) => 2 * Math.cos(((k + 1) * Math.PI) / 61))],
    ["of rank one", rankOne, [Math.sqrt(30 * 110), 0, 0]],
    [
      "zero",
      [
        [0, 0, 0],
        [0, 0, 0],
      ],
      [0, 0],
    ],
    ["one row", [[3, 0, 4]], [5]],
    ["one column", [[3], [0], [-4]], [5]],
    ["one number", [[-2]], [2]],
    [
      "large numbers",
      [
        [3e300, 0],
        [0, 4e300],
        [0, 0],
      ],
      [4e300, 3e300],
    ],
    [
      "small numbers",
      [
        [3e-300, 0],
        [0, 4e-300],
      ],
      [4e-300, 3e-300],
    ],
    [
      "the smallest number",
      [
        [5e-324, 0],
        [0, 0],
      ],
      [5e-324, 0],
    ],
    [
      "both large and small ones",
      [
        [1e300, 1e-300],
        [1e-300, -1e300],
      ],
      [1e300, 1e300],
    ],
    [
      "columns that all but vanish",
      [
        [1e-160, 1, 2],
        [1e-160, 3, 4],
        [1e-160, 5, 7],
      ],
      byMlMatrix([
        [1, 2],
        [3, 4],
        [5, 7],
      ]).concat(0),
    ],
  ])("%s", async (_, matrix, expected) => {
    expectValues((await decompose(matrix)).singular_values, expected);
  });

  it("tells the rank, the condition and the norm as far as they can be told", async () => {
    expect(await decompose(diagonalOf([4, 3, 2]))).toEqual({
      rows: 3,
      columns: 3,
      singular_values: [4, 3, 2],
      rank: 3,
      rank_threshold: 4 * 3 * 2 ** -52,
      condition_number: 2,
      frobenius_norm: Math.sqrt(29),
    });
    expect(await decompose(rankOne)).toMatchObject({ rank: 1, condition_number: null });
    expect(await decompose(GOLUB_REINSCH)).toMatchObject({ rank: 3, condition_number: null });
    expect(await decompose([[0]])).toMatchObject({ rank: 0, frobenius_norm: 0 });
  });
});

describe("any matrix", () => {
  const sides = fc.tuple(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 1, max: 14 }));
  const matrixOf = (rows: number, columns: number) => {
    const entry = fc.oneof(
      fc.integer({ min: -3, max: 3 }),
      fc.double({ min: -1e3, max: 1e3, noNaN: true }),
    );
    const row = fc.array(entry, { minLength: columns, maxLength: columns });
    return fc.array(row, { minLength: rows, maxLength: rows });
  };
  const full = sides.chain(([rows, columns]) => matrixOf(rows, columns));
  /** Products of thin ones. */
  const deficient = fc
    .tuple(sides, fc.integer({ min: 1, max: 3 }))
    .chain(([[rows, columns], rank]) => fc.tuple(matrixOf(rows, rank), matrixOf(rank, columns)))
    .map(([left, right]) => new Matrix(left).mmul(new Matrix(right)).to2DArray());

  it("has the values that ml-matrix finds, and as many squares as its entries", async () => {
    const check = async (matrix: Rows) => {
      const { singular_values, frobenius_norm } = await decompose(matrix);
      expectValues(singular_values, byMlMatrix(matrix));
      expect(Math.hypot(...singular_values)).toBeCloseTo(
        Math.hypot(...matrix.flat()),
        9 - Math.log10(frobenius_norm + 1),
      );
      expect(Math.hypot(...matrix.flat())).toBeCloseTo(
        frobenius_norm,
        9 - Math.log10(frobenius_norm + 1),
      );
    };
    await fc.assert(fc.asyncProperty(fc.oneof(full, deficient), check));
  });

  it("has the same values transposed, and multiplied by a power of two", async () => {
    const check = async (matrix: Rows, exponent: number) => {
      const { singular_values: values } = await decompose(matrix);
      const transposed = matrix[0]!.map((_, column) => matrix.map((row) => row[column]!));
      expectValues((await decompose(transposed)).singular_values, values);
      const factor = 2 ** exponent;
      const scaled = await decompose(matrix.map((row) => row.map((entry) => entry * factor)));
      expectValues(
        scaled.singular_values.map((value) => value / factor),
        values,
      );
    };
    const exponent = fc.integer({ min: -900, max: 900 });
    await fc.assert(fc.asyncProperty(full, exponent, check));
  });
});

describe("a made-up matrix", () => {
  const LARGE = { rows: 260, columns: 180, seed: 7 };
  /** As docs/TASKS.md tells it. */
  const madeUp = ({ rows, columns, seed }: typeof LARGE) => {
    const random = seeded(seed);
    return range(rows).map(() => range(columns).map(() => 2 * random() - 1));
  };

  it("is that of its seed", async () => {
    const { result } = await compute({ ...LARGE, values: 180 });
    const matrix = madeUp(LARGE);
    expectValues(result.singular_values, byMlMatrix(matrix));
    expect(result).toMatchObject({ rows: 260, columns: 180, rank: 180 });
    expect(result.frobenius_norm).toBeCloseTo(Math.hypot(...matrix.flat()), 10);
  });

  it("has the same values again, to the last bit, and others of another seed", async () => {
    const first = await compute(LARGE);
    expect((await compute(LARGE)).result).toEqual(first.result);
    expect((await compute({ ...LARGE, seed: 8 })).result).not.toEqual(first.result);
    expect(first.result.singular_values).toHaveLength(10);
  });

  it("is paused at, and tells of each column", async () => {
    let pauses = 0;
    const told: number[] = [];
    const { total, reached, spent } = await compute(LARGE, {
      pause: async () => void pauses++,
      report: async (done) => void told.push(done),
    });
    expect(pauses).toBeGreaterThanOrEqual(Math.floor(spent / UNITS_BETWEEN_PAUSES) - 1);
    expect(pauses).toBeGreaterThanOrEqual(3);
    expect(told).toEqual(range(180).map((column) => column + 1));
    expect(reached).toBe(total);
  });

  it.each(["pause", "report"] as const)("ends at the %s where it is cancelled", async (hook) => {
    let calls = 0;
    const cancelled = new Error("cancelled");
    const stop = async () => {
      if (++calls === 3) throw cancelled;
    };
    await expect(compute(LARGE, { [hook]: stop })).rejects.toBe(cancelled);
    expect(calls).toBe(3);
  });

  it("costs no more than was said before", async () => {
    const side = fc.integer({ min: 1, max: 60 });
    const check = async (rows: number, columns: number, seed: number, all: boolean) => {
      const values = all ? { values: Math.min(rows, columns) } : {};
      const { cost, spent } = await compute({ rows, columns, seed, ...values });
      expect(spent).toBeLessThanOrEqual(cost);
    };
    await fc.assert(fc.asyncProperty(side, side, fc.nat(), fc.boolean(), check));
    const { cost, spent } = await compute(LARGE);
    expect(spent).toBeGreaterThan(cost / 2);
  });
});

describe("a file", () => {
  const SMALL = "22, 10,2\r\n\r\n14,7 ,1e1\r\n-1,+13,-.5";
  const ROWS = [
    [22, 10, 2],
    [14, 7, 10],
    [-1, 13, -0.5],
  ];
  const bring = async (text: string, pack?: "gzip") => {
    const stream = new Blob([text]).stream();
    const packed = pack ? stream.pipeThrough(new CompressionStream(pack)) : stream;
    const body = await new Response(packed).arrayBuffer();
    const { id } = await WORLD.inputs.take(body, Date.now() + 60_000);
    return id;
  };

  it.each([
    ["with commas", SMALL],
    ["with semicolons", SMALL.replaceAll(",", ";")],
    ["with tabs", SMALL.replaceAll(",", "\t")],
    ["with blanks", "22 10  2\n14 7 10\n -1 13 -0.5\n"],
  ])("is read %s", async (_, text) => {
    const expected = await compute({ matrix: ROWS });
    for (const pack of [undefined, "gzip"] as const) {
      expect((await compute({ input: await bring(text, pack) })).result).toEqual(expected.result);
    }
  });

  it("may be longer than the door lets pass, and costs no more than was said before", async () => {
    const random = seeded(5);
    const matrix = range(160).map(() => range(150).map(() => random()));
    const input = await bring(matrix.map((row) => row.join()).join("\n"));
    const { result, total, reached, spent, cost } = await compute({ input, values: 150 });
    expectValues(result.singular_values, byMlMatrix(matrix));
    expect([total, reached]).toEqual([150, 150]);
    expect(spent).toBeLessThanOrEqual(cost);
  });

  it.each([
    ["no row", "\n\n", "the file has no rows"],
    ["a header", "x,y\n1,2", 'line 1 has "x" where a number'],
    ["a word", "1,2\n3,four", 'line 2 has "four" where a number'],
    ["NaN", "1,NaN", 'line 1 has "NaN"'],
    ["infinity", "1,Infinity", 'line 1 has "Infinity"'],
    ["nothing between commas", "1,,2", 'line 1 has "" where a number'],
    ["a comma in a number", "1,5;2,5", 'line 1 has "1,5" where a number'],
    ["ragged rows", "1,2\n\n3", "line 3 has 1 numbers, but the first one has 2"],
    [
      "too many columns",
      Array(1001).fill(1).join(),
      "line 1 has 1001 numbers, but there may be 1000",
    ],
    ["too many rows", "1\n".repeat(1001), "line 1001 is one too many"],
    ["many blank lines", "\n".repeat(10_001), "the file has more than 10000 lines"],
    ["many blanks", " ".repeat(9 * 1024 * 1024), "More than 8 MiB of the file"],
  ])("with %s is refused before there is a task", async (_, text, words) => {
    const input = await bring(text, text.length > 10_000 ? "gzip" : undefined);
    await expect(kind.plan({ input }, WORLD)).rejects.toThrow(words);
  });

  it("that is long may turn out to be none", async () => {
    const row = Array(900).fill(1).join();
    const input = await bring(`${row}\n`.repeat(30).concat("1,2"));
    await expect(kind.plan({ input }, WORLD)).resolves.toMatchObject({ total: 900 });
    await expect(compute({ input })).rejects.toMatchObject({
      name: "CallerError",
      message: '"input": line 31 has 2 numbers, but the first one has 900.',
    });
  });
});

describe("is refused before there is a task:", () => {
  const two = [
    [1, 2],
    [3, 4],
  ];
  it.each<[string, object, string]>([
    ["nothing", {}, 'Pass one matrix: "matrix", its rows'],
    ["no rows", { matrix: [] }, "matrix: must have at least 1 items, but has 0."],
    ["no columns", { matrix: [[]] }, "matrix.0: must have at least 1 items, but has 0."],
    [
      "ragged rows",
      { matrix: [[1, 2], [3]] },
      '"matrix.1": has 1 numbers, but the first row has 2',
    ],
    ["a word", { matrix: [[1, "two"]] }, 'matrix.0.1: must be a number, not "two".'],
    ["null", { matrix: [[1, null]] }, "matrix.0.1: must be a number, not null."],
    ["NaN", { matrix: [[Number.NaN]] }, "matrix.0.0: must be a number, not NaN."],
    [
      "infinity",
      { matrix: [[Number.POSITIVE_INFINITY]] },
      "matrix.0.0: must be a number, not Infinity.",
    ],
    [
      "too large a number",
      { matrix: [[1e305]] },
      "matrix.0.0: must be at most 1e+304, but is 1e+305.",
    ],
    ["a list of numbers", { matrix: [1, 2] }, "matrix.0: must be an array, not 1."],
    [
      "too many rows",
      { rows: 1001, columns: 1, seed: 1 },
      "rows: must be at most 1000, but is 1001.",
    ],
    [
      "too many columns",
      { matrix: [Array(1001).fill(1)] },
      "matrix.0: must have at most 1000 items, but has 1001.",
    ],
    ["no value", { matrix: two, values: 0 }, "values: must be at least 1, but is 0."],
    ["half a value", { matrix: two, values: 1.5 }, "values: must be a whole number, not 1.5."],
    ["more values than there are", { matrix: two, values: 3 }, '"values": must be at most 2'],
    ["no seed", { rows: 2, columns: 2 }, '"seed": missing'],
    ["a seed alone", { seed: 2 }, '"rows" and "columns": missing'],
    ["a negative seed", { rows: 2, columns: 2, seed: -1 }, "seed: must be at least 0, but is -1."],
    ["two matrices", { matrix: two, seed: 2 }, 'Pass one matrix: "matrix", its rows'],
    ["a foreign file", { input: "a".repeat(32) }, '"input": there is no such input.'],
  ])("%s", async (_, data, words) => {
    const error = await compute(data).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(CallerError);
    expect((error as Error).message).toContain(words);
  });
});
