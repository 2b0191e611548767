import { findCollection, loadedCollections } from "../index/write/collections.ts";
import {
  absentCollections,
  type Rebuildable,
  rebuildables,
  rebuildingSince,
  setRebuilding,
  setRebuilt,
} from "../index/write/format.ts";
import { reindexStatements } from "../index/write/lexicon.ts";
import { nextObjectNumber, skipObjectNumbers } from "../index/write/object-numbers.ts";
import { type Stores, write } from "../index/write/transaction.ts";
import { keepUp } from "../index/write/upkeep.ts";
import { firstFreeNumber, readObject } from "../records/log.ts";
import {
  BrokenManifest,
  listManifests,
  type Manifest,
  manifestKey,
  objectNumbers,
  upgradedManifest,
} from "../records/manifest.ts";
import { flushEdits } from "./compaction.ts";
import type { ImportStatus } from "./contract.ts";
import { finishStep, rebuildFingerprint, settleStep } from "./finish.ts";
import { currentImport, stage, startImport } from "./job.ts";

/**
 * Rebuilds the index from what R2 holds, beside what is there: one collection after the other is imported again from its
 * log, and until that import is committed searches find the rows of before. What is lost of a log is left out and told.
 */

/** A step reads no more entries of the log. */
const ENTRIES_A_STEP = 5_000;
/** Each object takes some reads of D1 and one of R2. */
const OBJECTS_A_STEP = 40;
/** A second: each step of a rebuild lists what there is anew. */
const UPKEEP_A_STEP = 20;

/** How far a rebuild is. */
export interface RebuildStep {
  readonly done: boolean;
  /** From 0 to 1. */
  readonly progress: number;
  /** The keys of the objects in the bucket that are lost or broken, of the collections that are done. */
  readonly lost: readonly string[];
}

/** Whether some of the index was made by other rules than today's, or a rebuild is under way. */
export async function isRebuildNeeded({ database }: Pick<Stores, "database">): Promise<boolean> {
  const session = database.withSession("first-primary");
  if ((await rebuildingSince(session)) !== null) return true;
  return (await rebuildables(session)).some(({ isCurrent }) => !isCurrent);
}

/**
 * Begins a rebuild, unless one is under way.
 *
 * @param restart whether to start over even then
 * @returns since when the index is being rebuilt, which tells this rebuild from others
 */
export async function beginRebuild(stores: Stores, restart: boolean): Promise<string> {
  const session = stores.database.withSession("first-primary");
  return (!restart && (await rebuildingSince(session))) || begin(stores);
}

/**
 * Takes one bounded step of the rebuild that is under way. If none is, it is done.
 *
 * @param pause called between what takes long: on one machine the stores answer at once, and nobody else would get a turn.
 *   What it throws ends the step
 */
export async function rebuildStep(
  stores: Stores,
  pause: () => Promise<void> = async () => {},
): Promise<RebuildStep> {
  const { database, bucket } = stores;
  const session = database.withSession("first-primary");
  const since = await rebuildingSince(session);
  if (since === null) return done(await lostOf(session));
  const known = new Map((await rebuildables(session)).map((one) => [one.name, one]));
  const isMeant = ({ isLoaded, isCurrent }: Rebuildable) => isLoaded || !isCurrent;
  const indexed = [...known.values()].filter(isMeant).map(({ name }) => name);
  const names = [...new Set([...(await listManifests(bucket)), ...indexed])].sort();
  const isDone = (name: string) => known.get(name)?.rebuilt === since;
  const unreadable: string[] = [];
  let next: string | undefined;
  for (const name of names.filter((name) => !isDone(name))) {
    if (known.has(name) || (await manifestOf(stores, name))) {
      next = name;
      break;
    }
    // Neither the index nor the log tells what it was.
    unreadable.push(name);
  }
  const lost = [
    ...[...known.values()].flatMap((one) => (isDone(one.name) ? one.lost : [])),
    ...unreadable.map(manifestKey),
  ];
  if (next === undefined) {
    // Until the upkeep that it leaves is done it is under way, and whoever asks for a rebuild joins it.
    const isKeptUp = await keepUp(stores, { mostSteps: UPKEEP_A_STEP, pause });
    if (!isKeptUp) return { done: false, progress: 1, lost };
    const statements = [setRebuilding(session, null, unreadable)];
    await write(database, "index", async () => ({ found: undefined, statements }));
    return done(lost);
  }
  const share = await rebuildCollection(stores, next, since, pause);
  const progress = (names.filter(isDone).length + share) / names.length;
  return { done: false, progress, lost };
}

