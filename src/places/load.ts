import { INSERT_ROWS, type Pointer, toRow } from "./index-row.ts";
import { assignKeys } from "./key.ts";
import {
  type Category,
  type Collection,
  lineageOf,
  type PlaceRecord,
  type Region,
} from "./place.ts";
import { RECORDS, recordObjectKey, recordPrefix } from "./place-store.ts";
import { phraseWord, runsOf } from "./words.ts";

/** Everything a deployment is to hold. */
export interface Load {
  readonly collections: readonly {
    readonly collection: Collection;
    readonly records: readonly PlaceRecord[];
  }[];
  /** Every kind that a question may mean; with the kinds of all places, and their parents, among them. */
  readonly categories: readonly Category[];
  /** Countries and regions, for names such as "Springfield, IL". */
  readonly regions?: readonly Region[];
  /** Tells this load from another one: what the data is made from. */
  readonly fingerprint: string;
}

/** How many of the places are stored. */
export type ReportProgress = (stored: number, total: number) => void;

/** One statement takes some thousand rows as one JSON text: D1 allows 100 parameters, but 2 MB for one. */
const ROWS_A_STATEMENT = 2_500;
const CATEGORIES_A_STATEMENT = 250;
const OBJECT_BYTES = 4_000_000;

/** Counts up when the index is made in another way, so that data loaded before is loaded again. */
const INDEX_FORMAT = 3;

/**
 * Replaces whatever the stores hold by these places. The fingerprint is written last: until then the
 * load counts as not done (see isLoaded), so that one that was killed is simply run again.
 */
export async function loadPlaces(
  database: D1Database,
  bucket: R2Bucket,
  { collections, categories, regions = [], fingerprint }: Load,
  report: ReportProgress = () => {},
): Promise<void> {
  const version = crypto.randomUUID();
  await database.batch(EMPTY_TABLES.map((sql) => database.prepare(sql)));

  const categoryIds = new Map(categories.map(({ path }, index) => [path, index + 1]));
  await writeCategories(database, categories, countPlaces(collections));

  await writeRegions(database, regions);

  const everything = collections.flatMap(({ records }, index) =>
    records.map((record) => ({
      latitude: record.latitude,
      longitude: record.longitude,
      record,
      collectionId: index + 1,
    })),
  );
  const { keyed, spots, overflows } = assignKeys(everything);
  await insertRows(database, INSERT_SPOTS, spots);
  await insertRows(database, INSERT_OVERFLOWS, overflows);

  const pack = new RecordPacker(bucket, version);
  for (let first = 0; first < keyed.length; first += ROWS_A_STATEMENT) {
    const rows: unknown[] = [];
    for (const { key, item } of keyed.slice(first, first + ROWS_A_STATEMENT)) {
      const pointer = await pack.add(item.record);
      rows.push(toRow(key, item.collectionId, item.record, pointer, categoryIds));
    }
    const json = JSON.stringify(rows);
    await database.batch(INSERT_ROWS.map((sql) => database.prepare(sql).bind(json)));
    report(Math.min(first + ROWS_A_STATEMENT, keyed.length), keyed.length);
  }
  await pack.flush();

  await database.batch([
    // One segment: every word is then one look-up, not one for each batch of rows.
    database.prepare("INSERT INTO places_text (places_text) VALUES ('optimize')"),
    database.prepare(
      `INSERT INTO category_counts
       SELECT collection, category, count(*) FROM places GROUP BY collection, category`,
    ),
    database.prepare("PRAGMA optimize"),
  ]);
  await listCollections(database, collections);
  await database
    .prepare("UPDATE data_version SET version = ?, fingerprint = ?")
    .bind(version, withFormat(fingerprint))
    .run();
  await deleteOtherRecords(bucket, version);
}

/** Whether a load of this very data has run to its end. */
export async function isLoaded(database: D1Database, fingerprint: string): Promise<boolean> {
  const loaded = await database
    .prepare("SELECT fingerprint FROM data_version")
    .first<string | null>("fingerprint");
  return loaded === withFormat(fingerprint);
}

function withFormat(fingerprint: string): string {
  return `${INDEX_FORMAT} ${fingerprint}`;
}

const EMPTY_TABLES = [
  "UPDATE data_version SET fingerprint = NULL",
  "DELETE FROM collections",
  "DELETE FROM category_counts",
  "DELETE FROM categories",
  "DELETE FROM regions",
  "DELETE FROM places",
  "DELETE FROM spots",
  "DELETE FROM overflows",
  "INSERT INTO category_words (category_words) VALUES ('delete-all')",
  "INSERT INTO region_words (region_words) VALUES ('delete-all')",
  "INSERT INTO places_text (places_text) VALUES ('delete-all')",
];

