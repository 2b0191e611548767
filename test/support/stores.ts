import { env } from "cloudflare:workers";
import { dropCachedSnapshot } from "../../src/index/snapshot.ts";
import type { Stores } from "../../src/index/write/transaction.ts";

export const STORES: Stores = { database: env.PLACES_DB, bucket: env.PLACES_BUCKET };

const TABLES = [
  "places",
  "runs",
  "outbox",
  "imports",
  "import_parts",
  "import_seen",
  "collections",
  "category_counts",
  "categories",
  "category_words",
  "completions",
  "regions",
];
const WORDS = ["region_words", "places_text"];

/** As after the migrations: nothing in either. */
export async function emptyStores(): Promise<void> {
  await emptyBucket();
  await emptyDatabase();
}

export async function emptyBucket(): Promise<void> {
  for (let isMore = true; isMore; ) {
    const { objects, truncated } = await env.PLACES_BUCKET.list();
    if (objects.length > 0) await env.PLACES_BUCKET.delete(objects.map(({ key }) => key));
    isMore = truncated;
  }
}

/** The bucket stays as it is: as if the database was lost, and made anew. */
export async function emptyDatabase(): Promise<void> {
  await env.PLACES_DB.batch(
    [
      ...TABLES.map((table) => `DELETE FROM ${table}`),
      ...WORDS.map((table) => `INSERT INTO ${table} (${table}) VALUES ('delete-all')`),
      `UPDATE data_version SET version = hex(randomblob(16)), next_object = 0, rebuilding = NULL, absent = '[]',
         lexicon = NULL, lexicon_object = NULL, changed_places = 0, visible = visible + 1, catalog = catalog + 1`,
    ].map((sql) => env.PLACES_DB.prepare(sql)),
  );
  dropCachedSnapshot(env.PLACES_DB);
}
