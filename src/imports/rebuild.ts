import { Stale } from "../errors.ts";
import { indexedCollections } from "../index/write/collections.ts";
import { emptyIndex, INDEX_FORMAT, readIndexState, setRebuilding } from "../index/write/format.ts";
import { reindexStatements } from "../index/write/lexicon.ts";
import { skipObjectNumbers } from "../index/write/object-numbers.ts";
import { type Stores, write } from "../index/write/transaction.ts";
import { firstFreeNumber, objectNumbers, readObject } from "../records/log.ts";
import { listManifests, readManifest } from "../records/manifest.ts";
import type { RebuildStep } from "./contract.ts";
import { finishStep } from "./finish.ts";
import { stage, startImport } from "./job.ts";
import { importsIn } from "./state.ts";

/** For a collection whose manifest has no fingerprint. */
const FINGERPRINT = "rebuild";

/** A step reads no more entries of the log. Edits are objects of one entry. */
const ENTRIES_A_STEP = 5_000;
/** Each object takes some reads of D1 and one of R2. */
const OBJECTS_A_STEP = 40;

/** Whether the index was made by other rules than today's, or is not whole. */
export async function isRebuildNeeded({ database }: Pick<Stores, "database">): Promise<boolean> {
  const { format, rebuilding } = await readIndexState(database.withSession("first-primary"));
  return rebuilding !== null || (format !== null && format !== INDEX_FORMAT);
}

/**
 * Rebuilds the whole index from what R2 holds, a bounded step each time. First the index is emptied. Then each
 * collection is imported again from its log, one after the other, and shows when all of it is there.
 *
 * @param restart whether to start over, even if a rebuild is under way
 */
export async function rebuildStep(stores: Stores, restart: boolean): Promise<RebuildStep> {
  const { database, bucket } = stores;
  const session = database.withSession("first-primary");
  const { rebuilding } = await readIndexState(session);
  if (restart || rebuilding === null) {
    await empty(stores);
    return { done: false, phase: "emptied", progress: 0 };
  }
  const collections = await listManifests(bucket);
  const there = new Set(await indexedCollections(session));
  const next = collections.find((name) => !there.has(name));
  if (next === undefined) {
    await write(database, async (session) => ({
      found: undefined,
      statements: [setRebuilding(session, null)],
    }));
    return { done: true, phase: "done", progress: 1 };
  }
  const share = await rebuildCollection(stores, next);
  return { done: false, phase: next, progress: (there.size + share) / collections.length };
}

/** Empties the index, but for what kinds of places and regions are called. */
async function empty(stores: Stores): Promise<void> {
  const { database, bucket } = stores;
  await write(
    database,
    async (session) => {
      await finishCommits(stores, session);
      const next = await firstFreeNumber(bucket);
      const statements = [
        ...emptyIndex(session),
        ...(await reindexStatements(session, bucket)),
        skipObjectNumbers(session, next),
        setRebuilding(session, new Date().toISOString()),
      ];
      return { found: undefined, statements };
    },
    { anyFormat: true },
  );
}

/**
 * What an import has written into the manifest has to stay there, so imports that may have done so are committed before
 * the manifest is read. In an index of another version nobody commits.
 *
 * @throws Stale if there were any
 */
async function finishCommits(stores: Stores, session: D1DatabaseSession): Promise<void> {
  const { format } = await readIndexState(session);
  if (format !== INDEX_FORMAT) return;
  const committing = await importsIn(session, "committing");
  for (const ref of committing) await finishStep(stores, ref, 0);
  if (committing.length > 0) throw new Stale("Imports were committed");
}

/**
 * Takes one step for one collection.
 *
 * @returns how much of it is back, from 0 to 1
 */
async function rebuildCollection(stores: Stores, collection: string): Promise<number> {
  const { bucket } = stores;
  const manifest = (await readManifest(bucket, collection))!;
  const numbers = await objectNumbers(bucket, manifest);
  const { number, state, partsDone } = await startImport(stores, {
    mode: "rebuild",
    fingerprint: manifest.fingerprint ?? FINGERPRINT,
    metadata: manifest.label,
  });
  const ref = { collection, number };
  const first = partsDone.length;
  if (state !== "open" || first >= numbers.length) {
    await finishStep(stores, ref, numbers.length);
    return 1;
  }
  let part = first;
  const last = Math.min(numbers.length, first + OBJECTS_A_STEP);
  for (let read = 0; part < last && read < ENTRIES_A_STEP; part++) {
    const object = numbers[part]!;
    const { entries, ranges } = await readObject(bucket, collection, object);
    await stage(stores, ref, { part, digest: "", entries, logged: { object, ranges } });
    read += entries.length;
  }
  return part / numbers.length;
}
