import { NotFound } from "../errors.ts";
import type { CountChanges } from "../index/write/counts.ts";
import { STORED_ROW_COLUMNS, type StoredRow } from "../index/write/rows.ts";
import { eachSlice, type Stores, type Write, write } from "../index/write/transaction.ts";
import type { CollectionMetadata } from "../records/collection-schema.ts";
import { type Counts, type ImportMode, type ImportState, NO_COUNTS, sumOf } from "./contract.ts";

/**
 * The tables of imports. A collection has at most one row in `imports`: of the import under way, or of the last one, which
 * stays until the next begins: a client that has missed the last answer may ask again. Functions that are called add, update and remove
 * return statements for a write.
 */

/** What a state allows. */
interface StateRules {
  readonly takesParts: boolean;
  /** From `committing` on the manifest may name what the import has brought: it can only be finished. */
  readonly canBeAborted: boolean;
  /** Whether searches leave out the rows that it has brought, and keep those that it has ended. */
  readonly hidesRows: boolean;
}

/**
 * An import that is finished takes the first five states one after the other, `sweeping` only if it removes places that it
 * has not brought. One that is aborted goes from `open` or `sweeping` to the last two.
 */
export const STATES: Readonly<Record<ImportState, StateRules>> = {
  open: { takesParts: true, canBeAborted: true, hidesRows: true },
  sweeping: { takesParts: false, canBeAborted: true, hidesRows: true },
  committing: { takesParts: false, canBeAborted: false, hidesRows: true },
  purging: { takesParts: false, canBeAborted: false, hidesRows: false },
  done: { takesParts: false, canBeAborted: false, hidesRows: false },
  aborting: { takesParts: false, canBeAborted: true, hidesRows: true },
  // No row is left of it.
  aborted: { takesParts: false, canBeAborted: true, hidesRows: false },
};

/** Whether an import removes the rows that it does not bring. */
export function removesRows(mode: ImportMode): boolean {
  return mode !== "merge";
}

/** A rebuild changes nothing of the log: it can be aborted until it counts. */
export function canBeAborted({ mode, state }: Pick<Job, "mode" | "state">): boolean {
  return STATES[state].canBeAborted || (mode === "rebuild" && state === "committing");
}

/** Which import: the id of its collection, and its number. */
export interface ImportRef {
  readonly collection: string;
  readonly number: number;
}

/** An import as one attempt of a write has read it, and what the write works with. */
export interface Job {
  readonly session: D1DatabaseSession;
  readonly bucket: R2Bucket;
  readonly number: number;
  readonly mode: ImportMode;
  readonly state: ImportState;
  readonly fingerprint: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** What the collection says of itself once the import is committed; `metadata.id` is the collection's id. */
  readonly metadata: CollectionMetadata;
  /** The number of the collection's row. */
  readonly collection: number;
  /** The number of the rules by which the rows of the collection are made. */
  readonly index_format: number | null;
  /** Whether no import into the collection has ever been committed. */
  readonly isFirst: boolean;
  /** The last source id of each bucket but the last one (sweep.ts). */
  readonly splitKeys: readonly string[];
  /** How many buckets are swept. */
  readonly swept: number;
  /** An abort has removed the rows that the import has brought up to this source id. */
  readonly removedTo: string;
}

const READ_JOB = (table: "imports" | "open_imports") =>
  `SELECT job.id AS number, mode, state, job.fingerprint, started_at AS startedAt, metadata, collection, index_format,
     loaded_at = '' AS isFirst, split_keys AS splitKeys, swept, removed_to AS removedTo
   FROM ${table} AS job JOIN collections ON collections.id = job.collection WHERE collections.name = ?1`;

type JobRow = Omit<Job, "session" | "bucket" | "metadata" | "splitKeys" | "isFirst"> & {
  readonly metadata: string;
  readonly splitKeys: string;
  readonly isFirst: number;
};

/** The import of a number, even if it is over; without a number the one under way. */
export async function findImport(
  session: D1DatabaseSession,
  bucket: R2Bucket,
  { collection, number }: { readonly collection: string; readonly number?: number },
): Promise<Job | undefined> {
  const statement =
    number === undefined
      ? session.prepare(READ_JOB("open_imports")).bind(collection)
      : session.prepare(`${READ_JOB("imports")} AND job.id = ?2`).bind(collection, number);
  const row = await statement.first<JobRow>();
  if (!row) return undefined;
  const [metadata, splitKeys] = [JSON.parse(row.metadata), JSON.parse(row.splitKeys)];
  return { ...row, session, bucket, metadata, splitKeys, isFirst: row.isFirst === 1 };
}

