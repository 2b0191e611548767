import { type Cell, childrenOf, circumradius, FACES } from "../geo/cell.ts";
import {
  CURVATURE_SLACK,
  ECCENTRICITY_SQUARED,
  POLAR_RADIUS_METERS,
  ROUNDING_SLACK,
  SEMI_MAJOR_METERS,
} from "../geo/ellipsoid.ts";

/**
 * The one SQL statement behind every question: the places nearest to a point that match, in one
 * round trip, reading about as many rows as it returns. Parameters:
 *
 *     ?1  JSON, see SearchPlan      ?2 ?3 ?4  the point, earth-centred, metres
 *     ?5  radius squared            ?6  the point's key        ?7  how many places
 *     ?8 ?9  only behind this squared chord, and this key on the same spot (a cursor)
 *
 * D1 binds JavaScript numbers as REAL, and FTS5 ignores a REAL bound on its rowid and reads the
 * whole posting list: integers are cast, or come out of JSON.
 *
 * The quick way. The `limit` matches just above and just below the point's key are near, though not
 * the nearest: `bound`, the limit-th squared chord among them, is an upper bound for the true one.
 * The smallest covering of the ladder that reaches that far holds the answer.
 *
 * The thorough way, where that covering is crowded (a town at the edge of a desert) or there is no
 * ladder: best-first search over the quadtree of cells, as a recursive query whose queue is ordered by
 * the least possible distance. A cell with many matches is divided, one with few gives its places,
 * and what comes off the queue as a place is the next nearest.
 * (Hjaltason & Samet, "Distance browsing in spatial databases", ACM TODS 24(2), 1999.)
 *
 * Distances here are straight lines through the earth, squared: they order places as geodesics do up
 * to `chordSlack`, and the caller settles the rest.
 */
export interface StatementShape {
  /** Whether words or a category restrict the search; else every place matches. */
  readonly matching: boolean;
  /** Whether a ladder of coverings is given to try first. */
  readonly quick: boolean;
}

/** How far anything in a cell of level 0 is from its middle at most: its circumradius, and the flattening of the earth. */
const CELL_REACH_METERS = 1.005 * SEMI_MAJOR_METERS * circumradius(0);
/** A covering with more matches than this is searched the thorough way. */
const CROWD = 60;
/** A cell with more matches than this is divided. */
const CELLFUL = 6;
/** The thorough way stops this many places later than asked: near ties may change places. */
export const SPARE_PLACES = 1;
const FINEST_LEVEL = 20;

const LIMIT = "cast(?7 AS INTEGER)";
const POINT_KEY = "cast(?6 AS INTEGER)";

const COLUMNS = `p.key, p.source_id, p.name, p.category, p.latitude, p.longitude, p.country,
      p.population, p.collection, p.record_object, p.record_offset, p.record_length`;

/**
 * A word's beginning stands for the words that begin so: the first of them in the alphabet, for each is
 * a list to read. FTS5's own prefix queries read the lists of all of them in full, each time anew.
 */
const MOST_COMPLETIONS = 256;
const LAST_CHARACTER = 0x10ffff;

/** The squared chord from the point to the place `p`. */
const NORMAL = `(${SEMI_MAJOR_METERS} / sqrt(1 - ${ECCENTRICITY_SQUARED} * pow(sin(radians(p.latitude)), 2)))`;
const CHORD = `(pow(${NORMAL} * cos(radians(p.latitude)) * cos(radians(p.longitude)) - ?2, 2)
      + pow(${NORMAL} * cos(radians(p.latitude)) * sin(radians(p.longitude)) - ?3, 2)
      + pow(${NORMAL} * ${1 - ECCENTRICITY_SQUARED} * sin(radians(p.latitude)) - ?4, 2))`;

const BEHIND_CURSOR = `${CHORD} >= ?8 AND NOT (p.key <= cast(?9 AS INTEGER)
      AND p.latitude = (SELECT latitude FROM places WHERE key = cast(?9 AS INTEGER))
      AND p.longitude = (SELECT longitude FROM places WHERE key = cast(?9 AS INTEGER)))`;

/**
 * The full-text query: the clauses of all words (see words and SearchPlan), each the word itself or
 * one of the categories it means; and the category asked for.
 */
const MATCH = `match (expression) AS MATERIALIZED (
    SELECT group_concat(clause, ' AND ') FROM (
      SELECT '(' || group_concat('(' || coalesce((
          SELECT group_concat('"' || term || '"', ' OR ') FROM (
            SELECT term FROM places_vocabulary
            WHERE term >= word.value ->> 'beginning'
              AND term < (word.value ->> 'beginning') || char(${LAST_CHARACTER})
            LIMIT ${MOST_COMPLETIONS})
        ), word.value ->> 'word') || coalesce((
          SELECT group_concat(' OR "·' || rowid || '"', '')
          FROM category_words WHERE category_words MATCH word.value ->> 'phrases'
        ), '') || ')', ?1 ->> 'joiner') || ')' AS clause
      FROM json_each(?1, '$.words') AS word
      HAVING count(*) > 0
      UNION ALL
      SELECT '(' || coalesce(
          (SELECT '"·' || id || '"' FROM categories WHERE path = ?1 ->> '$.category.path'),
          (SELECT group_concat('"·' || rowid || '"', ' OR ')
            FROM category_words WHERE category_words MATCH ?1 ->> '$.category.phrase'),
          '"·none"') || ')'
      WHERE ?1 ->> 'category' IS NOT NULL
    )
  )`;

