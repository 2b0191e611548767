import { WorkerEntrypoint } from "cloudflare:workers";
import { Busy, CallerError } from "../../errors.ts";
import { reportFailure } from "../../observe/failures.ts";
import { Cancelled, type TaskType, type Work, type World } from "../contract.ts";
import { StoredFiles } from "./files.ts";

/** What chunks and the joining have in common. All values are JSON: the object of the task hands them on unread. */
interface Common {
  readonly task: string;
  readonly type: string;
  readonly subject: string | undefined;
  readonly input: string;
  readonly id: number;
  /** Which try it is: only the last one is heard. */
  readonly attempt: number;
  /** Whatever tells nothing for so long counts as hung. */
  readonly silenceMs: number;
}

export interface ChunkCall extends Common {
  readonly chunk: string;
}

export interface JoinCall extends Common {
  readonly parts: readonly string[];
}

/** `contract.ts`, `Done` */
export interface DoneChunk {
  readonly part: string | undefined;
  readonly done: number;
  readonly cost: number;
  readonly next: readonly string[];
  readonly total: number | undefined;
  readonly afterMs: number;
}

export interface JoinedParts {
  readonly result: string;
  readonly files: readonly (DownloadFile & { readonly name: string })[];
}

/** What can be downloaded. */
export interface DownloadFile {
  readonly mediaType: string;
  readonly bytes: number;
  /** Names of files of the task. */
  readonly parts: readonly string[];
}

/** How a chunk ended. `refused`: by the caller's mistake. `failed`: trying again may help. */
export type Outcome<Answer> =
  | { readonly kind: "done"; readonly answer: Answer }
  | { readonly kind: "refused" | "failed"; readonly reason: string }
  | { readonly kind: "cancelled" };

/** As the object of a task sees it. */
export interface TaskWorker {
  run(call: ChunkCall): Promise<Outcome<DoneChunk>>;
  join(call: JoinCall): Promise<Outcome<JoinedParts>>;
}

const LARGEST_PART_BYTES = 64 * 1024;
const LARGEST_RESULT_BYTES = 256 * 1024;

/** How often is told how far a chunk is. Ever less often: an invocation has only so many calls; but well before it counts as hung. */
const FIRST_REPORT_MS = 1_000;
const REPORTS_BY_AGE = 1 / 10;
const REPORTS_BY_SILENCE = 1 / 4;

/**
 * Makes the entrypoint that does the work of tasks: each chunk in an invocation of its own, so that it has its own limits and
 * the object of the task answers meanwhile.
 *
 * @param open what the work may use
 */
export function taskWorkClass(
  types: readonly TaskType[],
  open: (env: Env, context: ExecutionContext, subject: string | undefined) => World,
) {
  const workOf = (call: Common, env: Env, context: ExecutionContext) => {
    const { task, subject, id, attempt, silenceMs } = call;
    const world = open(env, context, subject);
    const object = env.TASKS.get(env.TASKS.idFromString(task));
    const files = new StoredFiles(world.stores.bucket, task, `${id}.${attempt}/`);
    const tell = (done: number, cost: number) =>
      object.report(id, attempt, done, cost + files.cost);
    const reporter = new Reporter(tell, silenceMs * REPORTS_BY_SILENCE);
    return {
      ...world,
      attempt,
      files,
      report: (done, cost) => reporter.report(done, cost),
      pause: () => reporter.pause(),
    } satisfies Work;
  };

  return class TaskWork extends WorkerEntrypoint<Env> implements TaskWorker {
    run({ chunk, ...call }: ChunkCall): Promise<Outcome<DoneChunk>> {
      const { type, input } = call;
      return outcomeOf(`chunk of ${type}`, async () => {
        const work = workOf(call, this.env, this.ctx);
        const done = await find(types, type).run(JSON.parse(chunk), JSON.parse(input), work);
        const { part, next = [], total, afterMs = 0 } = done;
        return {
          part: part === undefined ? undefined : json(part, LARGEST_PART_BYTES),
          done: done.done,
          cost: done.cost + work.files.cost,
          next: next.map((one) => JSON.stringify(one)),
          total,
          afterMs,
        };
      });
    }

    join({ parts, ...call }: JoinCall): Promise<Outcome<JoinedParts>> {
      const { type, input } = call;
      return outcomeOf(`join of ${type}`, async () => {
        const work = workOf(call, this.env, this.ctx);
        const all = parts.map((part) => JSON.parse(part));
        const joined = await find(types, type).join(all, JSON.parse(input), work);
        const { result, files: downloads = [] } = joined;
        const sizes = downloads.length > 0 ? await work.files.sizes() : new Map<string, number>();
        return {
          result: json(result, LARGEST_RESULT_BYTES),
          files: downloads.map((file) => ({
            ...file,
            bytes: file.parts.reduce((sum, part) => sum + sizeOf(sizes, part), 0),
          })),
        };
      });
    }
  };
}

/** Tells the object of a task how far a chunk is, or that it is being joined, now and then, and learns whether to go on. */
class Reporter {
  readonly #tell: (done: number, cost: number) => Promise<boolean>;
  readonly #mostMs: number;
  readonly #startedAtMs = Date.now();
  #nextAtMs = this.#startedAtMs + FIRST_REPORT_MS;
  #done = 0;
  #cost = 0;

  /** @param mostMs how long to tell nothing at most, as long as there are reports and pauses */
  constructor(tell: (done: number, cost: number) => Promise<boolean>, mostMs: number) {
    this.#tell = tell;
    this.#mostMs = mostMs;
  }

  async report(done: number, cost = this.#cost): Promise<void> {
    this.#done = done;
    this.#cost = cost;
    const nowMs = Date.now();
    if (nowMs < this.#nextAtMs) return;
    const byAgeMs = (nowMs - this.#startedAtMs) * REPORTS_BY_AGE;
    this.#nextAtMs = nowMs + Math.min(Math.max(FIRST_REPORT_MS, byAgeMs), this.#mostMs);
    // An object that cannot be reached has the chunk run again, if need be.
    const goesOn = await this.#tell(done, cost).catch(() => true);
    if (!goesOn) throw new Cancelled();
  }

  async pause(): Promise<void> {
    await scheduler.wait(0);
    await this.report(this.#done);
  }
}

async function outcomeOf<Answer>(
  where: string,
  work: () => Promise<Answer>,
): Promise<Outcome<Answer>> {
  try {
    return { kind: "done", answer: await work() };
  } catch (error) {
    if (error instanceof Cancelled) return { kind: "cancelled" };
    const isMistake = error instanceof CallerError && !(error instanceof Busy);
    if (isMistake) return { kind: "refused", reason: error.message };
    const reference = reportFailure(where, error);
    const reason = `Something went wrong on our side; it is logged as ${reference}.`;
    return { kind: "failed", reason };
  }
}

function find(types: readonly TaskType[], name: string): TaskType {
  const type = types.find((one) => one.name === name);
  if (type) return type;
  // As when a later version of the server had it.
  throw new CallerError(`This server does not do "${name}" any more.`);
}

function sizeOf(sizes: ReadonlyMap<string, number>, name: string): number {
  const size = sizes.get(name);
  if (size !== undefined) return size;
  throw new Error(`The task has no file ${name}`);
}

/** @throws Error if it is longer than may be kept with the task */
function json(value: unknown, mostBytes: number): string {
  const text = JSON.stringify(value);
  const bytes = new TextEncoder().encode(text).length;
  if (bytes <= mostBytes) return text;
  throw new Error(`${bytes} bytes are more than ${mostBytes}: rows go to files`);
}
