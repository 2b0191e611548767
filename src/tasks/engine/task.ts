import { DurableObject } from "cloudflare:workers";
import { type Config, configOf } from "../../config/config.ts";
import { reportFailure } from "../../observe/failures.ts";
import { type Metrics, openMetrics } from "../../observe/metrics.ts";
import type { LabelsOf } from "../../observe/vocabulary.ts";
import { Patience } from "../../stores/patience.ts";
import { patientBucket } from "../../stores/patient-stores.ts";
import { Bag, type WaitingChunk } from "./bag.ts";
import { StoredFiles } from "./files.ts";
import type { About, Begun, Order, Result, Status, StoredTask } from "./order.ts";
import { Place } from "./place.ts";
import { Stir } from "./stir.ts";
import type { DoneChunk, DownloadFile, JoinedParts, Outcome, TaskWorker } from "./work.ts";

/** A chunk that runs. */
interface Running {
  readonly attempt: number;
  readonly startedAtMs: number;
  heardAtMs: number;
  /** What it has told: its units, and what it has cost. */
  done: number;
  cost: number;
}

const MOST_AT_ONCE = 2;
/** An invocation has some fifty calls of others on Workers Free, and 15 minutes: after that it goes on in another one. */
const MOST_STARTS = 20;
const LONGEST_DRIVE_MS = 4 * 60_000;
const LONGEST_CHUNK_MS = 10 * 60_000;
/** It waits for 1 s, 4 s, 16 s …: in all for some six minutes. */
const MOST_TRIES = 6;
const FIRST_WAIT_MS = 1_000;
const WAIT_GROWS = 4;
/** What is to be told to others, and they do not answer. */
const SETTLE_AGAIN_MS = 5_000;

/** Who waits for a queued task is told before long that its position is another. */
const QUEUE_LOOK_MS = 2_000;
const NOTHING_HEARD = "A part of it told nothing for too long.";
const BROKE_OFF = "A part of it broke off: it may need more time or memory than there is.";

/**
 * A task: what is to be done, how far it is, what has come of it. It has the chunks run by `TaskWork` and computes nothing
 * itself, so that it answers at any time. Whatever is answered was written before.
 *
 * The alarm drives it. While it does, another alarm is set as a safety net: whatever happens to the process, the object is
 * begun anew before long, without a request, and goes on with what the database says.
 */
