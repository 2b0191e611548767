import type * as z from "zod/v4";
import type { PlaceIndex } from "../index/place-index.ts";
import type { Stores } from "../index/write/transaction.ts";
import type { Nearby } from "../nearby/nearby.ts";
import type { Metrics } from "../observe/metrics.ts";
import type { TaskInputs } from "./inputs.ts";

/** The task has been cancelled, or somebody else has the chunk meanwhile. Never leaves the server. */
export class Cancelled extends Error {
  override readonly name = "Cancelled";
}

/**
 * A kind of long work: a bag of chunks. Each chunk runs in an invocation of its own, may be run more than once and in any
 * order, and its first answer counts; it may put more chunks into the bag. When the bag is empty the parts are joined.
 *
 * What goes from one invocation to another is plain data, as JSON has it.
 */
export interface TaskType<
  Input extends z.ZodObject = z.ZodObject,
  Chunk = unknown,
  Part = unknown,
  Result = unknown,
> {
  /** `batch_nearby`. */
  readonly name: string;
  readonly title: string;
  /** For models, in a sentence or two. */
  readonly description: string;
  /** What `data` has to be. */
  readonly input: Input;
  /** What progress counts: "points". */
  readonly unit: string;
  /**
   * Checks what a schema cannot, and says what there is to do. Runs before there is a task, and reads little.
   *
   * @throws CallerError for what would fail anyway
   */
  plan(input: z.output<Input>, world: World): Promise<Plan<Chunk>>;
  /** @throws CallerError, which fails the task at once; anything else is tried again */
  run(chunk: Chunk, input: z.output<Input>, work: Work): Promise<Done<Chunk, Part>>;
  /** @param parts in the order of their chunks, in whatever order these were done */
  join(
    parts: readonly Part[],
    input: z.output<Input>,
    work: Omit<Work, "report" | "attempt">,
  ): Promise<Joined<Result>>;
  /** The result in few words, for models that do not read structured content. */
  summarize(result: Result): string;
}

export interface Plan<Chunk> {
  readonly chunks: readonly Chunk[];
  /** How many units there are, as far as it is known. */
  readonly total: number;
  /** What it costs at most: rows read, a hundred microseconds of a processor, KiB put into files. */
  readonly cost: number;
}

export interface Done<Chunk, Part> {
  /** At most 64 KiB as JSON; rows go to files. Undefined: nothing to join. */
  readonly part?: Part | undefined;
  /** Units that this chunk has done. */
  readonly done: number;
  /** What it has cost, as `Plan.cost` counts, without its files, which are counted as they are put. */
  readonly cost: number;
  /** What is to be done besides: it comes behind this chunk in the order of the parts. */
  readonly next?: readonly Chunk[] | undefined;
  /** How many units there are, where it is known now. */
  readonly total?: number | undefined;
  /** How long `next` is to wait. */
  readonly afterMs?: number | undefined;
}

export interface Joined<Result> {
  /** At most 256 KiB as JSON. */
  readonly result: Result;
  /** What can be downloaded until the task expires. */
  readonly files?: readonly ResultFile[] | undefined;
}

/** A file whose bytes are those of some files of the task (`TaskFiles`), one after the other. */
export interface ResultFile {
  /** `rows.csv`. */
  readonly name: string;
  readonly mediaType: string;
  readonly parts: readonly string[];
}

/** What work may read and write. */
export interface World {
  readonly places: PlaceIndex;
  readonly nearby: Nearby;
  readonly stores: Stores;
  /** The files that whoever asks has brought. */
  readonly inputs: TaskInputs;
  readonly metrics: Metrics;
}

/** What a chunk works with. */
export interface Work extends World {
  /** How often the chunk was begun, this time included: more than once if a process died in it, or if it failed. */
  readonly attempt: number;
  /** The files of the task, which end with it. */
  readonly files: TaskFiles;
  /**
   * Tells how many units of the chunk are done. It may be called often: it is passed on once a second at most.
   *
   * @param cost what the chunk has cost so far, for one that does not come to its end; left out: as was told before
   * @throws Cancelled if the task has been cancelled meanwhile
   */
  report(done: number, cost?: number): Promise<void>;
  /**
   * Lets others have the isolate. Whatever only computes calls it at least every 50 ms.
   *
   * @throws Cancelled if the task has been cancelled meanwhile
   */
  pause(): Promise<void>;
}

export interface TaskFiles {
  /**
   * Whoever is to read the file is told its name, by the part or by the next chunk: when the chunk is run again, that try
   * puts files of its own, so that the two never mix.
   *
   * @param name among the files of this try
   * @returns its name among the files of the task
   */
  put(name: string, body: string | ReadableStream | ArrayBuffer | ArrayBufferView): Promise<string>;
  /** @param name as `put` has returned it @throws Error if there is none */
  get(name: string): Promise<R2ObjectBody>;
}

export type TaskState = "queued" | "running" | "completed" | "failed" | "cancelled" | "expired";

/** A task as those may see it to whom it belongs. */
export interface TaskView {
  readonly id: string;
  readonly type: string;
  readonly state: TaskState;
  /** Of a queued one: 1 is next. */
  readonly position?: number | undefined;
  readonly progress: { readonly done: number; readonly total: number; readonly unit: string };
  /** Of a completed one. */
  readonly result?: unknown;
  readonly files?: readonly TaskFileView[] | undefined;
  /** Why a failed one has failed, in words for the caller. */
  readonly reason?: string | undefined;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** When it began to run. */
  readonly startedAtMs?: number | undefined;
  readonly endedAtMs?: number | undefined;
  /** When its result is deleted; until then it moves on with the task. */
  readonly expiresAtMs: number;
  /** Grows with every change that can be seen. */
  readonly revision: number;
}

export interface TaskFileView {
  readonly name: string;
  readonly mediaType: string;
  /** Path and query of a signed link: whoever has it may download. */
  readonly path: string;
}
