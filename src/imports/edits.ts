import { NotFound } from "../errors.ts";
import type { CollectionRow } from "../index/snapshot.ts";
import {
  addDelta,
  countStatements,
  type Deltas,
  drawObject,
  labelOf,
  requireIdle,
} from "../index/write/collections.ts";
import { addCategories, readCategoryIds } from "../index/write/lexicon.ts";
import { write } from "../index/write/transaction.ts";
import {
  deletions,
  incoming,
  insertions,
  readVersions,
  type Version,
} from "../index/write/versions.ts";
import { discardEdit, linesOf, writeEdit } from "../records/log.ts";
import type { PlaceRecord } from "../records/place.ts";
import type { Stores } from "./job.ts";

/** The import of rows that an edit wrote. */
const EDIT = 0;

/** Stores one place, new or instead of what it was: the next question sees it. */
export async function putPlace(
  stores: Stores,
  collection: string,
  record: PlaceRecord,
): Promise<{ created: boolean; rowsWritten: number }> {
  const { bucket, database } = stores;
  const { found, rowsWritten } = await write(database, async (session) => {
    const { row, old } = await beginEdit(session, collection, record.sourceId);
    const label = labelOf(row);
    const one = incoming(record, label.attributes);
    if (old?.digest === one.digest) return { statements: [], found: { created: false } };
    const known = await readCategoryIds(session, [record.category]);
    const added = await addCategories(session, [record.category], known);
    const deltas: Deltas = {};
    addDelta(deltas, added.ids.get(record.category)!, 1);
    const removed = removeOld(session, old, deltas);

    const object = await drawObject(session);
    const context = {
      collection: row.id,
      import: EDIT,
      object,
      attributes: label.attributes,
      categories: added.ids,
    };
    const statements = [
      ...added.statements,
      ...removed,
      ...(await insertions(session, [one], linesOf([one.text]), context)),
      ...countStatements(session, row.id, deltas),
    ];
    await writeEdit(bucket, collection, object, one.text);
    const discard = () => takeBack(session, bucket, row, record.sourceId, object);
    return { found: { created: !old }, statements, discard };
  });
  return { ...found, rowsWritten };
}

/** @throws NotFound */
export async function deletePlace(
  { bucket, database }: Stores,
  collection: string,
  sourceId: string,
): Promise<{ rowsWritten: number }> {
  const { rowsWritten } = await write(database, async (session) => {
    const { row, old } = await beginEdit(session, collection, sourceId);
    if (!old) throw new NotFound(`"${collection}" has no place with this id.`);
    const deltas: Deltas = {};
    const removed = removeOld(session, old, deltas);
    const counted = countStatements(session, row.id, deltas);
    const object = await drawObject(session);
    await writeEdit(bucket, collection, object, JSON.stringify({ sourceId, deleted: true }));
    return {
      found: undefined,
      discard: () => takeBack(session, bucket, row, sourceId, object),
      statements: [...removed, ...counted],
    };
  });
  return { rowsWritten };
}

async function beginEdit(
  session: D1DatabaseSession,
  collection: string,
  sourceId: string,
): Promise<{ row: CollectionRow; old: Version | undefined }> {
  const row = await requireIdle(session, collection);
  const versions = await readVersions(session, row.id, [sourceId]);
  return { row, old: versions.get(sourceId)?.[0] };
}

function removeOld(
  session: D1DatabaseSession,
  old: Version | undefined,
  deltas: Deltas,
): D1PreparedStatement[] {
  if (!old) return [];
  addDelta(deltas, old.category, -1);
  return deletions(session, [old.key]);
}

/** Unless the index has been made anew in between, and has it already. */
async function takeBack(
  session: D1DatabaseSession,
  bucket: R2Bucket,
  { id, name }: CollectionRow,
  sourceId: string,
  object: number,
): Promise<void> {
  const versions = (await readVersions(session, id, [sourceId])).get(sourceId) ?? [];
  if (versions.some(({ record_object }) => record_object === object)) return;
  await discardEdit(bucket, name, object);
}
