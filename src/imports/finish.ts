import { Conflict } from "../errors.ts";
import {
  findCollection,
  metadataOf,
  removeCollection,
  setLoaded,
  setMetadata,
} from "../index/write/collections.ts";
import { type CountChanges, readCounts, updateCounts } from "../index/write/counts.ts";
import { forgetAbsent, setCurrentFormat, setRebuilt } from "../index/write/format.ts";
import { nextObjectNumber } from "../index/write/object-numbers.ts";
import { dropPendingEdits } from "../index/write/outbox.ts";
import { removeRows, reviveRows, rowsBroughtBy, rowsEndedBy } from "../index/write/rows.ts";
import { type Stores, type Write, write } from "../index/write/transaction.ts";
import { deleteLog, deleteObjects, firstFreeNumber } from "../records/log.ts";
import {
  changeManifest,
  deleteManifest,
  FORMAT,
  hasManifest,
  logDigest,
  type Manifest,
  readManifest,
  withObjects,
} from "../records/manifest.ts";
import { recordObjectKey } from "../records/reader.ts";
import type { ImportState, ImportStatus, ImportStep } from "./contract.ts";
import { deleteReports } from "./inbox/report.ts";
import { currentImport, startImport } from "./job.ts";
import {
  canBeAborted,
  changeImport,
  countChangesOf,
  findImport,
  type ImportRef,
  type Job,
  lostObjectsOf,
  objectsOf,
  partsOf,
  removeImport,
  removeParts,
  removesRows,
  requireImport,
  updateImport,
} from "./state.ts";
import { sweepBucket } from "./sweep.ts";

/** The second half of an import (job.ts): it is finished or aborted, in steps of one bounded write each. */

/** So many places are taken out of the index in a step, at most. */
const REMOVED_A_STEP = 5_000;
/** To let a row count again costs less than to remove it. */
const REVIVED_A_STEP = 20_000;

type Step = Omit<ImportStep, "rowsWritten" | "counts">;

function step(phase: ImportState): Step {
  return { done: phase === "done" || phase === "aborted", phase };
}

/**
 * Takes an import one step further. What a replacing import did not bring is swept. Then all of it counts at once, and
 * what it has replaced does not. Then that is purged from the index.
 *
 * @param parts how many parts it has
 * @throws NotFound
 * @throws Conflict if parts are missing, or if it was aborted
 */
export async function finishStep(
  stores: Stores,
  ref: ImportRef,
  parts: number,
): Promise<ImportStep> {
  const { found, rowsWritten } = await changeImport(stores, ref, async (job) => {
    const { found, ...rest } = await FINISH[job.state](job, parts);
    return { ...rest, found: { job, step: found } };
  });
  const { job, step } = found;
  // The last step forgets the parts; the one before has told their counts.
  const hasParts = !step.done && job.mode !== "delete" && job.mode !== "rebuild";
  return { ...step, rowsWritten, ...(hasParts && { counts: (await partsOf(job)).counts }) };
}

const FINISH: Readonly<Record<ImportState, (job: Job, parts: number) => Promise<Write<Step>>>> = {
  open: close,
  sweeping: sweep,
  committing: commit,
  purging: purge,
  done: async () => ({ statements: [], found: step("done") }),
  aborting: refuseAborted,
  aborted: refuseAborted,
};

async function refuseAborted(): Promise<never> {
  throw new Conflict("This import was aborted. Start another one.");
}

async function close(job: Job, parts: number): Promise<Write<Step>> {
  const there = new Set((await partsOf(job)).done);
  const missing = Array.from({ length: parts }, (_, part) => part).filter(
    (part) => !there.has(part),
  );
  if (missing.length > 0) {
    const some = missing.slice(0, 20).join(", ");
    throw new Conflict(`Parts are missing: ${some}. Send them, then finish.`);
  }
  if (parts === 0 && job.mode === "replace") {
    throw new Conflict(
      "A replacing import without any part would remove all places: delete the collection instead.",
    );
  }
  if (there.size > parts) throw new Conflict(`There are ${there.size} parts, not ${parts}.`);
  const state = removesRows(job.mode) ? "sweeping" : "committing";
  return { statements: [updateImport(job, { state })], found: step(state) };
}

async function sweep(job: Job): Promise<Write<Step>> {
  return { ...(await sweepBucket(job)), found: step("sweeping") };
}

