import { Busy, Conflict, NotFound } from "../errors.ts";
import { NOT_STATED } from "../formats/import-options.ts";
import type { CollectionRow } from "../index/snapshot.ts";
import {
  findCollection,
  metadataOf,
  requireCollection,
  setMetadata,
} from "../index/write/collections.ts";
import { addCount, type CountChanges, updateCounts } from "../index/write/counts.ts";
import { requireCurrentFormat } from "../index/write/format.ts";
import { ensureCategories } from "../index/write/lexicon.ts";
import {
  addPendingEdit,
  allocateEditNumber,
  PENDING,
  type PendingEdit,
} from "../index/write/outbox.ts";
import { arrivingRecord } from "../index/write/row.ts";
import { insertInstead, insertRows, readRows, removeRows } from "../index/write/rows.ts";
import { type Stores, write } from "../index/write/transaction.ts";
import { reportFailure } from "../observe/failures.ts";
import type { CollectionMetadata, MetadataFields } from "../records/collection-schema.ts";
import { isTombstone, type LogEntry, putEdit, tombstone } from "../records/log.ts";
import { changeManifest } from "../records/manifest.ts";
import type { PlaceRecord } from "../records/place.ts";
import { compactStep } from "./compaction.ts";
import { finishStep } from "./finish.ts";
import { startImport } from "./job.ts";
import { findImport } from "./state.ts";

/**
 * Changes that show at once. They wait for the import into their collection, if one is under way. The batch that changes the
 * index is the commit of an edit: it holds the entry of the log, which is put into the bucket afterwards.
 */

/** The number that rows written by edits have in place of an import's. */
const EDIT = 0;

/**
 * Stores one place, new or instead of what it was, in a collection that is made if there is none.
 *
 * @throws Conflict while an import is under way
 */
export async function putPlace(
  stores: Stores,
  collection: string,
  record: PlaceRecord,
): Promise<{ created: boolean; rowsWritten: number }> {
  for (let tries = 1; ; tries += 1) {
    const seen = { isThere: false };
    try {
      const { found, rowsWritten } = await edit(stores, collection, record, seen);
      return { created: !found.existed, rowsWritten };
    } catch (error) {
      // One that is deleted meanwhile stays so.
      const isGone = seen.isThere && error instanceof NotFound;
      if (isGone || tries === MOST_TRIES || !(await makeCollection(stores, collection)))
        throw error;
    }
  }
}

/** Others may be making the same collection. */
const MOST_TRIES = 4;

/** The fingerprint of the import of nothing that makes a collection. */
const MADE = "made for a place";

/**
 * Makes a collection that is not there, or goes on with that.
 *
 * @returns false if it is there
 * @throws Conflict if it is in the bucket only
 */
async function makeCollection(stores: Stores, id: string): Promise<boolean> {
  const session = stores.database.withSession("first-primary");
  const isThere = (await findCollection(session, id)) !== undefined;
  const open = isThere ? await findImport(session, stores.bucket, { collection: id }) : undefined;
  if (isThere && open?.fingerprint !== MADE) return false;
  const asOf = new Date().toISOString().slice(0, 10);
  const label = { title: id, license: NOT_STATED, attribution: "", url: "", asOf };
  const metadata = { id, ...label, attributes: {} };
  try {
    const { number } = await startImport(stores, { mode: "merge", fingerprint: MADE, metadata });
    while (!(await finishStep(stores, { collection: id, number }, 0)).done);
  } catch (error) {
    // Somebody else was quicker.
    if (!(error instanceof Busy || error instanceof NotFound)) throw error;
  }
  return true;
}

/** @throws NotFound; Conflict while an import is under way */
export async function deletePlace(
  stores: Stores,
  collection: string,
  sourceId: string,
): Promise<{ rowsWritten: number }> {
  const { rowsWritten } = await edit(stores, collection, tombstone(sourceId));
  return { rowsWritten };
}

