import { isDeepStrictEqual } from "node:util";
import type * as z from "zod/v4";
import { Conflict } from "../errors.ts";
import { addCount, type CountChanges } from "../index/write/counts.ts";
import { ensureCategories } from "../index/write/lexicon.ts";
import { allocateObjectNumber } from "../index/write/object-numbers.ts";
import { type ArrivingRecord, arrivingRecord } from "../index/write/row.ts";
import { endRows, insertRows, readRows, removeRows, type StoredRow } from "../index/write/rows.ts";
import type { Write } from "../index/write/transaction.ts";
import {
  type ByteRange,
  deleteObjects,
  isTombstone,
  type LogEntry,
  writeObject,
} from "../records/log.ts";
import type { PlaceRecord } from "../records/place.ts";
import { PlaceRecordSchema } from "../records/schema.ts";
import { type Counts, KeptPlace, NO_COUNTS } from "./contract.ts";
import { addPart, findPart, type Job, type Outcome, seenKeys } from "./state.ts";
import { mark } from "./sweep.ts";

/** What an import takes at once. */
export interface Part {
  /** Its number, from 0 on. */
  readonly part: number;
  /** Tells its entries from those that another part of this number might have. */
  readonly digest: string;
  /**
   * Records that are checked (src/records/schema.ts), and tombstones. Of one place, the last entry counts if they come from
   * the log; else the first one that the import has brought.
   */
  readonly entries: readonly LogEntry[];
  /** The ids of places that a replacing import leaves as they are: their rows cannot be read. */
  readonly kept?: readonly string[];
  /** Where the entries lie, if they come from the log. */
  readonly logged?: {
    readonly object: number;
    readonly ranges: readonly ByteRange[];
    readonly isLost: boolean;
  };
}

/**
 * Prepares the write that stages a part of an import. A record that is new or changed gets a row that does not count yet,
 * and ends the row that it replaces. Rows of records that are as they were stay as they are.
 *
 * @throws Conflict if the part was staged before with other entries
 */
export async function stagePart(job: Job, given: Part): Promise<Write<Outcome>> {
  const { session, metadata, number } = job;
  const before = await findPart(job, given.part);
  if (before && before.digest !== given.digest) {
    throw new Conflict(
      `Part ${given.part} was sent before with other content: abort the import, then start again.`,
    );
  }
  if (before) return { statements: [], found: before.outcome };

  const plan = await planChanges(job, given);
  const records = plan.arriving.map(({ record }) => record);
  const { object, ranges, compensate } = await log(job, given, plan.arriving);

  const paths = records.map(({ record }) => record.category);
  const categories = await ensureCategories(session, paths);
  for (const path of paths) addCount(plan.changes, categories.ids.get(path)!, 1);

  const inserted = await insertRows(session, records, ranges, {
    collection: job.collection,
    import: number,
    object: object ?? 0,
    attributes: metadata.attributes,
    categories: categories.ids,
  });
  const { outcome, changes } = plan;
  return {
    found: outcome,
    ...(compensate && { compensate }),
    statements: [
      ...categories.statements,
      ...removeRows(session, plan.restaged),
      ...inserted,
      ...endRows(session, plan.ended, number),
      addPart(job, {
        part: given.part,
        digest: given.digest,
        outcome,
        changes,
        object,
        isLost: given.logged?.isLost ?? false,
      }),
      ...(given.logged ? [] : mark(job, given.part, plan.unchanged)),
    ],
  };
}

/** What a part changes in the index. */
interface Changes {
  /** The records that get a row, and which of the entries each is. */
  readonly arriving: readonly { readonly at: number; readonly record: ArrivingRecord }[];
  /** Rows that count and stay. */
  readonly unchanged: readonly StoredRow[];
  /** The keys of rows that count and that the part replaces or removes. */
  readonly ended: readonly number[];
  /** The keys of rows that the import has brought before, and replaces or removes now. */
  readonly restaged: readonly number[];
  readonly outcome: Outcome;
  /** How many places more or less each category has. */
  readonly changes: CountChanges;
}

type PartJob = Pick<Job, "session" | "mode" | "collection" | "number" | "metadata">;

