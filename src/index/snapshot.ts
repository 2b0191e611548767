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

/** A collection that has never been finished is none yet. */
export const COLLECTIONS_STATEMENT = "SELECT * FROM collections WHERE loaded_at <> '' ORDER BY id";

/**
 * The columns of `data_version` that are read with every search: they tell whether a cached snapshot still holds. It is
 * named by two parameters; unless it is of this version and catalog, the collections come along, as JSON.
 */
export function snapshotColumns(version: string, catalog: string): string {
  return `data_version.version, visible AS generation, catalog,
  rebuilding IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(absent)
    WHERE value NOT IN (SELECT name FROM collections WHERE loaded_at <> '')) AS isLoading,
  CASE WHEN data_version.version IS ${version} AND catalog IS ${catalog} THEN NULL ELSE (
    SELECT json_group_array(json_object(${CATALOGED.map((name) => `'${name}', ${name}`).join(", ")}) ORDER BY id)
    FROM collections WHERE loaded_at <> '') END AS collections`;
}

/** What a snapshot is made of. */
const CATALOGED = [
  "id",
  "name",
  "title",
  "license",
  "attribution",
  "url",
  "as_of",
  "attributes",
] as const;

type Cataloged = Pick<CollectionRow, (typeof CATALOGED)[number]>;

/** The row of `snapshotColumns`. */
export interface SnapshotRow {
  readonly version: string;
  readonly generation: number;
  readonly catalog: number;
  readonly isLoading: 0 | 1;
  /** JSON. */
  readonly collections: string | null;
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

export function toCollection(row: Omit<Cataloged, "id">): Collection {
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

/** Makes the snapshot of what has been read, or of the one before, if that holds, and caches it. */
export function cacheSnapshot(
  database: D1Database,
  { version, generation, catalog, isLoading, collections }: SnapshotRow,
  before: Snapshot | undefined,
): Snapshot {
  const known = collections === null ? before! : describedBy(JSON.parse(collections));
  const snapshot: Snapshot = {
    version,
    generation,
    catalog,
    isLoading: isLoading === 1,
    collections: known.collections,
    attributes: known.attributes,
  };
  cache.set(bindingOf(database), snapshot);
  return snapshot;
}

function describedBy(rows: readonly Cataloged[]): Pick<Snapshot, "collections" | "attributes"> {
  return {
    collections: new Map(rows.map((row) => [row.id, toCollection(row)])),
    attributes: rows.flatMap((row): Declarations => Object.entries(JSON.parse(row.attributes))),
  };
}
