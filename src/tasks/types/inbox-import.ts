import * as z from "zod/v4";
import { Busy, CallerError } from "../../errors.ts";
import type { InboxReport } from "../../imports/contract.ts";
import type { InboxObject } from "../../imports/inbox/event.ts";
import { writeReport } from "../../imports/inbox/report.ts";
import {
  abandon,
  begin,
  finishSome,
  guard,
  hasFalseIds,
  isReplaced,
  type Progress,
  removeFromInbox,
  type StartedImport,
  stageSome,
  UNREAD,
} from "../../imports/inbox/steps.ts";
import { reportFailure } from "../../observe/failures.ts";
import { countRows } from "../../observe/imports.ts";
import { Cancelled, type Done, type TaskType, type Work } from "../contract.ts";

const input = z.strictObject({
  key: z.string(),
  collection: z.string().default(""),
  version: z.string(),
});

/** An import that is under way: what it does next, and what it has to know for that. */
interface Chunk {
  readonly step: "begin" | "stage" | "take back" | "guard" | "finish" | "end" | "give up";
  /** Of the whole import, ISO 8601. */
  readonly startedAt: string;
  /** Whether the column that looks like one of ids is taken for that. */
  readonly hasIds: boolean;
  /** How often it has waited for another import. */
  readonly waits: number;
  /** How often this step has failed. */
  readonly failures: number;
  /** How many rows are told to be done: those that are read again count once. */
  readonly told: number;
  readonly started?: StartedImport;
  readonly progress: Progress;
  /** Why it is given up. */
  readonly reason?: string;
}

/** `replaced`: another version of the object lies in the inbox, whose import tells what comes of it. */
type End = "finished" | "failed" | "replaced";

interface Step {
  readonly chunk: Chunk;
  readonly object: InboxObject;
  readonly work: Work;
}

/** How many rows a file has is known when they are read, and nobody's budget pays for them. */
const MOST_ROWS = 1e9;
const FIRST_WAIT_MS = 15_000;
const LONGEST_WAIT_MS = 10 * 60_000;
/** A day, for another import to end. */
const MOST_WAITS = 150;

/** A failure that passes, such as an overloaded database, has passed after some twenty minutes. */
const MOST_FAILURES = 8;
const FIRST_PAUSE_MS = 5_000;
/** So often a process may die in a step. */
const MOST_ATTEMPTS = 3;
const BROKE_OFF =
  "It broke off again and again: it may need more time or memory than there is. Cut the file into smaller ones.";

/**
 * The import of an object that was put into the inbox: a chain of steps, each of which can be repeated. An object that cannot
 * be imported stays there, and its report tells why: for the task that is an end like any other.
 */
const inboxImport: TaskType<typeof input, Chunk, End, { readonly end: End }> = {
  name: "inbox_import",
  title: "Import from the inbox",
  description: "Imports an object that was put into the bucket's inbox.",
  input,
  unit: "rows",

  async plan() {
    const startedAt = new Date().toISOString();
    const nothing = { hasIds: true, waits: 0, failures: 0, told: 0, progress: UNREAD };
    return { chunks: [{ step: "begin", startedAt, ...nothing }], total: 0, cost: MOST_ROWS };
  },

  async run(chunk, object, work) {
    try {
      if (chunk.step === "give up") return await giveUp({ chunk, object, work });
      if (work.attempt > MOST_ATTEMPTS) throw new CallerError(BROKE_OFF);
      return await STEPS[chunk.step]({ chunk, object, work });
    } catch (error) {
      if (error instanceof Cancelled || chunk.step === "give up") throw error;
      const isMistake = error instanceof CallerError && !(error instanceof Busy);
      if (!isMistake) reportFailure("inbox import", error);
      const { failures } = chunk;
      if (isMistake || failures === MOST_FAILURES) {
        return goOn(chunk, { step: "give up", reason: reasonOf(error, isMistake) });
      }
      const afterMs = FIRST_PAUSE_MS * 2 ** failures;
      return goOn(chunk, { failures: failures + 1 }, { afterMs });
    }
  },

  async join(ends) {
    return { result: { end: ends.at(-1)! } };
  },

  summarize: ({ end }) => `The import is ${end}.`,
};

export default inboxImport;

