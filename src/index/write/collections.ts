import { NotFound } from "../../errors.ts";
import type { CollectionMetadata } from "../../records/collection-schema.ts";
import { readTokens } from "../../text/question-words.ts";
import { PHRASE_JOINER, phraseTerm, tokenize } from "../../text/tokens.ts";
import { type CollectionRow, toCollection } from "../snapshot.ts";
import { INDEX_FORMAT } from "./format.ts";

/** A collection that has never been loaded is only the place where its first import is staged: it does not show. */
export function isLoaded({ loaded_at }: Pick<CollectionRow, "loaded_at">): boolean {
  return loaded_at !== "";
}

export async function findCollection(
  session: D1DatabaseSession,
  name: string,
): Promise<CollectionRow | undefined> {
  const row = await session
    .prepare("SELECT * FROM collections WHERE name = ?1")
    .bind(name)
    .first<CollectionRow>();
  return row ?? undefined;
}

/** @throws NotFound */
export async function requireCollection(
  session: D1DatabaseSession,
  name: string,
): Promise<CollectionRow> {
  const row = await findCollection(session, name);
  if (row) return row;
  throw new NotFound("There is no such collection. GET /admin/collections lists them.");
}

export function metadataOf(row: CollectionRow): CollectionMetadata {
  return { ...toCollection(row), attributes: JSON.parse(row.attributes) };
}

/** The statement that makes a collection, unless there is one of this id. */
export function addCollection(
  session: D1DatabaseSession,
  metadata: CollectionMetadata,
): D1PreparedStatement {
  const { id, title, license, attribution, url, asOf, attributes } = metadata;
  return session
    .prepare(
      `INSERT INTO collections (name, title, license, attribution, url, as_of, attributes, loaded_at, places, index_format, generation)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, '', 0, ?8, (SELECT generation FROM data_version)) ON CONFLICT DO NOTHING`,
    )
    .bind(id, title, license, attribution, url, asOf, JSON.stringify(attributes), INDEX_FORMAT);
}

/** The statements that say what a collection says of itself. */
export function setMetadata(
  session: D1DatabaseSession,
  collection: number,
  { id, title, license, attribution, url, asOf, attributes }: CollectionMetadata,
): D1PreparedStatement[] {
  return [
    session
      .prepare(
        `UPDATE collections SET title = ?2, license = ?3, attribution = ?4, url = ?5, as_of = ?6, attributes = ?7
         WHERE id = ?1`,
      )
      .bind(collection, title, license, attribution, url, asOf, JSON.stringify(attributes)),
    ...setTitleWords(session, collection, id === title ? "" : title),
  ];
}

/**
 * The statements that let questions mean a collection by its title, "IKEA stores", and by what the title says beside words for
 * kinds of places and little words: "IKEA". A title that tells of places, "Airports of the world", has nothing of the kind,
 * and neither has one that is only the collection's id.
 */
function setTitleWords(
  session: D1DatabaseSession,
  collection: number,
  title: string,
): D1PreparedStatement[] {
  const read = readTokens(tokenize(title));
  const tokens = read.map(({ token }) => token);
  // A row for each token: its text, its role, and the phrases that begin with it.
  const rows = read.map(({ token, role }, at) => [
    token.text,
    role ?? null,
    [1, 2, 3].map((count) => phraseTerm(tokens.slice(at, at + count))),
  ]);
  return [
    session.prepare("DELETE FROM collection_words WHERE collection = ?1").bind(collection),
    session
      .prepare(INSERT_TITLE_WORDS)
      .bind(collection, JSON.stringify(rows), phraseTerm(tokens), PHRASE_JOINER),
  ];
}

/** The name is the first run of tokens that are neither kinds nor little words, if none but kinds and "all" come before it. */
const INSERT_TITLE_WORDS = `WITH token (number, text, role, isGeneral) AS MATERIALIZED (
    SELECT title.key, title.value ->> 0, title.value ->> 1, title.value ->> 1 IS NOT NULL OR EXISTS (
      SELECT 1 FROM json_each(title.value, '$[2]') AS kind CROSS JOIN category_words ON phrase = kind.value)
    FROM json_each(?2) AS title
  ),
  run (first, last) AS (
    SELECT first, coalesce((SELECT min(number) FROM token WHERE isGeneral AND number > first), (SELECT max(number) + 1 FROM token)) - 1
    FROM (SELECT min(number) AS first FROM token WHERE NOT isGeneral)
    WHERE NOT EXISTS (SELECT 1 FROM token WHERE number < first AND role = 'link')
  ),
  said (phrase) AS (
    SELECT ?3
    UNION
    SELECT group_concat(text, ?4 ORDER BY number) FROM token CROSS JOIN run WHERE number BETWEEN first AND last
  )
  INSERT INTO collection_words
  SELECT phrase, ?1 FROM said
  WHERE phrase <> '' AND NOT EXISTS (SELECT 1 FROM category_words WHERE category_words.phrase = said.phrase)`;

/** The statement that says when a collection was loaded, and what from: it shows from then on. */
export function setLoaded(
  session: D1DatabaseSession,
  collection: number,
  { loadedAt, fingerprint }: { readonly loadedAt: string; readonly fingerprint: string | null },
): D1PreparedStatement {
  return session
    .prepare("UPDATE collections SET loaded_at = ?2, fingerprint = ?3 WHERE id = ?1")
    .bind(collection, loadedAt, fingerprint);
}

export function removeCollection(
  session: D1DatabaseSession,
  collection: number,
): D1PreparedStatement[] {
  return ["collections WHERE id", "collection_words WHERE collection"].map((rows) =>
    session.prepare(`DELETE FROM ${rows} = ?1`).bind(collection),
  );
}

/** A collection, but for some, that has places whose time is over. */
export async function collectionWithExpiredRows(
  session: D1DatabaseSession,
  nowMs: number,
  except: readonly number[],
): Promise<CollectionRow | undefined> {
  const row = await session
    .prepare(
      `SELECT * FROM collections WHERE id = (
         SELECT collection FROM places
         WHERE valid_to <= ?1 AND collection NOT IN (SELECT value FROM json_each(?2)) LIMIT 1)`,
    )
    .bind(nowMs, JSON.stringify(except))
    .first<CollectionRow>();
  return row ?? undefined;
}

/** The ids of the collections that show, in order. */
export async function loadedCollections(session: D1DatabaseSession): Promise<string[]> {
  const { results } = await session
    .prepare("SELECT name FROM collections WHERE loaded_at <> '' ORDER BY name")
    .all<{ name: string }>();
  return results.map(({ name }) => name);
}
