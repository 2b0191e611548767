import { Stale } from "../../errors.ts";
import { deleteUnder, IF_NEW, numberOf, objectsUnder, padded } from "../../records/bucket.ts";
import { type Category, lineageOf, type Region } from "../../records/place.ts";
import { phraseTerm, tokenize } from "../../text/tokens.ts";
import { eachSlice, type Stores, write } from "./transaction.ts";

/**
 * What kinds of places, countries and regions are called, in R2 as `lexicons/<number>.json`: always all of it in one
 * object, and in the index by one batch, so that there is never a half of it. The lexicon that counts is the one whose
 * number the index has; an object with a higher number was not written to the end.
 */
export interface Lexicon {
  readonly categories: readonly Category[];
  readonly regions: readonly Region[];
  /** Tells these words from others. */
  readonly fingerprint: string;
}

/** A lexicon to be stored: regions that are left out stay as they are. */
export type GivenLexicon = Omit<Lexicon, "regions"> & {
  readonly regions?: readonly Region[] | undefined;
};

const FOLDER = "lexicons/";
const keyOf = (number: number): string => `${FOLDER}${padded(number)}.json`;

/**
 * Replaces the lexicon: searches, names of areas, and the inbox go by the one before until all of this one is stored.
 *
 * @param ifNone whether it is for a server without one: where there is one already, nothing changes
 * @returns the fingerprint of the lexicon that counts now
 */
export async function putLexicon(
  { database, bucket }: Stores,
  given: GivenLexicon,
  { ifNone = false } = {},
): Promise<string> {
  const { found } = await write(database, "index", async (session) => {
    const current = await currentLexicon(session);
    if (ifNone && current.fingerprint !== null) {
      return { found: { fingerprint: current.fingerprint, number: 0 }, statements: [] };
    }
    const before = ifNone || !given.regions ? await readLexicon(session, bucket) : undefined;
    const lexicon =
      ifNone && before
        ? before.lexicon
        : { ...given, regions: given.regions ?? before?.lexicon.regions ?? [] };
    const number = (await latestNumber(bucket)) + 1;
    const put = await bucket.put(keyOf(number), JSON.stringify(lexicon), { onlyIf: IF_NEW });
    if (put === null) throw new Stale(`There is a lexicon ${number}`);
    return {
      found: { fingerprint: lexicon.fingerprint, number },
      statements: indexStatements(session, lexicon, number, await allCategoryIds(session)),
      shows: "answers",
      compensate: () => bucket.delete(keyOf(number)),
    };
  });
  await deleteUnder(bucket, FOLDER, (key) => numberOf(key) < found.number);
  return found.fingerprint;
}

/** The fingerprint of the lexicon in the index; null if there is none. */
export async function lexiconFingerprint({
  database,
}: Pick<Stores, "database">): Promise<string | null> {
  return (await currentLexicon(database.withSession("first-primary"))).fingerprint;
}

/** All kinds of places of the lexicon, with their words and tags. */
export async function readCategories({ database, bucket }: Stores): Promise<readonly Category[]> {
  const found = await readLexicon(database.withSession("first-primary"), bucket);
  return found?.lexicon.categories ?? [];
}

/** The statements that put the lexicon of the bucket into the index anew. If it is lost, the index keeps what it has. */
export async function reindexStatements(
  session: D1DatabaseSession,
  bucket: R2Bucket,
): Promise<D1PreparedStatement[]> {
  const found = await readLexicon(session, bucket);
  if (!found) return [];
  return indexStatements(session, found.lexicon, found.number, await allCategoryIds(session));
}

/** What the index has: no number and no fingerprint if it has no lexicon. */
async function currentLexicon(session: D1DatabaseSession) {
  const row = await session
    .prepare("SELECT lexicon_object AS number, lexicon AS fingerprint FROM data_version")
    .first<{ number: number | null; fingerprint: string | null }>();
  return row!;
}

interface StoredLexicon {
  readonly number: number;
  readonly lexicon: Lexicon;
}

/** The lexicon that counts. A new index names none, or one that is gone: then it is the latest in the bucket. */
async function readLexicon(
  session: D1DatabaseSession,
  bucket: R2Bucket,
): Promise<StoredLexicon | undefined> {
  const { number } = await currentLexicon(session);
  const current = number === null ? undefined : await lexiconOf(bucket, number);
  return current ?? lexiconOf(bucket, await latestNumber(bucket));
}