const STEPS = {
  begin: async ({ chunk, object, work }: Step) => {
    const { hasIds, waits } = chunk;
    const begun = await begin(work.stores, object, hasIds, () => work.pause());
    if (!("waitsFor" in begun)) {
      return goOn(chunk, { step: "stage", started: begun, progress: UNREAD });
    }
    const reason = begun.waitsFor;
    if (waits === MOST_WAITS) throw new CallerError(`It has waited for a day. ${reason}`);
    await report({ chunk, object, work }, "waiting", reason);
    const afterMs = Math.min(FIRST_WAIT_MS * 2 ** waits, LONGEST_WAIT_MS);
    return goOn(chunk, { waits: waits + 1 }, { afterMs });
  },

  stage: async ({ chunk, object, work }: Step) => {
    const { progress: before } = chunk;
    const started = chunk.started!;
    const progress = await stageSome(work.stores, object, started, before, () => work.pause());
    await report({ chunk: { ...chunk, progress }, object, work }, "running");
    countRows(work.metrics, progress, before);
    const told = Math.max(chunk.told, progress.rows);
    const rows = { done: told - chunk.told, cost: progress.rows - before.rows, total: told };
    if (hasFalseIds(started, progress)) return goOn(chunk, { step: "take back", told }, rows);
    return goOn(chunk, { step: progress.isWhole ? "guard" : "stage", progress, told }, rows);
  },

  "take back": async ({ chunk, object, work }: Step) => {
    await abandon(work.stores, object, () => work.pause());
    return goOn(chunk, { step: "begin", hasIds: false, waits: 0, progress: UNREAD });
  },

  guard: async ({ chunk, work }: Step) => {
    const { progress } = chunk;
    if (progress.parts === 0) {
      throw new CallerError("No row of the file is a place: nothing is changed.");
    }
    await guard(work.stores, chunk.started!, progress);
    return goOn(chunk, { step: "finish" });
  },

  finish: async ({ chunk, work }: Step) => {
    const { progress } = chunk;
    const finished = await finishSome(work.stores, chunk.started!, progress.parts, () =>
      work.pause(),
    );
    const { isDone, counts = progress.counts } = finished;
    return goOn(chunk, { step: isDone ? "end" : "finish", progress: { ...progress, counts } });
  },

  end: async ({ chunk, object, work }: Step) => {
    if (!(await isReplaced(work.stores, object))) {
      await report({ chunk, object, work }, "finished");
      work.metrics.count("hereabouts_imports_total", { state: "finished" });
      await removeFromInbox(work.stores, object);
    }
    return ended("finished");
  },
} satisfies Record<string, (step: Step) => Promise<Done<Chunk, End>>>;

async function giveUp({ chunk, object, work }: Step): Promise<Done<Chunk, End>> {
  if (await isReplaced(work.stores, object)) return ended("replaced");
  const progress = { ...chunk.progress, counts: UNREAD.counts };
  await report({ chunk: { ...chunk, progress }, object, work }, "failed", chunk.reason);
  await abandon(work.stores, object, () => work.pause());
  work.metrics.count("hereabouts_imports_total", { state: "failed" });
  return ended("failed");
}

function goOn(
  chunk: Chunk,
  change: Partial<Chunk>,
  rest: Partial<Done<Chunk, End>> = {},
): Done<Chunk, End> {
  return { done: 0, cost: 0, next: [{ ...chunk, failures: 0, ...change }], ...rest };
}

function ended(end: End): Done<Chunk, End> {
  return { done: 0, cost: 0, part: end };
}

async function report(
  { chunk, object, work }: Step,
  state: InboxReport["state"],
  reason?: string,
): Promise<void> {
  const { startedAt, started } = chunk;
  const { rows, counts, skipped, rejected, notes } = chunk.progress;
  const hasEnded = state === "finished" || state === "failed";
  await writeReport(work.stores.bucket, {
    object: object.key,
    state,
    ...(reason && { reason }),
    startedAt,
    ...(hasEnded && { endedAt: new Date().toISOString() }),
    ...(started && !hasEnded && { import: started.ref.number }),
    ...(started && {
      mode: started.mode,
      format: started.format,
      columns: started.mapping.columns,
    }),
    rows,
    counts,
    skipped,
    rejected,
    notes,
  });
}

function reasonOf(error: unknown, isMistake: boolean): string {
  const { message } = error instanceof Error ? error : new Error(String(error));
  if (isMistake) return inMetadata(message);
  return `It failed again and again (${message}). Put the file again.`;
}

/** The words are those of the import command: here its options are the object's metadata. */
function inMetadata(reason: string): string {
  const [, option] = /--(map|attribute)\b/.exec(reason) ?? [];
  return option ? `${reason} (As the metadata "${option}" of the object.)` : reason;
}
