import { CallerError } from "../errors.ts";
import type { LeafRange } from "../geo/disc.ts";
import type { Point } from "../geo/point.ts";
import { FIRST_CODE_KEY, FIRST_OVERFLOW_KEY, LEAF_CAPACITY } from "./key.ts";
import { type AttributeTest, passesFilterSql } from "./search/filter.ts";
import { visible } from "./search/visible.ts";

type KeyRange = readonly [firstKey: number, lastKey: number];

/** What a text match has come to, for whatever goes on with it. */
export interface WalkMatch {
  readonly expression: string;
  /** Whether there are codes of areas among the matches (key.ts). */
  readonly hasCodes: boolean;
}

/** All places of some leaf cells that match: each once, however many there are, a page at a time. */
export interface Walk {
  /** In ascending order. */
  readonly leaves: readonly LeafRange[];
  /** Left out: every place matches but codes of areas. */
  readonly match?: WalkMatch | undefined;
  /** What the places' attributes have to pass. */
  readonly tests?: readonly AttributeTest[] | undefined;
  /** The time at which places have to be there, milliseconds since 1970: the same for all pages. */
  readonly nowMs: number;
  /** Whether the places at this point are wanted, where many are at one: else they are not read. */
  readonly wants?: (point: Point) => boolean;
  /** Whether it tells what places are called, too. */
  readonly withNames?: boolean;
}

/** All leaf cells. */
export const EVERY_LEAF: readonly LeafRange[] = [[0, FIRST_OVERFLOW_KEY / LEAF_CAPACITY - 1]];

/** How far a walk has come: what it reads next begins there. Plain data. */
export interface WalkPosition {
  /** 0 to 3: codes, their overflow keys, places, their overflow keys. */
  readonly section: number;
  /** Of overflow keys: the home of the run. */
  readonly home: number;
  readonly key: number;
  /** What `data_version.catalog` was: each commit of an import or a rebuild changes it. Undefined: nothing was read yet. */
  readonly catalog?: number | undefined;
  /** How often the walk has begun anew. */
  readonly restarts?: number | undefined;
}

export const WALK_START: WalkPosition = sectionStart(0);

export interface WalkedPlace extends Point {
  readonly key: number;
  /** Its number: PlaceIndex.categoriesOf. */
  readonly category: number;
  /** With names: the number of its collection, its id there, and what it is called. */
  readonly collection?: number | undefined;
  readonly source_id?: string | undefined;
  readonly name?: string | undefined;
}

export interface WalkPage {
  /** Whether the walk begins anew with `next`: what its pages have told so far is void. */
  readonly isAnew: boolean;
  readonly places: readonly WalkedPlace[];
  /** How many rows of places were looked at, also of those that do not count or do not pass. */
  readonly lookedAt: number;
  /** Undefined: that was all. */
  readonly next: WalkPosition | undefined;
  /** What D1 counts, and bills. */
  readonly rowsRead: number;
}

/** A page as it was read, and the index's catalog then; undefined if nothing had to be read. */
type PageRead = Omit<WalkPage, "isAnew"> & { readonly catalog?: number | undefined };

interface Run extends Point {
  readonly home: number;
  readonly first: number;
  readonly last: number;
}

/** A statement looks for a match in each range anew: with so many it stays short. */
const MOST_RANGES = 250;
const MOST_RUNS = 500;
const MOST_RESTARTS = 5;

const SECTIONS = [
  { base: FIRST_CODE_KEY, isOverflow: false },
  { base: FIRST_CODE_KEY, isOverflow: true },
  { base: 0, isOverflow: false },
  { base: 0, isOverflow: true },
] as const;
const FIRST_SECTION_OF_PLACES = 2;

/**
 * @param most how many rows of places it looks at
 * @throws CallerError if the places have got other keys each time that the walk has begun
 */
export async function walkPage(
  session: D1DatabaseSession,
  walk: Walk,
  from: WalkPosition,
  most: number,
): Promise<WalkPage> {
  const areCodesLeftOut = from.section < FIRST_SECTION_OF_PLACES && !walk.match?.hasCodes;
  const position = areCodesLeftOut ? sectionStart(FIRST_SECTION_OF_PLACES) : from;
  const { catalog = from.catalog, ...page } = SECTIONS[position.section]!.isOverflow
    ? await walkOverflow(session, walk, position, most)
    : await walkCells(session, walk, position, most);
  const { restarts = 0 } = from;
  const isChanged = from.catalog !== undefined && from.catalog !== catalog;
  if (!isChanged || !(await isWithinCrowd(session, walk, from))) {
    return { ...page, isAnew: false, next: page.next && { ...page.next, catalog, restarts } };
  }
  if (restarts === MOST_RESTARTS) throw changedTooOften();
  return { ...page, isAnew: true, places: [], next: { ...WALK_START, restarts: restarts + 1 } };
}

