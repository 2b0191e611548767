import { EDIT_NEIGHBOURS } from "./edit-neighbours.ts";
import type { TextMatch } from "./query.ts";

/**
 * A prefix stands for so many words at most, as each has a posting list to read: those of most places, which
 * `completions` lists (write/upkeep.ts). A prefix of fewer words is not listed there: the vocabulary has them all.
 */
export const MOST_COMPLETIONS = 64;
const LAST_CHARACTER = 0x10ffff;

/** A text match whose full-text expression an earlier search of the same question has told. */
export interface ResolvedMatch {
  readonly expression: string;
}

/**
 * Common table expressions that end with `match (expression, phrases)`: the full-text query for a TextMatch, the parameter
 * ?1, and a JSON list of those of its phrases that mean categories.
 * The vocabulary is asked once, here, which words there are; what walks the postings only sees words that exist, or the
 * very words of the question. Only what this match needs is in the SQL.
 */
export function matchSql(match: TextMatch | ResolvedMatch): string {
  if ("expression" in match)
    return "match (expression, phrases) AS (SELECT ?1 ->> 'expression', NULL)";
  const { typed, prefix, words, category, filter } = match;
  const tables = [
    words.length > 0 && KINDS,
    typed && SPELLINGS,
    prefix !== undefined && COMPLETIONS,
  ];
  const terms = [
    `SELECT '"' || word.value || '"' AS terms`,
    `SELECT '"·' || id || '"' FROM kind WHERE word.key BETWEEN first AND last`,
    typed && "SELECT terms FROM meant WHERE meant.word = word.value",
    prefix !== undefined &&
      `SELECT '"' || term || '"' FROM completion WHERE word.key = json_array_length(?1, '$.words') - 1`,
  ];
  const clauses = [
    words.length > 0 &&
      `SELECT '(' || group_concat((
          SELECT '(' || group_concat(terms, ' OR ') || ')' FROM (${all(terms, "\n            UNION ")})
        ), ?1 ->> 'joiner') || ')' AS clause FROM json_each(?1, '$.words') AS word`,
    category && CATEGORY,
    filter !== undefined && "SELECT ?1 ->> 'filter' AS clause",
  ];
  return `${[...tables.filter(Boolean)].map((table) => `${table},\n  `).join("")}match (expression, phrases) AS MATERIALIZED (
    SELECT group_concat(clause, ' AND '), ${words.length > 0 ? "(SELECT json_group_array(DISTINCT phrase) FROM kind)" : "NULL"} FROM (
      ${all(clauses, "\n      UNION ALL ")}
    )
  )`;
}

function all(parts: readonly (string | false | undefined)[], joiner: string): string {
  return parts.filter(Boolean).join(joiner);
}

/** The categories that phrases mean, each with the words that the phrase covers. */
const KINDS = `kind (first, last, id, phrase) AS MATERIALIZED (
    SELECT value ->> 1, value ->> 2, category_words.category, phrase
    FROM json_each(?1, '$.phrases') CROSS JOIN category_words ON phrase = value ->> 0
  )`;

/** What a word may have been meant to be: words that there are, and categories. No term is ever NULL: see COMPLETIONS. */
const SPELLINGS = `typed (word, letters) AS (
    SELECT value ->> 0, value -> 1 FROM json_each(?1, '$.typed')
  ),
  meant (word, terms) AS MATERIALIZED (
    SELECT word, concat_ws(' OR ',
      iif(EXISTS (SELECT 1 FROM places_vocabulary WHERE term = spelling), '"' || spelling || '"', NULL),
      (SELECT group_concat('"·' || category || '"', ' OR ') FROM category_words WHERE phrase = spelling)) AS terms
    FROM (SELECT DISTINCT word, neighbour AS spelling FROM (${EDIT_NEIGHBOURS}))
    WHERE terms <> ''
  )`;

/** For a bound that is NULL, SQLite from 3.54 on reads the whole vocabulary: the prefix is never NULL. */
const COMPLETIONS = `completion (term) AS MATERIALIZED (
    SELECT value FROM completions CROSS JOIN json_each(words) WHERE head = ?1 ->> 'prefix'
    UNION ALL
    SELECT term FROM (
      SELECT term FROM places_vocabulary
      WHERE term >= ?1 ->> 'prefix' AND term < (?1 ->> 'prefix') || char(${LAST_CHARACTER})
      LIMIT ${MOST_COMPLETIONS}
    ) WHERE NOT EXISTS (SELECT 1 FROM completions WHERE head = ?1 ->> 'prefix')
  )`;

const CATEGORY = `SELECT '(' || coalesce(
          (SELECT '"·' || id || '"' FROM categories WHERE path = ?1 ->> '$.category.path'),
          (SELECT group_concat('"·' || category || '"', ' OR ') FROM category_words
            WHERE phrase IN (SELECT value FROM json_each(?1, '$.category.phrases'))),
          '"·none"') || ')' AS clause`;
