import { Conflict, NotFound } from "../errors.ts";
import type { CollectionRow } from "../index/snapshot.ts";
import { metadataOf, requireCollection, setMetadata } from "../index/write/collections.ts";
import { addCount, type CountChanges, updateCounts } from "../index/write/counts.ts";
import { ensureCategories } from "../index/write/lexicon.ts";
import { allocateObjectNumber } from "../index/write/object-numbers.ts";
import { arrivingRecord } from "../index/write/row.ts";
import { insertRows, readRows, removeRows } from "../index/write/rows.ts";
import { type Stores, write } from "../index/write/transaction.ts";
import type { CollectionMetadata, MetadataFields } from "../records/collection-schema.ts";
import {
  byteRangesOf,
  deleteEdit,
  isTombstone,
  type LogEntry,
  tombstone,
  writeEdit,
} from "../records/log.ts";
import { changeManifest } from "../records/manifest.ts";
import type { PlaceRecord } from "../records/place.ts";
import { findImport } from "./state.ts";

/** Changes that show at once. They wait for the import into their collection, if one is under way. */

/** The number that rows written by edits have in place of an import's. */
const EDIT = 0;

/** Stores one place, new or instead of what it was. @throws NotFound; Conflict while an import is under way */
export async function putPlace(
  stores: Stores,
  collection: string,
  record: PlaceRecord,
): Promise<{ created: boolean; rowsWritten: number }> {
  const { found, rowsWritten } = await edit(stores, collection, record);
  return { created: !found.existed, rowsWritten };
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

/** Logs an entry and has it count at once. */
function edit({ bucket, database }: Stores, collection: string, entry: LogEntry) {
  return write(database, async (session) => {
    const row = await requireIdle(session, bucket, collection);
    const [old] = (await readRows(session, row.id, [entry.sourceId])).get(entry.sourceId) ?? [];
    const found = { existed: old !== undefined };
    const { attributes } = metadataOf(row);
    const record = isTombstone(entry) ? undefined : arrivingRecord(entry, attributes);
    if (!record && !old) throw new NotFound(`"${collection}" has no place with this id.`);
    if (record && old?.digest === record.digest) return { statements: [], found };

    const changes: CountChanges = {};
    const statements = old ? removeRows(session, [old.key]) : [];
    if (old) addCount(changes, old.category, -1);
    const object = await allocateObjectNumber(session);
    const text = record?.text ?? JSON.stringify(entry);
    if (record) {
      const { category } = record.record;
      const categories = await ensureCategories(session, [category]);
      addCount(changes, categories.ids.get(category)!, 1);
      const inserted = await insertRows(session, [record], byteRangesOf([text]), {
        collection: row.id,
        import: EDIT,
        object,
        attributes,
        categories: categories.ids,
      });
      statements.push(...categories.statements, ...inserted);
    }
    statements.push(...updateCounts(session, row.id, changes));
    await writeEdit(bucket, collection, object, text);
    const compensate = () => withdraw(session, bucket, row, entry.sourceId, object);
    return { found, statements, compensate };
  });
}

/** Takes an edit out of the log, unless the index has been rebuilt in between and has it already. */
async function withdraw(
  session: D1DatabaseSession,
  bucket: R2Bucket,
  { id, name }: CollectionRow,
  sourceId: string,
  object: number,
): Promise<void> {
  const rows = (await readRows(session, id, [sourceId])).get(sourceId) ?? [];
  if (rows.some(({ record_object }) => record_object === object)) return;
  await deleteEdit(bucket, name, object);
}

/** Changes what a collection says of itself. @throws NotFound; Conflict while an import is under way */
export async function changeMetadata(
  { database, bucket }: Stores,
  collection: string,
  changes: { readonly [Field in keyof MetadataFields]?: MetadataFields[Field] | undefined },
): Promise<CollectionMetadata> {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  const { found } = await write(database, async (session) => {
    const row = await requireIdle(session, bucket, collection);
    const metadata = { ...metadataOf(row), ...Object.fromEntries(given) };
    await changeManifest(bucket, collection, (before) => before && { ...before, label: metadata });
    return { found: metadata, statements: [setMetadata(session, row.id, metadata)] };
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