function done(lost: readonly string[]): RebuildStep {
  return { done: true, progress: 1, lost };
}

/** All that was lost when it was rebuilt last. */
async function lostOf(session: D1DatabaseSession): Promise<readonly string[]> {
  const lost = (await rebuildables(session)).flatMap((one) => one.lost);
  return [...lost, ...(await absentCollections(session)).map(manifestKey)];
}

/** What kinds of places and regions are called is put into the index at once. */
async function begin({ database, bucket }: Stores): Promise<string> {
  const since = new Date().toISOString();
  await write(database, "index", async (session) => {
    const next = await firstFreeNumber(bucket);
    const loaded = new Set(await loadedCollections(session));
    const absent = (await listManifests(bucket)).filter((name) => !loaded.has(name));
    const statements = [
      ...(await reindexStatements(session, bucket)),
      skipObjectNumbers(session, next),
      setRebuilding(session, since, absent),
    ];
    return { found: undefined, statements, shows: "answers" };
  });
  return since;
}

/**
 * Takes one step for one collection.
 *
 * @param since when the rebuild began
 * @returns how much of the collection is done, from 0 to 1
 */
async function rebuildCollection(
  stores: Stores,
  collection: string,
  since: string,
  pause: () => Promise<void>,
): Promise<number> {
  const { database } = stores;
  const session = database.withSession("first-primary");
  const open = await currentImport(stores, collection);
  const manifest = await manifestOf(stores, collection);
  if (!manifest) {
    // Without its log it stays as it is.
    if (open) await settleStep(stores, collection, open);
    else if (await findCollection(session, collection)) {
      const statements = [setRebuilt(session, collection, since, [manifestKey(collection)])];
      await write(database, { collection }, async () => ({ found: undefined, statements }));
    }
    return 0;
  }
  const fingerprint = await rebuildFingerprint(manifest, since);
  if (open && open.fingerprint !== fingerprint) {
    await settleStep(stores, collection, open);
    return 0;
  }
  if (!open && (await flushEdits(stores, collection, { inBucket: true }))) return 0;
  // One that takes no more parts is as it was.
  if (open && open.state !== "open") return importSome(stores, manifest, open, pause);
  const started = await startImport(stores, {
    mode: "rebuild",
    fingerprint,
    metadata: manifest.label,
  });
  return importSome(stores, manifest, started, pause);
}

/** Imports some of the log, or takes the import one step nearer to its end. */
async function importSome(
  stores: Stores,
  manifest: Manifest,
  { number, state, partsDone }: ImportStatus,
  pause: () => Promise<void>,
): Promise<number> {
  const collection = manifest.label.id;
  const numbers = objectNumbers(manifest);
  const ref = { collection, number };
  const first = partsDone.length;
  if (state !== "open" || first >= numbers.length) {
    await finishStep(stores, ref, numbers.length);
    return 1;
  }
  let part = first;
  const last = Math.min(numbers.length, first + OBJECTS_A_STEP);
  for (let read = 0; part < last && read < ENTRIES_A_STEP; part++) {
    await pause();
    const object = numbers[part]!;
    const found = await readObject(stores.bucket, collection, object);
    await stage(stores, ref, {
      part,
      digest: "",
      entries: found?.entries ?? [],
      logged: { object, ranges: found?.ranges ?? [], isLost: !found },
    });
    read += found?.entries.length ?? 0;
  }
  return part / numbers.length;
}

/** Undefined if it is lost, or broken. */
async function manifestOf(
  { database, bucket }: Stores,
  collection: string,
): Promise<Manifest | undefined> {
  try {
    return await upgradedManifest(bucket, collection, () =>
      nextObjectNumber(database.withSession("first-primary")),
    );
  } catch (error) {
    if (error instanceof BrokenManifest) return undefined;
    throw error;
  }
}
