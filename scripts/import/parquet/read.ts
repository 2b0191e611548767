import { fork } from "node:child_process";
import { on } from "node:events";
import { join } from "node:path";
import type { AsyncBuffer } from "hyparquet";
import { CallerError } from "../../../src/errors.ts";
import { emptyFields, type Row } from "../../../src/formats/readers/row.ts";
import { type Answer, SIGN_MS } from "./process.ts";
import type { Slice } from "./slices.ts";

const PROCESS = join(import.meta.dirname, "process.ts");

/** So many rows are read first, in a process that ends then: of many files, samples may be taken before any is read. */
const FIRST_ROWS = 1_000;

/** What reading a slice may take before the file is taken for damaged. */
export interface Bounds {
  /** Time without any sign of life; waiting for the disk does not count. */
  readonly patienceMs: number;
  readonly heapMegabytes: number;
}

const BOUNDS: Bounds = { patienceMs: 60_000, heapMegabytes: 4_096 };

/**
 * The rows of a Parquet file, with the points of its geometries. `onBytes` is called with how many bytes have been read,
 * of as many as the file has.
 *
 * @throws CallerError if the file is damaged
 */
export async function* readParquet(
  path: string,
  bytes: number,
  onBytes: (read: number) => void,
  bounds: Bounds = BOUNDS,
): AsyncGenerator<Row> {
  const first: Slice[] = [];
  for await (const slice of slicesApart(path, 0, FIRST_ROWS, bounds)) first.push(slice);
  for (const slice of first) yield* rowsOf(slice);
  const last = first.at(-1);
  if (!last || last.firstRow + last.rows < FIRST_ROWS) return;
  for await (const slice of slicesApart(path, FIRST_ROWS, Number.POSITIVE_INFINITY, bounds)) {
    yield* rowsOf(slice);
    onBytes((bytes * (slice.firstRow + slice.rows)) / slice.total);
  }
}

export async function isParquet(file: AsyncBuffer): Promise<boolean> {
  const [head, tail] = [await file.slice(0, 4), await file.slice(Math.max(0, file.byteLength - 4))];
  return [head, tail].every((bytes) => new TextDecoder().decode(bytes) === "PAR1");
}

function* rowsOf({ firstRow, rows, columns, points }: Slice): Generator<Row> {
  for (let index = 0; index < rows; index += 1) {
    const fields = emptyFields();
    for (const { name, values } of columns) fields[name] = values[index];
    const point = points[index];
    yield { line: firstRow + index + 1, fields, ...(point && { point }) };
  }
}

/**
 * Reads in a process of its own: on a damaged page hyparquet 1.31 may loop for ever, or fill the memory until the
 * process dies, and neither can be caught from within.
 */
async function* slicesApart(
  path: string,
  from: number,
  before: number,
  { patienceMs, heapMegabytes }: Bounds,
): AsyncGenerator<Slice> {
  const child = fork(PROCESS, [path, String(from), String(before)], {
    execArgv: [`--max-old-space-size=${heapMegabytes}`],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  let silentSigns = 0;
  // Counted in signs, not in time: a laptop may have slept.
  const watch = setInterval(() => {
    silentSigns += 1;
    if (silentSigns * SIGN_MS >= patienceMs) child.kill("SIGKILL");
  }, SIGN_MS);
  child.on("message", () => {
    silentSigns = 0;
  });
  // Without a callback this would throw where the process has ended, which the loop below sees by itself.
  const askNext = () => child.send("next", () => {});
  try {
    askNext();
    for await (const [message] of on(child, "message", { close: ["close"] })) {
      const answer: Answer = message;
      if (answer === "alive") continue;
      if (answer.problem) throw damaged(answer.problem);
      if (!answer.slice) return;
      yield answer.slice;
      askNext();
    }
    throw damaged("its data is broken");
  } finally {
    clearInterval(watch);
    child.kill("SIGKILL");
  }
}

function damaged(reason: string): CallerError {
  return new CallerError(`The Parquet file cannot be read (${reason}): fetch it again.`);
}