async function planChanges(
  job: PartJob,
  { entries, kept = [], logged }: Pick<Part, "entries" | "kept" | "logged">,
): Promise<Changes> {
  const { session, mode, collection, number, metadata } = job;
  const repeated: number[] = [];
  const chosen = logged ? lastOf(entries) : firstOf(entries, repeated);
  const rows = await readRows(session, collection, [...chosen.keys(), ...kept]);
  const arriving: { at: number; record: ArrivingRecord }[] = [];
  const unchanged: StoredRow[] = [];
  const ended: number[] = [];
  const restaged: number[] = [];
  const changes: CountChanges = {};
  const counts = { ...NO_COUNTS };
  // A rebuild leaves the rows that count alone until it has all of its own.
  const countingOf = (known: readonly StoredRow[]) =>
    mode === "rebuild"
      ? undefined
      : known.find((row) => row.import !== number && row.ended !== number);
  const seen = logged
    ? NONE
    : await seenKeys(
        job,
        [...rows.values()].flatMap((known) => countingOf(known)?.key ?? []),
      );
  for (const [sourceId, at] of chosen) {
    const entry = entries[at]!;
    const known = rows.get(sourceId) ?? [];
    const staged = known.find((row) => row.import === number);
    const counting = countingOf(known);
    const old = staged ?? counting;
    const record = isTombstone(entry) ? undefined : arrivingRecord(entry, metadata.attributes);
    if (record && old?.digest === record.digest) {
      if (staged || seen.has(old.key)) continue;
      counts.unchanged += 1;
      unchanged.push(old);
      continue;
    }
    // An earlier part has brought this place.
    if (!logged && (staged || (counting && seen.has(counting.key)))) {
      repeated.push(at);
      continue;
    }
    if (old) {
      (staged ? restaged : ended).push(old.key);
      addCount(changes, old.category, -1);
    }
    if (record) arriving.push({ at, record });
    if (!record) counts.removed += 1;
    else if (known.length > 0) counts.updated += 1;
    else counts.stored += 1;
  }
  for (const sourceId of new Set(kept)) {
    const counting = chosen.has(sourceId) ? undefined : countingOf(rows.get(sourceId) ?? []);
    if (!counting || seen.has(counting.key)) continue;
    counts.kept += 1;
    unchanged.push(counting);
  }
  const outcome = { counts, repeated: repeated.sort((a, b) => a - b) };
  return { arriving, unchanged, ended, restaged, outcome, changes };
}

const NONE: ReadonlySet<number> = new Set();

/** Which of the entries counts of each place: the last one. */
function lastOf(entries: readonly LogEntry[]): Map<string, number> {
  return new Map(entries.map(({ sourceId }, at) => [sourceId, at]));
}

/** The first one; later ones that differ from it are added to `repeated`. */
function firstOf(entries: readonly LogEntry[], repeated: number[]): Map<string, number> {
  const first = new Map<string, number>();
  for (const [at, entry] of entries.entries()) {
    const before = first.get(entry.sourceId);
    if (before === undefined) first.set(entry.sourceId, at);
    else if (!isDeepStrictEqual(entries[before], entry)) repeated.push(at);
  }
  return first;
}

/** What an import would do with a part that is no part of any import yet. */
export async function comparePart(
  job: Omit<PartJob, "number">,
  part: Pick<Part, "entries" | "kept">,
): Promise<Counts> {
  const { outcome } = await planChanges({ ...job, number: NO_IMPORT }, part);
  return outcome.counts;
}

/** The number of no import. */
const NO_IMPORT = -1;

/** Puts the records into the log, unless they come from there. */
async function log(
  { session, bucket, metadata }: Job,
  { logged }: Part,
  arriving: Changes["arriving"],
) {
  if (logged) {
    return { object: logged.object, ranges: arriving.map(({ at }) => logged.ranges[at]!) };
  }
  if (arriving.length === 0) return { object: undefined, ranges: [] };
  const object = await allocateObjectNumber(session);
  const texts = arriving.map(({ record }) => record.text);
  const ranges = await writeObject(bucket, metadata.id, object, texts);
  return { object, ranges, compensate: () => deleteObjects(bucket, metadata.id, [object]) };
}

/** What lines of a part say. A value is undefined where there was no JSON. */
export interface CheckedRecords {
  /** Cleaned. */
  readonly records: readonly PlaceRecord[];
  /** Which of the values each record was. */
  readonly indexes: readonly number[];
  readonly kept: readonly string[];
  readonly rejected: { index: number; reason: string }[];
}

export function checkRecords(values: readonly unknown[]): CheckedRecords {
  const records: PlaceRecord[] = [];
  const indexes: number[] = [];
  const kept: string[] = [];
  const rejected: { index: number; reason: string }[] = [];
  for (const [index, value] of values.entries()) {
    const checked = PlaceRecordSchema.safeParse(value);
    if (checked.success) {
      records.push(checked.data);
      indexes.push(index);
      continue;
    }
    const keep = KeptPlace.safeParse(value);
    if (keep.success) kept.push(keep.data.sourceId);
    else if (value === undefined) rejected.push({ index, reason: "is not JSON" });
    else rejected.push({ index, reason: reasonOf(checked.error.issues[0]!) });
  }
  return { records, indexes, kept, rejected };
}

/** Without the names of attributes and other fields: reasons are counted, and those names may be anything. */
function reasonOf({ code, path, message }: z.core.$ZodIssue): string {
  const [field = "record"] = path;
  const reason = code === "unrecognized_keys" ? "has a field that records do not have" : message;
  return `${String(field)}: ${reason}`;
}
