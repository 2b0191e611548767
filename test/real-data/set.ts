import { createHash } from "node:crypto";
import { globSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { categoriesFor } from "../../scripts/dataset/dataset.ts";
import { regions } from "../../scripts/dataset/words/regions.ts";
import { PlaceIndex } from "../../src/index/place-index.ts";
import type { Category, Collection, PlaceRecord, Region } from "../../src/records/place.ts";
import { fillD1, migrations, openD1 } from "../support/d1-file.ts";
import { loadPlaces } from "../support/load-places.ts";
import { MeteredDatabase } from "../support/metered-database.ts";

const ROOT = join(import.meta.dirname, "../..");
const FOLDER = join(ROOT, ".wrangler/tests");

/** A whole set of places. */
export interface RealSet {
  readonly categories: readonly Category[];
  readonly regions: readonly Region[];
  readonly collections: readonly CollectionRecords[];
}

interface CollectionRecords {
  readonly collection: Collection;
  readonly records: readonly PlaceRecord[];
}

export function setOf(
  collections: readonly { collection: Collection; records: Iterable<PlaceRecord> }[],
): RealSet {
  const read = collections.map(({ collection, records }) => ({
    collection,
    records: [...records],
  }));
  const categories = categoriesFor(read.flatMap(({ records }) => records));
  return { collections: read, categories, regions: regions() };
}

/**
 * The index of a set, in the D1 and the R2 that workerd has. Its files are made on first use, from outside, and kept
 * for as long as nothing changes of what they are made of: they must only be read.
 */
export async function openIndex(
  name: string,
  set: RealSet,
): Promise<{ index: PlaceIndex; close(): Promise<void> }> {
  const kept = join(FOLDER, `${name}-${fingerprintOf(set)}`);
  if (globSync(kept).length === 0) {
    const making = join(FOLDER, `${name}-making`);
    for (const old of globSync(`${name}-*`, { cwd: FOLDER })) {
      rmSync(join(FOLDER, old), { recursive: true });
    }
    mkdirSync(making, { recursive: true });
    await make(making, set);
    renameSync(making, kept);
  }
  const { database, bucket, close } = await openD1(kept);
  return { index: new PlaceIndex(database, bucket), close };
}

async function make(persistPath: string, set: RealSet): Promise<void> {
  await fillD1(persistPath, async (run) => {
    const { bucket, close } = await openD1(persistPath);
    const database = new MeteredDatabase(run);
    await loadPlaces({ database: database.d1, bucket }, { ...set, fingerprint: "tests" }, () => {
      database.runs = [];
    });
    await close();
  });
}

function fingerprintOf(set: RealSet): string {
  const hash = createHash("sha256");
  for (const migration of migrations()) hash.update(migration);
  for (const source of sourcesOf(join(ROOT, "test/support/load-places.ts"))) hash.update(source);
  hash.update(JSON.stringify([set.categories, set.regions]));
  for (const { collection, records } of set.collections) {
    hash.update(JSON.stringify(collection));
    for (const record of records) hash.update(JSON.stringify(record));
  }
  return hash.digest("hex").slice(0, 16);
}

/** A source file and all that it imports of ours. */
function sourcesOf(path: string, known = new Map<string, string>()): Iterable<string> {
  const text = readFileSync(path, "utf8");
  known.set(path, text);
  for (const [, specifier] of text.matchAll(/\bfrom "(\.[^"]+)"/g)) {
    const imported = resolve(dirname(path), specifier!);
    if (!known.has(imported)) sourcesOf(imported, known);
  }
  return known.values();
}
