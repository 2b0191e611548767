import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { categoriesFor } from "../scripts/dataset/dataset.ts";
import { firstKey, LEAF_CAPACITY } from "../src/index/key.ts";
import type { PlaceRow } from "../src/index/place-index.ts";
import type { PlaceRecord } from "../src/records/place.ts";
import { fillD1, migrations, pathOfD1 } from "../test/support/d1-file.ts";
import { loadPlaces } from "../test/support/load-places.ts";
import { MeteredDatabase } from "../test/support/metered-database.ts";
import { NO_BUCKET } from "../test/support/no-bucket.ts";
import { withCopies } from "./copies.ts";
import { IS_SMOKE } from "./made-up-places.ts";
import { collectionOf, realPlaces } from "./real-places.ts";

const ROOT = join(import.meta.dirname, "..");
const FOLDER = join(ROOT, IS_SMOKE ? ".wrangler/bench-smoke" : ".wrangler/bench");
/** Another index, another file. */
const SHAPES = ["index/key", "index/write/keys", "index/write/rows", "text/tokens"];

/** A local D1 database with so many places, as `wrangler dev` would have it; built on first use. */
export interface PlacesFile {
  readonly places: number;
  /** The SQLite file that is the D1 database. */
  readonly path: string;
  /** Where wrangler finds it. */
  readonly persistPath: string;
  readonly build: Build;
}

export interface Build {
  readonly seconds: number;
  /** The longest statement of the load: D1 ends one after 30 s. */
  readonly longest: { readonly sql: string; readonly seconds: number };
}

/** The same places, changed. */
export interface Variant {
  readonly name: string;
  of(record: PlaceRecord, index: number): PlaceRecord;
}

export async function placesFile(places: number, variant?: Variant): Promise<PlacesFile> {
  const kind = `places${variant ? `-${variant.name}` : ""}-${places}`;
  const name = `${kind}-${shape()}`;
  const persistPath = join(FOLDER, name);
  const notes = join(FOLDER, `${name}.json`);
  if (!existsSync(notes)) {
    for (const old of globSync(`${kind}-*`, { cwd: FOLDER })) {
      rmSync(join(FOLDER, old), { recursive: true });
    }
    mkdirSync(FOLDER, { recursive: true });
    const build = await fill(persistPath, places, variant);
    writeFileSync(notes, JSON.stringify(build));
  }
  const build = JSON.parse(readFileSync(notes, "utf8")) as Build;
  const path = pathOfD1(persistPath);
  checkKeys(path);
  return { places, path, persistPath, build };
}

export function openSqlite(path: string): DatabaseSync {
  return new DatabaseSync(path);
}

/** The bytes of the tables whose names begin so, their indexes and shadows included; free pages are not counted. */
export function bytesOf(path: string): (prefix: string) => number {
  const file = openSqlite(path);
  const tables = file.prepare("SELECT name, sum(pgsize) AS bytes FROM dbstat GROUP BY name").all();
  file.close();
  return (prefix) =>
    tables.reduce((sum, { name, bytes }) => {
      return String(name).startsWith(prefix) ? sum + Number(bytes) : sum;
    }, 0);
}

function shape(): string {
  const hash = createHash("sha256");
  for (const migration of migrations()) hash.update(migration);
  for (const name of SHAPES) hash.update(readFileSync(join(ROOT, `src/${name}.ts`)));
  return hash.digest("hex").slice(0, 8);
}

/** Throws if places have other keys today than when the file was built: but for few, they lie in their own cells. */
function checkKeys(path: string): void {
  const file = openSqlite(path);
  const rows = file
    .prepare("SELECT * FROM places WHERE key % 997 = 0 AND key >= 0 LIMIT 1000")
    .all() as unknown as PlaceRow[];
  file.close();
  const right = rows.filter(
    (row) => row.key >= firstKey(row) && row.key < firstKey(row) + LEAF_CAPACITY,
  );
  if (right.length < 0.9 * rows.length) throw new Error(`Delete ${path}: its keys are old`);
}

/** Part by part, as an import does. */
async function fill(persistPath: string, places: number, variant?: Variant): Promise<Build> {
  const sets = withCopies(realPlaces(places), places);
  let index = 0;
  if (variant) {
    for (const [, records] of sets) {
      for (const [at, record] of records.entries()) records[at] = variant.of(record, index++);
    }
  }
  const collections = sets.map(([id, records]) => ({ collection: collectionOf(id), records }));
  const categories = categoriesFor(everyRecord(sets));
  let seconds = 0;
  let longest = { sql: "", seconds: 0 };
  await fillD1(persistPath, async (run) => {
    const database = new MeteredDatabase(async (sql, parameters) => {
      const done = await run(sql, parameters);
      const seconds = done.milliseconds / 1000;
      if (seconds > longest.seconds) longest = { sql: sql.replace(/\s+/g, " "), seconds };
      return done;
    });
    const startedAt = performance.now();
    await loadPlaces(
      { database: database.d1, bucket: NO_BUCKET },
      { collections, categories, fingerprint: "bench" },
      (stored, total) => {
        if (stored % 250_000 === 0 || stored === total) {
          process.stderr.write(
            `\r  loading ${stored.toLocaleString("en")} of ${total.toLocaleString("en")} `,
          );
        }
        database.runs = [];
      },
    );
    seconds = (performance.now() - startedAt) / 1000;
  });
  process.stderr.write(`in ${seconds.toFixed(0)} s\n`);
  return { seconds, longest };
}

function* everyRecord(sets: readonly [string, readonly PlaceRecord[]][]): Generator<PlaceRecord> {
  for (const [, records] of sets) yield* records;
}