/** The manifest is first, because R2 has the truth. Then the index switches, all of it at once. */
async function commit(job: Job): Promise<Write<Step>> {
  const { session, collection, mode, metadata } = job;
  const loaded = await commitLog(job);
  const { stored, updated, unchanged, removed } = (await partsOf(job)).counts;
  const statements = switchStatements(job, await countChangesOf(job));
  if (mode === "rebuild") {
    statements.push(
      setCurrentFormat(session, collection),
      // All rows are new ones.
      ...updateCounts(session, collection, negative(await readCounts(session, collection))),
    );
  }
  return {
    found: step("purging"),
    shows: "collections",
    // A rebuild makes the rows of all places anew.
    changedPlaces: stored + updated + removed + (mode === "rebuild" ? unchanged : 0),
    statements: [
      ...statements,
      setLoaded(session, collection, loaded),
      ...setMetadata(session, collection, metadata),
    ],
  };
}

/** The statements that have rows count that an import has brought, and not those that it has ended. */
function switchStatements(job: Job, changes: CountChanges): D1PreparedStatement[] {
  return [
    updateImport(job, { state: "purging" }),
    ...updateCounts(job.session, job.collection, changes),
  ];
}

function negative(changes: CountChanges): CountChanges {
  return Object.fromEntries(
    Object.entries(changes).map(([category, places]) => [category, -places]),
  );
}

/** @returns when the collection was loaded, and what from */
async function commitLog(job: Job) {
  const { session, bucket, mode, metadata, fingerprint } = job;
  const loadedAt = new Date().toISOString();
  switch (mode) {
    case "rebuild":
      // It is as old as it was.
      return requireSameLog(job, await readManifest(bucket, metadata.id));
    case "delete":
      await deleteManifest(bucket, metadata.id);
      break;
    default: {
      const brought = await objectsOf(job);
      // Nobody edits a collection during an import, and what was edited before is in objects: see startImport.
      const edits = await nextObjectNumber(session);
      await changeManifest(bucket, metadata.id, async (before) => {
        // A step that failed after this write has written it already.
        const objects = withObjects(before?.objects ?? [], brought);
        return {
          ...before,
          format: FORMAT,
          label: metadata,
          loadedAt,
          fingerprint,
          objects,
          edits,
        };
      });
    }
  }
  return { loadedAt, fingerprint };
}

/** Names the import of a log by a rebuild. */
export async function rebuildFingerprint(manifest: Manifest, since: string): Promise<string> {
  return `rebuild ${since} ${await logDigest(manifest)}`;
}

/** @throws Conflict if a rebuild has begun with another log */
async function requireSameLog(job: Job, manifest: Manifest | undefined): Promise<Manifest> {
  const isSame = manifest && job.fingerprint === (await rebuildFingerprint(manifest, sinceOf(job)));
  if (isSame) return manifest;
  throw new Conflict("The log has changed meanwhile: npm run rebuild begins with it anew.");
}

/** Takes out of the index what the import has ended. */
async function purge(job: Job): Promise<Write<Step>> {
  const { session, bucket, mode, metadata, number } = job;
  const keys = await rowsEndedBy(session, number, REMOVED_A_STEP);
  if (keys.length > 0) return { statements: removeRows(session, keys), found: step("purging") };
  // The log goes first. As long as the import is there, no other one can begin.
  if (mode === "delete") {
    await deleteLog(bucket, metadata.id, await nextObjectNumber(session));
    await deleteReports(bucket, metadata.id);
  }
  const statements = end(job, "done");
  if (mode === "rebuild") {
    const lost = (await lostObjectsOf(job)).map((object) => recordObjectKey(metadata.id, object));
    statements.push(setRebuilt(session, metadata.id, sinceOf(job), lost));
  }
  return { statements, found: step("done"), ...(mode === "delete" && { shows: "collections" }) };
}

/** When the rebuild began that an import belongs to. */
function sinceOf({ fingerprint }: Pick<Job, "fingerprint">): string {
  return fingerprint.split(" ")[1]!;
}

/** The statements that end an import. Its collection goes with it if nothing is left of it. */
function end(job: Job, state: "done" | "aborted"): D1PreparedStatement[] {
  const isGone = state === "done" ? job.mode === "delete" : job.isFirst;
  return [
    ...removeParts(job),
    ...(isGone
      ? [
          removeImport(job),
          dropPendingEdits(job.session, job.collection),
          ...removeCollection(job.session, job.collection),
        ]
      : [updateImport(job, { state })]),
  ];
}

