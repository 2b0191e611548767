import { bindingOf } from "../observe/meter.ts";
import type { Declarations } from "../records/attributes.ts";
import type { Collection } from "../records/place.ts";

/** What answers need to know of the collections: small, and the same until the data changes. */
export interface Snapshot {
  /** Secret: it keys what is digested (nearby/cache.ts, nearby/cursor.ts). */
  readonly version: string;
  /** Changes with every write that shows. */
  readonly generation: number;
  /** Changes with every write that changes what is below. */
  readonly catalog: number;
  /** Whether collections are missing until the rebuild that is under way has made them: the index was lost. */
  readonly isLoading: boolean;
  /** By the numbers that rows have for them. */
  readonly collections: ReadonlyMap<number, Collection>;
  /** What questions may filter by, of all collections. */
  readonly attributes: Declarations;
}

/** One row, read with every search: it tells whether a cached snapshot still holds. */
export const VERSION_STATEMENT = `SELECT version, visible AS generation, catalog,
    rebuilding IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(absent)
      WHERE value NOT IN (SELECT name FROM collections WHERE loaded_at <> '')) AS isLoading
  FROM data_version`;
/** A collection that has never been finished is none yet. */
export const COLLECTIONS_STATEMENT = "SELECT * FROM collections WHERE loaded_at <> '' ORDER BY id";
/** Read with every search, too: no row if a snapshot of this version and catalog holds. */
export const CHANGED_COLLECTIONS_STATEMENT = `SELECT collections.* FROM data_version CROSS JOIN collections
  WHERE (version IS NOT ?1 OR catalog IS NOT ?2) AND loaded_at <> '' ORDER BY collections.id`;

export interface DataVersion {
  readonly version: string;
  readonly generation: number;
  readonly catalog: number;
  readonly isLoading: 0 | 1;
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

/** @param rows all collections, unless the snapshot before has them */
export function cacheSnapshot(
  database: D1Database,
  version: DataVersion,
  rows: readonly CollectionRow[],
  before: Snapshot | undefined,
): Snapshot {
  const holds = before?.version === version.version && before.catalog === version.catalog;
  const now = { ...version, isLoading: version.isLoading === 1 };
  const snapshot: Snapshot = { ...(holds ? before : contentOf(rows)), ...now };
  cache.set(bindingOf(database), snapshot);
  return snapshot;
}

function contentOf(rows: readonly CollectionRow[]): Pick<Snapshot, "collections" | "attributes"> {
  return {
    collections: new Map(rows.map((row) => [row.id, toCollection(row)])),
    attributes: rows.flatMap((row): Declarations => Object.entries(JSON.parse(row.attributes))),
  };
}
