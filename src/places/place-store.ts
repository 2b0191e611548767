import type { Point } from "../geo/point.ts";
import type { Category, Collection, PlaceRecord } from "./place.ts";
import { planSearch, type Search } from "./search-plan.ts";
import { textQuery } from "./text-query.ts";

/** A place's row in the index. */
export interface PlaceRow extends Point {
  readonly key: number;
  readonly collection: number;
  readonly source_id: string;
  readonly name: string;
  readonly category: number;
  readonly country: string | null;
  readonly population: number | null;
  readonly record_object: number;
  readonly record_offset: number;
  readonly record_length: number;
}

/** A search's rows in no order, and whether there may be more than these. */
export interface Found {
  readonly rows: readonly PlaceRow[];
  /** True: only the nearest few were read, by chord. False: every match within the radius, or the nearest and more. */
  readonly cut: boolean;
  readonly rowsRead: number;
}

/** The names behind the numbers in rows: small, and the same for a while. */
export interface Directory {
  /** Changes with the data. Secret: see nearby-cache.ts. */
  readonly version: string;
  readonly categories: ReadonlyMap<number, Pick<Category, "path" | "label">>;
  readonly collections: ReadonlyMap<number, Collection>;
}

/** A collection and what it holds. */
export interface CollectionSummary extends Collection {
  readonly places: number;
  readonly loadedAt: string;
  readonly categories: readonly {
    readonly path: string;
    readonly label: string;
    readonly places: number;
  }[];
}

/** For how long an isolate trusts the directory it has read. */
const DIRECTORY_TTL_MS = 60_000;
/** Values, never promises: those belong to the request that made them. */
const directories = new WeakMap<D1Database, { directory: Directory; expiresAtMs: number }>();

/** Reads the places: the index in D1, full records in R2. */
export class PlaceStore {
  readonly #database: D1Database;
  readonly #bucket: R2Bucket;

  constructor(database: D1Database, bucket: R2Bucket) {
    this.#database = database;
    this.#bucket = bucket;
  }

  /** The directory, if it has been read lately. */
  knownDirectory(): Directory | undefined {
    const known = directories.get(this.#database);
    return known && known.expiresAtMs > Date.now() ? known.directory : undefined;
  }

  /** Runs searches, and reads the directory if it is not at hand, in one round trip. */
  async search(searches: readonly Search[]): Promise<{ found: Found[]; directory: Directory }> {
    const session = this.#session();
    const fresh = this.knownDirectory();
    const statements = searches.map((search) => {
      const { sql, parameters } = planSearch(search);
      return session.prepare(sql).bind(...parameters);
    });
    const results = await session.batch([
      ...statements,
      ...(fresh ? [] : DIRECTORY_STATEMENTS.map((sql) => session.prepare(sql))),
    ]);
    const found = results.slice(0, searches.length).map((result) => {
      const rows = result.results as (PlaceRow & { thorough: number })[];
      return { rows, cut: rows[0]?.thorough === 1, rowsRead: result.meta.rows_read };
    });
    return { found, directory: fresh ?? this.#remember(results.slice(searches.length)) };
  }

  /** A place's row by its collection's name and its id there. */
  async find(
    collection: string,
    sourceId: string,
  ): Promise<{ row: PlaceRow; directory: Directory } | undefined> {
    const session = this.#session();
    const results = await session.batch([
      session
        .prepare(
          `SELECT places.* FROM collections CROSS JOIN places
           ON places.source_id = ?2 AND places.collection = collections.id
           WHERE collections.name = ?1`,
        )
        .bind(collection, sourceId),
      ...DIRECTORY_STATEMENTS.map((sql) => session.prepare(sql)),
    ]);
    const row = results[0]!.results[0] as PlaceRow | undefined;
    const directory = this.#remember(results.slice(1));
    return row && { row, directory };
  }

  /** The full record of a row, or undefined if the bucket does not have it. */
  async record(row: PlaceRow, directory: Directory): Promise<PlaceRecord | undefined> {
    const collection = directory.collections.get(row.collection);
    if (!collection) return undefined;
    const object = await this.#bucket.get(recordObjectKey(collection.id, row.record_object), {
      range: { offset: row.record_offset, length: row.record_length },
    });
    return object ? await object.json<PlaceRecord>() : undefined;
  }

  async collections(): Promise<CollectionSummary[]> {
    const session = this.#session();
    const [collections, counts] = await session.batch([
      session.prepare("SELECT * FROM collections ORDER BY id"),
      session.prepare(
        `SELECT category_counts.collection, path, label, category_counts.places
         FROM category_counts CROSS JOIN categories ON categories.id = category_counts.category
         ORDER BY category_counts.places DESC`,
      ),
    ]);
    const categories = counts!.results as {
      collection: number;
      path: string;
      label: string;
      places: number;
    }[];
    return (collections!.results as CollectionRow[]).map((row) => ({
      ...toCollection(row),
      places: row.places,
      loadedAt: row.loaded_at,
      categories: categories
        .filter(({ collection }) => collection === row.id)
        .map(({ path, label, places }) => ({ path, label, places })),
    }));
  }

  /** Whether a text is a category's path or a phrase that means one. */
  async isCategory(text: string): Promise<boolean> {
    const query = textQuery("", text, "exact")?.category;
    if (!query) return false;
    const known = await this.#session()
      .prepare(
        `SELECT EXISTS (SELECT 1 FROM categories WHERE path = ?1)
           OR EXISTS (SELECT 1 FROM category_words WHERE category_words MATCH ?2) AS known`,
      )
      .bind(query.path, query.phrase)
      .first<number>("known");
    return known === 1;
  }

  /** Reads may come from any replica: an import shows within moments everywhere. */
  #session(): D1DatabaseSession {
    return this.#database.withSession("first-unconstrained");
  }

  #remember([version, categories, collections]: readonly D1Result[]): Directory {
    const directory: Directory = {
      version: (version!.results[0] as { version: string }).version,
      categories: new Map(
        (categories!.results as { id: number; path: string; label: string }[]).map((row) => [
          row.id,
          row,
        ]),
      ),
      collections: new Map(
        (collections!.results as CollectionRow[]).map((row) => [row.id, toCollection(row)]),
      ),
    };
    const expiresAtMs = Date.now() + DIRECTORY_TTL_MS;
    directories.set(this.#database, { directory, expiresAtMs });
    return directory;
  }
}

/** Where a collection's packed records lie in the bucket. */
export function recordObjectKey(collection: string, object: number): string {
  return `records/${collection}/${object}.ndjson`;
}

const DIRECTORY_STATEMENTS = [
  "SELECT version FROM data_version",
  "SELECT id, path, label FROM categories",
  "SELECT * FROM collections",
] as const;

interface CollectionRow {
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

function toCollection({
  name,
  title,
  license,
  attribution,
  url,
  as_of,
}: CollectionRow): Collection {
  return { id: name, title, license, attribution, url, asOf: as_of };
}