function changedTooOften(): CallerError {
  return new CallerError(
    "The places have changed again and again while they were read: an import or a rebuild is under way. Ask again in some minutes.",
  );
}

/**
 * Whether a commit may have moved places from before a position to behind it, or the other way round: places get new keys in
 * their cell, or in its runs, which are read later. No run is ever taken away.
 */
async function isWithinCrowd(
  session: D1DatabaseSession,
  { leaves, match }: Walk,
  { section, key }: WalkPosition,
): Promise<boolean> {
  if (!SECTIONS[section]!.isOverflow && key % LEAF_CAPACITY !== 0) return true;
  for (const base of match?.hasCodes ? [FIRST_CODE_KEY, 0] : [0]) {
    const { runs } = await readRuns(session, leaves, sectionStart(0), base);
    if (runs.length > 0) return true;
  }
  return false;
}

/** Goes on with the keys of leaf cells. */
async function walkCells(
  session: D1DatabaseSession,
  walk: Walk,
  { section, key }: WalkPosition,
  most: number,
): Promise<PageRead> {
  const left = rangesFrom(key, walk.leaves, SECTIONS[section]!.base);
  const ranges = left.slice(0, MOST_RANGES);
  if (ranges.length === 0) return nothing(sectionAfter(section));
  const { lastKey, ...read } = await readRows(session, walk, ranges, most);
  if (read.lookedAt === most) {
    const cell = Math.floor(lastKey! / LEAF_CAPACITY) * LEAF_CAPACITY;
    if (cell <= key) return { ...read, next: { section, home: 0, key: lastKey! + 1 } };
    // It is read again as a whole: an import or a rebuild that is committed between two pages gives its places other keys.
    const places = read.places.filter((place) => place.key < cell);
    return { ...read, places, next: { section, home: 0, key: cell } };
  }
  const isAll = left.length === ranges.length;
  const behind = { section, home: 0, key: ranges.at(-1)![1] + 1 };
  return { ...read, next: isAll ? sectionAfter(section) : behind };
}

/** Goes on with the runs of overflow keys that the cells have. */
async function walkOverflow(
  session: D1DatabaseSession,
  walk: Walk,
  { section, home, key }: WalkPosition,
  most: number,
): Promise<PageRead> {
  const from = { home, key };
  const { runs: all, ...seen } = await readRuns(
    session,
    walk.leaves,
    from,
    SECTIONS[section]!.base,
  );
  const isAll = all.length < MOST_RUNS;
  const last = all.at(-1);
  if (!last) return { ...nothing(sectionAfter(section)), ...seen };
  const behind = { section, home: last.home, key: last.last + 1 };
  const next = isAll ? sectionAfter(section) : behind;

  const runs = all.filter((run) => walk.wants?.(run) ?? true);
  if (runs.length === 0) return { ...nothing(next), ...seen };
  const blocks = runs.map(
    (run): KeyRange => [run.home === home ? Math.max(run.first, key) : run.first, run.last],
  );
  const { lastKey, ...read } = await readRows(session, walk, blocks, most);
  const cost = { rowsRead: seen.rowsRead + read.rowsRead };
  if (read.lookedAt < most) return { ...read, ...cost, next };
  const run = runs.find(({ first, last }) => first <= lastKey! && lastKey! <= last)!;
  return { ...read, ...cost, next: { section, home: run.home, key: lastKey! + 1 } };
}

/** Runs that places of some leaf cells have been in, from a key of a home on. */
async function readRuns(
  session: D1DatabaseSession,
  leaves: readonly LeafRange[],
  { home, key }: Pick<WalkPosition, "home" | "key">,
  base: number,
) {
  const first = base + FIRST_OVERFLOW_KEY;
  const homes = JSON.stringify(rangesFrom(home, leaves, first));
  const runs = session.prepare(RUNS).bind(homes, home, key, first);
  const { results, ...seen } = await withCatalog<Run>(session, runs);
  return { runs: results, ...seen };
}

/** Runs a statement, and tells what the index's catalog was at that moment. */
async function withCatalog<Row>(session: D1DatabaseSession, statement: D1PreparedStatement) {
  const [read, version] = await session.batch([statement, session.prepare(CATALOG)]);
  return {
    results: read!.results as Row[],
    rowsRead: read!.meta.rows_read + version!.meta.rows_read,
    catalog: (version!.results[0] as { catalog: number }).catalog,
  };
}

