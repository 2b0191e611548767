import { Stale } from "../errors.ts";
import { findCollection, loadedCollections } from "../index/write/collections.ts";
import { allocateObjectNumber } from "../index/write/object-numbers.ts";
import { pendingEdits, removePendingEdits } from "../index/write/outbox.ts";
import { type MovedRecord, moveRecords } from "../index/write/rows.ts";
import type { Stores } from "../index/write/transaction.ts";
import { reportFailure } from "../observe/failures.ts";
import {
  deleteEdits,
  deleteObjects,
  editNumbers,
  isTombstone,
  type LogEntry,
  type LogObject,
  objectSizes,
  readEdit,
  readObject,
  writeObject,
} from "../records/log.ts";
import {
  changeManifest,
  type Manifest,
  objectNumbers,
  type Replaced,
  readManifest,
  withObjects,
} from "../records/manifest.ts";
import { findImport } from "./state.ts";

/**
 * The log is kept short: edits are put into objects of many entries, and small objects into larger ones, so that the log
 * of 100,000 edits is read in some tens of objects (docs/LOG-FORMAT.md). Each step is bounded and can be taken again: it
 * writes a new object, has the manifest name it instead of the old ones, has the rows point to it, and deletes the old
 * ones last.
 */

/** An object of more entries is not made. */
const MOST_ENTRIES = 5_000;
const EDITS_A_STEP = 1_000;
const OBJECTS_A_STEP = 64;

/** So many neighbours of one size are worth being merged: each of n edits is then written some log₈(n) times. */
const FANOUT = 8;
/** Neighbours up to the same of these sizes are of one size. */
const TIERS_BYTES = [32 * 1024, 256 * 1024];

/** One run takes no more steps for a collection. The next one goes on. */
const MOST_STEPS = 20;

/** Compacts the logs of all collections, but for those where it fails and those into which an import is under way. */
export async function compactAll(stores: Stores): Promise<void> {
  for (const name of await loadedCollections(stores.database.withSession("first-primary"))) {
    try {
      for (let step = 0; step < MOST_STEPS && (await compactStep(stores, name)); step++);
    } catch (error) {
      reportFailure("compaction of the log", error);
    }
  }
}

/** Takes one step for a collection. @returns whether there may be more to do */
export async function compactStep(stores: Stores, collection: string): Promise<boolean> {
  try {
    return (await flushEdits(stores, collection)) || (await mergeObjects(stores, collection));
  } catch (error) {
    // Somebody else has changed the manifest.
    if (error instanceof Stale) return true;
    throw error;
  }
}

/** Puts all pending edits of a collection into objects of records. */
export async function flushAllEdits(stores: Stores, collection: string): Promise<void> {
  while (await flushEdits(stores, collection));
}

/**
 * Puts the oldest pending edits of a collection into one object of records.
 *
 * @param inBucket whether to look for edits in the bucket, too, that a lost index has had
 * @returns whether there were any
 * @throws Stale if the manifest has changed meanwhile
 */
export async function flushEdits(
  { database, bucket }: Stores,
  collection: string,
  { inBucket = false } = {},
): Promise<boolean> {
  const session = database.withSession("first-primary");
  const row = await findCollection(session, collection);
  const numbers: number[] = [];
  const logged = await changeLog(session, bucket, collection, async (before) => {
    // Read after the manifest: whoever flushes some of them meanwhile has changed it, and comes first.
    const edits = new Map<number, LogEntry>();
    for (const { number, text } of row ? await pendingEdits(session, row.id, EDITS_A_STEP) : []) {
      edits.set(number, JSON.parse(text));
    }
    if (inBucket && before) await addLogged(bucket, collection, before, edits);
    if (edits.size === 0) return undefined;
    if (!before) throw new Error(`The manifest of ${collection} is lost`);
    numbers.push(...[...edits.keys()].sort((a, b) => a - b));
    const { objects, edits: first } = before;
    return {
      entries: lastEntries(numbers.map((number) => edits.get(number)!)),
      manifestWith: (object) => ({
        ...before,
        objects: withObjects(objects, [object]),
        edits: Math.max(first, numbers.at(-1)! + 1),
      }),
    };
  });
  if (!logged) return false;
  if (row) {
    await session.batch([
      ...moveRecords(session, row.id, logged.records, { from: numbers, to: logged.object }),
      ...removePendingEdits(session, numbers),
    ]);
  }
  await deleteEdits(bucket, collection, numbers.at(-1)! + 1);
  return true;
}

/** Adds edits that are in the bucket, but not pending. If more are pending than a step takes, later ones have to wait. */
async function addLogged(
  bucket: R2Bucket,
  collection: string,
  { edits: first }: Manifest,
  edits: Map<number, LogEntry>,
): Promise<void> {
  const end = edits.size === EDITS_A_STEP ? [...edits.keys()].at(-1)! : Number.POSITIVE_INFINITY;
  const missing = (await editNumbers(bucket, collection, first)).filter(
    (number) => number <= end && !edits.has(number),
  );
  for (const number of missing.slice(0, OBJECTS_A_STEP)) {
    const edit = await readEdit(bucket, collection, number);
    if (edit) edits.set(number, edit.entries[0]!);
  }
}

/**
 * Merges small neighbours into one object, or goes on with that where it stopped.
 *
 * @returns whether there were any
 * @throws Stale if the manifest has changed meanwhile
 */
