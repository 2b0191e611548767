import { firstKey } from "../places/key.ts";
import type { Category, Collection, PlaceRecord, Region } from "../places/place.ts";
import { finishStep } from "./finish.ts";
import { type Stores, startImport, takeLines } from "./imports.ts";
import { INDEX_FORMAT } from "./index-format.ts";
import { putLexicon } from "./lexicon.ts";
import type { Attributes } from "./schemas.ts";

/** Everything that a deployment is to hold to begin with. */
export interface Load {
  readonly collections: readonly {
    readonly collection: Collection;
    readonly records: readonly PlaceRecord[];
    readonly attributes?: Attributes;
  }[];
  /** Every kind that a question may mean; what the places have besides is known by its own name. */
  readonly categories: readonly Category[];
  /** Countries and regions, for names such as "Springfield, IL". */
  readonly regions?: readonly Region[];
  /** Tells this load from another one: what the data is made from. */
  readonly fingerprint: string;
}

/** How many of the places are stored. */
export type ReportProgress = (stored: number, total: number) => void;

const RECORDS_A_PART = 5_000;
const CATEGORIES_A_PAGE = 250;

/**
 * Brings these collections in, each as an import of its own: others are not touched, what is there already is
 * left out, and a load that was killed goes on where it stopped.
 */
export async function loadPlaces(
  stores: Stores,
  { collections, categories, regions = [], fingerprint }: Load,
  report: ReportProgress = () => {},
): Promise<void> {
  const total = collections.reduce((sum, { records }) => sum + records.length, 0);
  await loadLexicon(stores, categories, regions, withFormat(fingerprint));
  let stored = 0;
  for (const { collection, records, attributes = {} } of collections) {
    // In the order of their keys, so that each part is of one neighbourhood.
    const sorted = records
      .map((record) => ({ record, key: firstKey(record) }))
      .sort((a, b) => a.key - b.key)
      .map(({ record }) => record);
    const label = { ...collection, attributes };
    const mode = "replace";
    const {
      import: number,
      partsDone,
      state,
    } = await startImport(stores, {
      mode,
      fingerprint: withFormat(fingerprint),
      label,
    });
    const done = new Set(partsDone);
    let part = 0;
    for (let first = 0; first < sorted.length; first += RECORDS_A_PART, part++) {
      const slice = sorted.slice(first, first + RECORDS_A_PART);
      if (state === "open" && !done.has(part)) {
        await takeLines(stores, collection.id, number, part, slice, "");
      }
      stored += slice.length;
      report(stored, total);
    }
    while (!(await finishStep(stores, collection.id, number, part)).done);
  }
}

async function loadLexicon(
  { database, bucket }: Stores,
  categories: readonly Category[],
  regions: readonly Region[],
  fingerprint: string,
): Promise<void> {
  const { lexicon } = (await database
    .prepare("SELECT lexicon FROM data_version")
    .first<{ lexicon: string | null }>())!;
  if (lexicon === fingerprint) return;
  const pages = Math.max(1, Math.ceil(categories.length / CATEGORIES_A_PAGE));
  for (let page = 0; page < pages; page++) {
    const first = page * CATEGORIES_A_PAGE;
    await putLexicon(database, bucket, page, {
      categories: categories.slice(first, first + CATEGORIES_A_PAGE),
      regions: page === 0 ? regions : [],
      ...(page === pages - 1 && { fingerprint }),
    });
  }
}

/** Which of the collections do not hold this very data, all of it. */
export async function outdated(
  database: D1Database,
  names: readonly string[],
  fingerprint: string,
): Promise<string[]> {
  const { results } = await database
    .prepare(
      `SELECT name FROM collections WHERE loaded_at <> '' AND fingerprint = ?1
       AND id NOT IN (SELECT collection FROM open_imports)
       AND (SELECT lexicon FROM data_version) = ?1`,
    )
    .bind(withFormat(fingerprint))
    .all<{ name: string }>();
  const there = new Set(results.map(({ name }) => name));
  return names.filter((name) => !there.has(name));
}

function withFormat(fingerprint: string): string {
  return `${INDEX_FORMAT} ${fingerprint}`;
}
