/**
 * Hereabouts beside PostGIS (GiST + GIN) and SQLite's R*Tree + FTS5: the same places, the same words,
 * the same questions, on this machine in one run.
 *
 *     apt-get update && apt-get install postgresql-15-postgis-3
 *     npm run bench:peers               1 M real places, some five minutes
 *     npm run bench:peers -- 2173535    all real places
 *
 * What is timed is the time inside the database: for PostGIS the execution time that EXPLAIN (ANALYZE,
 * TIMING OFF) states, without planning; for both SQLites a prepared statement's `all()`. All data is
 * in memory (shared buffers, page cache), each question is asked several times and its best time counts.
 * All answers are compared first.
 */
import type { DatabaseSync } from "node:sqlite";
import type { Point } from "../src/geo/point.ts";
import { inverseGeodesic } from "../src/geodesic.ts";
import { PlaceIndex } from "../src/index/place-index.ts";
import { findNearby } from "../src/nearby/find.ts";
import { inSqlite, MeteredDatabase } from "../test/support/metered-database.ts";
import { IS_SMOKE } from "./made-up-places.ts";
import { isKind, matchWords } from "./match-words.ts";
import { reportPeers } from "./peers-report.ts";
import { bytesOf, openSqlite, placesFile } from "./places-file.ts";
import { requirePostgis, startPostgis } from "./postgis.ts";
import { type BenchQuestion, firstSearch, questionsAbout } from "./questions.ts";
import { realPlaces } from "./real-places.ts";
import { openRtree } from "./rtree.ts";

export interface PeerPlace extends Point {
  readonly key: number;
  /** Words of the name and of the category, parted by blanks, each once. */
  readonly words: string;
}

export interface PeerQuestion {
  readonly center: Point;
  readonly radiusMeters: number;
  readonly limit: number;
  /** One word of each list must be there; left out: every place matches. */
  readonly words?: readonly (readonly string[])[];
}

/** The keys that each question finds, nearest first; undefined where it is not tried. */
export type Answers = readonly (readonly number[] | undefined)[];

export interface Took {
  readonly statement: number;
  readonly around: number;
}

export interface Peer {
  readonly name: string;
  readonly bytes: number;
  readonly buildSeconds: number;
  /** How it can be asked; the best counts for each kind of question. */
  readonly ways: readonly string[];
  answer(questions: readonly PeerQuestion[], way: string): Answers | Promise<Answers>;
  /** Milliseconds for each question: in the statement, and before it (planning). */
  time(questions: readonly PeerQuestion[], way: string): Took[] | Promise<Took[]>;
  close(): void | Promise<void>;
}

/** A question with what each took to answer it, in milliseconds. */
export interface Timed {
  readonly question: BenchQuestion;
  readonly found: number;
  /** Around the statement: reading the text, covering, exact distances. */
  readonly ours: Took;
  /** For each peer and each of its ways. */
  readonly peers: readonly (readonly Took[])[];
}

const PLACES = 1_000_000;
const EACH = IS_SMOKE ? 2 : 25;
const SEED = 20261122;
const PASSES = 3;
/** PostGIS orders by the sphere, which can be half a percent off. */
const NEAR_TIE = 0.006;

for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));
requirePostgis();
const places = Number(process.argv[2] ?? PLACES);
const file = await placesFile(places);
const sqlite = openSqlite(file.path);
sqlite.exec("PRAGMA cache_size = -1000000");

const records = realPlaces(places).flatMap(([, set]) => set);
// The peers' boxes end at ±180° and at the poles: questions keep away from there.
const planned = questionsAbout(records, { each: EACH, seed: SEED }).filter(
  ({ center, query }) =>
    Math.abs(center.latitude) < 80 && Math.abs(center.longitude) < 178 && !isKind(sqlite, query),
);
console.log("asking Hereabouts");
// The peers get no codes of areas, which our questions without words leave out: nor questions that find one.
const answered = (await askOurs(planned)).filter(({ keys }) => keys.every((key) => key >= 0));
const questions = answered.map(({ question }) => question);
const peerQuestions = questions.map((question) => toPeerQuestion(question, sqlite));

