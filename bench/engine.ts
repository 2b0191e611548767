/**
 * The nearest ten places, with and without text, at 100 k to 10 M places:
 *
 *     npm run bench:engine              all sizes (the first time some 15 minutes, 10 GB of memory, 4 GB of disk)
 *     npm run bench:engine -- 100000    these sizes only
 *
 * Everything is asked through `findNearby` and `PlaceIndex`, twice: of SQLite in this process, for
 * the time that SQLite takes, and of local D1 (workerd), for the rows read that D1 counts. The two
 * must answer alike. Questions are seeded. Results go to RESULTS.md.
 */

import { PlaceIndex } from "../src/index/place-index.ts";
import { Area, quickStatementFor, type Search, statementFor } from "../src/index/search/plan.ts";
import { compileQuery, matchFor } from "../src/index/search/query.ts";
import { findNearby } from "../src/nearby/find.ts";
import type { Answer } from "../src/nearby/question.ts";
import { openD1 } from "../test/support/d1-file.ts";
import { inD1, inSqlite, MeteredDatabase } from "../test/support/metered-database.ts";
import { MOVES } from "./copies.ts";
import { IS_SMOKE } from "./made-up-places.ts";
import { bytesOf, openSqlite, type PlacesFile, placesFile } from "./places-file.ts";
import { AREAS, type BenchQuestion, firstSearch, KINDS, questionsAbout } from "./questions.ts";
import { realPlaces } from "./real-places.ts";
import { aim, circumstances, percentile, publish, short, spread, table } from "./report.ts";

const SIZES = [100_000, 1_000_000, 10_000_000];
const ALL_REAL = 2_173_535;
const HOME = 100_000;
const EACH = IS_SMOKE ? 2 : 60;
const SEED = 20261122;
const PASSES = 4;
const COMPILED = 100;
/** What takes longer is not repeated. */
const SLOW_MS = 100;
/** Of each kind in each area, so many of the questions that find nothing are asked to their end. */
const FURTHER_EACH = 3;
/** Searches read no records. */
const NO_BUCKET = {} as R2Bucket;

interface Took {
  readonly ms: number;
  readonly rowsRead: number;
}

interface Cost {
  readonly question: BenchQuestion;
  /** The search itself: the quick one, and where that gives up the best-first one. */
  readonly search: Took;
  /** What D1 says that this took, in whole milliseconds. */
  readonly d1Ms: number;
  readonly found: boolean;
  /** All statements, until the question is answered; left out for most questions that find nothing. */
  readonly whole?: Took;
}

interface Measured {
  readonly places: number;
  readonly file: PlacesFile;
  /** Bytes a place: all, the rows, the words, the index by source, the runs of crowded cells. */
  readonly bytes: readonly number[];
  readonly home: readonly Cost[];
  readonly everywhere: readonly Cost[];
  readonly compiled: readonly Compiled[];
}

/** How long SQLite takes to compile a statement, which is no part of the other times. */
interface Compiled {
  readonly statement: string;
  readonly characters: number;
  readonly ms: number;
}

const asked = process.argv.slice(2).map(Number);
const measured: Measured[] = [];
for (const places of asked.length > 0 ? asked : SIZES) measured.push(await measure(places));
report(measured);

async function measure(places: number): Promise<Measured> {
  console.log(`${places.toLocaleString("en")} places`);
  const file = await placesFile(places);
  const records = realPlaces(places).flatMap(([, set]) => set);
  // The same questions about the same neighbourhoods at every size: what grows is all around them.
  const home = questionsAbout(records.slice(0, HOME), { each: EACH, seed: SEED });
  const moves = places > ALL_REAL ? MOVES.slice(0, -1) : MOVES.slice(0, 1);
  const everywhere = questionsAbout(records, { each: EACH, seed: SEED + 1, moves });
  return {
    places,
    file,
    bytes: bytesPerPlace(file),
    home: await ask(file, home),
    everywhere: await ask(file, everywhere),
    compiled: compile(file),
  };
}

function compile(file: PlacesFile): Compiled[] {
  const sqlite = openSqlite(file.path);
  const area = new Area({ latitude: 48.8566, longitude: 2.3522 }, 10_000);
  const searches = (["", "hotel"] as const).map((text): [string, Search] => {
    const match = matchFor(compileQuery(text), "exact");
    return [text ? "a word" : "anything", { area, limit: 11, match }];
  });
  const all = searches.flatMap(([what, search]) => [
    [`${what}, quick search`, quickStatementFor(search)!.sql] as const,
    [`${what}, best-first search`, statementFor(search).sql] as const,
  ]);
  const compiled = all.map(([statement, sql]) => {
    const times = Array.from({ length: COMPILED }, (_, n) => {
      const startedAt = performance.now();
      // Another text each time: nothing may keep what it has compiled.
      sqlite.prepare(`${sql} -- ${n}`);
      return performance.now() - startedAt;
    });
    return { statement, characters: sql.length, ms: percentile(times, 0.5) };
  });
  sqlite.close();
  return compiled;
}