export class Task extends DurableObject<Env> {
  readonly #config: Config;
  readonly #metrics: Metrics;
  readonly #patience: Patience;
  readonly #bag: Bag;
  #status: Status | undefined;
  #about: About | undefined;
  readonly #running = new Map<number, Running>();
  #driving: Promise<void> | undefined;
  readonly #stir = new Stir();
  #aliveUntilMs = 0;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#config = configOf(env);
    this.#metrics = openMetrics(env.METRIC_SHARDS, state);
    this.#patience = new Patience(this.#metrics);
    this.#bag = new Bag(state.storage.sql);
    // An object that holds nothing reads only: so it leaves nothing.
    this.#status = state.storage.kv.get<Status>("status");
    this.#about = state.storage.kv.get<About>("about");
  }

  /** Takes an order, or refuses it and is as before. Called again, it is the same order. */
  async begin({ input, chunks, total, ...about }: Order): Promise<Begun> {
    const nowMs = Date.now();
    if (!this.#status) {
      const { kv } = this.ctx.storage;
      this.#bag.fill(chunks);
      kv.put("input", input);
      kv.put<About>("about", about);
      this.#about = about;
      const times = { createdAtMs: nowMs, updatedAtMs: nowMs };
      const nothing = { done: 0, finished: 0, cost: 0, isSettled: false, revision: 0 };
      this.#write({ state: "new", total, ...times, ...nothing });
    }
    try {
      return (await this.#apply()) ?? { kind: "begun", task: this.#view() };
    } catch (error) {
      // Whoever submits is told that it failed.
      if (this.#status?.state === "new") this.#end("cancelled");
      throw error;
    }
  }

  /** Undefined to whom it does not belong. */
  async view(subject: string | undefined): Promise<StoredTask | undefined> {
    if (!this.#isOf(subject)) return undefined;
    this.#giveUpHung();
    if (this.#status?.state === "queued") await this.#apply().catch(() => {});
    return this.#view();
  }

  /** The same, as soon as the revision is another, or at a time. */
  async change(
    subject: string | undefined,
    after: number,
    untilMs: number,
  ): Promise<StoredTask | undefined> {
    for (;;) {
      const view = await this.view(subject);
      const leftMs = untilMs - Date.now();
      if (!view || view.revision > after || leftMs <= 0) return view;
      await this.#stir.within(view.state === "queued" ? Math.min(leftMs, QUEUE_LOOK_MS) : leftMs);
    }
  }

  /** It is over at once; what runs stops as soon as it reports. */
  async cancel(subject: string | undefined): Promise<StoredTask | undefined> {
    if (!this.#isOf(subject)) return undefined;
    if (!this.#hasEnded()) {
      this.#end("cancelled");
      if (!this.#driving) await this.#ring(Date.now());
    }
    return this.#view();
  }

  /** Undefined if there is none, or if it is another's signature. */
  file(name: string, signature: string): DownloadFile | undefined {
    const file = this.#status && this.#view().files.find((one) => one.name === name);
    if (!file || !isSame(file.signature, signature)) return undefined;
    const { mediaType, bytes, parts } = file;
    return { mediaType, bytes, parts };
  }

  /** From a chunk that runs, or the joining: how many of its units are done. Whether it is to go on. */
  report(id: number, attempt: number, done: number, cost: number): boolean {
    const run = this.#running.get(id);
    if (run?.attempt !== attempt) return false;
    run.cost = cost;
    if (this.#status?.state !== "running") return false;
    run.heardAtMs = Date.now();
    run.done = done;
    const told = this.#told(this.#status.finished);
    if (told > this.#status.done) this.#change({ done: told });
    return true;
  }

  /** From the register: there is a place, or it has heard nothing for long. */
  async wake(): Promise<void> {
    if (this.#status && !this.#hasEnded()) await this.#ring(Date.now());
  }

  /** Whether its files may be of use. */
  holdsFiles(): boolean {
    const state = this.#status?.state;
    return state === "running" || state === "completed";
  }

  override async alarm(): Promise<void> {
    this.#driving ??= this.#drive().finally(() => {
      this.#driving = undefined;
    });
    await this.#driving;
  }

  async #drive(): Promise<void> {
    try {
      const state = this.#status?.state;
      if (state === undefined) return;
      if (state === "new" || state === "queued") await this.#apply();
      if (this.#status?.state === "running") await this.#work();
      if (this.#hasEnded()) await this.#settle();
    } catch (error) {
      reportFailure("task", error);
      // Thrown, it would be tried again only a few times.
      await this.#ring(Date.now() + SETTLE_AGAIN_MS);
    }
  }

  /** Asks for what it needs to run: its part of the budget, then a place. Why there is no task, if it is refused. */
  async #apply(): Promise<Begun | undefined> {
    const { storage } = this.ctx;
    await this.#ring(Date.now() + this.#recoveryMs / 2);
    if (this.#status?.state === "new") {
      const refusal = await this.#place.reserve();
      if (refusal) {
        await storage.deleteAll();
        this.#forget();
        return refusal;
      }
    }
    // It may be cancelled meanwhile.
    const applies = this.#status?.state;
    if (applies !== "new" && applies !== "queued") return undefined;
    const admission = await this.#place.ask(applies);
    const state = this.#status?.state;
    if (state !== "new" && state !== "queued") return undefined;
    if (admission.kind === "joins" || admission.kind === "full") {
      await this.#place.pay(0);
      await storage.deleteAll();
      this.#forget();
      return admission;
    }
    const { position = undefined } = admission.kind === "queued" ? admission : {};
    if (admission.kind === "running") {
      this.#change({ state: "running", position, startedAtMs: Date.now() });
      await this.#ring(Date.now());
    } else if (state !== "queued" || position !== this.#status?.position) {
      this.#change({ state: "queued", position });
    }
    return undefined;
  }

  /** Has chunks run, some at once, until all is done, or there is nothing to do for now, or this has taken long. */
  async #work(): Promise<void> {
    const stopAtMs = Date.now() + LONGEST_DRIVE_MS;
    await this.#ring(Date.now() + this.#recoveryMs / 2);
    for (let starts = 0; this.#status?.state === "running"; ) {
      await this.#stayAlive();
      this.#giveUpHung();
      if (starts < MOST_STARTS && Date.now() < stopAtMs) starts += this.#startDue();
      if (this.#running.size === 0) break;
      const nowMs = Date.now();
      const nextDueAtMs = this.#bag.nextDueAtMs(nowMs + 1) ?? Number.POSITIVE_INFINITY;
      await this.#stir.within(Math.min(this.#recoveryMs / 4, nextDueAtMs - nowMs));
    }
    if (this.#status?.state !== "running") return;
    const nextLookMs = Date.now() + this.#recoveryMs;
    await this.#ring(Math.min(this.#bag.nextDueAtMs(0) ?? 0, nextLookMs));
  }

  /** Keeps its place, and the safety net. */
  async #stayAlive(): Promise<void> {
    const nowMs = Date.now();
    if (nowMs < this.#aliveUntilMs) return;
    this.#aliveUntilMs = nowMs + this.#recoveryMs / 4;
    await this.#ring(nowMs + this.#recoveryMs / 2);
    // A task lives on even if nobody counts it.
    if (this.#status?.state === "running") await this.#place.ask("running").catch(() => {});
  }

  #startDue(): number {
    const room = MOST_AT_ONCE - this.#running.size;
    const due = this.#bag.due(Date.now(), MOST_AT_ONCE).filter(({ id }) => !this.#running.has(id));
    const starting = due.slice(0, room);
    for (const chunk of starting) this.#start(chunk);
    return starting.length;
  }

  #start({ id, chunk, tries }: WaitingChunk): void {
    const nowMs = Date.now();
    const attempt = tries + 1;
    const run: Running = { attempt, startedAtMs: nowMs, heardAtMs: nowMs, done: 0, cost: 0 };
    this.#bag.begin(id);
    this.#running.set(id, run);
    const task = this.ctx.id.toString();
    const { type, subject } = this.#about!;
    const input = this.ctx.storage.kv.get<string>("input")!;
    const common = { task, type, subject, input, id, attempt, silenceMs: this.#recoveryMs };
    // The entry that the Worker exports under this name.
    const { TaskWork } = this.ctx.exports as unknown as { readonly TaskWork: TaskWorker };
    if (chunk === undefined) {
      this.#hear(id, run, TaskWork.join({ ...common, parts: this.#bag.parts() }), (answer) =>
        this.#finish(id, answer),
      );
    } else {
      this.#hear(id, run, TaskWork.run({ ...common, chunk }), (answer) => this.#record(id, answer));
    }
  }

  /**
   * Waits for what a chunk comes to. The first answer counts, also of a try that was given up.
   *
   * @param take tells whether it was the first
   */
  async #hear<Answer>(
    id: number,
    run: Running,
    outcome: Promise<Outcome<Answer>>,
    take: (answer: Answer) => boolean,
  ): Promise<void> {
    const ended = await outcome.catch(() => ({ kind: "failed", reason: BROKE_OFF }) as const);
    const isHeard = this.#running.get(id) === run;
    if (isHeard) this.#running.delete(id);
    let counts = false;
    if (this.#status?.state === "running") {
      if (ended.kind === "done") {
        counts = this.ctx.storage.transactionSync(() => take(ended.answer));
      } else if (isHeard && ended.kind === "refused") this.#end("failed", ended.reason);
      else if (isHeard) this.#tryAgain(id, run, "reason" in ended ? ended.reason : BROKE_OFF);
      this.#countChunk(ended.kind);
    }
    if (!counts) this.#countCost(run);
    this.#stir.up();
  }

  /** What came to nothing has cost something, too. */
  #countCost({ cost }: Running): void {
    if (cost > 0 && this.#status) this.#write({ ...this.#status, cost: this.#status.cost + cost });
  }

  #record(id: number, { part, done, cost, next, total, afterMs }: DoneChunk): boolean {
    if (!this.#bag.finish(id, part, next, Date.now() + afterMs)) return false;
    this.#running.delete(id);
    const status = this.#status!;
    const finished = status.finished + done;
    this.#change({
      finished,
      done: this.#told(finished),
      cost: status.cost + cost,
      total: total ?? status.total,
    });
    return true;
  }

  #finish(id: number, { result, files }: JoinedParts): boolean {
    if (!this.#bag.finish(id, undefined, [], 0)) return false;
    const signed = files.map((file) => ({ ...file, signature: newSignature() }));
    this.ctx.storage.kv.put<Result>("result", { result, files: signed });
    this.#end("completed");
    return true;
  }

  #giveUpHung(): void {
    const nowMs = Date.now();
    for (const [id, run] of this.#running) {
      const isHeard = nowMs - run.heardAtMs <= this.#recoveryMs;
      if (isHeard && nowMs - run.startedAtMs <= LONGEST_CHUNK_MS) continue;
      this.#running.delete(id);
      this.#countChunk("hung");
      if (this.#status?.state === "running") this.#tryAgain(id, run, NOTHING_HEARD);
      this.#stir.up();
    }
  }

  #tryAgain(id: number, { attempt }: Running, reason: string): void {
    if (attempt < MOST_TRIES) {
      this.#bag.postpone(id, Date.now() + FIRST_WAIT_MS * WAIT_GROWS ** (attempt - 1));
    } else {
      this.#end("failed", `${reason} It was tried ${MOST_TRIES} times. Try again later.`);
    }
  }

  #end(state: "completed" | "failed" | "cancelled", reason?: string): void {
    const { type } = this.#about!;
    const endedAtMs = Date.now();
    this.#change({
      state,
      endedAtMs,
      position: undefined,
      ...(reason !== undefined && { reason }),
    });
    this.#metrics.count("hereabouts_tasks_total", { type, state });
    const { startedAtMs } = this.#status!;
    if (startedAtMs === undefined) return;
    this.#metrics.observe("hereabouts_task_seconds", { type }, (endedAtMs - startedAtMs) / 1_000);
  }

  /** Gives back what an ended task had, and deletes it when its time comes. */
  async #settle(): Promise<void> {
    const { storage } = this.ctx;
    while (this.#running.size > 0) {
      await this.#stir.within(this.#recoveryMs / 4);
      this.#giveUpHung();
    }
    const endsAtMs = this.#expiresAtMs();
    const isCompleted = this.#status?.state === "completed";
    if (!this.#status!.isSettled) {
      const net = Date.now() + this.#recoveryMs / 2;
      await this.#ring(net);
      await this.#place.pay(this.#status!.cost);
      await this.#place.release(isCompleted ? endsAtMs : undefined);
      const { files = [] } = storage.kv.get<Result>("result") ?? {};
      await this.#files.deleteAll(new Set(files.flatMap(({ parts }) => parts)));
      this.#bag.empty();
      storage.kv.delete("input");
      this.#write({ ...this.#status!, isSettled: true });
    }
    if (Date.now() < endsAtMs) return this.#ring(endsAtMs);
    await this.#files.deleteAll();
    this.#expire();
    const forgottenAtMs = endsAtMs + this.#ttlMs;
    if (Date.now() < forgottenAtMs) return this.#ring(forgottenAtMs);
    await storage.deleteAll();
    this.#forget();
  }

  #expire(): void {
    if (this.#status?.state === "expired") return;
    this.ctx.storage.kv.delete("result");
    this.#change({ state: "expired" });
  }

  #forget(): void {
    this.#status = undefined;
    this.#about = undefined;
  }

  get #place(): Place {
    return new Place(this.ctx.id.toString(), this.#about!, this.env, this.#metrics);
  }

  get #files(): StoredFiles {
    const bucket = patientBucket(this.env.PLACES_BUCKET, this.#patience);
    return new StoredFiles(bucket, this.ctx.id.toString());
  }

  get #recoveryMs(): number {
    return this.#config.taskRecoverySeconds * 1_000;
  }

  get #ttlMs(): number {
    return this.#config.taskTtlSeconds * 1_000;
  }

  #isOf(subject: string | undefined): boolean {
    if (!this.#status || !this.#about) return false;
    if (this.#hasEnded() && Date.now() >= this.#expiresAtMs() + this.#ttlMs) return false;
    return this.#about.subject === undefined || this.#about.subject === subject;
  }

  #hasEnded(): boolean {
    return this.#status?.endedAtMs !== undefined;
  }

  #expiresAtMs(): number {
    const { endedAtMs, updatedAtMs } = this.#status!;
    return (endedAtMs ?? updatedAtMs) + this.#ttlMs;
  }

  #view(): StoredTask {
    if (this.#hasEnded() && Date.now() >= this.#expiresAtMs()) this.#expire();
    const { state, position, done, total, ...status } = this.#status!;
    const { result, files = [] } = this.ctx.storage.kv.get<Result>("result") ?? {};
    const { type, unit } = this.#about!;
    return {
      type,
      unit,
      // Whoever joins it may come before it has a place.
      state: state === "new" ? "queued" : state,
      position,
      done,
      total: Math.max(done, total),
      result,
      files,
      reason: status.reason,
      createdAtMs: status.createdAtMs,
      updatedAtMs: status.updatedAtMs,
      startedAtMs: status.startedAtMs,
      endedAtMs: status.endedAtMs,
      expiresAtMs: this.#expiresAtMs(),
      revision: status.revision,
    };
  }

  /** What was told once is not taken back, also if a chunk has to begin anew. */
  #told(finished: number): number {
    const running = [...this.#running.values()].reduce((sum, run) => sum + run.done, 0);
    return Math.max(this.#status!.done, finished + running);
  }

  #change(changed: Partial<Status>): void {
    const { revision } = this.#status!;
    const status = { ...this.#status!, ...changed };
    this.#write({ ...status, updatedAtMs: Date.now(), revision: revision + 1 });
    this.#stir.up();
  }

  #write(status: Status): void {
    this.ctx.storage.kv.put<Status>("status", status);
    this.#status = status;
  }

  async #ring(atMs: number): Promise<void> {
    // workerd takes no 0, which is when the first chunks were due.
    await this.ctx.storage.setAlarm(Math.max(atMs, Date.now()));
  }

  #countChunk(outcome: LabelsOf<"hereabouts_task_chunks_total">["outcome"]): void {
    const { type } = this.#about!;
    this.#metrics.count("hereabouts_task_chunks_total", { type, outcome });
  }
}

/** Nobody guesses it. */
function newSignature(): string {
  return crypto.randomUUID().replaceAll("-", "") + crypto.randomUUID().replaceAll("-", "");
}

function isSame(signature: string, given: string): boolean {
  const [a, b] = [signature, given].map((text) => new TextEncoder().encode(text));
  return a!.length === b!.length && crypto.subtle.timingSafeEqual(a!, b!);
}
