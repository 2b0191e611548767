import { isDeepStrictEqual } from "node:util";
import { Busy, Conflict, Stale } from "../errors.ts";
import {
  addCollection,
  findCollection,
  isLoaded,
  metadataOf,
  requireCollection,
} from "../index/write/collections.ts";
import { requireCurrentFormat } from "../index/write/format.ts";
import { skipObjectNumbers } from "../index/write/object-numbers.ts";
import { pendingEdits } from "../index/write/outbox.ts";
import { splitKeys } from "../index/write/rows.ts";
import { type Stores, write } from "../index/write/transaction.ts";
import type { CollectionMetadata } from "../records/collection-schema.ts";
import { firstFreeNumber } from "../records/log.ts";
import { hasManifest } from "../records/manifest.ts";
import { flushAllEdits } from "./compaction.ts";
import {
  type Comparison,
  type ImportMode,
  type ImportStatus,
  repeatProblem,
  type StagedPart,
} from "./contract.ts";
import { checkRecords, comparePart, type Part, stagePart } from "./stage.ts";
import {
  addImport,
  changeImport,
  findImport,
  type ImportRef,
  type Job,
  type Outcome,
  partsOf,
  removesRows,
  requireImport,
  STATES,
  updateImport,
} from "./state.ts";
import { BUCKET_SIZE } from "./sweep.ts";

/**
 * The first half of an import: it is started and takes parts. It ends in finish.ts. Nothing of it shows before it is
 * committed, and then all of it shows at once. Each step is one write, so a step that failed is simply taken again.
 */

/** Another import into the collection has to be finished or aborted first. */
export class UnderWay extends Conflict {}

export interface ImportStart {
  readonly mode: ImportMode;
  /** Names what is imported: the same files with the same options always have the same fingerprint. */
  readonly fingerprint: string;
  readonly metadata: CollectionMetadata;
}

/**
 * Starts an import into a collection, which is made if there is none. If one of the same fingerprint is under way, it goes
 * on, under the new metadata if it still takes parts.
 *
 * @throws UnderWay if another one is under way
 * @throws Busy if somebody else finishes it meanwhile
 * @throws Conflict if a merge changes the declared attributes, or if the collection is not in the index
 */
export async function startImport(stores: Stores, start: ImportStart): Promise<ImportStatus> {
  const { database, bucket } = stores;
  const { mode, fingerprint, metadata } = start;
  await write(database, { collection: metadata.id }, async (session) => {
    const open = await findImport(session, bucket, { collection: metadata.id });
    if (open) {
      if (!isSameImport(open, start)) throw underWay(open);
      const isRenamed = open.state === "open" && !isDeepStrictEqual(open.metadata, metadata);
      return { found: undefined, statements: isRenamed ? [updateImport(open, { metadata })] : [] };
    }
    const collection = await findCollection(session, metadata.id);
    if (collection && (mode === "merge" || mode === "replace")) requireCurrentFormat(collection);
    if (!collection && mode !== "rebuild" && (await hasManifest(bucket, metadata.id))) {
      throw notIndexed(metadata.id);
    }
    // The manifest has to name what was edited before it names what the import brings.
    if (
      mode !== "delete" &&
      collection &&
      (await pendingEdits(session, collection.id, 1)).length > 0
    ) {
      await flushAllEdits(stores, metadata.id);
      throw new Stale("Edits were put into the log");
    }
    if (mode === "merge" && collection && isLoaded(collection)) {
      refuseOtherAttributes(metadataOf(collection), metadata);
    }
    const statements = addImport(session, {
      mode,
      fingerprint,
      metadata,
      splitKeys:
        collection && removesRows(mode) ? await splitKeys(session, collection.id, BUCKET_SIZE) : [],
    });
    if (!collection) {
      // A collection of this name that was deleted may have left objects behind.
      const first = await firstFreeNumber(bucket, metadata.id);
      statements.unshift(addCollection(session, metadata), skipObjectNumbers(session, first));
    }
    return { found: undefined, statements };
  });
  const started = await currentImport(stores, metadata.id);
  if (!started) throw new Busy("Somebody else has just finished this import. Ask again.");
  return started;
}

