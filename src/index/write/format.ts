/**
 * By which rules the index is made. To be counted up when the same records give other rows or words, or when the log is
 * read otherwise: nothing is then written into the index before it is rebuilt (npm run rebuild).
 */
export const INDEX_FORMAT = 8;

/** What the index is, as a whole. */
export interface IndexState {
  /** Null while it has never been written. */
  readonly format: number | null;
  /** Since when it is being rebuilt, ISO 8601; null if it is whole. */
  readonly rebuilding: string | null;
}

export async function readIndexState(session: D1DatabaseSession): Promise<IndexState> {
  const row = await session
    .prepare("SELECT index_format AS format, rebuilding FROM data_version")
    .first<IndexState>();
  return row!;
}

/** The statement that says since when the index is being rebuilt, or that it is whole. */
export function setRebuilding(
  session: D1DatabaseSession,
  since: string | null,
): D1PreparedStatement {
  return session.prepare("UPDATE data_version SET rebuilding = ?1").bind(since);
}

/** The statements that empty the index, and forget the imports that are under way. */
export function emptyIndex(session: D1DatabaseSession): D1PreparedStatement[] {
  return [
    "DELETE FROM places",
    "DELETE FROM runs",
    "DELETE FROM imports",
    "DELETE FROM import_parts",
    "DELETE FROM import_seen",
    "DELETE FROM collections",
    "DELETE FROM category_counts",
    "DELETE FROM categories",
    "DELETE FROM category_words",
    "DELETE FROM regions",
    "INSERT INTO region_words (region_words) VALUES ('delete-all')",
    "INSERT INTO places_text (places_text) VALUES ('delete-all')",
  ].map((sql) => session.prepare(sql));
}