/** @throws NotFound */
export async function requireImport(
  session: D1DatabaseSession,
  bucket: R2Bucket,
  ref: ImportRef,
): Promise<Job> {
  const job = await findImport(session, bucket, ref);
  if (job) return job;
  throw new NotFound(`There is no import ${ref.number} into "${ref.collection}". Start one.`);
}

/** Prepares a write that changes an import, and carries it out. @throws NotFound */
export function changeImport<Found>(
  { database, bucket }: Stores,
  ref: ImportRef,
  prepare: (job: Job) => Promise<Write<Found>>,
): Promise<{ found: Found; rowsWritten: number }> {
  return write(database, ref, async (session) =>
    prepare(await requireImport(session, bucket, ref)),
  );
}

/** Into the collection of its metadata, instead of the last one. */
export function addImport(
  session: D1DatabaseSession,
  job: Pick<Job, "mode" | "fingerprint" | "metadata" | "splitKeys">,
): D1PreparedStatement[] {
  const { mode, fingerprint, metadata, splitKeys } = job;
  return [
    session
      .prepare(
        "DELETE FROM imports WHERE collection = (SELECT id FROM collections WHERE name = ?1)",
      )
      .bind(metadata.id),
    session
      .prepare(
        `INSERT INTO imports (collection, mode, fingerprint, metadata, split_keys, started_at, state, committed, removed_to)
         SELECT id, ?2, ?3, ?4, ?5, ?6, 'open', 0, '' FROM collections WHERE name = ?1`,
      )
      .bind(
        metadata.id,
        mode,
        fingerprint,
        JSON.stringify(metadata),
        JSON.stringify(splitKeys),
        new Date().toISOString(),
      ),
  ];
}

export function updateImport(
  job: Job,
  changes: Partial<Pick<Job, "state" | "metadata" | "swept" | "removedTo">>,
): D1PreparedStatement {
  const { session, number, state, metadata, swept, removedTo } = { ...job, ...changes };
  const committed = STATES[state].hidesRows ? 0 : 1;
  return session
    .prepare(
      `UPDATE imports SET state = ?2, committed = ?3, metadata = ?4, swept = ?5, removed_to = ?6 WHERE id = ?1`,
    )
    .bind(number, state, committed, JSON.stringify(metadata), swept, removedTo);
}

export function removeParts({ session, number }: Job): D1PreparedStatement[] {
  return [
    session.prepare("DELETE FROM import_parts WHERE import = ?1").bind(number),
    session.prepare("DELETE FROM import_seen WHERE import = ?1").bind(number),
  ];
}

export function removeImport({ session, number }: Job): D1PreparedStatement {
  return session.prepare("DELETE FROM imports WHERE id = ?1").bind(number);
}

/** What came of a part. */
export interface Outcome {
  readonly counts: Counts;
  /** Which of its entries are of a place that the import has brought before, and say something else. */
  readonly repeated: readonly number[];
}

/** A part that is staged. One with a number below 0 is what the sweep has found in a bucket. */
interface StoredPart {
  readonly part: number;
  /** Another part of the same number would have another digest. */
  readonly digest: string;
  readonly outcome: Outcome;
  readonly changes: CountChanges;
  /** The number of the object of the log that has its entries; undefined if there are none. */
  readonly object: number | undefined;
  /** Whether that object is lost, so that a rebuild has nothing of it. */
  readonly isLost?: boolean;
}

export function addPart({ session, number }: Job, part: StoredPart): D1PreparedStatement {
  return session
    .prepare(
      `INSERT INTO import_parts (import, part, digest, counts, changes, object, lost)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)`,
    )
    .bind(
      number,
      part.part,
      part.digest,
      JSON.stringify({ ...part.outcome.counts, repeated: part.outcome.repeated }),
      JSON.stringify(part.changes),
      part.object ?? null,
      part.isLost ? 1 : 0,
    );
}

export async function findPart(
  { session, number }: Job,
  part: number,
): Promise<Pick<StoredPart, "digest" | "outcome"> | undefined> {
  const row = await session
    .prepare("SELECT digest, counts FROM import_parts WHERE import = ?1 AND part = ?2")
    .bind(number, part)
    .first<{ digest: string; counts: string }>();
  if (!row) return undefined;
  const { repeated = [], ...counts } = JSON.parse(row.counts);
  return { digest: row.digest, outcome: { counts: { ...NO_COUNTS, ...counts }, repeated } };
}