/** What is staged of an import is indexed by the attributes that it began with. */
function isSameImport(open: Job, { mode, fingerprint, metadata }: ImportStart): boolean {
  return (
    open.fingerprint === fingerprint &&
    open.mode === mode &&
    isDeepStrictEqual(open.metadata.attributes, metadata.attributes)
  );
}

function refuseOtherAttributes(before: CollectionMetadata, after: CollectionMetadata): void {
  if (isDeepStrictEqual(before.attributes, after.attributes)) return;
  throw new Conflict(
    "The declared attributes differ from those of the collection: they can only change with a replacing import.",
  );
}

/** The bucket has a collection that the index has not. */
function notIndexed(collection: string): Conflict {
  return new Conflict(`The records of "${collection}" are not in the index: run npm run rebuild.`);
}

function underWay({ mode, number, startedAt, metadata: { id } }: Job): UnderWay {
  return new UnderWay(
    mode === "rebuild"
      ? `"${id}" is being rebuilt: npm run rebuild goes on with it.`
      : `Another import into "${id}" is under way, since ${startedAt}: finish it, or abort it (DELETE /admin/collections/${id}/imports/${number}).`,
  );
}

/** @throws NotFound */
export async function importStatus(stores: Stores, ref: ImportRef): Promise<ImportStatus> {
  const session = stores.database.withSession("first-primary");
  return statusOf(await requireImport(session, stores.bucket, ref));
}

/** The import into a collection that is under way, if there is one. */
export async function currentImport(
  { database, bucket }: Stores,
  collection: string,
): Promise<ImportStatus | undefined> {
  const job = await findImport(database.withSession("first-primary"), bucket, { collection });
  return job && statusOf(job);
}

async function statusOf(job: Job): Promise<ImportStatus> {
  const { number, mode, fingerprint, state, startedAt } = job;
  const { done, counts } = await partsOf(job);
  return { number, mode, fingerprint, state, startedAt, partsDone: done, counts };
}

/**
 * Takes a part of an import. If it comes again, nothing changes.
 *
 * @throws NotFound
 * @throws Conflict if the import takes no more parts
 */
export async function stage(
  stores: Stores,
  ref: ImportRef,
  part: Part,
): Promise<Outcome & { rowsWritten: number }> {
  const { found, rowsWritten } = await changeImport(stores, ref, async (job) => {
    if (job.mode !== "rebuild") requireCurrentFormat(job);
    if (STATES[job.state].takesParts) return stagePart(job, part);
    throw new Conflict(`This import takes no more parts, its state is: ${job.state}.`);
  });
  return { ...found, rowsWritten };
}

/** Takes a part of what should be records; those that are none are left out. @throws as `stage` does */
export async function stageRecords(
  stores: Stores,
  ref: ImportRef,
  part: Pick<Part, "part" | "digest">,
  values: readonly unknown[],
): Promise<StagedPart> {
  const { records, indexes, kept, rejected } = checkRecords(values);
  const staged = await stage(stores, ref, { ...part, entries: records, kept });
  const { counts, repeated, rowsWritten } = staged;
  for (const at of repeated)
    rejected.push({ index: indexes[at]!, reason: repeatProblem(records[at]!) });
  return { counts, rejected, rowsWritten };
}

/**
 * What an import would do with what should be records, if it brought nothing before.
 *
 * @throws NotFound
 */
export async function compareRecords(
  { database }: Stores,
  collection: string,
  values: readonly unknown[],
): Promise<Comparison> {
  const session = database.withSession("first-primary");
  const row = await requireCollection(session, collection);
  const { records, kept } = checkRecords(values);
  const job = { session, mode: "merge", collection: row.id, metadata: metadataOf(row) } as const;
  return { counts: await comparePart(job, { entries: records, kept }) };
}
