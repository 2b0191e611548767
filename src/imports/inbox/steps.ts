import { CallerError, NotFound } from "../../errors.ts";
import { areNoIds } from "../../formats/import-options.ts";
import type { Mapping } from "../../formats/mapping/mapping.ts";
import type { Checkpoint } from "../../formats/readers/row.ts";
import { findCollection, isLoaded, metadataOf } from "../../index/write/collections.ts";
import type { Stores } from "../../index/write/transaction.ts";
import { CollectionId } from "../../records/collection-schema.ts";
import { type Batch, batchesOf, isPart, LIMITS, NOTHING, Tally, type Totals } from "../batches.ts";
import { type Counts, goneOf, type ImportStatus, type InboxReport, isMuch } from "../contract.ts";
import { abortStep, finishStep } from "../finish.ts";
import { currentImport, stageRecords, startImport, UnderWay } from "../job.ts";
import { declaredBy, importedMetadata } from "../metadata.ts";
import { canBeAborted, type ImportRef } from "../state.ts";
import { fingerprintOf, type InboxObject, isOfOtherVersion } from "./event.ts";
import { type InboxFile, inspect, openPlaces } from "./file.ts";

/** The import of an object of the inbox, in steps that can be repeated: what is done is not done twice. */

/** An import that takes parts, and how its rows become places. Plain data, as all that steps return. */
export interface StartedImport {
  readonly ref: ImportRef;
  readonly mode: "merge" | "replace";
  readonly format: string;
  readonly mapping: Mapping;
  readonly isIdGuessed: boolean;
  readonly isConfirmed: boolean;
}

/** How far the object is read, and what came of it until then. */
export interface Progress extends Totals {
  /** Where to go on; missing at the beginning, and at the end. */
  readonly next?: Checkpoint;
  readonly isWhole: boolean;
  /** The first of the skipped rows. */
  readonly rejected: InboxReport["rejected"];
}

export const UNREAD: Progress = { ...NOTHING, isWhole: false, rejected: [] };

/** Called between what takes long, so that others get a turn. What it throws ends the step. */
export type Pause = () => Promise<void>;

/** On one machine the stores answer at once, and nobody else would get a turn. */
const briefly: Pause = () => scheduler.wait(1);

const FINISHED_A_STEP = 10;
const MOST_REJECTED = 100;

/**
 * Starts the import of an object, or tells what has to end before. An import of another version of the object is rolled
 * back: its data is out of date.
 *
 * @param hasIds false: what looks like ids are none
 * @throws CallerError for what cannot be read as places
 */
export async function begin(
  stores: Stores,
  object: InboxObject,
  hasIds = true,
  pause: Pause = briefly,
): Promise<StartedImport | { readonly waitsFor: string }> {
  const { collection } = object;
  if (!CollectionId.safeParse(collection).success) {
    throw new CallerError(
      "Put it into a folder that is called as the collection, with small letters, digits, - and _: inbox/stores/stores.csv.",
    );
  }
  const file = await inspect(stores, object, hasIds);
  const open = await currentImport(stores, collection);
  // Of the same version: a task that ended in the middle has left it.
  const isHalfRolledBack = open?.fingerprint === fingerprintOf(object) && open.state === "aborting";
  if (open && (isHalfRolledBack || isOfOtherVersion(open.fingerprint, object))) {
    await rollBack(stores, collection, open, pause);
    // Its last step may still be on its way: it must not meet the next import.
    return { waitsFor: "The import of an older version is being rolled back." };
  }
  try {
    return await start(stores, object, file);
  } catch (error) {
    if (error instanceof UnderWay) return { waitsFor: error.message };
    throw error;
  }
}

async function start(stores: Stores, object: InboxObject, file: InboxFile): Promise<StartedImport> {
  const { collection } = object;
  const { mode, format, isIdGuessed, isConfirmed, uploaded } = file;
  const row = await findCollection(stores.database.withSession("first-primary"), collection);
  const existing = row && metadataOf(row);
  const { label, attributes: given } = file;
  const before = existing && { ...existing, isLoaded: isLoaded(row) };
  const attributes = declaredBy(mode, given, file.mapping.attributes, before);
  const described = { label, attributes };
  const { metadata, types } = importedMetadata(collection, described, existing, uploaded);
  const fingerprint = fingerprintOf(object);
  const { number } = await startImport(stores, { mode, fingerprint, metadata });
  const mapping = { ...file.mapping, attributes: types };
  return { ref: { collection, number }, mode, format, mapping, isIdGuessed, isConfirmed };
}

