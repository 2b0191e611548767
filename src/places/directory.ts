import type { Category, Collection } from "./place.ts";

/** The names behind the numbers in rows: small, and the same until the data changes. */
export interface Directory {
  /** Changes with the data. Secret: it keys what is digested (nearby-cache.ts, cursor.ts). */
  readonly version: string;
  /** The categories that have places, with all their parents. */
  readonly categories: ReadonlyMap<number, Pick<Category, "path" | "label">>;
  readonly collections: ReadonlyMap<number, Collection>;
}

/** The version is one row, and read with every search: it tells whether a known directory still holds. */
export const VERSION_STATEMENT = "SELECT version FROM data_version";
export const DIRECTORY_STATEMENTS = [
  "SELECT id, path, label FROM categories WHERE places > 0",
  "SELECT * FROM collections ORDER BY id",
] as const;

export interface CollectionRow {
  readonly id: number;
  readonly name: string;
  readonly title: string;
  readonly license: string;
  readonly attribution: string;
  readonly url: string;
  readonly as_of: string;
  readonly loaded_at: string;
  readonly places: number;
}

export function toCollection({
  name,
  title,
  license,
  attribution,
  url,
  as_of,
}: CollectionRow): Collection {
  return { id: name, title, license, attribution, url, asOf: as_of };
}

/** Values, never promises: those belong to the request that made them. */
const known = new WeakMap<D1Database, Directory>();

/** The directory that this isolate has read last; it may have changed since. */
export function knownDirectory(database: D1Database): Directory | undefined {
  return known.get(database);
}

/** Makes the directory of what DIRECTORY_STATEMENTS gave, and remembers it. */
export function rememberDirectory(
  database: D1Database,
  version: string,
  [categories, collections]: readonly D1Result[],
): Directory {
  const categoryRows = categories!.results as { id: number; path: string; label: string }[];
  const collectionRows = collections!.results as CollectionRow[];
  const directory: Directory = {
    version,
    categories: new Map(categoryRows.map((row) => [row.id, row])),
    collections: new Map(collectionRows.map((row) => [row.id, toCollection(row)])),
  };
  known.set(database, directory);
  return directory;
}
