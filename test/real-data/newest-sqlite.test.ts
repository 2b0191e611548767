import newestSqlite, { type Sqlite3Static } from "@sqlite.org/sqlite-wasm";
import sqliteInWorkerd from "sqlite-in-workerd";
import { beforeAll, expect, it } from "vitest";
import { categoriesFor } from "../../scripts/dataset/dataset.ts";
import * as airports from "../../scripts/dataset/sources/airports.ts";
import * as stations from "../../scripts/dataset/sources/stations.ts";
import { lookUp } from "../../src/gazetteer/look-up.ts";
import { PlaceIndex } from "../../src/index/place-index.ts";
import { findNearby } from "../../src/nearby/find.ts";
import { migrations } from "../support/d1-file.ts";
import { loadPlaces } from "../support/load-places.ts";
import { MeteredDatabase } from "../support/metered-database.ts";
import { NO_BUCKET } from "../support/no-bucket.ts";
import { type PlainQuestion, questionOf } from "../support/question.ts";

/**
 * D1 will have a newer SQLite some day. The newest one on npm must load, search and look up as the one in workerd does,
 * and must take no more steps: where a bound is NULL, SQLite 3.54 walks through the whole vocabulary, and 3.53 does not.
 */
const PLACES_A_COLLECTION = 2_000;
const PARIS = { latitude: 48.8566, longitude: 2.3522 };

interface Server {
  readonly index: PlaceIndex;
  readonly version: string;
  /** How many steps SQLite's virtual machine has taken so far. */
  readonly steps: () => number;
}

let known: Server;
let newest: Server;

function firstOf<T>(all: Iterable<T>, count: number): T[] {
  const first: T[] = [];
  for (const one of all) if (first.push(one) === count) break;
  return first;
}

async function loaded({ oo1, capi }: Sqlite3Static): Promise<Server> {
  const file = new oo1.DB(":memory:");
  for (const migration of migrations()) file.exec(migration);
  let steps = 0;
  const { d1: database } = new MeteredDatabase((sql, parameters) => {
    const statement = file.prepare(sql);
    try {
      if (parameters.length > 0) statement.bind(parameters as (string | number | null)[]);
      const rows: unknown[] = [];
      while (statement.step()) rows.push(statement.get({}));
      steps += capi.sqlite3_stmt_status(statement, capi.SQLITE_STMTSTATUS_VM_STEP, 0);
      return { rows, milliseconds: 0, rowsRead: 0 };
    } finally {
      statement.finalize();
    }
  });
  const collections = [airports, stations].map(({ collection, records }) => ({
    collection,
    records: firstOf(records(), PLACES_A_COLLECTION),
  }));
  const categories = categoriesFor(collections.flatMap(({ records }) => records));
  const load = { collections, categories, fingerprint: "newest" };
  await loadPlaces({ database, bucket: NO_BUCKET }, load);
  return {
    index: new PlaceIndex(database, NO_BUCKET),
    version: String(file.selectValue("SELECT sqlite_version()")),
    steps: () => steps,
  };
}

beforeAll(async () => {
  known = await loaded((await sqliteInWorkerd()) as unknown as Sqlite3Static);
  newest = await loaded(await newestSqlite());
});

/** What an answer is, and what it takes, the snapshot read before. */
async function asked<T>({ index, steps }: Server, ask: (index: PlaceIndex) => Promise<T>) {
  await index.snapshot();
  const before = steps();
  return { answer: await ask(index), steps: steps() - before };
}

async function compare(ask: (index: PlaceIndex) => Promise<unknown>) {
  const [now, then] = [await asked(known, ask), await asked(newest, ask)];
  expect(then.answer).toEqual(now.answer);
  expect(then.steps).toBeLessThan(1.3 * now.steps);
}

it("is a newer one", () => {
  const numberOf = (version: string) =>
    version.split(".").reduce((number, part) => 1_000 * number + Number(part), 0);
  expect(numberOf(newest.version)).toBeGreaterThan(numberOf(known.version));
});

const QUESTIONS: [string, Partial<PlainQuestion>][] = [
  ["anything", {}],
  ["a word", { text: "airport" }],
  ["two words", { text: "paris orly" }],
  ["a category", { category: "aeroway/aerodrome" }],
  ["a prefix", { text: "char" }],
  ["a typo", { text: "aiprort" }],
  ["words that no place has all of", { text: "orly xylophone station" }],
  ["a word that is nowhere", { text: "zxqvjkw" }],
  ["a word on all the earth", { text: "airport", radiusMeters: 20_000_000, limit: 50 }],
  ["anything on all the earth", { radiusMeters: 20_000_000, limit: 50 }],
];

it.each(QUESTIONS)("answers %s as the known one does, and in as many steps", async (_, change) => {
  const plain = { center: PARIS, radiusMeters: 50_000, limit: 10, text: "", ...change };
  await compare(async (index) => {
    const { snapshot, ...answer } = await findNearby(index, questionOf(plain));
    return answer;
  });
});

it.each(["Paris", "Springfield, IL", "Pariss", "Gare de Lyno, Paris", "qwzxqqq"])(
  "looks %s up as the known one does, and in as many steps",
  async (name) => {
    await compare(async (index) => {
      const { rowsRead, ...found } = await lookUp(index, name);
      return found;
    });
  },
);
