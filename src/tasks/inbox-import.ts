import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { CallerError } from "../errors.ts";
import type { InboxReport } from "../imports/contract.ts";
import { type BucketEvent, type Dropped, droppedBy, idOf } from "../imports/inbox/event.ts";
import { writeReport } from "../imports/inbox/report.ts";
import {
  type Begun,
  begin,
  clear,
  finishSome,
  giveUp,
  isReplaced,
  takeParts,
  UNREAD,
} from "../imports/inbox/steps.ts";
import type { Stores } from "../index/write/transaction.ts";

/** Starts the import of the object that an event is about: once, however often the event is delivered. */
export async function startInboxImport(
  workflow: Workflow<Dropped>,
  { bucket }: Stores,
  event: BucketEvent,
): Promise<void> {
  const dropped = await droppedBy(bucket, event);
  if (!dropped) return;
  // Unlike create, this passes over an instance that is there.
  await workflow.createBatch({ instances: [{ id: await idOf(dropped), params: dropped }] });
}

/** What passes, such as a database that is overloaded, has passed after some twenty minutes. */
const PATIENCE = {
  retries: { limit: 8, delay: "5 seconds", backoff: "exponential" },
  timeout: "30 minutes",
} as const;

const FIRST_WAIT_S = 15;
const LONGEST_WAIT_S = 10 * 60;
/** A day, for another import to end. */
const MOST_WAITS = 150;

type Bindings = Pick<Env, "PLACES_DB" | "PLACES_BUCKET">;

/**
 * The import of an object that was put into the inbox, in steps of some parts each. A step that breaks off is taken
 * again. What is wrong with the object itself is not tried again: it stays in the inbox, and the report tells why.
 */
export class InboxImport extends WorkflowEntrypoint<Bindings, Dropped> {
  override async run(event: WorkflowEvent<Dropped>, step: WorkflowStep): Promise<string> {
    const { PLACES_DB: database, PLACES_BUCKET: bucket } = this.env;
    const stores = { database, bucket };
    return new Run(stores, event.payload, event.timestamp, step).toEnd();
  }
}

class Run {
  readonly #stores: Stores;
  readonly #dropped: Dropped;
  readonly #startedAt: Date;
  readonly #step: WorkflowStep;
  #begun: Begun | undefined;
  #reading = UNREAD;

  constructor(stores: Stores, dropped: Dropped, startedAt: Date, step: WorkflowStep) {
    this.#stores = stores;
    this.#dropped = dropped;
    this.#startedAt = startedAt;
    this.#step = step;
  }

  /** How it ended. */
  async toEnd(): Promise<InboxReport["state"] | "replaced"> {
    try {
      await this.#import();
      return "finished";
    } catch (error) {
      if (await this.#do("look for a newer version", isReplaced)) return "replaced";
      await this.#do("tell the failure", () =>
        this.#report("failed", reasonOf(error), { ...this.#reading, counts: UNREAD.counts }),
      );
      await this.#do("take back", giveUp);
      return "failed";
    }
  }

  async #import(): Promise<void> {
    const begun = await this.#begin();
    this.#begun = begun;
    while (!this.#reading.isWhole) {
      const before = this.#reading;
      this.#reading = await this.#do(`parts from ${before.parts}`, async (stores, dropped) => {
        const reading = await takeParts(stores, dropped, begun, before);
        await this.#report("running", undefined, reading);
        return reading;
      });
    }
    const { parts } = this.#reading;
    if (parts === 0) throw new CallerError("No row of the file is a place: nothing is changed.");
    for (let isDone = false, round = 1; !isDone; round += 1) {
      const finished = await this.#do(`finish ${round}`, (stores, dropped) =>
        finishSome(stores, dropped, begun, parts),
      );
      isDone = finished.isDone;
      const { counts } = this.#reading;
      const removed = counts.removed + finished.removed;
      this.#reading = { ...this.#reading, counts: { ...counts, removed } };
    }
    await this.#do("tell the end", async (stores, dropped) => {
      if (await isReplaced(stores, dropped)) return;
      await this.#report("finished");
      await clear(stores, dropped);
    });
  }

  async #begin(): Promise<Begun> {
    for (let waits = 0; ; waits += 1) {
      const begun = await this.#do(`begin ${waits + 1}`, begin);
      if (!("waitsFor" in begun)) return begun;
      const reason = begun.waitsFor;
      if (waits === MOST_WAITS) throw new CallerError(`It has waited for a day. ${reason}`);
      await this.#do(`tell of waiting ${waits + 1}`, () => this.#report("waiting", reason));
      const seconds = Math.min(FIRST_WAIT_S * 2 ** waits, LONGEST_WAIT_S);
      await this.#step.sleep(`wait ${waits + 1}`, `${seconds} seconds`);
    }
  }

  async #report(
    state: InboxReport["state"],
    reason?: string,
    { rows, counts, skipped, rejected, notes } = this.#reading,
  ): Promise<void> {
    const hasEnded = state === "finished" || state === "failed";
    const begun = this.#begun;
    await writeReport(this.#stores.bucket, {
      ...{ object: this.#dropped.key, state, ...(reason && { reason }) },
      startedAt: this.#startedAt.toISOString(),
      ...(hasEnded && { endedAt: new Date().toISOString() }),
      ...(begun && !hasEnded && { import: begun.import }),
      ...(begun && { mode: begun.mode, format: begun.format, columns: begun.columns }),
      ...{ rows, counts, skipped, rejected, notes },
    });
  }

  /** A step of the workflow. A mistake of the caller's goes through it as a value, so that it is not tried again. */
  async #do<Result>(
    name: string,
    work: (stores: Stores, dropped: Dropped) => Promise<Result>,
  ): Promise<Result> {
    const attempt = async (): Promise<Outcome<Result>> => {
      try {
        return { result: await work(this.#stores, this.#dropped) };
      } catch (error) {
        if (error instanceof CallerError) return { refused: error.message };
        throw error;
      }
    };
    // What a step may return is too deep a type to be told of any result.
    const step: Promise<unknown> = this.#step.do(name, PATIENCE, attempt as () => Promise<never>);
    const outcome = (await step) as Outcome<Result>;
    if ("refused" in outcome) throw new CallerError(outcome.refused);
    return outcome.result;
  }
}

type Outcome<Result> = { readonly result: Result } | { readonly refused: string };

function reasonOf(error: unknown): string {
  if (error instanceof CallerError) return inMetadata(error.message);
  const { message } = error instanceof Error ? error : new Error(String(error));
  return `It broke off, again and again (${message}). Put it again.`;
}

/** The words are those of the import command: here its options are the object's metadata. */
function inMetadata(reason: string): string {
  const [, option] = /--(map|attribute)\b/.exec(reason) ?? [];
  return option ? `${reason} (As the metadata "${option}" of the object.)` : reason;
}
