import { COLLECTION_MARKER, PHRASE_JOINER } from "../../text/tokens.ts";
import { EDIT_NEIGHBOURS } from "./edit-neighbours.ts";
import type { TextMatch } from "./query.ts";

/**
 * A prefix stands for so many words at most, as each has a posting list to read: those of most places, which
 * `completions` lists (write/upkeep.ts). A prefix of fewer words is not listed there: the vocabulary has them all.
 */
export const MOST_COMPLETIONS = 64;
const LAST_CHARACTER = 0x10ffff;
/** A phrase with a typo is a kind only if it is so long: there are kinds beside nearly every short word. */
const SHORTEST_TYPED_WHOLE = 6;
/** No place has this word. */
const NOTHING = `"${PHRASE_JOINER}none"`;

/** A text match whose full-text expression an earlier search of the same question has told. */
export interface ResolvedMatch {
  readonly expression: string;
}

/**
 * Common table expressions that end with `match (expression, reading)`: the full-text query for a TextMatch, the parameter
 * ?1, and how the text was read (TextReading).
 * The vocabulary is asked once, here, which words there are; what walks the postings only sees words that exist, or the
 * very words of the question. Only what this match needs is in the SQL.
 */
export function matchSql(match: TextMatch | ResolvedMatch): string {
  if ("expression" in match)
    return "match (expression, reading) AS (SELECT ?1 ->> 'expression', NULL)";
  const { typed, prefix, words, wholes, category, collection, filter, rewritten, isNamed } = match;
  const hasText = words.length > 0 || wholes.length > 0;
  const tables = [
    hasText && SPANS,
    typed && SPELLINGS,
    prefix !== undefined && COMPLETIONS,
    rewritten && REWRITTEN,
    hasText && wholeTables(typed !== undefined),
    hasText && OWN_NAMES,
  ];
  const terms = [
    `SELECT '"' || word.value || '"' AS terms`,
    "SELECT term FROM span WHERE word.key BETWEEN first AND last",
    typed && "SELECT terms FROM meant WHERE meant.word = word.value",
    rewritten && "SELECT terms FROM rewritten WHERE word.key BETWEEN first AND last",
    prefix !== undefined &&
      `SELECT '"' || term || '"' FROM completion WHERE word.key = json_array_length(?1, '$.words') - 1`,
  ];
  const eachWord = `SELECT (SELECT '(' || group_concat(terms, ' OR ') || ')' FROM (${all(terms, "\n            UNION ")})) AS terms
          FROM json_each(?1, '$.words') AS word`;
  const allWords =
    match.combinations.length === 1
      ? `(SELECT '(' || group_concat(terms, ' AND ') || ')' FROM (${eachWord}))`
      : `(SELECT '(' || group_concat(clauses, ' OR ') || ')' FROM (
          SELECT (SELECT '(' || group_concat(list ->> ('$[' || value || ']'), ' AND ') || ')'
            FROM json_each(combination.value)) AS clauses
          FROM (SELECT json_group_array(terms) AS list FROM (${eachWord})) CROSS JOIN json_each(?1, '$.combinations') AS combination))`;
  const names = "(SELECT group_concat(term, ' OR ') FROM own_name)";
  const kinds = `(SELECT group_concat('"${PHRASE_JOINER}' || id || '"', ' OR ') FROM pure)`;
  const kindsOrNames = match.areNamesApart
    ? `'((' || ${kinds} || ')' || coalesce(' NOT (' || ${names} || ')', '') || ')'`
    : `'(' || concat_ws(' OR ', ${kinds}, ${names}) || ')'`;
  const text = isNamed
    ? `coalesce('(' || ${names} || ')', '${NOTHING}')`
    : `iif(EXISTS (SELECT 1 FROM pure), ${kindsOrNames}, coalesce(${words.length > 0 ? allWords : "NULL"}, '${NOTHING}'))`;
  const clauses = [
    hasText && `SELECT ${text} AS clause`,
    category && CATEGORY,
    collection !== undefined && COLLECTION,
    filter !== undefined && "SELECT ?1 ->> 'filter' AS clause",
  ];
  const readings = [
    rewritten && "SELECT reading AS text FROM rewritten",
    typed && "SELECT spelling AS text FROM meant",
  ];
  const reading = hasText
    ? `json_object(
      'kinds', json((SELECT json_group_array(json_array(label, places, phrase)) FROM pure)),
      'isName', EXISTS (SELECT 1 FROM own_name),
      'missing', json((SELECT json_group_array(label) FROM (
        SELECT min(label) AS label FROM span CROSS JOIN categories ON id = category
        GROUP BY first, last HAVING max(places) = 0))),
      'rewritten', ${readings.some(Boolean) ? `json((SELECT json_group_array(text) FROM (${all(readings, " UNION ")})))` : "NULL"})`
    : "NULL";
  return `${tables
    .filter(Boolean)
    .map((table) => `${table},\n  `)
    .join("")}match (expression, reading) AS MATERIALIZED (
    SELECT group_concat(clause, ' AND '), ${reading} FROM (
      ${all(clauses, "\n      UNION ALL ")}
    )
  )`;
}

function all(parts: readonly (string | false | undefined)[], joiner: string): string {
  return parts.filter(Boolean).join(joiner);
}

/**
 * The categories and collections that phrases mean, each with the words that the phrase covers. A phrase within a longer one
 * means nothing: of "police station", "station" is no kind.
 */
