import { NotFound } from "../../errors.ts";
import type { CollectionMetadata } from "../../records/collection-schema.ts";
import { type CollectionRow, toCollection } from "../snapshot.ts";

/** A collection that has never been loaded is only the place where its first import is staged: it does not show. */
export function isLoaded({ loaded_at }: Pick<CollectionRow, "loaded_at">): boolean {
  return loaded_at !== "";
}

export async function findCollection(
  session: D1DatabaseSession,
  name: string,
): Promise<CollectionRow | undefined> {
  const row = await session
    .prepare("SELECT * FROM collections WHERE name = ?1")
    .bind(name)
    .first<CollectionRow>();
  return row ?? undefined;
}

/** @throws NotFound */
export async function requireCollection(
  session: D1DatabaseSession,
  name: string,
): Promise<CollectionRow> {
  const row = await findCollection(session, name);
  if (row) return row;
  throw new NotFound("There is no such collection. GET /admin/collections lists them.");
}

export function metadataOf(row: CollectionRow): CollectionMetadata {
  return { ...toCollection(row), attributes: JSON.parse(row.attributes) };
}

/** The statement that makes a collection, unless there is one of this id. */
export function addCollection(
  session: D1DatabaseSession,
  metadata: CollectionMetadata,
): D1PreparedStatement {
  const { id, title, license, attribution, url, asOf, attributes } = metadata;
  return session
    .prepare(
      `INSERT INTO collections (name, title, license, attribution, url, as_of, attributes, loaded_at, places)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, '', 0) ON CONFLICT DO NOTHING`,
    )
    .bind(id, title, license, attribution, url, asOf, JSON.stringify(attributes));
}

export function setMetadata(
  session: D1DatabaseSession,
  collection: number,
  { title, license, attribution, url, asOf, attributes }: CollectionMetadata,
): D1PreparedStatement {
  return session
    .prepare(
      `UPDATE collections SET title = ?2, license = ?3, attribution = ?4, url = ?5, as_of = ?6, attributes = ?7
       WHERE id = ?1`,
    )
    .bind(collection, title, license, attribution, url, asOf, JSON.stringify(attributes));
}

/** The statement that says when a collection was loaded, and what from: it shows from then on. */
export function setLoaded(
  session: D1DatabaseSession,
  collection: number,
  { loadedAt, fingerprint }: { readonly loadedAt: string; readonly fingerprint: string | null },
): D1PreparedStatement {
  return session
    .prepare("UPDATE collections SET loaded_at = ?2, fingerprint = ?3 WHERE id = ?1")
    .bind(collection, loadedAt, fingerprint);
}

export function removeCollection(
  session: D1DatabaseSession,
  collection: number,
): D1PreparedStatement {
  return session.prepare("DELETE FROM collections WHERE id = ?1").bind(collection);
}

/** A collection, but for some, that has places whose time is over. */
export async function collectionWithExpiredRows(
  session: D1DatabaseSession,
  nowMs: number,
  except: readonly number[],
): Promise<CollectionRow | undefined> {
  const row = await session
    .prepare(
      `SELECT * FROM collections WHERE id = (
         SELECT collection FROM places
         WHERE valid_to <= ?1 AND collection NOT IN (SELECT value FROM json_each(?2)) LIMIT 1)`,
    )
    .bind(nowMs, JSON.stringify(except))
    .first<CollectionRow>();
  return row ?? undefined;
}

/** The ids of the collections that are wholly in the index: a rebuild need not bring them back. */
export async function indexedCollections(session: D1DatabaseSession): Promise<string[]> {
  const { results } = await session
    .prepare(
      `SELECT name FROM collections WHERE loaded_at <> ''
         AND id NOT IN (SELECT collection FROM open_imports WHERE mode = 'rebuild')`,
    )
    .all<{ name: string }>();
  return results.map(({ name }) => name);
}
