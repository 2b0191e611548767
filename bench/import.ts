/**
 * How fast places come in: `npm run bench:import`. By the product's own engine into local D1 and R2 (workerd), in
 * parts as the import command sends them: a first import, the same again, one in a hundred changed, and all taken
 * away. Beside it, in the same run, as a peer: the same rows in a plain SQLite table with R*Tree and FTS5.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { finishStep } from "../src/imports/finish.ts";
import { stage, startImport } from "../src/imports/job.ts";
import type { Stores } from "../src/index/write/transaction.ts";
import type { PlaceRecord } from "../src/records/place.ts";
import { openD1 } from "../test/support/d1-file.ts";
import { migrate } from "./migrations.ts";
import { realPlaces } from "./real-places.ts";
import { circumstances, publish, short, table } from "./report.ts";

const PLACES = Number(process.argv[2] ?? 200_000);
const PART = 5_000;
const METADATA = {
  ...{ id: "bench", title: "bench", license: "", attribution: "", url: "", asOf: "2026" },
  attributes: {},
};

interface Outcome {
  readonly name: string;
  readonly seconds: number;
  readonly rowsWritten: number;
}

const records = realPlaces(PLACES)
  .flatMap(([, set]) => set)
  .map((record, k): PlaceRecord => ({ ...record, sourceId: `${k}` }));
const changed = records.map((record, k) =>
  k % 100 === 0 ? { ...record, name: `${record.name} anew` } : record,
);
const folder = mkdtempSync(join(tmpdir(), "hereabouts-import-"));
const { database, bucket, close } = await openD1(folder);
const stores: Stores = { database, bucket };
await migrate(database);

const outcomes: Outcome[] = [];
await measure("first import", records);
const bytesInD1 = await sizeOf(database);
const bytesInR2 = await sizeOfBucket(bucket);
await measure("the same again", records);
await measure("one in a hundred changed", changed);
await measure("all but one taken away", records.slice(0, 1));
await close();
rmSync(folder, { recursive: true });
const peer = plainSqlite();
report();

async function measure(name: string, records: readonly PlaceRecord[]): Promise<void> {
  console.log(name);
  const startedAt = performance.now();
  const mode = "replace";
  const start = { mode, fingerprint: name, metadata: METADATA } as const;
  const { number } = await startImport(stores, start);
  const ref = { collection: METADATA.id, number };
  let rowsWritten = 0;
  let part = 0;
  for (let first = 0; first < records.length; first += PART, part++) {
    const entries = records.slice(first, first + PART);
    rowsWritten += (await stage(stores, ref, { part, digest: "", entries })).rowsWritten;
  }
  for (let done = false; !done; ) {
    const step = await finishStep(stores, ref, part);
    rowsWritten += step.rowsWritten;
    done = step.done;
  }
  outcomes.push({ name, seconds: (performance.now() - startedAt) / 1_000, rowsWritten });
}

async function sizeOf(d1: D1Database): Promise<number> {
  return (await d1.prepare("SELECT 1").run()).meta.size_after;
}

async function sizeOfBucket(r2: R2Bucket): Promise<number> {
  const { objects } = await r2.list();
  return objects.reduce((sum, { size }) => sum + size, 0);
}

/** Rows, an R*Tree and full-text postings in one transaction: no import that could be taken back, no log. */
function plainSqlite(): number {
  const file = new DatabaseSync(":memory:");
  file.exec(`CREATE TABLE places (id INTEGER PRIMARY KEY, source_id TEXT UNIQUE, name TEXT, category TEXT, latitude REAL, longitude REAL);
    CREATE VIRTUAL TABLE tree USING rtree (id, min_latitude, max_latitude, min_longitude, max_longitude);
    CREATE VIRTUAL TABLE words USING fts5 (name, category, content = '');`);
  const insert = [
    file.prepare("INSERT INTO places VALUES (?, ?, ?, ?, ?, ?)"),
    file.prepare("INSERT INTO tree VALUES (?1, ?2, ?2, ?3, ?3)"),
    file.prepare("INSERT INTO words (rowid, name, category) VALUES (?, ?, ?)"),
  ] as const;
  const startedAt = performance.now();
  file.exec("BEGIN");
  for (const [id, { sourceId, name, category, latitude, longitude }] of records.entries()) {
    insert[0].run(id, sourceId, name, category, latitude, longitude);
    insert[1].run(id, latitude, longitude);
    insert[2].run(id, name, category);
  }
  file.exec("COMMIT");
  file.close();
  return (performance.now() - startedAt) / 1_000;
}

function report(): void {
  const perSecond = (seconds: number) => short(records.length / seconds);
  publish(
    "Import",
    `${circumstances()}

${records.length.toLocaleString("en")} real places, in parts of ${PART.toLocaleString("en")}, through the import engine into local D1 and R2 over wrangler's proxy. Rows
written are what local D1 counts. The peer is SQLite in memory: rows, R*Tree and FTS5 in one transaction.

${table(
  ["", "seconds", "places/s", "rows written a place"],
  [
    ...outcomes.map(({ name, seconds, rowsWritten }) => [
      name,
      short(seconds),
      perSecond(seconds),
      short(rowsWritten / records.length),
    ]),
    ["peer: plain SQLite", short(peer), perSecond(peer), "not counted"],
  ],
)}

After the first import: ${short(bytesInD1 / records.length)} bytes a place in D1, ${short(bytesInR2 / records.length)} in R2.`,
  );
}
