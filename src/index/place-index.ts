import type { Point } from "../geo/point.ts";
import type { Category, Collection, PlaceRecord } from "../records/place.ts";
import { readRecords } from "../records/reader.ts";
import { matchSql } from "./search/match.ts";
import { NAME_BEGINNINGS, type NamedTown } from "./search/name-beginnings.ts";
import { BY_NAME_STATEMENT, type Named, type NameQuestion, toNamed } from "./search/names.ts";
import { quickStatementFor, type Search, type Statement, statementFor } from "./search/plan.ts";
import type { CategoryQuery, TextMatch, TextReading } from "./search/query.ts";
import { COLUMNS, SPARE_PLACES } from "./search/statement.ts";
import { counting, visible } from "./search/visible.ts";
import {
  COLLECTIONS_STATEMENT,
  type CollectionRow,
  cachedSnapshot,
  cacheSnapshot,
  type Snapshot,
  type SnapshotRow,
  snapshotColumns,
  toCollection,
} from "./snapshot.ts";
import { type Walk, type WalkMatch, type WalkPage, type WalkPosition, walkPage } from "./walk.ts";
import { type IndexCondition, indexCondition } from "./write/format.ts";

/** A place's row in the index. */
export interface PlaceRow extends Point {
  readonly key: number;
  readonly collection: number;
  readonly source_id: string;
  readonly name: string;
  readonly category: number;
  readonly category_path: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
  readonly region: string | null;
  readonly population: number | null;
  readonly record_object: number;
  readonly record_offset: number;
  readonly record_length: number;
  /** The declared attributes, JSON. */
  readonly filterable: string | null;
  /** Address, phone and website (records/contact.ts). */
  readonly contact: string | null;
}

/** What of a row tells where its record is. */
type Pointed = Pick<
  PlaceRow,
  "collection" | "source_id" | "record_object" | "record_offset" | "record_length"
>;

/** A row that a search has found, with its rank in metres (geo/ranking.ts). */
export interface RankedRow extends PlaceRow {
  readonly rank: number;
}

/** The nearest rows, by rank, then key. */
export interface Candidates {
  readonly rows: readonly RankedRow[];
  /** Whether no other rows match. */
  readonly isComplete: boolean;
  /** Up to which rank all rows are here, where the search had to stop there: it had read as much as it may. */
  readonly searchedRank?: number | undefined;
  /** The full-text expression that the text match came to. */
  readonly expression?: string | undefined;
  /** How the text was read; undefined without a text, and of a match that was resolved before. */
  readonly reading?: TextReading | undefined;
}

/** A kind of place that a phrase means. */
export interface MeantKind {
  readonly label: string;
  readonly hasPlaces: boolean;
}

/** What a text match comes to in this index: for all that goes on with it, however the index changes. */
export interface ResolvedText extends WalkMatch {
  /** How the text was read; undefined without a text. */
  readonly reading: TextReading | undefined;
}

/** A category with its number of places. Over all collections, the places of its parts are included. */
export type CategoryCount = Pick<Category, "path" | "label"> & { readonly places: number };

/** A collection and what it holds. */
export interface CollectionSummary extends Collection {
  readonly places: number;
  readonly loadedAt: string;
  readonly categories: readonly CategoryCount[];
}

/** Reads the places: the index in D1, full records in R2. */
export class PlaceIndex {
  readonly #database: D1Database;
  readonly #bucket: R2Bucket;

  constructor(database: D1Database, bucket: R2Bucket) {
    this.#database = database;
    this.#bucket = bucket;
  }

