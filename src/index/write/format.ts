import { Conflict } from "../../errors.ts";

/**
 * By which rules the rows of a collection are made. To be counted up when the same records give other rows or words, or when
 * the log is read otherwise: nothing is then written into a collection before it is rebuilt (npm run rebuild). Searches go on
 * with the rows that are there, so they have to understand those of the format before.
 */
export const INDEX_FORMAT = 9;

/** @throws Conflict for a collection whose rows were made by other rules */
export function requireCurrentFormat({ index_format }: { readonly index_format: number | null }) {
  if (index_format === INDEX_FORMAT) return;
  throw new Conflict("This collection was indexed by another version. Run npm run rebuild.");
}

/** Since when the index is being rebuilt, ISO 8601; null if it is not. */
export async function rebuildingSince(session: D1DatabaseSession): Promise<string | null> {
  const row = await session
    .prepare("SELECT rebuilding FROM data_version")
    .first<{ rebuilding: string | null }>();
  return row!.rebuilding;
}

/** The names of the collections that the log has and the index has not. */
export async function absentCollections(session: D1DatabaseSession): Promise<readonly string[]> {
  const row = await session.prepare("SELECT absent FROM data_version").first<{ absent: string }>();
  return JSON.parse(row!.absent);
}

/**
 * Whether searches find all that the log has: `incomplete` if some of it was lost, `outdated` before a rebuild, `empty` where
 * nothing was ever loaded, or where the database was lost.
 */
export type IndexCondition = "ok" | "rebuilding" | "outdated" | "incomplete" | "empty";

export async function indexCondition(session: D1DatabaseSession): Promise<IndexCondition> {
  const condition = await session
    .prepare(
      `SELECT CASE
         WHEN rebuilding IS NOT NULL THEN 'rebuilding'
         WHEN EXISTS (SELECT 1 FROM collections WHERE loaded_at <> '' AND index_format IS NOT ?1) THEN 'outdated'
         WHEN absent <> '[]' OR EXISTS (SELECT 1 FROM collections WHERE lost <> '[]') THEN 'incomplete'
         WHEN NOT EXISTS (SELECT 1 FROM collections WHERE loaded_at <> '') THEN 'empty'
         ELSE 'ok' END AS condition FROM data_version`,
    )
    .bind(INDEX_FORMAT)
    .first<IndexCondition>("condition");
  return condition!;
}

/**
 * The statement that says since when the index is being rebuilt, or that it is not any more.
 *
 * @param absent the names of the collections that the log has and the index has not
 */
export function setRebuilding(
  session: D1DatabaseSession,
  since: string | null,
  absent: readonly string[] = [],
): D1PreparedStatement {
  return session
    .prepare("UPDATE data_version SET rebuilding = ?1, absent = ?2")
    .bind(since, JSON.stringify(absent));
}

/** The statement that says of a collection that the log does not have it any more, either. */
export function forgetAbsent(session: D1DatabaseSession, collection: string): D1PreparedStatement {
  return session
    .prepare(
      `UPDATE data_version SET absent = (SELECT json_group_array(value) FROM json_each(absent) WHERE value <> ?1)
       WHERE absent <> '[]'`,
    )
    .bind(collection);
}

/** A collection, as a rebuild sees it. */
export interface Rebuildable {
  readonly name: string;
  /** Whether any import into it was ever committed. */
  readonly isLoaded: boolean;
  readonly isCurrent: boolean;
  /** Since when the rebuild went on that has made it last. */
  readonly rebuilt: string | null;
  /** The keys of the objects that were lost then. */
  readonly lost: readonly string[];
}

export async function rebuildables(session: D1DatabaseSession): Promise<Rebuildable[]> {
  const { results } = await session
    .prepare(
      "SELECT name, loaded_at <> '' AS isLoaded, index_format AS format, rebuilt, lost FROM collections ORDER BY name",
    )
    .all<{
      name: string;
      isLoaded: number;
      format: number | null;
      rebuilt: string | null;
      lost: string;
    }>();
  return results.map(({ name, isLoaded, format, rebuilt, lost }) => ({
    name,
    isLoaded: isLoaded === 1,
    isCurrent: format === INDEX_FORMAT,
    rebuilt,
    lost: JSON.parse(lost),
  }));
}

/** The statement that says which rebuild has made a collection, and what was lost of its log. */
export function setRebuilt(
  session: D1DatabaseSession,
  collection: string,
  since: string,
  lost: readonly string[],
): D1PreparedStatement {
  return session
    .prepare("UPDATE collections SET rebuilt = ?2, lost = ?3 WHERE name = ?1")
    .bind(collection, since, JSON.stringify(lost));
}

/** The statement that says that the rows of a collection are made by today's rules. */
export function setCurrentFormat(
  session: D1DatabaseSession,
  collection: number,
): D1PreparedStatement {
  return session
    .prepare("UPDATE collections SET index_format = ?2 WHERE id = ?1")
    .bind(collection, INDEX_FORMAT);
}