async function mergeObjects(stores: Stores, collection: string): Promise<boolean> {
  const { database, bucket } = stores;
  const session = database.withSession("first-primary");
  const manifest = await readManifest(bucket, collection);
  if (manifest?.replaced) {
    await removeReplaced(stores, collection, manifest.replaced);
    return true;
  }
  if (!manifest || objectNumbers(manifest).length < FANOUT) return false;
  const merged = await changeLog(session, bucket, collection, async (before) => {
    // Asked after the manifest is read: an import that begins now changes it before it counts.
    const isBusy = await findImport(session, bucket, { collection });
    const row = await findCollection(session, collection);
    if (!before || before.replaced || isBusy || !row) return undefined;
    // A flush has named its object in the manifest, and has yet to point the rows of its edits to it.
    const [oldest] = await pendingEdits(session, row.id, 1);
    if (oldest && oldest.number < before.edits) return undefined;
    const numbers = objectNumbers(before);
    for (const run of runsToMerge(numbers, await objectSizes(bucket, collection))) {
      const group = await groupToMerge(bucket, collection, run);
      if (group) return replacement(before, numbers, group);
    }
    return undefined;
  });
  return merged !== undefined;
}

/** Neighbours that are alike in size. An object of unknown size is not there. */
export function* runsToMerge(
  numbers: readonly number[],
  sizes: ReadonlyMap<number, number>,
): Generator<readonly number[]> {
  for (const most of TIERS_BYTES) {
    let run: number[] = [];
    for (const number of numbers) {
      const isSmall = (sizes.get(number) ?? Number.POSITIVE_INFINITY) <= most;
      if (isSmall) run.push(number);
      if (isSmall && run.length < OBJECTS_A_STEP) continue;
      if (run.length >= FANOUT) yield run;
      run = [];
    }
    if (run.length >= FANOUT) yield run;
  }
}

interface Group {
  readonly numbers: readonly number[];
  readonly entries: readonly LogEntry[];
}

/** The first objects of a run that fit into one. */
async function groupToMerge(
  bucket: R2Bucket,
  collection: string,
  run: readonly number[],
): Promise<Group | undefined> {
  let [numbers, entries]: [number[], readonly LogEntry[]] = [[], []];
  for (const number of run) {
    const object = await readObject(bucket, collection, number);
    const joined = object && lastEntries([...entries, ...object.entries]);
    if (joined && joined.length <= MOST_ENTRIES) {
      numbers.push(number);
      entries = joined;
      continue;
    }
    if (numbers.length > 1) break;
    [numbers, entries] = object ? [[number], object.entries] : [[], []];
  }
  return numbers.length > 1 ? { numbers, entries } : undefined;
}

function replacement(
  before: Manifest,
  numbers: readonly number[],
  { numbers: objects, entries }: Group,
): LogChange {
  const at = numbers.indexOf(objects[0]!);
  return {
    // Before the first object there is nothing that could be gone.
    entries: at === 0 ? entries.filter((entry) => !isTombstone(entry)) : entries,
    manifestWith: (by) => ({
      ...before,
      objects: withObjects(
        [],
        [...numbers.slice(0, at), by, ...numbers.slice(at + objects.length)],
      ),
      replaced: { by, objects },
    }),
  };
}

/** Has rows point to the object that has their records now, and deletes those that had them. */
async function removeReplaced(
  { database, bucket }: Stores,
  collection: string,
  { by, objects }: Replaced,
): Promise<void> {
  const session = database.withSession("first-primary");
  const row = await findCollection(session, collection);
  const object = await readObject(bucket, collection, by);
  if (!object) throw new Error(`Object ${by} of the records of ${collection} is lost`);
  const moves = row
    ? moveRecords(session, row.id, recordsOf(object), { from: objects, to: by })
    : [];
  if (moves.length > 0) await session.batch(moves);
  await deleteObjects(bucket, collection, objects);
  await changeManifest(bucket, collection, async (before) => {
    if (before?.replaced?.by !== by) return undefined;
    const { replaced, ...rest } = before;
    return rest;
  });
}

/** What is put into the log instead of something that it has. */
interface LogChange {
  /** Of one place, one. */
  readonly entries: readonly LogEntry[];
  manifestWith(object: number): Manifest;
}

/** Puts entries into a new object, and has the manifest name it. */
async function changeLog(
  session: D1DatabaseSession,
  bucket: R2Bucket,
  collection: string,
  prepare: (before: Manifest | undefined) => Promise<LogChange | undefined>,
): Promise<{ object: number; records: readonly MovedRecord[] } | undefined> {
  let written: { object: number; records: readonly MovedRecord[] } | undefined;
  try {
    await changeManifest(bucket, collection, async (before) => {
      const change = await prepare(before);
      if (!change) return undefined;
      const { entries } = change;
      const object = await allocateObjectNumber(session);
      const texts = entries.map((entry) => JSON.stringify(entry));
      const ranges = await writeObject(bucket, collection, object, texts);
      written = { object, records: recordsOf({ entries, ranges }) };
      return change.manifestWith(object);
    });
    return written;
  } catch (error) {
    if (error instanceof Stale && written)
      await deleteObjects(bucket, collection, [written.object]);
    throw error;
  }
}

/** The last entry of each place. */
function lastEntries(entries: readonly LogEntry[]): readonly LogEntry[] {
  return [...new Map(entries.map((entry) => [entry.sourceId, entry])).values()];
}

function recordsOf({ entries, ranges }: LogObject): readonly MovedRecord[] {
  return entries.flatMap((entry, at) =>
    isTombstone(entry) ? [] : { sourceId: entry.sourceId, ...ranges[at]! },
  );
}