  /** The snapshot as this isolate has read it last: it may have changed since. */
  cachedSnapshot(): Snapshot | undefined {
    return cachedSnapshot(this.#database);
  }

  /** What state the index is in. @throws Error if the database does not answer */
  async condition(): Promise<IndexCondition> {
    return indexCondition(this.#session());
  }

  /** The snapshot as it is now. */
  async snapshot(): Promise<Snapshot> {
    return (await this.#read(() => [])).snapshot;
  }

  /** Runs searches in one round trip; in two, where the quick search has to leave one to the best-first search. */
  async search(
    searches: readonly Search[],
  ): Promise<{ found: Candidates[]; snapshot: Snapshot; rowsRead: number }> {
    const statements = searches.map((search) => quickStatementFor(search) ?? statementFor(search));
    const { rows, snapshot, rowsRead } = await this.#run(statements);
    const left = [...searches.keys()].filter((at) => rows[at]!.isAnswer === 0);
    const bounded = left.map((at) => statementFor(searches[at]!, rows[at]!.bound));
    const again = left.length > 0 ? await this.#run(bounded) : undefined;
    for (const [nth, at] of left.entries()) rows[at] = again!.rows[nth]!;
    const found = searches.map(({ limit }, at) => toCandidates(rows[at]!, limit));
    return {
      found,
      snapshot: again?.snapshot ?? snapshot,
      rowsRead: rowsRead + (again?.rowsRead ?? 0),
    };
  }

  /** Runs statements of searches. The first one reads the snapshot, too, because each further statement takes time. */
  async #run([first, ...others]: readonly Statement[]): Promise<{
    rows: FoundRow[];
    snapshot: Snapshot;
    rowsRead: number;
  }> {
    const session = this.#session();
    const cached = this.cachedSnapshot();
    const { sql, parameters } = first!;
    const results = await session.batch<FoundRow & SnapshotRow>([
      session
        .prepare(withSnapshot(sql, parameters.length))
        .bind(...parameters, cached?.version ?? null, cached?.catalog ?? null),
      ...others.map(({ sql, parameters }) => session.prepare(sql).bind(...parameters)),
    ]);
    const rows = results.map((result) => result.results[0]!);
    const rowsRead = results.reduce((sum, { meta }) => sum + meta.rows_read, 0);
    return { rows, snapshot: cacheSnapshot(this.#database, rows[0]!, cached), rowsRead };
  }

  /** What text matches come to, in one round trip. */
  async resolve(matches: readonly TextMatch[]): Promise<ResolvedText[]> {
    const session = this.#session();
    const results = await session.batch<ResolvedRow>(
      matches.map((match) => session.prepare(resolveStatement(match)).bind(JSON.stringify(match))),
    );
    return results.map(({ results: [row] }) => ({
      expression: row!.expression,
      hasCodes: row!.hasCodes === 1,
      reading: row!.reading ? JSON.parse(row!.reading) : undefined,
    }));
  }

  /** The next places of a walk. @param most how many rows of places it looks at */
  async walk(walk: Walk, from: WalkPosition, most: number): Promise<WalkPage> {
    return walkPage(this.#session(), walk, from, most);
  }

  /** How many places a match has at most: no place is without one of its terms. Undefined: how many there are at most. */
  async mostOf(match: WalkMatch | undefined): Promise<number> {
    // An import may bring all of them anew.
    if (!match) return 2 * (await this.size());
    const terms = Array.from(match.expression.matchAll(/"([^"]+)"/g), ([, term]) => term);
    const row = await this.#session()
      .prepare(MOST_OF)
      .bind(JSON.stringify([...new Set(terms)]))
      .first<{ most: number }>();
    return row!.most;
  }

  /** How many places there are. */
  async size(): Promise<number> {
    const row = await this.#session().prepare(SIZE).first<{ places: number }>();
    return row!.places;
  }

  /** Categories by the numbers that rows have for them. */
  async categoriesOf(
    numbers: readonly number[],
  ): Promise<Map<number, Pick<Category, "path" | "label">>> {
    const { results } = await this.#session()
      .prepare(CATEGORIES_OF)
      .bind(JSON.stringify(numbers))
      .all<Pick<Category, "path" | "label"> & { id: number }>();
    return new Map(results.map(({ id, ...category }) => [id, category]));
  }

  /** A place's row by its collection's name and its id there. */
  async find(
    collection: string,
    sourceId: string,
  ): Promise<{ row: PlaceRow; snapshot: Snapshot } | undefined> {
    const { results, snapshot } = await this.#read((session) => [
      session.prepare(PLACE_BY_ID).bind(collection, sourceId, Date.now()),
    ]);
    const row = results[0]!.results[0] as PlaceRow | undefined;
    return row && { row, snapshot };
  }

  /** Some rows of a collection in the order of their ids, from one behind `after` on, also those whose time is not now. */
  async page(
    collection: string,
    { after, most }: { readonly after: string; readonly most: number },
  ): Promise<{ rows: PlaceRow[]; snapshot: Snapshot }> {
    const { results, snapshot } = await this.#read((session) => [
      session.prepare(PAGE).bind(collection, after, most),
    ]);
    return { rows: results[0]!.results as unknown as PlaceRow[], snapshot };
  }

  /** The places that go by some name, and the areas that its parts mean, in one round trip. */
  async byName(question: NameQuestion): Promise<{ named: Named; snapshot: Snapshot }> {
    const { results, snapshot } = await this.#read((session) => [
      session.prepare(BY_NAME_STATEMENT).bind(JSON.stringify(question), Date.now()),
    ]);
    return { named: toNamed(results[0]!), snapshot };
  }

  /** Towns that have a name which begins like a phrase (phraseTerm), in no order. */
  async namesBeginning(phrase: string): Promise<NamedTown[]> {
    const statement = this.#session().prepare(NAME_BEGINNINGS).bind(phrase, Date.now());
    return (await statement.all<NamedTown>()).results;
  }

  /** The kinds that a category's path or phrases mean. */
  async kindsOf({ path, phrases }: CategoryQuery): Promise<MeantKind[]> {
    const { results } = await this.#read((session) => [
      session.prepare("SELECT label, places FROM categories WHERE path = ?1").bind(path),
      session.prepare(KINDS_OF_PHRASES).bind(JSON.stringify(phrases)),
    ]);
    return results
      .slice(0, 2)
      .flatMap((result) => result.results as { label: string; places: number }[])
      .map(({ label, places }) => ({ label, hasPlaces: places > 0 }));
  }

  /** The categories that have places, those with most places first. */
  async categories(): Promise<CategoryCount[]> {
    const { results } = await this.#session().prepare(CATEGORIES).all<CategoryCount>();
    return results;
  }

  /** The full records of rows; undefined where the bucket does not have one. */
  async records(
    rows: readonly PlaceRow[],
    { collections }: Snapshot,
  ): Promise<(PlaceRecord | undefined)[]> {
    const read = async (pointed: readonly Pointed[]) =>
      readRecords(
        this.#bucket,
        pointed.map((row) => ({
          collection: collections.get(row.collection)?.id ?? "",
          object: row.record_object,
          offset: row.record_offset,
          length: row.record_length,
          sourceId: row.source_id,
        })),
      );
    const records = await read(rows);
    const missing = [...rows.keys()].filter((at) => records[at] === undefined);
    if (missing.length === 0) return records;
    // Edited just now, or put into another object since the row was read.
    const found = await this.#recordsNow(missing.map((at) => rows[at]!));
    const moved = await read(found.map(({ row }) => row));
    for (const [index, at] of missing.entries()) {
      const { text } = found[index]!;
      records[at] = text ? JSON.parse(text) : moved[index];
    }
    return records;
  }

  /** Where the records of rows are now: in the bucket, or in the outbox. */
  async #recordsNow(rows: readonly PlaceRow[]): Promise<{ row: Pointed; text?: string }[]> {
    const pointers = rows.map(({ key, record_object, record_length }) => [
      key,
      record_length === 0 ? record_object : null,
    ]);
    const { results } = await this.#session()
      .prepare(RECORDS_NOW)
      .bind(JSON.stringify(pointers))
      .all<Pointed & { at: number; text: string | null }>();
    const byIndex = new Map(results.map((result) => [result.at, result]));
    return rows.map((row, at) => {
      const { text, ...now } = byIndex.get(at) ?? { text: null };
      const isSame = "source_id" in now && now.source_id === row.source_id;
      return { row: isSame ? { ...row, ...now } : row, ...(text && { text }) };
    });
  }

  async collections(): Promise<CollectionSummary[]> {
    const session = this.#session();
    const [collections, counts] = await session.batch([
      session.prepare(COLLECTIONS_STATEMENT),
      session.prepare(COUNTS_BY_COLLECTION),
    ]);
    const categories = Map.groupBy(
      counts!.results as (CategoryCount & { collection: number })[],
      ({ collection }) => collection,
    );
    return (collections!.results as CollectionRow[]).map((row) => ({
      ...toCollection(row),
      places: row.places,
      loadedAt: row.loaded_at,
      categories: (categories.get(row.id) ?? []).map(({ collection, ...counted }) => counted),
    }));
  }

  /** Runs statements with the one that reads the snapshot, in one round trip. */
  async #read(
    prepare: (session: D1DatabaseSession) => D1PreparedStatement[],
  ): Promise<{ results: D1Result[]; snapshot: Snapshot }> {
    const session = this.#session();
    const cached = this.cachedSnapshot();
    const results = await session.batch([
      ...prepare(session),
      session.prepare(SNAPSHOT).bind(cached?.version ?? null, cached?.catalog ?? null),
    ]);
    const row = results.at(-1)!.results[0] as SnapshotRow;
    return { results, snapshot: cacheSnapshot(this.#database, row, cached) };
  }

  /** Reads may come from any replica: an import shows within moments everywhere. */
  #session(): D1DatabaseSession {
    return this.#database.withSession("first-unconstrained");
  }
}