/**
 * The step of the Hilbert curve that a sub-cell is: its column, its row, and how the curve is turned
 * inside it. The tables of geo/cell.ts, two bits an entry, one integer each.
 */
const AT_STEP = "(2 * (4 * s.turn + step.column1))";
const pack = (entry: (cell: Cell) => number) =>
  [0, 1, 2, 3]
    .flatMap((orientation) => childrenOf({ ...FACES[0]!, orientation }).map(entry))
    .reduce((packed, bits, k) => packed + bits * 4 ** k, 0);
const QUARTER = `(${pack(({ i, j }) => 2 * i + j)} >> ${AT_STEP})`;
const COLUMN = `(2 * s.i + (${QUARTER} >> 1 & 1))`;
const ROW = `(2 * s.j + (${QUARTER} & 1))`;
const TURN = `(${pack(({ orientation }) => orientation)} >> ${AT_STEP} & 3)`;

/**
 * Lower bounds of the distance from the point to the sub-cell, metres: to the planes through its four
 * edges and the centre of the earth, as far as the point is on the wrong side; and to the middle of
 * the cell, less the farthest that anything in the cell can be from there.
 */
const CHILD_DISTANCES = (() => {
  const grid = (line: string) => {
    const s = `((${line}) * 1.0 / (2 << s.level))`;
    return `iif(${s} >= 0.5, 4 * ${s} * ${s} - 1, 1 - 4 * (1 - ${s}) * (1 - ${s})) / 3`;
  };
  const outside = (line: string, axis: string) =>
    `(${grid(line)} * s.w - ${axis}) / sqrt(1 + pow(${grid(line)}, 2))`;

  const [u, v] = [grid(`${COLUMN} + 0.5`), grid(`${ROW} + 0.5`)];
  const length = `sqrt(1 + pow(${u}, 2) + pow(${v}, 2))`;
  // Which of the face's axes points to a pole: see onFace in geo/cell.ts.
  const pole = `CASE s.position >> (2 * s.level) WHEN 2 THEN 1 WHEN 5 THEN 1
    WHEN 3 THEN ${u} WHEN 4 THEN ${u} ELSE ${v} END`;
  const radius = `(${POLAR_RADIUS_METERS} / sqrt(1 - ${ECCENTRICITY_SQUARED} * (1 - pow((${pole}) / ${length}, 2))))`;
  const off = (axis: string, middle: string) =>
    `pow(${axis} - ${radius} * ${middle} / ${length}, 2)`;
  const reach = `${(CELL_REACH_METERS / 2).toFixed(0)} / (1 << s.level)`;
  return {
    left: outside(COLUMN, "s.u"),
    right: `-${outside(`${COLUMN} + 1`, "s.u")}`,
    bottom: outside(ROW, "s.v"),
    top: `-${outside(`${ROW} + 1`, "s.v")}`,
    middle: `sqrt(${off("s.u", u)} + ${off("s.v", v)} + ${off("s.w", "1")}) - ${reach}`,
  };
})();