/** Whether the column that looked like one of ids turns out to be none. */
export function hasFalseIds({ isIdGuessed }: StartedImport, progress: Progress): boolean {
  return isIdGuessed && areNoIds(progress);
}

/** Stages the next rows of the object. */
export async function stageSome(
  stores: Stores,
  object: InboxObject,
  { ref, mode, mapping }: StartedImport,
  before: Progress,
  pause: Pause = briefly,
): Promise<Progress> {
  const rejected = [...before.rejected];
  const tally = new Tally(({ line, reason }) => {
    if (rejected.length < MOST_REJECTED) rejected.push({ line, reason });
  }, before);
  const onNote = (note: string) => tally.note(note);
  const { places, withSource } = await openPlaces(stores, object, {
    mapping,
    next: before.next,
    onNote,
  });
  const options = { firstPart: before.parts, keeps: mode === "replace" };
  for await (const batch of batchesOf([{ path: object.key, places }], options)) {
    tally.read(batch);
    if (isPart(batch)) {
      await pause();
      const part = { part: batch.part, digest: digestOf(batch) };
      const lines = [...batch.records, ...batch.kept];
      tally.staged(batch, await stageRecords(stores, ref, part, lines));
    }
    // Some seconds of a processor, and some ten statements for each part.
    if (batch.next && tally.rows - before.rows >= LIMITS.rows) {
      return { ...tally.totals, next: withSource(batch.next), isWhole: false, rejected };
    }
  }
  return { ...tally.totals, isWhole: true, rejected };
}

/**
 * Which rows a part is made of. They are the same whenever the part is staged again, because a version of an object never
 * changes. Their records may differ then: the words for kinds of places may have been replaced.
 */
function digestOf({ origins, kept }: Batch): string {
  const places = `lines ${origins[0]?.line} to ${origins.at(-1)?.line}, ${origins.length} places`;
  return `${places}, ${kept.length} kept from ${kept[0]?.sourceId}`;
}

/** @throws CallerError if a replacing import would remove many places, and nobody has said that it may */
export async function guard(
  { database }: Stores,
  { ref, mode, isConfirmed }: StartedImport,
  { counts }: Progress,
): Promise<void> {
  if (mode === "merge" || isConfirmed) return;
  const row = await findCollection(database.withSession("first-primary"), ref.collection);
  const places = row?.places ?? 0;
  const gone = goneOf(places, counts);
  if (!isMuch(gone, places)) return;
  throw new CallerError(
    `${gone} of ${places} places would go, more than a tenth: nothing is changed. If that is right, put the file with the metadata "yes".`,
  );
}

/** Takes some steps to finish the import. */
export async function finishSome(
  stores: Stores,
  { ref }: StartedImport,
  parts: number,
  pause: Pause = briefly,
): Promise<{ readonly isDone: boolean; readonly counts?: Counts }> {
  let counts: Counts | undefined;
  let isDone = false;
  for (let steps = 0; steps < FINISHED_A_STEP && !isDone; steps += 1) {
    const step = await finishStep(stores, ref, parts);
    counts = step.counts ?? counts;
    isDone = step.done;
    await pause();
  }
  return { isDone, ...(counts && { counts }) };
}

/** Deletes the object, unless there is a newer version by now. */
export async function removeFromInbox({ bucket }: Stores, object: InboxObject): Promise<void> {
  if ((await bucket.head(object.key))?.version === object.version) await bucket.delete(object.key);
}

/** Whether another version lies in the inbox, which has an import of its own. */
export async function isReplaced({ bucket }: Stores, object: InboxObject): Promise<boolean> {
  const head = await bucket.head(object.key);
  return head !== null && head.version !== object.version;
}

/** Rolls the import of an object back if it is still under way. */
export async function abandon(
  stores: Stores,
  object: InboxObject,
  pause: Pause = briefly,
): Promise<void> {
  const open = await currentImport(stores, object.collection);
  if (open?.fingerprint === fingerprintOf(object)) {
    await rollBack(stores, object.collection, open, pause);
  }
}

/** Aborts an import, or finishes it if it can only be finished. */
async function rollBack(
  stores: Stores,
  collection: string,
  status: ImportStatus,
  pause: Pause,
): Promise<void> {
  const ref = { collection, number: status.number };
  const step = () => (canBeAborted(status) ? abortStep(stores, ref) : finishStep(stores, ref, 0));
  try {
    while (!(await step()).done) await pause();
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
  }
}