/**
 * Takes back what an import has brought, a bounded step each time.
 *
 * @throws NotFound
 * @throws Conflict if it can only be finished
 */
export async function abortStep(stores: Stores, ref: ImportRef): Promise<ImportStep> {
  const { database, bucket } = stores;
  const { found, rowsWritten } = await write(database, ref, async (session) => {
    const job = await findImport(session, bucket, ref);
    // A collection that the import has made goes with it.
    if (!job && !(await findCollection(session, ref.collection))) {
      return { statements: [], found: step("aborted") };
    }
    return takeBack(job ?? (await requireImport(session, bucket, ref)));
  });
  return { ...found, rowsWritten };
}

async function takeBack(job: Job): Promise<Write<Step>> {
  const { session, bucket, collection, mode, number, removedTo, metadata } = job;
  if (job.state === "aborted") return { statements: [], found: step("aborted") };
  refuseToAbort(job);
  const brought = await rowsBroughtBy(session, collection, number, {
    after: removedTo,
    most: REMOVED_A_STEP,
  });
  const last = brought.at(-1);
  if (last) {
    const removed = removeRows(
      session,
      brought.map(({ key }) => key),
    );
    const aborting = updateImport(job, { state: "aborting", removedTo: last.source_id });
    return { statements: [aborting, ...removed], found: step("aborting") };
  }
  const ended = await rowsEndedBy(session, number, REVIVED_A_STEP);
  if (ended.length > 0) {
    const aborting = updateImport(job, { state: "aborting" });
    return { statements: [aborting, ...reviveRows(session, ended)], found: step("aborting") };
  }
  // The objects go first. As long as the import is there, no other one can begin. A rebuild has brought none.
  if (mode !== "rebuild") await deleteObjects(bucket, metadata.id, await objectsOf(job));
  return { statements: end(job, "aborted"), found: step("aborted") };
}

function refuseToAbort(job: Job): void {
  if (!canBeAborted(job)) {
    throw new Conflict("This import counts already: it can only be finished.");
  }
}

/** Takes an import of somebody else one step nearer to its end: back, if it can be. */
export function settleStep(
  stores: Stores,
  collection: string,
  { number, mode, state }: ImportStatus,
): Promise<ImportStep> {
  const ref = { collection, number };
  const isTakenBack = state === "aborting" || (canBeAborted({ mode, state }) && mode !== "delete");
  return isTakenBack ? abortStep(stores, ref) : finishStep(stores, ref, 0);
}

/**
 * Deletes a collection, a bounded step each time: by an import of nothing that replaces everything. An import that is under
 * way is ended first. A collection that is not there is deleted already: the last answer may have got lost.
 */
export async function deleteStep(stores: Stores, collection: string): Promise<ImportStep> {
  const { database, bucket } = stores;
  const session = database.withSession("first-primary");
  const row = await findCollection(session, collection);
  if (!row) {
    await deleteUnindexed(bucket, collection);
    await forgetAbsent(session, collection).run();
    return { ...step("done"), rowsWritten: 0 };
  }
  const open = await currentImport(stores, collection);
  if (open && open.mode !== "delete") {
    const settled =
      open.state === "committing" && !canBeAborted(open)
        ? await commitUnlogged(stores, { collection, number: open.number })
        : await settleStep(stores, collection, open);
    return { ...settled, done: false };
  }
  const metadata = metadataOf(row);
  const start = { mode: "delete", fingerprint: "delete", metadata } as const;
  const { number } = await startImport(stores, start);
  return finishStep(stores, { collection, number }, 0);
}

/** What it has brought may be in the manifest, so it cannot be taken back; the manifest may be broken, so it is not asked. */
async function commitUnlogged(stores: Stores, ref: ImportRef): Promise<ImportStep> {
  const { rowsWritten } = await changeImport(stores, ref, async (job) => ({
    found: undefined,
    shows: "collections",
    statements: job.state === "committing" ? switchStatements(job, await countChangesOf(job)) : [],
  }));
  return { ...step("purging"), rowsWritten };
}

/** Deletes the log of a collection that the index does not have. */
async function deleteUnindexed(bucket: R2Bucket, collection: string): Promise<void> {
  if (!(await hasManifest(bucket, collection))) return;
  const end = await firstFreeNumber(bucket, collection);
  await deleteManifest(bucket, collection);
  await deleteLog(bucket, collection, end);
  await deleteReports(bucket, collection);
}
