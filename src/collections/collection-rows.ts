import { NotFound } from "../errors.ts";
import type { CollectionRow } from "../places/directory.ts";
import type { Label } from "./record-log.ts";

/** An import that is not done. */
export interface ImportRow {
  readonly id: number;
  readonly collection: number;
  readonly mode: "merge" | "replace" | "delete" | "rebuild";
  readonly fingerprint: string;
  readonly label: string;
  readonly previous: string;
  readonly state: "open" | "finishing" | "purging" | "aborting";
  readonly committed: 0 | 1;
  readonly first_object: number;
  readonly objects: number;
  readonly cursor: string;
  readonly started_at: string;
}

/** How many places more of each category, by its id. */
export type Deltas = Record<string, number>;

export function addDelta(deltas: Deltas, category: number, places: 1 | -1): void {
  deltas[category] = (deltas[category] ?? 0) + places;
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
  if (!row) {
    throw new NotFound("There is no such collection. GET /collections lists those that there are.");
  }
  return row;
}

/** The import into a collection that is under way. */
export async function openImport(
  session: D1DatabaseSession,
  collection: number,
): Promise<ImportRow | undefined> {
  const row = await session
    .prepare("SELECT * FROM imports WHERE collection = ?1")
    .bind(collection)
    .first<ImportRow>();
  return row ?? undefined;
}

/** The statements that add up the places of a collection. */
export function countStatements(
  session: D1DatabaseSession,
  collection: number,
  deltas: Deltas,
): D1PreparedStatement[] {
  const json = JSON.stringify(deltas);
  return [
    session
      .prepare(
        `INSERT INTO category_counts SELECT cast(?1 AS INTEGER), cast(key AS INTEGER), value FROM json_each(?2)
         WHERE true ON CONFLICT DO UPDATE SET places = places + excluded.places`,
      )
      .bind(collection, json),
    session
      .prepare("DELETE FROM category_counts WHERE collection = ?1 AND places <= 0")
      .bind(collection),
    session
      .prepare(
        `UPDATE collections SET places = (
           SELECT coalesce(sum(places), 0) FROM category_counts WHERE collection = ?1) WHERE id = ?1`,
      )
      .bind(collection),
    session.prepare(
      `UPDATE categories SET places = (
         SELECT coalesce(sum(c.places), 0) FROM category_counts AS c
           CROSS JOIN categories AS k ON k.id = c.category
         WHERE k.path = categories.path
           OR substr(k.path, 1, length(categories.path) + 1) = categories.path || '/')`,
    ),
  ];
}

/** The statement that writes a collection's label. */
export function labelStatement(
  session: D1DatabaseSession,
  id: number,
  label: Label,
): D1PreparedStatement {
  const { title, license, attribution, url, asOf, attributes } = label;
  return session
    .prepare(
      `UPDATE collections SET title = ?2, license = ?3, attribution = ?4, url = ?5, as_of = ?6, attributes = ?7
       WHERE id = ?1`,
    )
    .bind(id, title, license, attribution, url, asOf, JSON.stringify(attributes));
}

export function labelOf(row: CollectionRow): Label {
  const { name, title, license, attribution, url, as_of, attributes } = row;
  return {
    id: name,
    title,
    license,
    attribution,
    url,
    asOf: as_of,
    attributes: JSON.parse(attributes),
  };
}