/** An edit that is committed, with the number of its collection's oldest one that is pending. */
type CommittedEdit = PendingEdit & { readonly oldest: number };

/**
 * Has an entry count at once, then logs it.
 *
 * @param seen is told that the collection was there, even if it is not any more
 */
async function edit(
  stores: Stores,
  collection: string,
  entry: LogEntry,
  seen: { isThere: boolean } = { isThere: false },
) {
  const { bucket, database } = stores;
  const { found, rowsWritten } = await write<{
    existed: boolean;
    edit?: CommittedEdit;
  }>(database, { collection }, async (session) => {
    const row = await requireIdle(session, bucket, collection);
    seen.isThere = true;
    requireCurrentFormat(row);
    const [old] = (await readRows(session, row.id, [entry.sourceId])).get(entry.sourceId) ?? [];
    const existed = old !== undefined;
    const { attributes } = metadataOf(row);
    const record = isTombstone(entry) ? undefined : arrivingRecord(entry, attributes);
    if (!record && !old) throw new NotFound(`"${collection}" has no place with this id.`);
    if (record && old?.digest === record.digest) return { statements: [], found: { existed } };

    const changes: CountChanges = {};
    const statements = old ? removeRows(session, [old.key]) : [];
    if (old) addCount(changes, old.category, -1);
    const { number, oldest } = await allocateEditNumber(session, row.id);
    const text = record?.text ?? JSON.stringify(entry);
    if (record) {
      const { category } = record.record;
      const categories = await ensureCategories(session, [category]);
      addCount(changes, categories.ids.get(category)!, 1);
      const context = {
        collection: row.id,
        import: EDIT,
        object: number,
        attributes,
        categories: categories.ids,
      };
      const inserted = old
        ? await insertInstead(session, old, record, PENDING, context)
        : await insertRows(session, [record], [PENDING], context);
      statements.push(...categories.statements, ...inserted);
    }
    statements.push(
      ...updateCounts(session, row.id, changes),
      addPendingEdit(session, row.id, { number, text }),
    );
    return {
      statements,
      shows: "answers",
      changedPlaces: 1,
      found: { existed, edit: { number, text, oldest } },
    };
  });
  if (found.edit) await log(stores, collection, found.edit);
  return { found, rowsWritten };
}

/** So many numbers after the oldest pending edit, the edits are put into one object. */
const FLUSH_AFTER = 500;

/** Logs an edit. It is committed: if this fails, the next compaction does it. */
async function log(
  stores: Stores,
  collection: string,
  { number, text, oldest }: CommittedEdit,
): Promise<void> {
  try {
    await putEdit(stores.bucket, collection, number, text);
    if (number - oldest >= FLUSH_AFTER) await compactStep(stores, collection);
  } catch (error) {
    reportFailure("log of an edit", error);
  }
}

/** Changes what a collection says of itself. @throws NotFound; Conflict while an import is under way */
export async function changeMetadata(
  { database, bucket }: Stores,
  collection: string,
  changes: { readonly [Field in keyof MetadataFields]?: MetadataFields[Field] | undefined },
): Promise<CollectionMetadata> {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  const { found } = await write(database, { collection }, async (session) => {
    const row = await requireIdle(session, bucket, collection);
    const metadata = { ...metadataOf(row), ...Object.fromEntries(given) };
    await changeManifest(
      bucket,
      collection,
      async (before) => before && { ...before, label: metadata },
    );
    return {
      found: metadata,
      shows: "collections",
      statements: setMetadata(session, row.id, metadata),
    };
  });
  return found;
}

/** @throws NotFound; Conflict while an import into the collection is under way */
async function requireIdle(
  session: D1DatabaseSession,
  bucket: R2Bucket,
  name: string,
): Promise<CollectionRow> {
  const row = await requireCollection(session, name);
  if (await findImport(session, bucket, { collection: name })) {
    throw new Conflict("An import into this collection is under way: finish or abort it first.");
  }
  return row;
}