async function ask(file: PlacesFile, questions: readonly BenchQuestion[]): Promise<Cost[]> {
  const { database, close } = await openD1(file.persistPath);
  const inWorkerd = await askAll(new MeteredDatabase(inD1(database)), questions, 1);
  await close();
  const sqlite = openSqlite(file.path);
  const direct = await askAll(new MeteredDatabase(inSqlite(sqlite)), questions, PASSES);
  sqlite.close();

  return questions.map((question, index) => {
    const [there, here] = [inWorkerd[index]!, direct[index]!];
    if (there.answer !== here.answer)
      throw new Error(`D1 and SQLite differ: ${question.query.text}`);
    const took = (part: "search" | "whole"): Took => ({
      ms: here[part]!.ms,
      rowsRead: there[part]!.rowsRead,
    });
    return {
      question,
      search: took("search"),
      d1Ms: there.search.ms,
      found: here.found,
      ...(here.whole && { whole: took("whole") }),
    };
  });
}

interface Asked {
  readonly answer: string;
  readonly found: boolean;
  readonly search: Took;
  readonly whole?: Took;
}

/** Asks all questions, each so many times; the best counts, as the first one warms the page cache. */
async function askAll(
  database: MeteredDatabase,
  questions: readonly BenchQuestion[],
  passes: number,
): Promise<Asked[]> {
  const store = new PlaceIndex(database.d1, NO_BUCKET);
  const best = async <T>(act: () => Promise<T>) => {
    let took: Took = { ms: Number.POSITIVE_INFINITY, rowsRead: 0 };
    let result: T;
    let pass = 0;
    do {
      database.runs = [];
      result = await act();
      const ms = database.milliseconds;
      if (ms < took.ms) took = { ms, rowsRead: sum(database.runs.map((run) => run.rowsRead)) };
      pass += 1;
    } while (pass < passes && took.ms < SLOW_MS);
    return { result, took };
  };

  const furtherAsked = new Map<string, number>();
  const all: Asked[] = [];
  for (const question of questions) {
    const searched = await best(() => store.search([firstSearch(question)]));
    const found = searched.result.found[0]!.rows.length > 0;
    const sort = `${question.area} ${question.kind}`;
    const further = furtherAsked.get(sort) ?? 0;
    if (!found) furtherAsked.set(sort, further + 1);
    if (!found && further >= FURTHER_EACH) {
      all.push({ answer: "", found, search: searched.took });
      continue;
    }
    const { result, took } = await best(() => findNearby(store, question));
    all.push({ answer: idsOf(result), found, search: searched.took, whole: took });
  }
  return all;
}

function bytesPerPlace(file: PlacesFile): number[] {
  const bytes = bytesOf(file.path);
  const rows = bytes("places") - bytes("places_");
  const parts = [rows, bytes("places_text"), bytes("places_by_source"), bytes("runs")];
  return [sum(parts), ...parts].map((number) => number / file.places);
}

