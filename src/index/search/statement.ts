import { LEAF_LEVEL } from "../../geo/cell.ts";
import type { Ranking } from "../../geo/ranking.ts";
import { FIRST_CODE_KEY, FIRST_OVERFLOW_KEY, MOST_UNLISTED, SUFFIX_BITS } from "../key.ts";
import { passesFilterSql } from "./filter.ts";
import { RANKINGS } from "./ranking.ts";
import {
  COLUMN,
  LEAST_CHORD,
  LEVEL,
  MOST_CHORD,
  POSITION,
  pointOnFace,
  ROW,
  TURN,
} from "./subcells.ts";
import { visible } from "./visible.ts";

/**
 * The one SQL statement behind every question: the places nearest to a point that match, in one
 * round trip, reading some ten rows for each row that it returns. Parameters:
 *
 *     ?1  JSON: the area's plan, and the text match      ?2 ?3 ?4  the point, earth-centred, metres
 *     ?5  up to which rank          ?6  the point's key        ?7  how many places
 *     ?8 ?9  from which rank on, and behind which key on the same spot (a cursor)
 *     ?10 now, in milliseconds        ?11  what attributes have to pass, JSON (filter.ts), if anything
 *
 * D1 binds JavaScript numbers as REAL, and FTS5 ignores a REAL bound on its rowid and reads the
 * whole posting list: integers are cast, or computed from such.
 *
 * A best-first search (Hjaltason & Samet, "Distance browsing in spatial databases", ACM TODS 24(2),
 * 1999), as a recursive query whose queue is ordered by the least possible rank of what is in it:
 *
 * - a page of the plan: it gives its cells, and the page that comes after it;
 * - a cell: it gives its places, or its four quarters if it has more than a few;
 * - a run of a crowded leaf cell (key.ts): it gives its places a few at a time, in key order;
 * - a place: what comes off the queue as a place is the next nearest.
 *
 * Where to start is guessed: from how far along the curve the nearest few matches lie. A wrong guess
 * costs rows, never a place, because the pages lead on from any start to the whole radius.
 *
 * The search has a budget of rows: what comes off the queue counts with the list that it has read. All that comes off
 * after the budget is spent passes for a place, so the limit of places soon ends the search. The one row of the result has
 * as `searched` the rank of the first such entry: everything that ranks before it has been seen. NULL: all has been seen.
 *
 * Ranks (geo/ranking.ts) order places nearly as geodesics do, and the caller settles the rest.
 *
 * What D1 counts, and bills, as a row read: a row of a table or a full-text index, also the one behind
 * the end of a range, and a row taken off the queue. VALUES in front of a join cost nothing.
 */
export interface StatementShape {
  /** The common table expressions of the text match (match.ts); undefined if every place matches. */
  readonly match: string | undefined;
  readonly ranking: Ranking["name"];
  /** Whether attributes have to pass tests. */
  readonly tested: boolean;
  /** Whether it goes on behind a place. */
  readonly continued: boolean;
}

/** The search gives this many places more than asked: near ties may change places. */
export const SPARE_PLACES = 1;
/** A page has at most this many entries, and so has a list of places. */
export const PAGE_ENTRIES = 16;

/** How many rows a search may read: some, more of them where tests drop places, and some more for each place that it is to give. */
const ROWS = 2_000;
const ROWS_TESTED = 6_000;
export const ROWS_A_PLACE = 60;
/** What it reads of the JSON of a place and of a test, about. */
const ROWS_OF_TESTS = 6;

/** How many characters a key and a rank have in a list. */
const KEY_WIDTH = 17;
const RANK_WIDTH = 24;

const LIMIT = "cast(?7 AS INTEGER)";
const POINT_KEY = "cast(?6 AS INTEGER)";
const CURSOR_KEY = "cast(?9 AS INTEGER)";

/** What a place is told by, in the order of their lists. */
export const COLUMNS = [
  "key",
  "source_id",
  "name",
  "category",
  "latitude",
  "longitude",
  "country",
  "region",
  "population",
  "collection",
  "record_object",
  "record_offset",
  "record_length",
  "filterable",
  "contact",
] as const;

/** Whether a key of a row is on the cursor's spot and not behind it; null if there is no such place. */
const beforeCursor = (row: string, key: string) => `(${row}.${key} <= ${CURSOR_KEY}
      AND ${row}.latitude = (SELECT latitude FROM places WHERE key = ${CURSOR_KEY})
      AND ${row}.longitude = (SELECT longitude FROM places WHERE key = ${CURSOR_KEY}))`;

/** Numbers from 0 on, as `column1`. */
function numbers(count: number): string {
  return `(VALUES ${Array.from({ length: count }, (_, n) => `(${n})`).join(", ")})`;
}

/**
 * The number of the level to start with: if the nearest few matches on one side lie within so many keys
 * along the curve, an area of as many keys around the point should hold about as many.
 */
