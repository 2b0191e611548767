import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { CallerError } from "../errors.ts";
import type { InboxReport } from "../imports/contract.ts";
import { type InboxObject, inboxObjectOf, workflowId } from "../imports/inbox/event.ts";
import { writeReport } from "../imports/inbox/report.ts";
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
} from "../imports/inbox/steps.ts";
import type { Stores } from "../index/write/transaction.ts";
import { reportFailure } from "../observe/failures.ts";
import { countRows } from "../observe/imports.ts";
import { Meter } from "../observe/meter.ts";
import { type Metrics, openMetrics } from "../observe/metrics.ts";
import { Steps } from "./steps.ts";

/** Starts the import of the object that an event is about: once, however often the event is delivered. */
export async function startInboxImport(
  workflow: Workflow<InboxObject>,
  { bucket }: Stores,
  event: unknown,
): Promise<void> {
  const object = await inboxObjectOf(bucket, event);
  if (!object) return;
  // Unlike create, this passes over an instance that is there.
  await workflow.createBatch({ instances: [{ id: await workflowId(object), params: object }] });
}

const FIRST_WAIT_S = 15;
const LONGEST_WAIT_S = 10 * 60;
/** A day, for another import to end. */
const MOST_WAITS = 150;

/** What steps are called when the column that looked like one of ids has turned out to be none. */
const WITHOUT_IDS = ", without ids";

type Bindings = Pick<Env, "PLACES_DB" | "PLACES_BUCKET" | "METRIC_SHARDS">;

/**
 * The import of an object that was put into the inbox. An object that cannot be imported stays there, and its report tells
 * why.
 */
export class InboxImport extends WorkflowEntrypoint<Bindings, InboxObject> {
  override run(event: WorkflowEvent<InboxObject>, step: WorkflowStep): Promise<string> {
    const { PLACES_DB, PLACES_BUCKET, METRIC_SHARDS } = this.env;
    const metrics = openMetrics(METRIC_SHARDS, this.ctx);
    const meter = new Meter(metrics);
    const stores = { database: meter.database(PLACES_DB), bucket: meter.bucket(PLACES_BUCKET) };
    return new Run(stores, event.payload, event.timestamp, new Steps(step), metrics).toEnd();
  }
}

class Run {
  readonly #stores: Stores;
  readonly #object: InboxObject;
  readonly #startedAt: Date;
  readonly #steps: Steps;
  readonly #metrics: Metrics;
  #started: StartedImport | undefined;
  #progress = UNREAD;

  constructor(
    stores: Stores,
    object: InboxObject,
    startedAt: Date,
    steps: Steps,
    metrics: Metrics,
  ) {
    this.#stores = stores;
    this.#object = object;
    this.#startedAt = startedAt;
    this.#steps = steps;
    this.#metrics = metrics;
  }

  /** @returns how it ended */
  async toEnd(): Promise<InboxReport["state"] | "replaced"> {
    try {
      await this.#import();
      return "finished";
    } catch (error) {
      if (!(error instanceof CallerError)) reportFailure("inbox import", error);
      const replaced = await this.#steps.do("look for a newer version", () =>
        isReplaced(this.#stores, this.#object),
      );
      if (replaced) return "replaced";
      this.#progress = { ...this.#progress, counts: UNREAD.counts };
      await this.#steps.do("report the failure", async () => {
        await this.#report("failed", reasonOf(error));
        this.#metrics.count("hereabouts_imports_total", { state: "failed" });
      });
      await this.#steps.do("abandon", () => abandon(this.#stores, this.#object));
      return "failed";
    }
  }

  async #import(): Promise<void> {
    let started = await this.#begin();
    let attempt = "";
    while (!this.#progress.isWhole) {
      const before = this.#progress;
      this.#progress = await this.#steps.do(`rows from ${before.rows}${attempt}`, async () => {
        const progress = await stageSome(this.#stores, this.#object, started, before);
        await this.#report("running", undefined, progress);
        countRows(this.#metrics, progress, before);
        return progress;
      });
      if (hasFalseIds(started, this.#progress)) {
        await this.#steps.do("take back", () => abandon(this.#stores, this.#object));
        this.#progress = UNREAD;
        attempt = WITHOUT_IDS;
        started = await this.#begin(false);
      }
    }
    const { parts } = this.#progress;
    if (parts === 0) throw new CallerError("No row of the file is a place: nothing is changed.");
    await this.#steps.do("look what would go", () => guard(this.#stores, started, this.#progress));
    for (let isDone = false, round = 1; !isDone; round += 1) {
      const finished = await this.#steps.do(`finish ${round}`, () =>
        finishSome(this.#stores, started, parts),
      );
      isDone = finished.isDone;
      const { counts = this.#progress.counts } = finished;
      this.#progress = { ...this.#progress, counts };
    }
    await this.#steps.do("report the end", async () => {
      if (await isReplaced(this.#stores, this.#object)) return;
      await this.#report("finished");
      this.#metrics.count("hereabouts_imports_total", { state: "finished" });
      await removeFromInbox(this.#stores, this.#object);
    });
  }

  async #begin(hasIds = true): Promise<StartedImport> {
    for (let waits = 0; ; waits += 1) {
      const round = `${waits + 1}${hasIds ? "" : WITHOUT_IDS}`;
      const begun = await this.#steps.do(`begin ${round}`, () =>
        begin(this.#stores, this.#object, hasIds),
      );
      if (!("waitsFor" in begun)) {
        this.#started = begun;
        return begun;
      }
      const reason = begun.waitsFor;
      if (waits === MOST_WAITS) throw new CallerError(`It has waited for a day. ${reason}`);
      await this.#steps.do(`report waiting ${round}`, () => this.#report("waiting", reason));
      const seconds = Math.min(FIRST_WAIT_S * 2 ** waits, LONGEST_WAIT_S);
      await this.#steps.sleep(`wait ${round}`, seconds);
    }
  }

  async #report(
    state: InboxReport["state"],
    reason?: string,
    { rows, counts, skipped, rejected, notes }: Progress = this.#progress,
  ): Promise<void> {
    const hasEnded = state === "finished" || state === "failed";
    const started = this.#started;
    await writeReport(this.#stores.bucket, {
      object: this.#object.key,
      state,
      ...(reason && { reason }),
      startedAt: this.#startedAt.toISOString(),
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
}

function reasonOf(error: unknown): string {
  if (error instanceof CallerError) return inMetadata(error.message);
  const { message } = error instanceof Error ? error : new Error(String(error));
  return `It failed again and again (${message}). Put the file again.`;
}

/** The words are those of the import command: here its options are the object's metadata. */
function inMetadata(reason: string): string {
  const [, option] = /--(map|attribute)\b/.exec(reason) ?? [];
  return option ? `${reason} (As the metadata "${option}" of the object.)` : reason;
}