function report(all: readonly Measured[]): void {
  const name = ({ places }: Measured) =>
    places > ALL_REAL ? `${millions(places)}, copies beyond 2.17 M` : `${millions(places)} real`;
  const first = all[0]!;
  const last = all.at(-1)!;
  const costs = all.flatMap(({ home, everywhere }) => [...home, ...everywhere]);
  const rowsAt = ({ home }: Measured) => home.map(({ search }) => search.rowsRead);
  const ratio = (share: number) =>
    percentile(rowsAt(last), share) / percentile(rowsAt(first), share);
  const middle = all.find(({ places }) => places === 1_000_000) ?? first;
  const medianAt = ({ home }: Measured) =>
    percentile(
      home.map(({ search }) => search.ms),
      0.5,
    );
  const slower = medianAt(last) / medianAt(middle);
  const worst = (of: (cost: Cost) => number, share: number) =>
    Math.max(
      ...all
        .flatMap((size) => [size.home, size.everywhere])
        .map((set) => percentile(set.map(of), share)),
    );

  const placeBytes = last.bytes[0]! * last.places;
  const fixed = bytesOf(last.file.path)("") - placeBytes;

  publish(
    "Engine",
    `${circumstances()}

Nearest 10 within 2, 10 or 50 km. Each size: ${costs.length / all.length} seeded questions, half about the Nevada places that every
size has (the same questions: *home*), half about any place of that size (*everywhere*). SQL time is the
best of ${PASSES} runs on a warm page cache, the whole of \`statement.all()\` in node:sqlite with SQLite's own default
settings; rows read are what local D1 counts. All triples are p50 / p99 / max.

${table(
  [
    "places",
    "home: ms",
    "home: rows read",
    "everywhere: ms",
    "everywhere: rows read",
    "bytes a place (rows + words + by source + runs of crowded cells)",
  ],
  all.map((size) => [
    name(size),
    spread(size.home.map(({ search }) => search.ms)),
    spread(rowsAt(size)),
    spread(size.everywhere.map(({ search }) => search.ms)),
    spread(size.everywhere.map(({ search }) => search.rowsRead)),
    `${short(size.bytes[0]!)} (${size.bytes.slice(1).map(short).join(" + ")})`,
  ]),
)}

Where nothing within the radius matches the text as it is, one more round trip looks for looser readings and
for the nearest match anywhere. All statements of such questions together (a sample of them):

${table(
  ["places", "questions", "ms", "rows read"],
  all.map((size) => {
    const further = [...size.home, ...size.everywhere].filter(
      ({ found, whole }) => !found && whole,
    );
    return [
      name(size),
      String(further.length),
      spread(further.map(({ whole }) => whole!.ms)),
      spread(further.map(({ whole }) => whole!.rowsRead)),
    ];
  }),
)}

By area and kind, *everywhere* at ${name(last)}:

${table(
  ["what", ...AREAS.flatMap((area) => [`${area}: ms`, `${area}: rows read`])],
  KINDS.map((kind) => [
    kind,
    ...AREAS.flatMap((area) => {
      const of = last.everywhere.filter(
        ({ question }) => question.area === area && question.kind === kind,
      );
      return [
        spread(of.map(({ search }) => search.ms)),
        spread(of.map(({ search }) => search.rowsRead)),
      ];
    }),
  ]),
)}

Not in these times, because a prepared statement is asked: what compiling it takes, the median of ${COMPILED} times.

${table(
  ["statement", "characters", "ms"],
  last.compiled.map(({ statement, characters, ms }) => [
    statement,
    characters.toLocaleString("en"),
    short(ms),
  ]),
)}

Aims:
${aim(slower <= 1.3, `as fast at ${name(last)} as at ${name(middle)} (same questions, ratio of p50 <= 1.3): ${short(slower)}`)}
${aim(Math.max(ratio(0.5), ratio(0.99)) <= 1.3, `rows read flat from ${name(first)} to ${name(last)} (same questions, ratio <= 1.3): p50 × ${short(ratio(0.5))}, p99 × ${short(ratio(0.99))}`)}
${aim(worst(({ search }) => search.rowsRead, 0.99) <= 400, `p99 <= 400 rows read: ${short(worst(({ search }) => search.rowsRead, 0.99))} at most, over all sizes and both sets`)}
${aim(
  worst(({ search }) => search.ms, 0.5) < 1,
  `p50 under 1 ms of SQL time: ${short(worst(({ search }) => search.ms, 0.5))} ms at most (D1's own meta.duration, whole milliseconds: p50 ${short(
    percentile(
      costs.map(({ d1Ms }) => d1Ms),
      0.5,
    ),
  )}, p99 ${short(
    percentile(
      costs.map(({ d1Ms }) => d1Ms),
      0.99,
    ),
  )})`,
)}
${aim(Math.max(...all.map(({ bytes }) => bytes[0]!)) <= 150, `<= 150 bytes a place with its text index: ${all.map(({ bytes }) => short(bytes[0]!)).join(", ")} (the words of all categories, ${short(fixed / 1e6)} MB once, are not counted; of the 1 M places 28 % are Japanese)`)}

Loading: ${all.map(({ places, file: { build } }) => `${millions(places)} in ${short(build.seconds)} s (longest statement ${short(build.longest.seconds)} s: \`${build.longest.sql.slice(0, 60)}\`)`).join("; ")}. D1 ends a statement after 30 s.`,
  );
}

function millions(places: number): string {
  return places < 1_000_000 ? `${places / 1000} k` : `${short(places / 1_000_000)} M`;
}

function idsOf({ places, nearestBeyond }: Answer): string {
  return [...places, ...(nearestBeyond ? [nearestBeyond] : [])].map(({ row }) => row.key).join();
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
