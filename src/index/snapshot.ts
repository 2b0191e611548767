import { bindingOf } from "../observe/meter.ts";
import type { Declarations } from "../records/attributes.ts";
import type { Collection } from "../records/place.ts";

/** What answers need to know of the collections: small, and the same until the data changes. */
export interface Snapshot {
  /** Secret: it keys what is digested (nearby/cache.ts, nearby/cursor.ts). */
  readonly version: string;
  /** Changes with every write. */
  readonly generation: number;
  /** By the numbers that rows have for them. */
  readonly collections: ReadonlyMap<number, Collection>;
  /** What questions may filter by, of all collections. */
  readonly attributes: Declarations;
}

/** One row, read with every search: it tells whether a cached snapshot still holds. */
export const VERSION_STATEMENT = "SELECT version, generation FROM data_version";
/** A collection that has never been finished is none yet. */
export const COLLECTIONS_STATEMENT = "SELECT * FROM collections WHERE loaded_at <> '' ORDER BY id";

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
  readonly index_format: number | null;
  /** The keys of the log's objects that the last rebuild has not found, a JSON list. */
  readonly lost: string;
}

export function toCollection(row: CollectionRow): Collection {
  const { name, title, license, attribution, url, as_of } = row;
  return { id: name, title, license, attribution, url, asOf: as_of };
}

/** The snapshot that an isolate has read last. A value, never a promise: that belongs to the request that made it. */
const cache = new WeakMap<D1Database, Snapshot>();

export function cachedSnapshot(database: D1Database): Snapshot | undefined {
  return cache.get(bindingOf(database));
}

/** Has the next question read the snapshot anew: this isolate has just written. */
export function dropCachedSnapshot(database: D1Database): void {
  cache.delete(bindingOf(database));
}

export function cacheSnapshot(
  database: D1Database,
  { version, generation }: DataVersion,
  rows: readonly CollectionRow[],
): Snapshot {
  const snapshot: Snapshot = {
    version,
    generation,
    collections: new Map(rows.map((row) => [row.id, toCollection(row)])),
    attributes: rows.flatMap((row): Declarations => Object.entries(JSON.parse(row.attributes))),
  };
  cache.set(bindingOf(database), snapshot);
  return snapshot;
}
