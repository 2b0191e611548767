import { CallerError } from "../../src/errors.ts";
import type { Part, Rejected } from "../../src/formats/parts.ts";
import { type Counts, ImportStatus, PartAnswer, Step } from "./answers.ts";
import { type AdminApi, ServerError } from "./api.ts";
import type { RowBudget } from "./row-budget.ts";

/** So many parts are under way at once. */
const AT_ONCE = 1;

export interface Upload {
  readonly api: AdminApi;
  readonly collection: string;
  readonly start: { readonly mode: string; readonly fingerprint: string; readonly label: object };
  readonly parts: AsyncIterable<Part>;
  readonly budget: RowBudget;
  readonly onRejected: (rejected: Rejected) => void;
  readonly onPhase: (phase: string) => void;
}

export interface Uploaded {
  readonly counts: Counts;
  /** Places in parts that an earlier run had sent. */
  readonly sentBefore: number;
  readonly rowsWritten: number;
}

/** The day's budget is spent: the import stays open, and goes on with the same command. */
export class BudgetSpent extends CallerError {}

/** Sends the parts that the server has not got, then lets it finish. Throws where the import stays open. */
export async function upload(job: Upload): Promise<Uploaded> {
  const { api, collection, start } = job;
  const path = `/collections/${collection}/imports`;
  const status = await api
    .ask(ImportStatus, { method: "POST", path, json: start })
    .catch((error) => {
      throw isConflict(error) ? underWay(error, collection) : error;
    });
  const sender = new PartSender(job, `${path}/${status.import}`);
  const partsDone = new Set(status.partsDone);
  const parts = await sender.send(partsDone);

  let removed = 0;
  for (let isDone = false; !isDone; ) {
    const json = { parts };
    const step = await api.ask(Step, {
      method: "POST",
      path: `${path}/${status.import}/finish`,
      json,
    });
    isDone = step.done;
    removed += step.removed;
    sender.rowsWritten += step.rowsWritten;
    job.budget.spend(step.rowsWritten);
    if (!isDone) job.onPhase(step.phase ?? "finishing");
    if (!isDone && !job.budget.allows(0)) throw spent();
  }
  const { counts, sentBefore, rowsWritten } = sender;
  return { counts: { ...counts, removed: counts.removed + removed }, sentBefore, rowsWritten };
}

function isConflict(error: unknown): error is ServerError {
  return error instanceof ServerError && error.status === 409;
}

function underWay(error: ServerError, collection: string): CallerError {
  return new CallerError(
    `${error.message}\nRun the command that began it again to go on with it, or give it up: npm run collections -- abort ${collection}`,
  );
}

function spent(): BudgetSpent {
  return new BudgetSpent(
    "Today's rows are spent (--max-rows-per-day). The import is kept: the same command goes on tomorrow (UTC).",
  );
}

class PartSender {
  readonly #job: Upload;
  readonly #path: string;
  readonly #underWay = new Set<Promise<void>>();
  readonly counts = { stored: 0, updated: 0, unchanged: 0, removed: 0 };
  sentBefore = 0;
  rowsWritten = 0;

  constructor(job: Upload, path: string) {
    this.#job = job;
    this.#path = path;
  }

  /** How many parts there are. */
  async send(done: ReadonlySet<number>): Promise<number> {
    let parts = 0;
    let failure: unknown;
    const fail = (error: unknown) => {
      failure ??= error;
    };
    for await (const part of this.#job.parts) {
      parts += 1;
      if (done.has(part.index)) {
        this.sentBefore += part.places;
        continue;
      }
      // What is under way may turn out to cost less than was reserved for it.
      while (this.#underWay.size > 0 && !this.#hasRoom(part)) await Promise.race(this.#underWay);
      if (failure) break;
      if (!this.#job.budget.allows(part.places)) {
        failure = spent();
        break;
      }
      const sending: Promise<void> = this.#send(part)
        .catch(fail)
        .finally(() => this.#underWay.delete(sending));
      this.#underWay.add(sending);
    }
    await Promise.all(this.#underWay);
    if (failure) throw failure;
    return parts;
  }

  #hasRoom(part: Part): boolean {
    return this.#underWay.size < AT_ONCE && this.#job.budget.allows(part.places);
  }

  async #send({ index, body, places, origins }: Part): Promise<void> {
    const { api, budget, onRejected } = this.#job;
    const written = budget.reserve(places);
    const path = `${this.#path}/parts/${index}`;
    const answer = await api.ask(PartAnswer, { method: "PUT", path, lines: body });
    written(answer.rowsWritten);
    this.rowsWritten += answer.rowsWritten;
    for (const key of ["stored", "updated", "unchanged", "removed"] as const) {
      this.counts[key] += answer.counts[key];
    }
    for (const { index: at, reason } of answer.rejected) {
      const origin = origins[at];
      if (origin) onRejected({ ...origin, reason: `is refused by the server: ${reason}` });
    }
  }
}
