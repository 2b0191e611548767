/** How many places more, or fewer, of each category, by its id. */
export type CountChanges = Record<string, number>;

export function addCount(changes: CountChanges, category: number, places: 1 | -1): void {
  changes[category] = (changes[category] ?? 0) + places;
}

/**
 * The statements that count the places of a collection and of their categories, parents included. The categories are
 * looked up when the statements run, so that those that the same write adds are there.
 */
export function updateCounts(
  session: D1DatabaseSession,
  collection: number,
  changes: CountChanges,
): D1PreparedStatement[] {
  const changed = Object.fromEntries(Object.entries(changes).filter(([, places]) => places !== 0));
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
    session.prepare(UPDATE_CATEGORIES).bind(json),
  ];
}

const UPDATE_CATEGORIES = `WITH RECURSIVE lineage (path, places) AS (
    SELECT categories.path, change.value FROM json_each(?1) AS change
      CROSS JOIN categories ON categories.id = cast(change.key AS INTEGER)
    UNION ALL
    SELECT rtrim(rtrim(path, replace(path, '/', '')), '/'), places FROM lineage WHERE path LIKE '%/%'
  )
  UPDATE categories SET places = categories.places + changed.places
  FROM (SELECT path, sum(places) AS places FROM lineage GROUP BY path) AS changed
  WHERE categories.path = changed.path`;