function startingLevel(walked: string, key: string, matches: string): string {
  const point = `(${POINT_KEY} + base.column1)`;
  const few = `cast((?7 - 1) / 2 AS INTEGER)`;
  return `(
      SELECT min(json_array_length(?1, '$.starts') - 1, max(0, cast(
        ceil(log2(max(1, min(coalesce(above, ${Number.MAX_SAFE_INTEGER}), coalesce(below, ${Number.MAX_SAFE_INTEGER})))
          * (?1 ->> 'levels_by_keys')) / 2) AS INTEGER)))
      FROM (SELECT
        (SELECT ${key} FROM ${walked} WHERE ${matches} ${key} BETWEEN ${point} AND (?1 ->> 'last') + base.column1
          ORDER BY ${key} LIMIT 1 OFFSET ${few}) - ${point} AS above,
        ${point} - (SELECT ${key} FROM ${walked}
          WHERE ${matches} ${key} BETWEEN (?1 ->> 'first') + base.column1 AND ${point} - 1
          ORDER BY ${key} DESC LIMIT 1 OFFSET ${few}) AS below))`;
}

export function nearestStatement({ match, ranking, tested, continued }: StatementShape): string {
  const { rankOf, leastRankByChord } = RANKINGS[ranking];
  const matching = match !== undefined;
  // A list of keys is enough, and rows are read once it is known not to be too long; unless they are at hand anyway, and cheap.
  const readsRows = !matching && !tested;
  const counts = [
    visible("p", "?10"),
    tested && passesFilterSql("p.filterable", "?11"),
    continued && `NOT coalesce(${beforeCursor("p", "key")}, 0)`,
  ];
  const COUNTS = `(${counts.filter(Boolean).join(" AND ")})`;
  // What is walked in key order: the postings of the words, or the places themselves.
  const walked = matching ? "places_text AS t" : "places AS p";
  const key = matching ? "t.rowid" : "p.key";
  const matches = matching ? "t.places_text MATCH (SELECT expression FROM match) AND" : "";

  const budget = `(${tested ? ROWS_TESTED : ROWS} + ${ROWS_A_PLACE} * ${LIMIT})`;
  const isPage = "(s.level IS NULL AND s.last IS NULL)";
  const entry = (field: number) =>
    `iif(${isPage}, s.list ->> ('$[' || n.column1 || '][${field}]'), NULL)`;
  const page = (number: string) => `?1 -> ('$.pages[' || (${number}) || ']')`;

  // A list of places is a text with as many characters for each: its key, and where it has been read
  // anyway its rank, or -1 if it does not count. To see that a cell has too many, the key is enough.
  const width = readsRows ? KEY_WIDTH + RANK_WIDTH : KEY_WIDTH;
  const keyIn = (n: number | string) =>
    `cast(substr(s.list, 1 + ${width} * ${n}, ${KEY_WIDTH}) AS INTEGER)`;
  const keyOfN = keyIn("n.column1");
  const rankOfN = readsRows
    ? `cast(substr(s.list, ${KEY_WIDTH + 1} + ${width} * n.column1, ${RANK_WIDTH}) AS REAL)`
    : rankOf("p");
  const listed = readsRows
    ? `printf('%${KEY_WIDTH}d%!${RANK_WIDTH}.16e', p.key, iif(${COUNTS}, ${rankOf("p")}, -1))`
    : `printf('%${KEY_WIDTH}d', ${key})`;
  const isOverfull = `(s.level IS NOT NULL AND length(s.list) > ${MOST_UNLISTED * width})`;
  const isListed = `(NOT ${isOverfull} AND n.column1 * ${width} < length(s.list))`;
  const leadsOn = `(s.last IS NOT NULL AND n.column1 = ${MOST_UNLISTED})`;

  // A shift binds less tightly than a sum.
  const first = `(s.base + (s.position << ${SUFFIX_BITS + 2 * LEAF_LEVEL} - 2 * s.level))`;
  const last = `(s.base + ((s.position + 1) << ${SUFFIX_BITS + 2 * LEAF_LEVEL} - 2 * s.level) - 1)`;
  const list = `coalesce((SELECT group_concat(item, '') FROM (
        SELECT ${listed} AS item FROM ${walked}
        WHERE ${matches} ${key} BETWEEN coalesce(s.key, ${first}) AND coalesce(s.last, ${last})
        ORDER BY ${key} LIMIT ${MOST_UNLISTED + 1})), '')`;
  const childFirst = `(s.base + (${POSITION} << ${SUFFIX_BITS + 2 * LEAF_LEVEL - 2} - 2 * s.level))`;
  const childLast = `(s.base + (${POSITION} + 1 << ${SUFFIX_BITS + 2 * LEAF_LEVEL - 2} - 2 * s.level) - 1)`;
  // Of most words there are no codes at all.
  const bases = matching
    ? `(VALUES (0), (${FIRST_CODE_KEY})) AS base
    WHERE base.column1 = 0 OR EXISTS (SELECT 1 FROM places_text AS t WHERE ${matches} t.rowid < 0)`
    : "(VALUES (0)) AS base";

  // An entry with a level is a cell. One with a last key is a run, and its key is the first that is not yet read. One with a key only is a place.
  const search = `
  search (least, key, last, list, base, level, i, j, turn, position, u, v, w) AS (
    SELECT 0, NULL, NULL, ${page(`?1 ->> ('$.starts[' || ${startingLevel(walked, key, matches)} || ']')`)},
      base.column1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM ${bases}
    UNION
    -- Cells and runs: look at their first places.
    SELECT s.least, s.key, s.last, ${list}, s.base, s.level, s.i, s.j, s.turn, s.position, s.u, s.v, s.w
    FROM search AS s WHERE s.list IS NULL AND (s.level IS NOT NULL OR s.last IS NOT NULL)
    UNION
    -- Pages, and lists of few places or of a run's: take what is in them.
    SELECT
      CASE WHEN s.level IS NOT NULL THEN ${rankOfN}
        WHEN s.last IS NOT NULL THEN s.least ELSE ${entry(0)} END AS rank_of_n,
      iif(${isPage}, NULL, ${keyOfN}) AS key_of_n,
      iif(n.column1 = ${MOST_UNLISTED}, s.last, NULL),
      iif(${isPage}, ${page(entry(1))}, NULL),
      s.base, ${entry(2)}, ${entry(3)}, ${entry(4)}, ${entry(5)}, ${entry(6)},
      ${pointOnFace(`${entry(6)} >> 2 * ${entry(2)}`).join(", ")}
    FROM ${numbers(PAGE_ENTRIES)} AS n CROSS JOIN search AS s
      ${!readsRows ? `LEFT JOIN places AS p ON p.key = iif(${isListed}, ${keyOfN}, NULL) AND ${COUNTS}` : ""}
    WHERE (${isPage} OR ${isListed}
        AND (${leadsOn} OR ${readsRows ? `cast(substr(s.list, ${KEY_WIDTH + 1} + ${width} * n.column1, ${RANK_WIDTH}) AS REAL) >= 0` : "p.key IS NOT NULL"})
        AND rank_of_n >= ?8)
      AND rank_of_n <= ?5
    UNION
    -- Overfull cells: divide. The quarter that has all places of the list is known to be overfull.
    SELECT ${leastRankByChord(LEAST_CHORD)} AS least_in_cell, NULL, NULL,
      iif(${childFirst} <= ${keyIn(0)} AND ${childLast} >= ${keyIn(MOST_UNLISTED)}, s.list, NULL),
      s.base, ${LEVEL}, ${COLUMN}, ${ROW}, ${TURN}, ${POSITION}, s.u, s.v, s.w
    FROM ${numbers(4)} AS step CROSS JOIN search AS s
    WHERE ${isOverfull} AND s.level < ${LEAF_LEVEL} AND least_in_cell <= ?5
      ${continued ? `AND ${MOST_CHORD} >= ?1 ->> 'least_chord'` : ""}
    UNION
    -- Cells that have been looked at: go on with their runs of overflow keys; overfull leaf cells: with all runs.
    SELECT ${rankOf("run")} AS rank_of_run,
      ${continued ? `iif(${CURSOR_KEY} BETWEEN run.first AND run.last, ${CURSOR_KEY} + 1, run.first)` : "run.first"},
      run.last, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM (VALUES (0), (${FIRST_OVERFLOW_KEY})) AS side CROSS JOIN search AS s
      CROSS JOIN runs AS run ON run.home BETWEEN ${first} + side.column1 AND ${last} + side.column1
    WHERE s.level IS NOT NULL AND s.list IS NOT NULL
      AND iif(${isOverfull}, s.level = ${LEAF_LEVEL}, side.column1 > 0)
      AND rank_of_run BETWEEN ?8 AND ?5
      ${continued ? `AND NOT coalesce(${beforeCursor("run", "last")}, 0)` : ""}
    ORDER BY 1, 2
  )`;

  // An entry; its list and two looks for runs; and, if the list is taken, its places with what their tests read.
  const rowsOfItem = readsRows ? 1 : 2 + (tested ? ROWS_OF_TESTS : 0);
  const rowsOfEntry = `iif(${isPage} OR s.list IS NULL, 1, 3 + iif(${isOverfull}, 1, ${rowsOfItem}) * length(s.list) / ${width})`;

  return `WITH RECURSIVE ${matching ? `${match},` : ""} ${search}
  SELECT json_group_array(json_array(rank, ${COLUMNS.join(", ")},
      (SELECT path FROM categories WHERE id = category))) FILTER (WHERE key IS NOT NULL) AS places,
    min(iif(isSpent, rank, NULL)) AS searched
    ${matching ? ", (SELECT expression FROM match) AS expression, (SELECT reading FROM match) AS reading" : ""}
  FROM (
    SELECT s.isSpent, s.least AS rank, ${COLUMNS.map((column) => `p.${column}`).join(", ")}
    FROM (
      SELECT least, iif(last IS NULL AND NOT isSpent, key, NULL) AS key, isSpent
      FROM (
        SELECT least, key, last, sum(${rowsOfEntry}) OVER (ROWS UNBOUNDED PRECEDING) > ${budget} AS isSpent
        FROM search AS s)
      WHERE (key IS NOT NULL AND last IS NULL) OR isSpent
      LIMIT ${LIMIT} + ${SPARE_PLACES}
    ) AS s LEFT JOIN places AS p ON p.key = s.key
  )`;
}