/** Reads the first rows of the ranges, range by range and in the order of their keys. */
async function readRows(
  session: D1DatabaseSession,
  { match, tests = [], nowMs, withNames = false }: Walk,
  ranges: readonly KeyRange[],
  most: number,
): Promise<Omit<PageRead, "next"> & { lastKey: number | undefined }> {
  const statement = session
    .prepare(
      rowsStatement({ isMatched: match !== undefined, isTested: tests.length > 0, withNames }),
    )
    .bind(
      JSON.stringify({ ranges, expression: match?.expression }),
      nowMs,
      most,
      ...(tests.length > 0 ? [JSON.stringify(tests)] : []),
    );
  const { results, ...seen } = await withCatalog<{ rows: string }>(session, statement);
  const rows = results.flatMap(({ rows }) => JSON.parse(rows) as (number | Told)[]);
  const places = rows
    .filter((row) => typeof row !== "number")
    .map(([key, category, latitude, longitude, collection, source_id, name]): WalkedPlace => {
      const place = { key, category, latitude, longitude };
      return withNames ? { ...place, collection, source_id, name } : place;
    });
  const last = rows.at(-1);
  const lastKey = typeof last === "number" ? last : last?.[0];
  return { places, lookedAt: rows.length, ...seen, lastKey };
}

/** Three more with names. */
type Told = readonly [
  key: number,
  category: number,
  latitude: number,
  longitude: number,
  collection?: number,
  source_id?: string,
  name?: string,
];

/** The keys of leaf cells, or those so far above them, from one on. */
function rangesFrom(key: number, leaves: readonly LeafRange[], base: number): KeyRange[] {
  return leaves
    .map(
      ([first, last]): KeyRange => [
        Math.max(base + first * LEAF_CAPACITY, key),
        base + last * LEAF_CAPACITY + LEAF_CAPACITY - 1,
      ],
    )
    .filter(([first, last]) => first <= last);
}

/** The leaf cell of a key; undefined if the place is in a run of overflow keys, which belong to no cell. */
export function leafOf(key: number): number | undefined {
  const own = key < 0 ? key - FIRST_CODE_KEY : key;
  return own < FIRST_OVERFLOW_KEY ? Math.floor(own / LEAF_CAPACITY) : undefined;
}

function nothing(next: WalkPosition | undefined): PageRead {
  return { places: [], lookedAt: 0, next, rowsRead: 0 };
}

function sectionStart(section: number): WalkPosition {
  return { section, home: FIRST_CODE_KEY, key: FIRST_CODE_KEY };
}

function sectionAfter(section: number): WalkPosition | undefined {
  return section + 1 < SECTIONS.length ? sectionStart(section + 1) : undefined;
}

/**
 * All rows that were looked at as a JSON list, in the order in which they were read: the key only of one that does not count
 * or does not pass. With names it could be longer than a value of D1 may be: then each row is a list of its own. ?1 ranges and
 * expression, JSON · ?2 now · ?3 how many rows · ?4 tests (filter.ts), if any.
 * A limit on what counts would leave open how much is read: behind it may be a million rows of an import that is under way.
 */
function rowsStatement({ isMatched, isTested, withNames }: Shape): string {
  const [first, last] = [
    "cast(range.value ->> 0 AS INTEGER)",
    "cast(range.value ->> 1 AS INTEGER)",
  ];
  const tests = isTested ? ` AND ${passesFilterSql("p.filterable", "?4")}` : "";
  const names = withNames ? ["collection", "source_id", "name"] : [];
  const columns = ["key", "category", "latitude", "longitude", ...names];
  const walked = isMatched
    ? `places_text AS t CROSS JOIN places AS p ON p.key = t.rowid
    WHERE t.places_text MATCH ?1 ->> 'expression' AND t.rowid BETWEEN ${first} AND ${last}`
    : `places AS p WHERE p.key BETWEEN ${first} AND ${last}`;
  const list = withNames ? "json_array" : "json_group_array";
  return `SELECT ${list}(iif(counts, json_array(${columns.join(", ")}), key)) AS rows FROM (
    SELECT ${columns.map((column) => `p.${column}`).join(", ")}, ${visible("p", "?2")}${tests} AS counts
    FROM json_each(?1, '$.ranges') AS range CROSS JOIN ${walked}
    LIMIT cast(?3 AS INTEGER)
  )`;
}

interface Shape {
  readonly isMatched: boolean;
  readonly isTested: boolean;
  readonly withNames: boolean;
}

const CATALOG = "SELECT catalog FROM data_version";

/**
 * The runs of some homes that places have been in, from the key ?3 of the home ?2 on. Where there are none at all, as in most
 * indexes, nothing is looked for: none lies below ?4.
 */
const RUNS = `SELECT run.home, run.first, run.next - 1 AS last, run.latitude, run.longitude
  FROM (SELECT 1 FROM runs WHERE home >= cast(?4 AS INTEGER) LIMIT 1)
    CROSS JOIN json_each(?1) AS range
    CROSS JOIN runs AS run ON run.home BETWEEN cast(range.value ->> 0 AS INTEGER) AND cast(range.value ->> 1 AS INTEGER)
  WHERE run.next > run.first AND NOT (run.home = cast(?2 AS INTEGER) AND run.next <= cast(?3 AS INTEGER))
  LIMIT ${MOST_RUNS}`;
