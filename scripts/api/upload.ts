import { CallerError } from "../../src/errors.ts";
import { type Batch, isPart, linesOf, type Tally } from "../../src/imports/batches.ts";
import {
  CollectionDetails,
  type Counts,
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
  /** Its counts are those of the whole import in the end, whoever has sent its parts. */
  readonly tally: Tally;
  readonly budget: RowBudget;
  /** Called before a part is sent. */
  readonly onPart?: () => void;
  /** Called while the import is finished. */
  readonly onPhase: (phase: string) => void;
  /** Called when all parts are there, before anything is removed. It may throw. */
  readonly beforeFinish?: (path: string, counts: Counts) => Promise<void>;
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
 * @throws CallerError if another import is under way, or if today's budget is spent, this one or the server's
 */
export async function upload(api: AdminApi, given: Upload): Promise<Uploaded> {
  const { collection, request, batches, tally, budget, onPart, onPhase, beforeFinish } = given;
  const imports = `/collections/${collection}/imports`;
  const { number, state, partsDone, counts } = await api
    .ask(ImportStatus, { method: "POST", path: imports, json: request })
    .catch(async (error) => {
      throw isConflict(error) ? await refusal(api, error, collection, request) : error;
    });
  const path = `${imports}/${number}`;
  const done = new Set(partsDone);
  tally.counts = counts;
  let sentBefore = 0;
  let rowsWritten = 0;
  for await (const batch of oneAhead(batches)) {
    tally.read(batch);
    if (!isPart(batch)) continue;
    const places = batch.records.length;
    if (done.has(batch.part)) {
      sentBefore += places;
      continue;
    }
    if (!budget.allows(places)) throw budgetSpent();
    onPart?.();
    const part = `${path}/parts/${batch.part}`;
    const staged = await api
      .ask(StagedPart, { method: "PUT", path: part, lines: linesOf(batch) })
      .catch((error) => {
        throw isSpent(error) ? goesOnThen(error) : error;
      });
    budget.spend(staged.rowsWritten, places);
    rowsWritten += staged.rowsWritten;
    tally.staged(batch, staged);
  }
  if (state === "open") await beforeFinish?.(path, tally.counts);
  for (;;) {
    const json = { parts: tally.parts };
    const step = await api.ask(ImportStep, { method: "POST", path: `${path}/finish`, json });
    budget.spend(step.rowsWritten);
    rowsWritten += step.rowsWritten;
    if (step.counts) tally.counts = step.counts;
    if (step.done) return { sentBefore, rowsWritten };
    onPhase(step.phase);
    if (!budget.allows(0)) throw budgetSpent();
  }
}

/** Takes back all that an import has brought. */
export async function abortImport(api: AdminApi, path: string): Promise<void> {
  while (!(await api.ask(ImportStep, { method: "DELETE", path })).done);
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

/** Whether the server takes no more rows today (IMPORT_ROWS_PER_DAY). */
function isSpent(error: unknown): error is ServerError {
  return error instanceof ServerError && error.status === 429;
}

function goesOnThen({ message }: ServerError): CallerError {
  return new CallerError(`${message}\nThe import is kept: the same command goes on then.`);
}

function isConflict(error: unknown): error is ServerError {
  return error instanceof ServerError && error.status === 409;
}

/** Why an import cannot begin: if another one is under way, with what it has in common with this one. */
async function refusal(
  api: AdminApi,
  refused: ServerError,
  collection: string,
  { mode, fingerprint }: ImportRequest,
): Promise<CallerError> {
  const { message } = refused;
  const found = await api.find(CollectionDetails, `/collections/${collection}`);
  const open = found?.openImport;
  if (!open || open.mode === "rebuild" || open.mode === "delete") return new CallerError(message);
  const filesOf = (fingerprint: string) => fingerprint.split(" ")[0];
  let difference = "It is not of these files.";
  if (filesOf(open.fingerprint) === filesOf(fingerprint)) {
    difference =
      open.mode === mode
        ? "It is of the same files, with other options: --map, --category or --attribute."
        : `It is of the same files, ${open.mode === "replace" ? "with" : "without"} --replace.`;
  }
  return new CallerError(
    `An import into "${collection}" is under way, since ${open.startedAt}. ${difference}\nRun the command that began it again to go on with it, or abort it: npm run collections -- abort ${collection}`,
  );
}

function budgetSpent(): CallerError {
  return new CallerError(
    "Today's rows are spent (--max-rows-per-day). The import is kept: the same command goes on tomorrow (UTC).",
  );
}