async function lexiconOf(bucket: R2Bucket, number: number): Promise<StoredLexicon | undefined> {
  const text = await (await bucket.get(keyOf(number)))?.text();
  if (text === undefined) return undefined;
  try {
    return { number, lexicon: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** 0 if there is none. */
async function latestNumber(bucket: R2Bucket): Promise<number> {
  let latest = 0;
  for await (const { key } of objectsUnder(bucket, FOLDER)) latest = numberOf(key);
  return latest;
}

/**
 * The statements that put all of a lexicon into the index. Categories that the index has keep their ids, which rows
 * refer to; those that the lexicon does not tell of go by their own names.
 *
 * @param known the ids of all categories that the index has, from the lowest on
 */
function indexStatements(
  session: D1DatabaseSession,
  { categories, regions, fingerprint }: Lexicon,
  number: number,
  known: ReadonlyMap<string, number>,
): D1PreparedStatement[] {
  const told = new Map(categories.map((category) => [category.path, category]));
  const last = [...known.values()].at(-1) ?? 0;
  const ids = withIds([...told.keys()], known, last + 1);
  const categoryRows = Array.from(ids, ([path, id]) => {
    const { label, words } = told.get(path) ?? ownName(path);
    return [id, path, label, phrasesOf(words)];
  });
  const regionRows = regions.map(({ country, name, words }, index) => {
    return [index + 1, country, name ?? null, phrasesOf(words).join(" ")];
  });
  return [
    ...eachSlice(session, SET_CATEGORIES, categoryRows),
    session.prepare("DELETE FROM category_words"),
    ...eachSlice(session, INSERT_CATEGORY_WORDS, categoryRows),
    session.prepare("DELETE FROM regions"),
    session.prepare("INSERT INTO region_words (region_words) VALUES ('delete-all')"),
    ...eachSlice(session, INSERT_REGIONS, regionRows),
    ...eachSlice(session, INSERT_REGION_WORDS, regionRows),
    session
      .prepare("UPDATE data_version SET lexicon = ?1, lexicon_object = ?2")
      .bind(fingerprint, number),
  ];
}

const SET_CATEGORIES = `INSERT INTO categories
  SELECT value ->> 0, value ->> 1, value ->> 2, 0 FROM json_each(?1)
  WHERE true ON CONFLICT (id) DO UPDATE SET label = excluded.label WHERE label <> excluded.label`;
const INSERT_CATEGORY_WORDS = `INSERT INTO category_words (phrase, category)
  SELECT phrase.value, category.value ->> 0
  FROM json_each(?1) AS category CROSS JOIN json_each(category.value, '$[3]') AS phrase`;
const INSERT_REGIONS =
  "INSERT INTO regions SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1)";
const INSERT_REGION_WORDS =
  "INSERT INTO region_words (rowid, phrases) SELECT value ->> 0, value ->> 3 FROM json_each(?1)";

/** Lets the batch fail if another write has given the ids from this one on. */
const CHECK_IDS =
  "INSERT INTO write_conflicts SELECT 1 WHERE (SELECT coalesce(max(id), 0) + 1 FROM categories) <> ?1";

/** From the lowest on. */
async function allCategoryIds(session: D1DatabaseSession): Promise<ReadonlyMap<string, number>> {
  const { results } = await session
    .prepare("SELECT id, path FROM categories ORDER BY id")
    .all<{ id: number; path: string }>();
  return new Map(results.map(({ id, path }) => [path, id]));
}

/**
 * The ids of categories and their parents by their paths, and the statements that add those that the index does not have,
 * under their own names. An id is never given twice.
 */
export async function ensureCategories(
  session: D1DatabaseSession,
  paths: readonly string[],
): Promise<{ statements: D1PreparedStatement[]; ids: ReadonlyMap<string, number> }> {
  const wanted = [...new Set(paths.flatMap(lineageOf))];
  const { results } = await session
    .prepare(
      "SELECT categories.id, categories.path FROM json_each(?1) AS wanted CROSS JOIN categories ON categories.path = wanted.value",
    )
    .bind(JSON.stringify(wanted))
    .all<{ id: number; path: string }>();
  const known = new Map(results.map(({ id, path }) => [path, id]));
  if (known.size === wanted.length) return { statements: [], ids: known };
  const next = await session
    .prepare("SELECT coalesce(max(id), 0) + 1 AS next FROM categories")
    .first<number>("next");
  const ids = withIds(paths, known, next!);
  const rows = [...ids]
    .filter(([path]) => !known.has(path))
    .map(([path, id]) => {
      const { label, words } = ownName(path);
      return [id, path, label, phrasesOf(words)];
    });
  const statements = [
    session.prepare(CHECK_IDS).bind(next),
    ...eachSlice(session, SET_CATEGORIES, rows),
    ...eachSlice(session, INSERT_CATEGORY_WORDS, rows),
  ];
  return { statements, ids };
}

/** The known ids, and new ones for paths and their parents that have none. */
function withIds(
  paths: readonly string[],
  known: ReadonlyMap<string, number>,
  next: number,
): ReadonlyMap<string, number> {
  const ids = new Map(known);
  for (const path of paths.flatMap(lineageOf)) if (!ids.has(path)) ids.set(path, next++);
  return ids;
}

/** What a category is called that nobody tells of: "leisure/water_park" → "Water Park". */
function ownName(path: string): Pick<Category, "label" | "words"> {
  const name = path.slice(path.lastIndexOf("/") + 1).replaceAll("_", " ");
  return { label: titleCase(name), words: [name] };
}

function titleCase(text: string): string {
  return text.replace(/(^| )\p{Ll}/gu, (start) => start.toUpperCase());
}

/** Each phrase as one word. Made once, however often a write has to be tried: of all words it takes half a second. */
function phrasesOf(texts: readonly string[]): readonly string[] {
  let phrases = made.get(texts);
  if (phrases === undefined) {
    phrases = [...new Set(texts.map((text) => phraseTerm(tokenize(text))).filter(Boolean))];
    made.set(texts, phrases);
  }
  return phrases;
}

const made = new WeakMap<readonly string[], readonly string[]>();