console.log(`${questions.length} questions about ${places.toLocaleString("en")} places`);
const peers: Peer[] = [];
try {
  console.log("loading PostGIS");
  peers.push(await startPostgis(peerPlaces(sqlite)));
  console.log("loading R*Tree + FTS5");
  peers.push(openRtree(`${file.path}.rtree`, peerPlaces(sqlite)));

  const different: Set<number>[] = [];
  for (const peer of peers) {
    different.push(new Set());
    for (const way of peer.ways) {
      console.log(`comparing ${peer.name}, ${way}`);
      const answers = await peer.answer(peerQuestions, way);
      for (const [index, answer] of answers.entries()) {
        if (answer) compare(peer, index, answer);
      }
    }
  }

  const times: Took[][][] = [];
  for (const peer of peers) {
    const ways: Took[][] = [];
    for (const way of peer.ways) ways.push(await bestTimes(() => peer.time(peerQuestions, way)));
    times.push(ways);
  }
  const timed = questions.map((question, index): Timed => {
    const { keys, took } = answered[index]!;
    const peers = times.map((ways) => ways.map((way) => way[index]!));
    return { question, found: keys.length, ours: took, peers };
  });
  reportPeers(
    file,
    bytesOf(file.path)(""),
    peers,
    timed,
    different.map(({ size }) => size),
  );

  /** Throws unless the peer found the same places, up to ties. */
  function compare(peer: Peer, index: number, answer: readonly number[]): void {
    const { keys } = answered[index]!;
    if (keys.join() === answer.join()) return;
    different.at(-1)!.add(index);
    const expected = distances(index, keys);
    const actual = distances(index, answer);
    const same = (a: number, k: number) => Math.abs(a - expected[k]!) <= 0.01 + NEAR_TIE * a;
    if (actual.length === expected.length && actual.every(same)) return;
    console.error(questions[index], peerQuestions[index], expected, actual);
    throw new Error(`${peer.name} answers otherwise`);
  }
} finally {
  for (const peer of peers) await peer.close();
}

/** Distances of places by their keys, shortest first. */
function distances(index: number, keys: readonly number[]): number[] {
  const spot = sqlite.prepare("SELECT latitude, longitude FROM places WHERE key = ?");
  return keys
    .map((key) => spot.get(BigInt(key)) as unknown as Point)
    .map((point) => inverseGeodesic(questions[index]!.center, point).distanceMeters)
    .sort((a, b) => a - b);
}

async function bestTimes(time: () => Took[] | Promise<Took[]>): Promise<Took[]> {
  let best = await time();
  for (let pass = 1; pass < PASSES; pass++) {
    const again = await time();
    best = best.map((took, index) => better(took, again[index]!));
  }
  return best;
}

function better(a: Took, b: Took): Took {
  return {
    statement: Math.min(a.statement, b.statement),
    around: Math.min(a.around, b.around),
  };
}

interface Answered {
  readonly question: BenchQuestion;
  readonly keys: readonly number[];
  readonly took: Took;
}

async function askOurs(questions: readonly BenchQuestion[]): Promise<Answered[]> {
  const database = new MeteredDatabase(inSqlite(sqlite));
  const store = new PlaceIndex(database.d1, {} as R2Bucket);
  const answered: Answered[] = [];
  for (const question of questions) {
    let best: Took | undefined;
    let keys: number[] = [];
    for (let pass = 0; pass <= PASSES; pass++) {
      database.runs = [];
      let startedAt = performance.now();
      const { found } = await store.search([firstSearch(question)]);
      let elapsed = performance.now() - startedAt;
      let statement = database.milliseconds;
      // Where nothing is found we would ask on; the peers end here.
      if (found[0]!.rows.length > 0) {
        database.runs = [];
        startedAt = performance.now();
        const { places, mode } = await findNearby(store, question);
        if (mode === "exact" && places.length > 0) {
          elapsed = performance.now() - startedAt;
          statement = database.milliseconds;
          keys = places.map(({ row }) => row.key);
        }
      }
      const took = { statement, around: elapsed - statement };
      best = best ? better(best, took) : took;
    }
    answered.push({ question, keys, took: best! });
  }
  return answered;
}

/** The places with their words, in key order: every peer's rows lie as near each other as ours. */
function* peerPlaces(database: DatabaseSync): Generator<PeerPlace> {
  database.exec(`
    CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, places_text, instance);
    CREATE TEMP TABLE words AS SELECT doc, group_concat(term, ' ') AS words FROM vocabulary GROUP BY doc`);
  yield* database
    .prepare(
      "SELECT key, latitude, longitude, words FROM words CROSS JOIN places ON key = doc WHERE key >= 0 ORDER BY key",
    )
    .iterate() as unknown as Iterable<PeerPlace>;
  database.exec("DROP TABLE temp.words; DROP TABLE temp.vocabulary");
}

/** The words spelled out: peers need not look up what category a word means, as our statement does. */
function toPeerQuestion(question: BenchQuestion, database: DatabaseSync): PeerQuestion {
  const { center, radiusMeters, limit, query } = question;
  const words = matchWords(database, query);
  return { center, radiusMeters, limit, ...(words && { words }) };
}
