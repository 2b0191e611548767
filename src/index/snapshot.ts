import type { Declarations } from "../records/attributes.ts";
import type { Category, Collection } from "../records/place.ts";

/** The names behind the numbers in rows: small, and the same until the data changes. */
export interface Snapshot {
  /** Secret: it keys what is digested (nearby-cache.ts, cursor.ts). */
  readonly version: string;
  /** Changes with every write. */
  readonly generation: number;
  /** The categories that have places, with all their parents; those with most places first. */
  readonly categories: ReadonlyMap<number, Pick<Category, "path" | "label">>;
  readonly collections: ReadonlyMap<number, Collection>;
  /** What questions may filter by, of all collections. */
  readonly attributes: Declarations;
}

/** One row, read with every search: it tells whether a known snapshot still holds. */
export const VERSION_STATEMENT = "SELECT version, generation FROM data_version";
/** A collection that has never been finished is none yet. */
export const SNAPSHOT_STATEMENTS = [
  "SELECT id, path, label FROM categories WHERE places > 0 ORDER BY places DESC",
  "SELECT * FROM collections WHERE loaded_at <> '' ORDER BY id",
] as const;

export interface DataVersion {
  readonly version: string;
  readonly generation: number;
}

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
  readonly attributes: string;
  readonly fingerprint: string | null;
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
const known = new WeakMap<D1Database, Snapshot>();

/** The snapshot that this isolate has read last; it may have changed since. */
export function cachedSnapshot(database: D1Database): Snapshot | undefined {
  return known.get(database);
}

/** Has the next question read it anew: this isolate has just written. */
export function dropCachedSnapshot(database: D1Database): void {
  known.delete(database);
}

/** Makes the snapshot of what SNAPSHOT_STATEMENTS gave, and remembers it. */
export function cacheSnapshot(
  database: D1Database,
  { version, generation }: DataVersion,
  [categories, collections]: readonly D1Result[],
): Snapshot {
  const categoryRows = categories!.results as { id: number; path: string; label: string }[];
  const collectionRows = collections!.results as CollectionRow[];
  const snapshot: Snapshot = {
    version,
    generation,
    categories: new Map(categoryRows.map((row) => [row.id, row])),
    collections: new Map(collectionRows.map((row) => [row.id, toCollection(row)])),
    attributes: collectionRows.flatMap((row): Declarations => {
      return Object.entries(JSON.parse(row.attributes));
    }),
  };
  known.set(database, snapshot);
  return snapshot;
}
