import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { getPlatformProxy } from "wrangler";
import { categoriesFor } from "../scripts/dataset/dataset.ts";
import { firstKey, LEAF_CAPACITY } from "../src/index/key.ts";
import type { PlaceRow } from "../src/index/place-index.ts";
import type { PlaceRecord } from "../src/records/place.ts";
import { loadPlaces } from "../test/support/load-places.ts";
import { withCopies } from "./copies.ts";
import { inSqlite, MeteredDatabase } from "./metered-database.ts";
import { collectionOf, realPlaces } from "./real-places.ts";

const ROOT = join(import.meta.dirname, "..");
const FOLDER = join(ROOT, ".wrangler/bench");
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

export async function placesFile(places: number): Promise<PlacesFile> {
  const name = `places-${places}-${shape()}`;
  const persistPath = join(FOLDER, name);
  const notes = join(FOLDER, `${name}.json`);
  if (!existsSync(notes)) {
    for (const old of globSync(`places-${places}-*`, { cwd: FOLDER })) {
      rmSync(join(FOLDER, old), { recursive: true });
    }
    mkdirSync(FOLDER, { recursive: true });
    await createDatabase(persistPath);
    const build = await fill(pathOf(persistPath), places);
    writeFileSync(notes, JSON.stringify(build));
  }
  const build = JSON.parse(readFileSync(notes, "utf8")) as Build;
  const path = pathOf(persistPath);
  checkKeys(path);
  return { places, path, persistPath, build };
}

/** The local stores that keep their files there. */
export async function openD1(persistPath: string) {
  const { env, dispose } = await getPlatformProxy<Env>({
    persist: { path: persistPath },
    remoteBindings: false,
  });
  return { database: env.PLACES_DB, bucket: env.PLACES_BUCKET, close: dispose };
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
  for (const file of [...migrations(), ...SHAPES.map((name) => `src/${name}.ts`)]) {
    hash.update(readFileSync(join(ROOT, file)));
  }
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

function migrations(): string[] {
  return globSync("migrations/*.sql", { cwd: ROOT }).sort();
}

/** Lets D1 make its file. */
async function createDatabase(persistPath: string): Promise<void> {
  const { database, close } = await openD1(persistPath);
  await database.prepare("SELECT 1").run();
  await close();
}

function pathOf(persistPath: string): string {
  const files = globSync("d1/*/*.sqlite", { cwd: persistPath });
  const [file] = files.filter((path) => !path.endsWith("metadata.sqlite"));
  if (!file) throw new Error(`No D1 database in ${persistPath}`);
  return join(persistPath, file);
}

/** Fills D1's file from outside, part by part as an import does: ten million places through D1's door would take an hour. */
async function fill(path: string, places: number): Promise<Build> {
  const file = openSqlite(path);
  file.exec("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000");
  for (const migration of migrations()) file.exec(readFileSync(join(ROOT, migration), "utf8"));

  const sets = withCopies(realPlaces(places), places);
  const collections = sets.map(([id, records]) => ({ collection: collectionOf(id), records }));
  const categories = categoriesFor(everyRecord(sets));
  const run = inSqlite(file);
  let longest = { sql: "", seconds: 0 };
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
  const seconds = (performance.now() - startedAt) / 1000;
  process.stderr.write(`in ${seconds.toFixed(0)} s\n`);
  file.close();
  // Anew: FTS5 keeps something open, and then the journal cannot be changed.
  const filled = openSqlite(path);
  filled.exec("PRAGMA journal_mode = WAL; PRAGMA wal_checkpoint(TRUNCATE)");
  filled.close();
  return { seconds, longest };
}

function* everyRecord(sets: readonly [string, readonly PlaceRecord[]][]): Generator<PlaceRecord> {
  for (const [, records] of sets) yield* records;
}

/** The engine reads no records: they are not kept. */
const NO_BUCKET = {
  put: async () => ({}),
  get: async () => null,
  delete: async () => {},
  list: async () => ({ objects: [], truncated: false }),
} as unknown as R2Bucket;
