import * as z from "zod/v4";
import type { Config } from "../config/config.ts";
import { within } from "../deadline.ts";
import { sha256Hex } from "../digest.ts";
import { Busy, CallerError, NotFound, OverBudget, StoreDown } from "../errors.ts";
import { parseInput } from "../input.ts";
import type { Metrics } from "../observe/metrics.ts";
import { objectCall, Patience } from "../stores/patience.ts";
import { quoted } from "../text/schema-faults.ts";
import { type Asker, askerOf, THE_SERVER } from "./asker.ts";
import type { TaskState, TaskType, TaskView, World } from "./contract.ts";
import { removeOrphans, StoredFiles } from "./engine/files.ts";
import type { Begun, Order, StoredTask } from "./engine/order.ts";
import { mostOf, REGISTER, REGISTER_CALL } from "./engine/place.ts";
import type { Applicant, TaskRegister } from "./engine/register.ts";
import type { Task } from "./engine/task.ts";
import { sweepInputs } from "./inputs.ts";

/** Work that is to be done. */
export interface Submission {
  readonly type: string;
  readonly data: unknown;
}

/** A file of a task, as it is sent. */
export interface Download {
  readonly mediaType: string;
  readonly bytes: number;
  readonly body: ReadableStream<Uint8Array>;
}

/** What is done for callers, and what the server does of itself. */
export interface Types {
  readonly callers: readonly TaskType[];
  readonly own: readonly TaskType[];
}

interface Objects {
  readonly tasks: DurableObjectNamespace<Task>;
  readonly register: DurableObjectNamespace<TaskRegister>;
}

/** What an equal call need not do again. */
const JOINED: readonly TaskState[] = ["queued", "running", "completed"];
/** A task that is joined may end meanwhile. */
const MOST_SUBMISSIONS = 3;
const CALL = objectCall("a task");
/** A waiting call of an object is made anew now and then: so the end of the object is noticed. */
const LONGEST_LOOK_MS = 20_000;
const LOOK_GRACE_MS = 3_000;
const PAUSE_MS = 200;
/** Longer than any kind of work takes. */
const LONGEST_TASK_MS = 24 * 3_600_000;
const QUEUE_RETRY_MS = 60_000;

/** Long work: what is given to it, and what comes of it. */
export class Tasks {
  readonly #objects: Objects;
  readonly #types: Types;
  readonly #world: (subject: string | undefined) => World;
  readonly #bucket: R2Bucket;
  readonly #isOurs: (handle: string) => boolean;
  readonly #config: Config;
  readonly #patience: Patience;

  /**
   * @param world what the work of a subject may read
   * @param isOurs whether a session handle is one that this server has given out
   */
  constructor(
    objects: Objects,
    types: Types,
    bucket: R2Bucket,
    world: (subject: string | undefined) => World,
    isOurs: (handle: string) => boolean,
    config: Config,
    metrics: Pick<Metrics, "count">,
  ) {
    this.#objects = objects;
    this.#types = types;
    this.#bucket = bucket;
    this.#world = world;
    this.#isOurs = isOurs;
    this.#config = config;
    this.#patience = new Patience(metrics);
  }

