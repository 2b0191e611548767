import { CallerError } from "../../src/errors.ts";
import type { Batch, Tally } from "../../src/imports/batches.ts";
import {
  type ImportRequest,
  ImportStatus,
  ImportStep,
  StagedPart,
} from "../../src/imports/contract.ts";
import { type AdminApi, ServerError } from "./admin-api.ts";
import type { RowBudget } from "./row-budget.ts";

export interface Upload {
  readonly collection: string;
  readonly request: ImportRequest;
  readonly batches: AsyncGenerator<Batch>;
  readonly tally: Tally;
  readonly budget: RowBudget;
  /** Called while the import is finished. */
  readonly onPhase: (phase: string) => void;
}

export interface Uploaded {
  /** How many places are in parts that an earlier run has sent. */
  readonly sentBefore: number;
  /** By D1, which bills them. */
  readonly rowsWritten: number;
}

/**
 * Sends the parts that the server has not got, then lets it finish. What was sent is kept where this fails: the same
 * upload goes on.
 *
 * @throws CallerError if another import is under way, or if today's budget is spent
 */
export async function upload(
  api: AdminApi,
  { collection, request, batches, tally, budget, onPhase }: Upload,
): Promise<Uploaded> {
  const imports = `/collections/${collection}/imports`;
  const { number, partsDone } = await api
    .ask(ImportStatus, { method: "POST", path: imports, json: request })
    .catch((error) => {
      throw isConflict(error) ? underWay(error, collection) : error;
    });
  const path = `${imports}/${number}`;
  const done = new Set(partsDone);
  let sentBefore = 0;
  let rowsWritten = 0;
  for await (const batch of oneAhead(batches)) {
    tally.read(batch);
    const places = batch.records.length;
    if (places === 0) continue;
    if (done.has(batch.part)) {
      sentBefore += places;
      continue;
    }
    if (!budget.allows(places)) throw budgetSpent();
    const lines = batch.texts.join("\n");
    const part = `${path}/parts/${batch.part}`;
    const staged = await api.ask(StagedPart, { method: "PUT", path: part, lines });
    budget.spend(staged.rowsWritten, places);
    rowsWritten += staged.rowsWritten;
    tally.staged(batch, staged);
  }
  for (;;) {
    const json = { parts: tally.parts };
    const step = await api.ask(ImportStep, { method: "POST", path: `${path}/finish`, json });
    budget.spend(step.rowsWritten);
    rowsWritten += step.rowsWritten;
    tally.counts.removed += step.removed;
    if (step.done) return { sentBefore, rowsWritten };
    onPhase(step.phase);
    if (!budget.allows(0)) throw budgetSpent();
  }
}

/** Reads the next batch while one is on its way. */
async function* oneAhead(batches: AsyncGenerator<Batch>): AsyncGenerator<Batch> {
  try {
    for (let next = batches.next(); ; ) {
      const { done, value } = await next;
      if (done) return;
      next = batches.next();
      // Its failure is met when its turn comes.
      next.catch(() => {});
      yield value;
    }
  } finally {
    await batches.return(undefined);
  }
}

function isConflict(error: unknown): error is ServerError {
  return error instanceof ServerError && error.status === 409;
}

function underWay({ message }: ServerError, collection: string): CallerError {
  return new CallerError(
    `${message}\nRun the command that began it again to go on with it, or abort it: npm run collections -- abort ${collection}`,
  );
}

function budgetSpent(): CallerError {
  return new CallerError(
    "Today's rows are spent (--max-rows-per-day). The import is kept: the same command goes on tomorrow (UTC).",
  );
}