const SPANS = `meaning (first, last, term, category) AS MATERIALIZED (
    SELECT value ->> 1, value ->> 2, '"${PHRASE_JOINER}' || category || '"', category
    FROM json_each(?1, '$.phrases') CROSS JOIN category_words ON phrase = value ->> 0
    UNION ALL
    SELECT value ->> 1, value ->> 2, '"${COLLECTION_MARKER}' || collection || '"', NULL
    FROM json_each(?1, '$.phrases') CROSS JOIN collection_words ON phrase = value ->> 0
  ),
  span (first, last, term, category) AS MATERIALIZED (
    SELECT first, last, term, category FROM meaning WHERE NOT EXISTS (
      SELECT 1 FROM meaning AS longer
      WHERE (longer.category IS NULL) = (meaning.category IS NULL) AND longer.first <= meaning.first AND longer.last >= meaning.last
        AND longer.last - longer.first > meaning.last - meaning.first)
  )`;

/** What a word may have been meant to be: words that there are, and categories. No term is ever NULL: see COMPLETIONS. */
const SPELLINGS = `typed (word, letters) AS (
    SELECT value ->> 0, value -> 1 FROM json_each(?1, '$.typed')
  ),
  neighbour (word, spelling) AS MATERIALIZED (
    SELECT DISTINCT word, neighbour FROM (${EDIT_NEIGHBOURS})
  ),
  looked_up (word, spelling, terms) AS MATERIALIZED (
    SELECT word, spelling, concat_ws(' OR ',
      iif(EXISTS (SELECT 1 FROM places_vocabulary WHERE term = spelling), '"' || spelling || '"', NULL),
      (SELECT group_concat('"${PHRASE_JOINER}' || category || '"', ' OR ') FROM category_words WHERE phrase = spelling)) AS terms
    FROM neighbour
  ),
  meant (word, spelling, terms) AS MATERIALIZED (
    SELECT word, spelling, terms FROM looked_up WHERE terms <> ''
  )`;
/** A kind without places is not what a typo means, if the word may be one of a name. */
const IS_MEANT = `(places > 0 OR NOT EXISTS (
      SELECT 1 FROM meant WHERE terms LIKE '"' || spelling || '"%' AND spelling <> word AND spelling NOT IN (SELECT phrase FROM whole)))`;

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

/** The joined and split words of which there are all. */
const REWRITTEN = `rewritten (first, last, terms, reading) AS MATERIALIZED (
    SELECT rewriting.value ->> 0, rewriting.value ->> 1,
      '(' || group_concat('"' || part.value || '"', ' AND ') || ')', group_concat(part.value, ' ')
    FROM json_each(?1, '$.rewritten') AS rewriting CROSS JOIN json_each(rewriting.value, '$[2]') AS part
    GROUP BY rewriting.key
    HAVING min(EXISTS (SELECT 1 FROM places_vocabulary WHERE term = part.value))
  )`;

/** `pure`: the kinds that the text as a whole means, in the first reading in which each of its parts means some. */
function wholeTables(isTyped: boolean): string {
  const typed = `
    UNION ALL
    SELECT 0, 0, 1, category, phrase
    FROM json_each(?1, '$.typedWholes') AS whole CROSS JOIN neighbour ON word = whole.value ->> 0
      CROSS JOIN category_words ON phrase = (whole.value ->> 1) || spelling || (whole.value ->> 2)
    WHERE length(phrase) >= ${SHORTEST_TYPED_WHOLE}`;
  return `whole (reading, part, parts, id, phrase) AS MATERIALIZED (
    SELECT value ->> 1, value ->> 2, value ->> 3, category, phrase
    FROM json_each(?1, '$.wholes') CROSS JOIN category_words ON phrase = value ->> 0${isTyped ? typed : ""}
  ),
  pure (id, label, places, phrase) AS MATERIALIZED (
    SELECT id, label, places, phrase FROM whole CROSS JOIN categories USING (id)
    WHERE ${isTyped ? `${IS_MEANT} AND ` : ""}reading = (SELECT min(reading) FROM (
      SELECT reading FROM whole GROUP BY reading HAVING count(DISTINCT part) = max(parts)))
  )`;
}

/** The names that the text may be, of those that there are. A kind without places is sooner the name of a town. */
const OWN_NAMES = `own_name (term) AS MATERIALIZED (
    SELECT '"' || value || '"' FROM (
      SELECT value FROM json_each(?1, '$.names') WHERE EXISTS (SELECT 1 FROM pure)
      UNION ALL
      SELECT value FROM json_each(?1, '$.aliases') WHERE (SELECT max(places) FROM pure) = 0
    ) WHERE EXISTS (SELECT 1 FROM places_vocabulary WHERE term = value)
  )`;

const CATEGORY = `SELECT '(' || coalesce(
          (SELECT '"·' || id || '"' FROM categories WHERE path = ?1 ->> '$.category.path'),
          (SELECT group_concat('"·' || category || '"', ' OR ') FROM category_words
            WHERE phrase IN (SELECT value FROM json_each(?1, '$.category.phrases'))),
          '${NOTHING}') || ')' AS clause`;

const COLLECTION = `SELECT coalesce(
          (SELECT '"${COLLECTION_MARKER}' || id || '"' FROM collections WHERE name = ?1 ->> 'collection'), '${NOTHING}') AS clause`;