  /** @param handle of who has no session (src/location/owner.ts); by one that is made up nobody joins anything */
  askerOf(caller: Parameters<typeof askerOf>[0], handle?: string): Asker {
    const ours = handle !== undefined && this.#isOurs(handle) ? handle : undefined;
    return askerOf(caller, ours, this.#config);
  }

  /** What callers may have done. */
  get types(): readonly TaskType[] {
    return this.#types.callers;
  }

  /** The words for a result, for models. */
  summarize({ type, result }: Pick<TaskView, "type" | "result">): string {
    return typeOf([...this.#types.callers, ...this.#types.own], type).summarize(result);
  }

  /**
   * Begins some work, or has the caller join the equal work that runs or is done.
   *
   * @throws CallerError that says what is wrong with the data, or which kinds of work there are
   * @throws OverBudget, Busy if there is no budget or no place left
   */
  submit(submission: Submission, asker: Asker): Promise<TaskView> {
    return this.#submit(submission, asker, "callers");
  }

  /** The same for what the server does of itself, or for its operator. */
  submitOwn(submission: Submission, asker: Asker = THE_SERVER): Promise<TaskView> {
    return this.#submit(submission, asker, "own");
  }

  /** @throws NotFound if there is none, or if it is another's */
  get(id: string, { subject }: Pick<Asker, "subject">): Promise<TaskView> {
    return this.#view(id, (task) => task.view(subject));
  }

  /**
   * Waits until a task's revision is another, or the time comes.
   *
   * @throws NotFound if there is none, or if it is another's
   */
  async change(
    id: string,
    { subject }: Pick<Asker, "subject">,
    { after, untilMs }: { readonly after: number; readonly untilMs: number },
  ): Promise<TaskView> {
    for (;;) {
      const lookUntilMs = Math.min(untilMs, Date.now() + LONGEST_LOOK_MS);
      const view = await this.#look(id, lookUntilMs, (task) =>
        task.change(subject, after, lookUntilMs),
      );
      if (view && (view.revision > after || Date.now() >= untilMs)) return view;
      if (Date.now() >= untilMs) return this.get(id, { subject });
      // The object was begun anew.
      if (!view) await scheduler.wait(PAUSE_MS);
    }
  }

  /** Ends a task that has not ended. @throws NotFound if there is none, or if it is another's */
  cancel(id: string, { subject }: Pick<Asker, "subject">): Promise<TaskView> {
    return this.#view(id, (task) => task.cancel(subject));
  }

  /** A file of a task, by the signature of its link. @throws NotFound if anything of it is wrong */
  async file(id: string, name: string, signature: string): Promise<Download> {
    const file = await this.#ask(id, (task) => task.file(name, signature));
    if (!file) throw new NotFound("There is no such file, or its link is over.");
    const files = new StoredFiles(this.#bucket, id);
    return {
      mediaType: file.mediaType,
      bytes: file.bytes,
      body: files.read(file.parts, file.bytes),
    };
  }

  /** How many tasks run, and how many wait. @throws StoreDown if the register does not answer */
  counts(): Promise<{ readonly running: number; readonly queued: number }> {
    return this.#askRegister((register) => register.counts());
  }

  /** Deletes files and inputs that no task needs. */
  async removeOrphans(): Promise<void> {
    const ttlMs = this.#config.taskTtlSeconds * 1_000;
    await removeOrphans(this.#bucket, ttlMs, (task) =>
      this.#ask(task, (object) => object.holdsFiles()).catch((error) => {
        // What no task can be called is none's.
        if (error instanceof NotFound) return false;
        throw error;
      }),
    );
    await sweepInputs(this.#bucket, LONGEST_TASK_MS);
  }

  async #submit(submission: Submission, asker: Asker, pool: Applicant["pool"]): Promise<TaskView> {
    const type = typeOf(this.#types[pool], submission.type);
    const input = parseInput(type.name, type.input, submission.data);
    const inputJson = JSON.stringify(input);
    const joinKey =
      asker.joinsAs === undefined
        ? undefined
        : await sha256Hex(JSON.stringify([asker.joinsAs, type.name, inputJson]));
    const known = joinKey && (await this.#askRegister((register) => register.joined(joinKey)));
    const joined = known && (await this.#joined(known, asker));
    if (joined) return joined;

    // Who it is shows in no console.
    const holder = await sha256Hex(asker.holder);
    const most = mostOf(pool, this.#config);
    // Planning reads: not for whoever is refused anyway.
    if (await this.#askRegister((register) => register.isFull({ pool, holder }, most)))
      throw full();
    const { chunks, total, cost } = await type.plan(input, this.#world(asker.subject));
    const order: Order = {
      pool,
      holder,
      joinKey,
      type: type.name,
      unit: type.unit,
      subject: asker.subject,
      payer: pool === "own" ? undefined : (asker.subject ?? holder),
      cost,
      total,
      input: inputJson,
      chunks: chunks.map((chunk) => JSON.stringify(chunk)),
    };
    for (let tries = 1; ; tries += 1) {
      const id = this.#objects.tasks.newUniqueId().toString();
      const begun = await this.#ask(id, async (task) => task.begin(order));
      if (begun.kind === "begun") return viewOf(id, begun.task);
      if (begun.kind !== "joins") throw refusal(begun);
      const other = await this.#joined(begun.id, asker);
      if (other) return other;
      if (tries === MOST_SUBMISSIONS) throw new Busy("Try that again in a few seconds.");
    }
  }

  /** The task that is joined. One that is of no use is joined no more. */
  async #joined(id: string, asker: Asker): Promise<TaskView | undefined> {
    const view = await this.get(id, asker).catch((error) => {
      if (error instanceof NotFound) return undefined;
      throw error;
    });
    if (view && JOINED.includes(view.state)) return view;
    await this.#askRegister((register) => register.part(id));
    return undefined;
  }

  async #view(
    id: string,
    ask: (task: DurableObjectStub<Task>) => Promise<StoredTask | undefined>,
  ): Promise<TaskView> {
    const stored = await this.#ask(id, ask);
    if (!stored) throw unknown();
    return viewOf(id, stored);
  }

  /** Undefined if no answer came in time. */
  async #look(
    id: string,
    untilMs: number,
    ask: (task: DurableObjectStub<Task>) => Promise<StoredTask | undefined>,
  ): Promise<TaskView | undefined> {
    const task = this.#object(id);
    const patienceMs = Math.max(0, untilMs - Date.now()) + LOOK_GRACE_MS;
    const inTime = within(patienceMs, () => new StoreDown("late"));
    const answer = await inTime(() => ask(task)).catch((error) => {
      this.#patience.failureOf(CALL, error);
      return null;
    });
    if (answer === undefined) throw unknown();
    return answer === null ? undefined : viewOf(id, answer);
  }

  async #ask<Answer>(
    id: string,
    ask: (task: DurableObjectStub<Task>) => Promise<Answer>,
  ): Promise<Answer> {
    const task = this.#object(id);
    return this.#patience.call(CALL, () => ask(task));
  }

  #askRegister<Answer>(
    ask: (register: DurableObjectStub<TaskRegister>) => Promise<Answer>,
  ): Promise<Answer> {
    const register = this.#objects.register.getByName(REGISTER);
    return this.#patience.call(REGISTER_CALL, () => ask(register));
  }

  /** Only the platform makes ids: one that somebody has made up does not even wake an object. */
  #object(id: string): DurableObjectStub<Task> {
    const { tasks } = this.#objects;
    let own: DurableObjectId;
    try {
      own = tasks.idFromString(id);
    } catch {
      throw unknown();
    }
    // In capital letters it would be the same object, but its files are called by its own spelling.
    if (own.toString() !== id) throw unknown();
    return tasks.get(own);
  }
}

/** The same words for whatever is wrong with an id: nobody learns from them which tasks there are. */
function unknown(): NotFound {
  return new NotFound(
    "There is no such task here: its id is wrong, it is another's, or it was too long ago. Take the task_id of an answer, or submit the work again.",
  );
}

function typeOf(types: readonly TaskType[], name: string): TaskType {
  const type = types.find((one) => one.name === name);
  if (type) return type;
  const known = types.map(({ name: own, description, input }) => {
    const { $schema, additionalProperties, ...schema } = z.toJSONSchema(input, { io: "input" });
    return `- ${own}: ${description} Its data: ${JSON.stringify(schema)}`;
  });
  throw new CallerError(
    `There is no kind of work named "${quoted(name)}". There are:\n${known.join("\n")}`,
  );
}

function refusal(begun: Exclude<Begun, { kind: "begun" | "joins" }>): CallerError {
  if (begun.kind === "full") return full();
  const { reason, retryAfterMs } = begun;
  return retryAfterMs === undefined
    ? new CallerError(reason)
    : new OverBudget(reason, retryAfterMs);
}

function full(): Busy {
  return new Busy(
    "Too many tasks wait already. Try again when some have ended, in a minute or so.",
    QUEUE_RETRY_MS,
  );
}

function viewOf(id: string, stored: StoredTask): TaskView {
  const { done, total, unit, result, files, ...rest } = stored;
  return {
    ...rest,
    id,
    progress: { done, total, unit },
    result: result === undefined ? undefined : JSON.parse(result),
    files: files.map(({ name, mediaType, signature }) => {
      const path = `/mcp/tasks/${id}/files/${encodeURIComponent(name)}?signature=${signature}`;
      return { name, mediaType, path };
    }),
  };
}
