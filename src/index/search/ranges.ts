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
 * of areas near by have the words too: `isAnswer` is 0 then, and the best-first search has to answer.
 */
export function rangesStatement(match: string | undefined): string {
  const matching = match !== undefined;
  const rank = RANKINGS.chord.rankOf("p");
  const counts = visible("p", "?10");
  const key = matching ? "t.rowid" : "p.key";
  const walked = matching ? "match CROSS JOIN places_text AS t" : "places AS p";
  const matches = matching ? "t.places_text MATCH match.expression AND" : "";
  const place = matching ? "CROSS JOIN places AS p ON p.key = t.rowid" : "";
  const walk = (side: number, range: string, order: string) =>
    `SELECT * FROM (SELECT ${side} AS side, ${key} AS key FROM ${walked}
        WHERE ${matches} ${key} BETWEEN ${range} ORDER BY ${key} ${order} LIMIT ${WANTED})`;
  const [first, last] = ["(range.value ->> 0)", "(range.value ->> 1)"];
  return `WITH ${matching ? `${match},` : ""}
  probe (side, key, rank) AS MATERIALIZED (
    SELECT n.side, p.key, iif(${counts}, ${rank}, NULL)
    FROM (
      ${walk(1, `${POINT_KEY} AND ?1 ->> 'last'`, "")}
      UNION ALL
      ${walk(-1, `?1 ->> 'first' AND ${POINT_KEY} - 1`, "DESC")}
    ) AS n CROSS JOIN places AS p ON p.key = n.key
  ),
  seen (first, last, bound) AS MATERIALIZED (
    SELECT iif(sum(side = -1) < ${WANTED}, ?1 ->> 'first', min(key)),
      iif(sum(side = 1) < ${WANTED}, ?1 ->> 'last', max(key)),
      coalesce((SELECT rank FROM probe WHERE rank <= ?5 ORDER BY rank LIMIT 1 OFFSET ${WANTED} - 1), ?5)
    FROM (SELECT side, key FROM probe UNION ALL SELECT 0, NULL)
  ),
  disc (ranges) AS MATERIALIZED (
    SELECT ?1 -> ('$.rungs[' || (SELECT count(*) FROM json_each(?1, '$.ranks') WHERE value < bound) || ']') FROM seen
  ),
  rest (key, rank) AS MATERIALIZED (
    SELECT p.key, iif(${counts}, ${rank}, NULL)
    FROM seen CROSS JOIN disc CROSS JOIN json_each(disc.ranges) AS range CROSS JOIN ${walked} ${place}
    WHERE NOT (${first} >= seen.first AND ${last} <= seen.last)
      AND ${matches} ${key} BETWEEN iif(${first} BETWEEN seen.first AND seen.last, seen.last + 1, ${first})
        AND iif(${last} BETWEEN seen.first AND seen.last, seen.first - 1, ${last})
      AND NOT ${key} BETWEEN seen.first AND seen.last
    LIMIT ${MOST_IN_DISC}
  )
  SELECT json_group_array(json_array(rank, ${COLUMNS.join(", ")},
      (SELECT path FROM categories WHERE id = category))) FILTER (WHERE key IS NOT NULL) AS places,
    (SELECT count(*) FROM rest) < ${MOST_IN_DISC}
      AND NOT EXISTS (
        SELECT 1 FROM disc CROSS JOIN json_each(disc.ranges) AS range
          CROSS JOIN runs ON home BETWEEN ${first} + ${FIRST_OVERFLOW_KEY} AND ${last} + ${FIRST_OVERFLOW_KEY})
      ${
        matching
          ? `AND NOT EXISTS (SELECT 1 FROM ${walked} WHERE ${matches} t.rowid
          BETWEEN (?1 ->> 'first') + ${FIRST_CODE_KEY} AND (?1 ->> 'last') + ${FIRST_CODE_KEY})`
          : ""
      } AS isAnswer
    ${matching ? ", (SELECT expression FROM match) AS expression, (SELECT phrases FROM match) AS phrases" : ""}
  FROM (
    SELECT nearest.rank, ${COLUMNS.map((column) => `p.${column}`).join(", ")}
    FROM (
      SELECT key, rank FROM (SELECT key, rank FROM probe UNION ALL SELECT key, rank FROM rest)
      WHERE rank <= ?5 ORDER BY rank, key LIMIT ${WANTED}
    ) AS nearest CROSS JOIN places AS p ON p.key = nearest.key
  )`;
}

/** Places of a disc that are looked at: more than that, and the best-first search reads less. */
const MOST_IN_DISC = 800;
const WANTED = `(cast(?7 AS INTEGER) + ${SPARE_PLACES})`;
const POINT_KEY = "cast(?6 AS INTEGER)";
