import { NotFound } from "../errors.ts";
import type { CountChanges } from "../index/write/counts.ts";
import { STORED_ROW_COLUMNS, type StoredRow } from "../index/write/rows.ts";
import { eachSlice, type Stores, type Write, write } from "../index/write/transaction.ts";
import type { CollectionMetadata } from "../records/collection-schema.ts";
import type { Counts, ImportMode, ImportState } from "./contract.ts";

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

/** Whether an import removes the places that it does not bring. */
export function removesPlaces(mode: ImportMode): boolean {
  return mode === "replace" || mode === "delete";
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
  `SELECT job.id AS number, mode, state, job.fingerprint, started_at AS startedAt, metadata, collection,
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
  return write(database, async (session) => prepare(await requireImport(session, bucket, ref)));
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

/** A part that is staged. One with a number below 0 is what the sweep has found in a bucket. */
interface StoredPart {
  readonly part: number;
  /** Another part of the same number would have another digest. */
  readonly digest: string;
  readonly counts: Counts;
  readonly changes: CountChanges;
  /** The number of the object of the log that has its entries; undefined if there are none. */
  readonly object: number | undefined;
}

export function addPart({ session, number }: Job, part: StoredPart): D1PreparedStatement {
  return session
    .prepare(
      `INSERT INTO import_parts (import, part, digest, counts, changes, object)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6)`,
    )
    .bind(
      number,
      part.part,
      part.digest,
      JSON.stringify(part.counts),
      JSON.stringify(part.changes),
      part.object ?? null,
    );
}

export async function findPart(
  { session, number }: Job,
  part: number,
): Promise<Pick<StoredPart, "digest" | "counts"> | undefined> {
  const row = await session
    .prepare("SELECT digest, counts FROM import_parts WHERE import = ?1 AND part = ?2")
    .bind(number, part)
    .first<{ digest: string; counts: string }>();
  return row ? { digest: row.digest, counts: JSON.parse(row.counts) } : undefined;
}

export async function partsDone({ session, number }: Job): Promise<number[]> {
  const { results } = await session
    .prepare("SELECT part FROM import_parts WHERE import = ?1 AND part >= 0")
    .bind(number)
    .all<{ part: number }>();
  return results.map(({ part }) => part);
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

/** The rows of a bucket that count, and that the import has neither left as they are nor ended. */
export async function unseenRows(
  { session, number, collection, splitKeys }: Job,
  bucket: number,
): Promise<StoredRow[]> {
  const { results } = await session
    .prepare(
      `SELECT ${STORED_ROW_COLUMNS} FROM places
       WHERE collection = cast(?1 AS INTEGER) AND source_id > ?2 AND (?3 IS NULL OR source_id <= ?3)
         AND import <> cast(?4 AS INTEGER) AND ended IS NULL AND key NOT IN (
           SELECT seen.value FROM import_seen, json_each(import_seen.keys) AS seen
           WHERE import = ?4 AND bucket = ?5)`,
    )
    .bind(collection, splitKeys[bucket - 1] ?? "", splitKeys[bucket] ?? null, number, bucket)
    .all<StoredRow>();
  return results;
}

/** The numbers of the collections into which an import is under way. */
export async function collectionsUnderImport(session: D1DatabaseSession): Promise<number[]> {
  const { results } = await session
    .prepare("SELECT collection FROM open_imports")
    .all<{ collection: number }>();
  return results.map(({ collection }) => collection);
}

/** The imports that are in a state, but for those that rebuild. */
export async function importsIn(
  session: D1DatabaseSession,
  state: ImportState,
): Promise<ImportRef[]> {
  const { results } = await session
    .prepare(
      `SELECT collections.name AS collection, imports.id AS number
       FROM imports JOIN collections ON collections.id = imports.collection
       WHERE imports.state = ?1 AND imports.mode <> 'rebuild'`,
    )
    .bind(state)
    .all<ImportRef>();
  return results;
}
