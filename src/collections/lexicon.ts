import { type Category, lineageOf, type Region } from "../places/place.ts";
import { phraseWord, runsOf } from "../places/words.ts";
import { eachSlice, write } from "./write.ts";

export interface Lexicon {
  readonly categories: readonly Category[];
  readonly regions: readonly Region[];
  readonly fingerprint?: string | undefined;
}

const FOLDER = "lexicon/";
const pageKey = (page: number): string => `${FOLDER}${String(page).padStart(4, "0")}.json`;

/** Stores a page of the lexicon, in R2 and in the index. The first page starts a new one. */
export async function putLexicon(
  database: D1Database,
  bucket: R2Bucket,
  page: number,
  lexicon: Lexicon,
): Promise<void> {
  await bucket.put(pageKey(page), JSON.stringify(lexicon));
  // A longer lexicon may have been there before this one.
  if (lexicon.fingerprint !== undefined) await bucket.delete(pageKey(page + 1));
  await indexLexicon(database, page, lexicon);
}

/** Indexes all pages that R2 has. */
export async function reindexLexicon(database: D1Database, bucket: R2Bucket): Promise<void> {
  let page = 0;
  for await (const lexicon of pagesOf(bucket)) await indexLexicon(database, page++, lexicon);
}

/** All categories of the lexicon, with their words and tags; none if no lexicon was stored. */
export async function readCategories(bucket: R2Bucket): Promise<Category[]> {
  const all: Category[] = [];
  for await (const { categories } of pagesOf(bucket)) all.push(...categories);
  return all;
}

async function* pagesOf(bucket: R2Bucket): AsyncGenerator<Lexicon> {
  for (let page = 0; ; page++) {
    const lexicon = await (await bucket.get(pageKey(page)))?.json<Lexicon>();
    if (!lexicon) return;
    yield lexicon;
  }
}

async function indexLexicon(database: D1Database, page: number, lexicon: Lexicon): Promise<void> {
  const { categories, regions, fingerprint } = lexicon;
  await write(database, async (session) => {
    const known = await readCategoryIds(
      session,
      categories.map(({ path }) => path),
    );
    const { statements, ids } = await addCategories(
      session,
      categories.map(({ path }) => path),
      known,
    );
    const rows = categories.map(({ path, label, words }) => [
      ids.get(path),
      label,
      phrasesOf(words),
    ]);
    const { next } = (await session
      .prepare("SELECT coalesce(max(id), 0) + 1 AS next FROM regions")
      .first<{ next: number }>())!;
    const first = page === 0 ? 1 : next;
    const regionRows = regions.map(({ country, name, words }, k) => {
      return [first + k, country, name ?? null, phrasesOf(words)];
    });
    return {
      found: undefined,
      statements: [
        ...statements,
        ...(page === 0
          ? [
              session.prepare("DELETE FROM regions"),
              session.prepare("INSERT INTO region_words (region_words) VALUES ('delete-all')"),
            ]
          : []),
        ...eachSlice(session, SET_LABELS, rows),
        ...eachSlice(
          session,
          "DELETE FROM category_words WHERE rowid IN (SELECT value ->> 0 FROM json_each(?1))",
          rows,
        ),
        ...eachSlice(session, SET_WORDS, rows),
        ...eachSlice(session, INSERT_REGIONS, regionRows),
        ...eachSlice(session, INSERT_REGION_WORDS, regionRows),
        session.prepare("UPDATE data_version SET lexicon = ?1").bind(fingerprint ?? null),
      ],
    };
  });
}

const SET_LABELS = `UPDATE categories SET label = row.value ->> 1
  FROM json_each(?1) AS row WHERE categories.id = row.value ->> 0`;
const SET_WORDS =
  "INSERT INTO category_words (rowid, phrases) SELECT value ->> 0, value ->> 2 FROM json_each(?1)";
const INSERT_REGIONS =
  "INSERT INTO regions SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1)";
const INSERT_REGION_WORDS =
  "INSERT INTO region_words (rowid, phrases) SELECT value ->> 0, value ->> 3 FROM json_each(?1)";

/** The ids of categories by their paths, those of their parents among them, as far as there are. */
export async function readCategoryIds(
  session: D1DatabaseSession,
  paths: readonly string[],
): Promise<Map<string, number>> {
  const wanted = [...new Set(paths.flatMap(lineageOf))];
  const { results } = await session
    .prepare(
      "SELECT categories.id, categories.path FROM json_each(?1) AS wanted CROSS JOIN categories ON categories.path = wanted.value",
    )
    .bind(JSON.stringify(wanted))
    .all<{ id: number; path: string }>();
  return new Map(results.map(({ id, path }) => [path, id]));
}

/** The statements that add what is missing, with its own name for a word; and all ids. Ids are never given again. */
export async function addCategories(
  session: D1DatabaseSession,
  paths: readonly string[],
  known: ReadonlyMap<string, number>,
): Promise<{ statements: D1PreparedStatement[]; ids: ReadonlyMap<string, number> }> {
  const missing = [...new Set(paths.flatMap(lineageOf))].filter((path) => !known.has(path));
  if (missing.length === 0) return { statements: [], ids: known };
  const { next } = (await session
    .prepare("SELECT coalesce(max(id), 0) + 1 AS next FROM categories")
    .first<{ next: number }>())!;
  const ids = new Map(known);
  const rows = missing.map((path, k) => {
    ids.set(path, next + k);
    const name = path.slice(path.lastIndexOf("/") + 1).replaceAll("_", " ");
    return [next + k, path, titleCase(name), phrasesOf([name])];
  });
  const statements = [
    ...eachSlice(
      session,
      "INSERT INTO categories SELECT value ->> 0, value ->> 1, value ->> 2, 0 FROM json_each(?1)",
      rows,
    ),
    ...eachSlice(
      session,
      "INSERT INTO category_words (rowid, phrases) SELECT value ->> 0, value ->> 3 FROM json_each(?1)",
      rows,
    ),
  ];
  return { statements, ids };
}

/** "water park" → "Water Park" */
function titleCase(text: string): string {
  return text.replace(/(^| )\p{Ll}/gu, (start) => start.toUpperCase());
}

/** Each phrase as one word. */
function phrasesOf(texts: readonly string[]): string {
  return [...new Set(texts.map((text) => phraseWord(runsOf(text))).filter(Boolean))].join(" ");
}
