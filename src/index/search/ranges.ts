import { FIRST_CODE_KEY, FIRST_OVERFLOW_KEY } from "../key.ts";
import { RANKINGS } from "./ranking.ts";
import { COLUMNS, SPARE_PLACES } from "./statement.ts";
import { visible } from "./visible.ts";

/**
 * The quick search: the nearest places within a radius, in three steps. Parameters as in statement.ts; ?1 has, beside the
 * text match, `first` and `last`, all keys of the radius; `rungs`, discs from small to the whole radius, each a list of
 * ranges of keys; and `ranks`, up to which rank each disc but the largest has all places.
 *
 * 1. **Probe**: the next matches along the curve on both sides of the point. The rank of the last that is wanted is a bound:
 *    the nearest ones are no farther. Between the first and the last that were probed nothing is left to be seen.
 * 2. **Ranges**: the smallest disc that reaches the bound, without what the probe has seen.
 * 3. The nearest of both.
 *
 * It gives up where a disc has too much in it, as beside a dense town, where a crowded cell has overflow keys, or where codes
 * of areas near by have the words too: `isAnswer` is 0 then, and the best-first search has to answer, up to `bound`.
 *
 * Each step is one row that the next one is made from, and lists are JSON: SQLite compiles a table expression anew for each
 * reference to it, and compiling takes longer than searching. Ranks are in whole millimetres there, which are quickly
 * written; `bound` is the next millimetre, because they are rounded down.
 */
export function rangesStatement(match: string | undefined): string {
  const matching = match !== undefined;
  const counts = visible("p", "?10");
  const rank = RANKINGS.chord.rankOf("p");
  // A posting is a key only: its place is read in a later step. Where every place matches, the places themselves are walked.
  const walked = matching ? "places_text AS t" : "places AS p";
  const key = matching ? "t.rowid" : "p.key";
  const millimeters = `iif(${counts}, cast(round(1000 * ${rank}) AS INTEGER), NULL) AS millimeters`;
  const columns = matching ? `${key} AS key` : `${millimeters}, ${key} AS key`;
  const matches = matching ? "t.places_text MATCH expression AND" : "";
  const item = matching ? "key" : "json_array(millimeters, key)";
  const keyOfLast = matching ? "'$[#-1]'" : "'$[#-1][1]'";
  const list = (rows: string) => `(SELECT json_group_array(${item}) FROM (${rows}))`;
  const ranked = (list: string) =>
    matching
      ? `SELECT ${millimeters}, p.key AS key FROM json_each(${list}) CROSS JOIN places AS p ON p.key = value`
      : `SELECT value ->> 0 AS millimeters, value ->> 1 AS key FROM json_each(${list})`;
  const probe = (range: string, order: string) =>
    list(
      `SELECT ${columns} FROM ${walked} WHERE ${matches} ${key} BETWEEN ${range} ORDER BY ${key} ${order} LIMIT ${WANTED}`,
    );
  const carried = matching ? "expression, reading, hasCodes," : "";
  const [first, last] = ["(range.value ->> 0)", "(range.value ->> 1)"];
  return `WITH ${matching ? `${match},` : ""}
  probed AS MATERIALIZED (
    SELECT ${
      matching
        ? `expression, reading, EXISTS (SELECT 1 FROM ${walked} WHERE ${matches} t.rowid
        BETWEEN (?1 ->> 'first') + ${FIRST_CODE_KEY} AND (?1 ->> 'last') + ${FIRST_CODE_KEY}) AS hasCodes,`
        : ""
    }
      ${probe(`${POINT_KEY} AND ?1 ->> 'last'`, "")} AS above,
      ${probe(`?1 ->> 'first' AND ${POINT_KEY} - 1`, "DESC")} AS below
    ${matching ? "FROM match" : ""}
  ),
  seen AS MATERIALIZED (
    SELECT ${carried}
      iif(json_array_length(below) < ${WANTED}, ?1 ->> 'first', below ->> ${keyOfLast}) AS first,
      iif(json_array_length(above) < ${WANTED}, ?1 ->> 'last', above ->> ${keyOfLast}) AS last,
      (SELECT json_group_array(json_array(millimeters, key)) FROM (${ranked("above")} UNION ALL ${ranked("below")})) AS probes
    FROM probed
  ),
  bounded AS MATERIALIZED (
    SELECT ${carried} first, last, probes,
      coalesce((SELECT ((value ->> 0) + 1) / 1000.0 FROM json_each(probes) WHERE (value ->> 0) / 1000.0 <= ?5
        ORDER BY value ->> 0 LIMIT 1 OFFSET ${WANTED} - 1), ?5) AS bound
    FROM seen
  ),
  disc AS MATERIALIZED (
    SELECT ${carried} first, last, probes, bound,
      ?1 -> ('$.rungs[' || (SELECT count(*) FROM json_each(?1, '$.ranks') WHERE value < bound) || ']') AS ranges
    FROM bounded
  ),
  rest AS MATERIALIZED (
    SELECT ${carried} probes, bound,
      EXISTS (SELECT 1 FROM json_each(ranges) AS range
        CROSS JOIN runs ON home BETWEEN ${first} + ${FIRST_OVERFLOW_KEY} AND ${last} + ${FIRST_OVERFLOW_KEY}) AS isCrowded,
      ${list(`SELECT ${columns} FROM json_each(ranges) AS range CROSS JOIN ${walked}
        WHERE NOT (${first} >= disc.first AND ${last} <= disc.last)
          AND ${matches} ${key} BETWEEN iif(${first} BETWEEN disc.first AND disc.last, disc.last + 1, ${first})
            AND iif(${last} BETWEEN disc.first AND disc.last, disc.first - 1, ${last})
          AND NOT ${key} BETWEEN disc.first AND disc.last
        LIMIT ${MOST_IN_DISC}`)} AS others
    FROM disc
  ),
  judged AS MATERIALIZED (
    SELECT ${matching ? "expression, reading," : ""} probes, bound, others,
      json_array_length(others) < ${MOST_IN_DISC} AND NOT isCrowded ${matching ? "AND NOT hasCodes" : ""} AS isAnswer
    FROM rest
  )
  SELECT ${matching ? "expression, reading," : ""} isAnswer, bound,
    iif(isAnswer, (
      SELECT json_group_array(json_array(rank, ${COLUMNS.join(", ")},
        (SELECT path FROM categories WHERE id = category)))
      FROM (
        SELECT nearest.rank, ${COLUMNS.map((column) => `p.${column}`).join(", ")}
        FROM (
          SELECT millimeters / 1000.0 AS rank, key FROM (
            SELECT value ->> 0 AS millimeters, value ->> 1 AS key FROM json_each(probes) UNION ALL ${ranked("others")}
          ) WHERE rank <= ?5 ORDER BY rank, key LIMIT ${WANTED}
        ) AS nearest CROSS JOIN places AS p ON p.key = nearest.key
      )
    ), '[]') AS places
  FROM judged`;
}

/** Places of a disc that are looked at: more than that, and the best-first search reads less. */
const MOST_IN_DISC = 800;
const WANTED = `(cast(?7 AS INTEGER) + ${SPARE_PLACES})`;
const POINT_KEY = "cast(?6 AS INTEGER)";