const SNAPSHOT = `SELECT ${snapshotColumns("?1", "?2")} FROM data_version`;

/** The kinds that the phrases of a JSON list mean. */
const KINDS_OF_PHRASES = `SELECT label, places FROM categories
  WHERE id IN (SELECT category FROM json_each(?1) CROSS JOIN category_words ON phrase = value)`;

/** A search's statement, which has one row, with what it is read with; its parameters follow those of the search. */
function withSnapshot(sql: string, parameters: number): string {
  const [version, catalog] = [1, 2].map((more) => `?${parameters + more}`);
  return `SELECT found.*, ${snapshotColumns(version!, catalog!)}
  FROM data_version CROSS JOIN (${sql}) AS found`;
}

const PLACE_BY_ID = `SELECT places.*,
    (SELECT path FROM categories WHERE id = places.category) AS category_path
  FROM collections CROSS JOIN places
    ON places.collection = collections.id AND places.source_id = ?2
  WHERE collections.name = ?1 AND ${visible("places", "?3")}`;

const PAGE = `SELECT places.*,
    (SELECT path FROM categories WHERE id = places.category) AS category_path
  FROM collections CROSS JOIN places
    ON places.collection = collections.id AND places.source_id > ?2
  WHERE collections.name = ?1 AND ${counting("places")}
  ORDER BY places.source_id LIMIT ?3`;

