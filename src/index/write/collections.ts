import { Conflict, NotFound } from "../../errors.ts";
import type { Label } from "../../records/log.ts";
import type { CollectionRow } from "../snapshot.ts";

/** An import, as long as there is no later one. */
export interface ImportRow {
  readonly id: number;
  readonly collection: number;
  readonly mode: "merge" | "replace" | "delete" | "rebuild";
  readonly fingerprint: string;
  readonly label: string;
  readonly state: "open" | "finishing" | "committing" | "purging" | "done" | "aborting" | "aborted";
  /** How far a step has got. */
  readonly cursor: string;
  readonly borders: string;
  readonly started_at: string;
}

/** Whether an import can only be finished: its manifest may be written already. */
export function isPastAborting(state: ImportRow["state"]): boolean {
  return state === "committing" || state === "purging" || state === "done";
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
    .prepare("SELECT * FROM open_imports WHERE collection = ?1")
    .bind(collection)
    .first<ImportRow>();
  return row ?? undefined;
}

/** A collection that no import is under way into. @throws NotFound; Conflict */
export async function requireIdle(
  session: D1DatabaseSession,
  name: string,
): Promise<CollectionRow> {
  const row = await requireCollection(session, name);
  if (await openImport(session, row.id)) {
    throw new Conflict("An import into this collection is under way: finish or abort it first.");
  }
  return row;
}

/** A number for an object of records that no other writer gets: nothing in the bucket is ever overwritten. */
export async function drawObject(session: D1DatabaseSession): Promise<number> {
  const row = await session
    .prepare(
      "UPDATE data_version SET next_object = next_object + 1 RETURNING next_object - 1 AS number",
    )
    .first<{ number: number }>();
  return row!.number;
}

/** All objects that there are have lower numbers. */
export async function nextObject(session: D1DatabaseSession): Promise<number> {
  return (await session
    .prepare("SELECT next_object FROM data_version")
    .first<number>("next_object"))!;
}

/** The statement that leaves out numbers which the bucket has, but the index does not know of. */
export function skipObjects(session: D1DatabaseSession, next: number): D1PreparedStatement {
  return session.prepare("UPDATE data_version SET next_object = max(next_object, ?1)").bind(next);
}

/**
 * The statements that count the places of a collection and of their categories, parents included. The categories are
 * looked up when the statements run: those that the same write adds are there then.
 */
export function countStatements(
  session: D1DatabaseSession,
  collection: number,
  deltas: Deltas,
): D1PreparedStatement[] {
  const changed = Object.fromEntries(Object.entries(deltas).filter(([, places]) => places !== 0));
  if (Object.keys(changed).length === 0) return [];
  const json = JSON.stringify(changed);
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
    session.prepare("UPDATE collections SET places = places + ?2 WHERE id = ?1").bind(
      collection,
      Object.values(changed).reduce((sum, places) => sum + places, 0),
    ),
    session.prepare(COUNT_CATEGORIES).bind(json),
  ];
}

const COUNT_CATEGORIES = `WITH RECURSIVE lineage (path, places) AS (
    SELECT categories.path, delta.value FROM json_each(?1) AS delta
      CROSS JOIN categories ON categories.id = cast(delta.key AS INTEGER)
    UNION ALL
    SELECT rtrim(rtrim(path, replace(path, '/', '')), '/'), places FROM lineage WHERE path LIKE '%/%'
  )
  UPDATE categories SET places = categories.places + changed.places
  FROM (SELECT path, sum(places) AS places FROM lineage GROUP BY path) AS changed
  WHERE categories.path = changed.path`;

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