export function nearestStatement({ matching, quick }: StatementShape): string {
  // `t` is what is walked in key order: the postings of the words, or the places themselves.
  const walked = matching ? "places_text AS t" : "places AS p";
  const key = matching ? "t.rowid" : "p.key";
  const matches = matching ? "t.places_text MATCH (SELECT expression FROM match) AND" : "";
  const places = matching ? `${walked} CROSS JOIN places AS p ON p.key = t.rowid` : walked;
  const overflow = "(SELECT keys FROM overflow)";
  const rangesOf = (rung: string) => `json_each(?1, '$.coverings[' || ${rung} || ']') AS range`;
  const inRange = `${matches} ${key} BETWEEN range.value ->> 0 AND (range.value ->> 1) + ${overflow}`;
  const quickWay = `
  probe (chord) AS (
    SELECT * FROM (
      SELECT ${CHORD} FROM ${places}
      WHERE ${matches} ${key} BETWEEN ${POINT_KEY} AND (?1 ->> 'last') + ${overflow}
      ORDER BY ${key} LIMIT ${LIMIT})
    UNION ALL
    SELECT * FROM (
      SELECT ${CHORD} FROM ${places}
      WHERE ${matches} ${key} BETWEEN ?1 ->> 'first' AND ${POINT_KEY} - 1
      ORDER BY ${key} DESC LIMIT ${LIMIT})
  ),
  bound (chord) AS MATERIALIZED (
    SELECT min(?5, coalesce((
      SELECT chord * (1 + ${ROUNDING_SLACK} + ${CURVATURE_SLACK} * chord)
      FROM probe ORDER BY chord LIMIT 1 OFFSET ${LIMIT} - 1), ?5))
  ),
  rung (i) AS MATERIALIZED (
    SELECT max(0, (?1 ->> 'rungs') - 1 - max(0, cast(ln(
      (?1 ->> 'radius') / (sqrt(max(chord, 1e-6)) * (?1 ->> 'stretch'))
    ) / ln(?1 ->> 'growth') - 1e-9 AS INTEGER))) FROM bound
  ),
  crowd (places) AS MATERIALIZED (
    SELECT count(*) FROM (
      SELECT 1 FROM ${rangesOf("(SELECT i FROM rung)")} CROSS JOIN ${walked} WHERE ${inRange}
      LIMIT ${CROWD + 1})
  ),`;

  const first = "s.position << (50 - 2 * s.level)";
  const last = `((s.position + 1) << (50 - 2 * s.level)) - 1 + ${overflow}`;
  const inCell = `${matches} ${key} BETWEEN ${first} AND ${last}`;
  const bound = quick ? "(SELECT chord FROM bound)" : "?5";
  // The search starts in the cell that holds all of the bound's disc, if one does; else in all six faces.
  const start =
    "?1 -> ('$.holding[' || (?1 ->> ('$.levels[' || (SELECT i FROM rung) || ']')) || ']')";
  const fromStart = (field: string, otherwise: string) =>
    quick ? `coalesce((${start}) ->> '${field}', ${otherwise})` : otherwise;
  const { left, right, bottom, top, middle } = CHILD_DISTANCES;
  const thoroughWay = `
  search (chord, key, places, level, i, j, turn, position, u, v, w) AS (
    SELECT 0, NULL, NULL, ${fromStart("level", "0")}, ${fromStart("i", "0")}, ${fromStart("j", "0")},
      ${fromStart("turn", "column1 & 1")}, ${fromStart("position", "column1")}, column2, column3, column4
    FROM (VALUES (0, ?3, ?4, ?2), (1, -?2, ?4, ?3), (2, -?2, -?3, ?4),
      (3, -?4, -?3, -?2), (4, -?4, ?2, -?3), (5, ?3, ?2, -?4))
    ${quick ? `WHERE (SELECT places FROM crowd) > ${CROWD} AND column1 = ${fromStart("face", "column1")}` : ""}
    UNION
    SELECT s.chord, NULL,
      (SELECT count(*) FROM (SELECT 1 FROM ${walked} WHERE ${inCell} LIMIT ${CELLFUL + 1})),
      s.level, s.i, s.j, s.turn, s.position, s.u, s.v, s.w
    FROM search AS s WHERE s.key IS NULL AND s.places IS NULL
    UNION
    SELECT pow(max(0, ${left}, ${right}, ${bottom}, ${top}, ${middle}), 2) AS least,
      NULL, iif(${POLAR_RADIUS_METERS} / (1 << s.level) > sqrt(${bound}), ${CELLFUL + 1}, NULL),
      s.level + 1, ${COLUMN}, ${ROW}, ${TURN}, 4 * s.position + step.column1, s.u, s.v, s.w
    FROM (VALUES (0), (1), (2), (3)) AS step CROSS JOIN search AS s
    WHERE s.places > ${CELLFUL} AND s.level < ${FINEST_LEVEL} AND least <= ${bound}
    UNION
    SELECT ${CHORD} AS exact, p.key, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM search AS s CROSS JOIN ${places}
    WHERE (s.places BETWEEN 1 AND ${CELLFUL} OR s.places > 0 AND s.level = ${FINEST_LEVEL})
      AND ${inCell} AND exact <= ${bound} AND ${BEHIND_CURSOR}
    ORDER BY 1, 2
  )`;

  const thorough = `
  SELECT ${COLUMNS}, 1 AS thorough
  FROM (SELECT key FROM search WHERE key IS NOT NULL LIMIT ${LIMIT} + ${SPARE_PLACES}) AS s
  CROSS JOIN places AS p ON p.key = s.key`;
  const near = `
  SELECT ${COLUMNS}, 0 AS thorough FROM ${rangesOf("(SELECT i FROM rung)")} CROSS JOIN ${places}
  WHERE (SELECT places FROM crowd) <= ${CROWD} AND ${inRange}
    AND ${CHORD} <= (SELECT chord FROM bound)
  UNION ALL`;

  return `WITH RECURSIVE ${matching ? `${MATCH},` : ""}
  overflow (keys) AS MATERIALIZED (SELECT keys FROM key_overflow),${quick ? quickWay : ""}${thoroughWay}
  ${quick ? near : ""}${thorough}`;
}