const RECORDS_NOW = `SELECT asked.key AS at, collection, source_id, record_object, record_offset, record_length,
    (SELECT text FROM outbox WHERE number = coalesce(asked.value ->> 1, places.record_object)) AS text
  FROM json_each(?1) AS asked LEFT JOIN places ON places.key = asked.value ->> 0`;

const CATEGORIES =
  "SELECT path, label, places FROM categories WHERE places > 0 ORDER BY places DESC";

const CATEGORIES_OF =
  "SELECT c.id, c.path, c.label FROM json_each(?1) CROSS JOIN categories AS c ON c.id = value";

/** The vocabulary counts rows that are not shown, too. */
const MOST_OF = `SELECT coalesce(sum(doc), 0) AS most
  FROM json_each(?1) CROSS JOIN places_vocabulary ON term = value`;

const SIZE = "SELECT coalesce(sum(places), 0) AS places FROM collections";

/** ?1 as in match.ts. */
function resolveStatement(match: TextMatch): string {
  return `WITH ${matchSql(match)}
  SELECT expression, reading,
    EXISTS (SELECT 1 FROM places_text AS t WHERE t.places_text MATCH expression AND t.rowid < 0) AS hasCodes
  FROM match`;
}

interface ResolvedRow {
  readonly expression: string;
  /** TextReading, as JSON. */
  readonly reading: string | null;
  readonly hasCodes: 0 | 1;
}

const COUNTS_BY_COLLECTION = `SELECT category_counts.collection, path, label, category_counts.places
  FROM category_counts CROSS JOIN categories ON categories.id = category_counts.category
  ORDER BY category_counts.places DESC`;

/** The row of a search (search/statement.ts): the places are JSON lists. */
interface FoundRow {
  readonly places: string;
  /** Not of the quick search. */
  readonly searched?: number | null;
  /** Only of the quick search: whether the places are the answer. */
  readonly isAnswer?: 0 | 1;
  /** Only of the quick search: up to this rank there are as many places as were asked for, if there are within the radius. */
  readonly bound?: number;
  readonly expression?: string | null;
  /** TextReading, as JSON. */
  readonly reading?: string | null;
}

function toCandidates(
  { places, searched = null, expression, reading }: FoundRow,
  limit: number,
): Candidates {
  const rows = (JSON.parse(places) as unknown[][]).map(
    (values) =>
      Object.fromEntries(
        ROW_COLUMNS.map((column, at) => [column, values[at]]),
      ) as unknown as RankedRow,
  );
  return {
    rows,
    isComplete: searched === null && rows.length < limit + SPARE_PLACES,
    searchedRank: searched ?? undefined,
    expression: expression ?? undefined,
    reading: reading ? (JSON.parse(reading) as TextReading) : undefined,
  };
}

const ROW_COLUMNS = ["rank", ...COLUMNS, "category_path"];