const INSERT_CATEGORIES = [
  `INSERT INTO categories
   SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?1)`,
  "INSERT INTO category_words (rowid, phrases) SELECT value ->> 0, value ->> 4 FROM json_each(?1)",
];

const INSERT_REGIONS = [
  "INSERT INTO regions SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1)",
  "INSERT INTO region_words (rowid, phrases) SELECT value ->> 0, value ->> 3 FROM json_each(?1)",
];

const INSERT_SPOTS = `INSERT INTO spots SELECT value ->> 'cell', value ->> 'first', value ->> 'last',
  value ->> 'latitude', value ->> 'longitude' FROM json_each(?1)`;
const INSERT_OVERFLOWS =
  "INSERT INTO overflows SELECT value ->> 'cell', value ->> 'last' FROM json_each(?1)";

async function insertRows(database: D1Database, sql: string, rows: readonly unknown[]) {
  for (let first = 0; first < rows.length; first += ROWS_A_STATEMENT) {
    const json = JSON.stringify(rows.slice(first, first + ROWS_A_STATEMENT));
    await database.prepare(sql).bind(json).run();
  }
}

/** How many places there are of each category, those of its children included. */
function countPlaces(collections: Load["collections"]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { records } of collections) {
    for (const { category } of records) {
      for (const path of lineageOf(category)) counts.set(path, (counts.get(path) ?? 0) + 1);
    }
  }
  return counts;
}

async function writeCategories(
  database: D1Database,
  categories: readonly Category[],
  counts: ReadonlyMap<string, number>,
): Promise<void> {
  for (let first = 0; first < categories.length; first += CATEGORIES_A_STATEMENT) {
    const rows = categories
      .slice(first, first + CATEGORIES_A_STATEMENT)
      .map(({ path, label, words }, index) => {
        return [first + index + 1, path, label, counts.get(path) ?? 0, phrasesOf(words)];
      });
    const json = JSON.stringify(rows);
    await database.batch(INSERT_CATEGORIES.map((sql) => database.prepare(sql).bind(json)));
  }
}

async function writeRegions(database: D1Database, regions: readonly Region[]): Promise<void> {
  for (let first = 0; first < regions.length; first += ROWS_A_STATEMENT) {
    const rows = regions
      .slice(first, first + ROWS_A_STATEMENT)
      .map(({ country, name, words }, k) => [
        first + k + 1,
        country,
        name ?? null,
        phrasesOf(words),
      ]);
    const json = JSON.stringify(rows);
    await database.batch(INSERT_REGIONS.map((sql) => database.prepare(sql).bind(json)));
  }
}

/** Each phrase as one word. */
function phrasesOf(texts: readonly string[]): string {
  return [...new Set(texts.map((text) => phraseWord(runsOf(text))))].join(" ");
}

async function listCollections(
  database: D1Database,
  collections: Load["collections"],
): Promise<void> {
  const loadedAt = new Date().toISOString();
  await database.batch([
    ...collections.map(
      ({ collection: { id, title, license, attribution, url, asOf }, records }, index) =>
        database
          .prepare("INSERT INTO collections VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
          .bind(index + 1, id, title, license, attribution, url, asOf, loadedAt, records.length),
    ),
  ]);
}

/** Packs records, one JSON text a line, into objects of some megabytes. */
class RecordPacker {
  readonly #bucket: R2Bucket;
  readonly #version: string;
  readonly #encoder = new TextEncoder();
  #lines: Uint8Array[] = [];
  #bytes = 0;
  #object = 0;

  constructor(bucket: R2Bucket, version: string) {
    this.#bucket = bucket;
    this.#version = version;
  }

  async add(record: PlaceRecord): Promise<Pointer> {
    const line = this.#encoder.encode(`${JSON.stringify(record)}\n`);
    if (this.#bytes + line.length > OBJECT_BYTES) await this.flush();
    const pointer = [this.#object, this.#bytes, line.length] as const;
    this.#lines.push(line);
    this.#bytes += line.length;
    return pointer;
  }

  async flush(): Promise<void> {
    if (this.#bytes === 0) return;
    const packed = new Uint8Array(this.#bytes);
    let offset = 0;
    for (const line of this.#lines) {
      packed.set(line, offset);
      offset += line.length;
    }
    await this.#bucket.put(recordObjectKey(this.#version, this.#object), packed);
    this.#lines = [];
    this.#bytes = 0;
    this.#object += 1;
  }
}

async function deleteOtherRecords(bucket: R2Bucket, version: string): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await bucket.list({ prefix: RECORDS, ...(cursor && { cursor }) });
    const others = page.objects
      .map(({ key }) => key)
      .filter((key) => !key.startsWith(recordPrefix(version)));
    if (others.length > 0) await bucket.delete(others);
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor);
}