/** Which parts are staged, and what has come of them until now, and of the sweep. */
export async function partsOf({
  session,
  number,
}: Job): Promise<{ done: readonly number[]; counts: Counts }> {
  const { results } = await session
    .prepare("SELECT part, counts FROM import_parts WHERE import = ?1")
    .bind(number)
    .all<{ part: number; counts: string }>();
  return {
    done: results.map(({ part }) => part).filter((part) => part >= 0),
    counts: results
      .map(({ counts }) => ({ ...NO_COUNTS, ...JSON.parse(counts) }) as Counts)
      .reduce(sumOf, NO_COUNTS),
  };
}

/** The numbers of the log's objects of an import, in the order of its parts; what it removes comes last. */
export async function objectsOf({ session, number }: Job): Promise<number[]> {
  const { results } = await session
    .prepare(
      `SELECT object FROM import_parts WHERE import = ?1 AND object IS NOT NULL
       ORDER BY part < 0, abs(part)`,
    )
    .bind(number)
    .all<{ object: number }>();
  return results.map(({ object }) => object);
}

/** The numbers of the log's objects that a rebuild has not found. */
export async function lostObjectsOf({ session, number }: Job): Promise<number[]> {
  const { results } = await session
    .prepare("SELECT object FROM import_parts WHERE import = ?1 AND lost = 1 ORDER BY part")
    .bind(number)
    .all<{ object: number }>();
  return results.map(({ object }) => object);
}

/** How many places more of each category there are once the import is committed. */
export async function countChangesOf({ session, number }: Job): Promise<CountChanges> {
  const { results } = await session
    .prepare(
      `SELECT change.key AS category, sum(change.value) AS places
       FROM import_parts, json_each(import_parts.changes) AS change WHERE import = ?1 GROUP BY change.key`,
    )
    .bind(number)
    .all<{ category: string; places: number }>();
  return Object.fromEntries(results.map(({ category, places }) => [category, places]));
}

/** Which rows of each bucket a part has left as they are. */
export function addSeen(
  { session, number }: Job,
  part: number,
  keysByBucket: ReadonlyMap<number, readonly number[]>,
): D1PreparedStatement[] {
  return eachSlice(
    session,
    "INSERT INTO import_seen SELECT ?2, value ->> 0, ?3, value ->> 1 FROM json_each(?1)",
    Array.from(keysByBucket, ([bucket, keys]) => [bucket, JSON.stringify(keys)]),
    number,
    part,
  );
}

/** Which of these rows earlier parts of the import have left as they are. */
export async function seenKeys(
  { session, number }: Pick<Job, "session" | "number">,
  keys: readonly number[],
): Promise<ReadonlySet<number>> {
  const slices = eachSlice(
    session,
    `SELECT value AS key FROM json_each(?1) WHERE value IN (
       SELECT seen.value FROM import_seen, json_each(import_seen.keys) AS seen WHERE import = ?2)`,
    keys,
    number,
  );
  const answers = slices.length > 0 ? await session.batch<{ key: number }>(slices) : [];
  return new Set(answers.flatMap(({ results }) => results.map(({ key }) => key)));
}

/** The rows of a bucket that count, and that the import has neither left as they are nor ended. */
export async function unseenRows(
  { session, number, collection, splitKeys }: Job,
  bucket: number,
): Promise<(StoredRow & { readonly name: string })[]> {
  const { results } = await session
    .prepare(
      `SELECT ${STORED_ROW_COLUMNS}, name FROM places
       WHERE collection = cast(?1 AS INTEGER) AND source_id > ?2 AND (?3 IS NULL OR source_id <= ?3)
         AND import <> cast(?4 AS INTEGER) AND ended IS NULL AND key NOT IN (
           SELECT seen.value FROM import_seen, json_each(import_seen.keys) AS seen
           WHERE import = ?4 AND bucket = ?5)`,
    )
    .bind(collection, splitKeys[bucket - 1] ?? "", splitKeys[bucket] ?? null, number, bucket)
    .all<StoredRow & { readonly name: string }>();
  return results;
}

/** The numbers of the collections into which an import is under way. */
export async function collectionsUnderImport(session: D1DatabaseSession): Promise<number[]> {
  const { results } = await session
    .prepare("SELECT collection FROM open_imports")
    .all<{ collection: number }>();
  return results.map(({ collection }) => collection);
}
