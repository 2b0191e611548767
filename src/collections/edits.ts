import { Conflict, NotFound } from "../errors.ts";
import type { CollectionRow } from "../places/directory.ts";
import type { PlaceRecord } from "../places/place.ts";
import {
  addDelta,
  countStatements,
  type Deltas,
  labelOf,
  openImport,
  requireCollection,
} from "./collection-rows.ts";
import type { Stores } from "./imports.ts";
import { addCategories, readCategoryIds } from "./lexicon.ts";
import { readManifest, writeManifest, writeObject } from "./record-log.ts";
import { removals } from "./removal.ts";
import { incoming, insertions, readVersions, type Version } from "./stage.ts";
import { type Index, write } from "./write.ts";

/** The import of rows that an edit wrote. */
const EDIT = 0;

/** Stores one place, new or instead of what it was: the next question sees it. */
export async function putPlace(
  stores: Stores,
  collection: string,
  record: PlaceRecord,
): Promise<{ created: boolean; rowsWritten: number }> {
  const { found, rowsWritten } = await write(stores.database, async (index) => {
    const edit = await beginEdit(index, collection, record.sourceId);
    const { row, old, object } = edit;
    const label = labelOf(row);
    const one = incoming(record, label.attributes);
    if (old?.digest === one.digest) return { statements: [], found: { created: false } };
    const lines = await writeObject(stores.bucket, collection, object, [one.text]);
    await noteEdit(stores.bucket, collection, object);
    const known = await readCategoryIds(index.session, [record.category]);
    const added = await addCategories(index.session, [record.category], known);
    const deltas: Deltas = {};
    addDelta(deltas, added.ids.get(record.category)!, 1);
    const context = {
      collection: row.id,
      import: EDIT,
      object,
      attributes: label.attributes,
      categories: added.ids,
    };
    const removed = await removeOld(stores, index, collection, edit, deltas);
    return {
      found: { created: !old },
      statements: [
        ...added.statements,
        ...removed,
        ...(await insertions(index.session, [one], lines, context)),
        ...(await finishEdit(index, edit, deltas)),
      ],
    };
  });
  return { ...found, rowsWritten };
}

/** @throws NotFound */
export async function deletePlace(
  stores: Stores,
  collection: string,
  sourceId: string,
): Promise<{ rowsWritten: number }> {
  const { rowsWritten } = await write(stores.database, async (index) => {
    const edit = await beginEdit(index, collection, sourceId);
    if (!edit.old) throw new NotFound(`"${collection}" has no place with this id.`);
    await writeObject(stores.bucket, collection, edit.object, [
      JSON.stringify({ sourceId, deleted: true }),
    ]);
    await noteEdit(stores.bucket, collection, edit.object);
    const deltas: Deltas = {};
    const removed = await removeOld(stores, index, collection, edit, deltas);
    return {
      found: undefined,
      statements: [...removed, ...(await finishEdit(index, edit, deltas))],
    };
  });
  return { rowsWritten };
}

interface Edit {
  readonly row: CollectionRow;
  readonly old: Version | undefined;
  /** The number of the object that logs the edit. */
  readonly object: number;
}

async function beginEdit({ session }: Index, collection: string, sourceId: string): Promise<Edit> {
  const row = await requireCollection(session, collection);
  if (await openImport(session, row.id)) {
    throw new Conflict("An import into this collection is under way: finish or abort it first.");
  }
  const versions = await readVersions(session, row.id, [sourceId]);
  return { row, old: versions.get(sourceId)?.[0], object: row.next_object };
}

async function removeOld(
  { bucket }: Stores,
  { session }: Index,
  collection: string,
  { row, old }: Edit,
  deltas: Deltas,
): Promise<D1PreparedStatement[]> {
  if (!old) return [];
  addDelta(deltas, old.category, -1);
  return removals(session, bucket, collection, labelOf(row).attributes, [old]);
}

async function finishEdit({ session }: Index, { row, object }: Edit, deltas: Deltas) {
  return [
    session
      .prepare("UPDATE collections SET next_object = ?2 WHERE id = ?1")
      .bind(row.id, object + 1),
    ...(await countStatements(session, row.id, deltas)),
  ];
}

async function noteEdit(bucket: R2Bucket, collection: string, object: number): Promise<void> {
  const manifest = await readManifest(bucket, collection);
  if (!manifest) throw new NotFound(`"${collection}" holds nothing yet: import it first.`);
  const objects = manifest.objects.filter(([first]) => first < object);
  const [first, last] = objects.at(-1) ?? [object, object - 1];
  const grown =
    last === object - 1
      ? [...objects.slice(0, -1), [first, object] as const]
      : [...objects, [object, object] as const];
  await writeManifest(bucket, { ...manifest, objects: grown });
}
