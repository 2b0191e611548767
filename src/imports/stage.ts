import type * as z from "zod";
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
import type { Counts } from "./contract.ts";
import { addPart, findPart, type Job } from "./state.ts";
import { mark } from "./sweep.ts";

/** What an import takes at once. */
export interface Part {
  /** Its number, from 0 on. */
  readonly part: number;
  /** Tells its entries from those that another part of this number might have. */
  readonly digest: string;
  /** Records that are checked (src/records/schema.ts), and tombstones. Of one place, the last entry counts. */
  readonly entries: readonly LogEntry[];
  /** Where the entries lie, if they come from the log. */
  readonly logged?: { readonly object: number; readonly ranges: readonly ByteRange[] };
}

/**
 * Prepares the write that stages a part of an import. A record that is new or changed gets a row that does not count yet,
 * and ends the row that it replaces. Rows of records that are as they were stay as they are.
 *
 * @throws Conflict if the part was staged before with other entries
 */
export async function stagePart(job: Job, given: Part): Promise<Write<Counts>> {
  const { session, metadata, number } = job;
  const before = await findPart(job, given.part);
  if (before && before.digest !== given.digest) {
    throw new Conflict(
      `Part ${given.part} was sent before with other content: abort the import, then start again.`,
    );
  }
  if (before) return { statements: [], found: before.counts };

  const plan = await planChanges(job, given.entries);
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
  const { counts, changes } = plan;
  return {
    found: counts,
    ...(compensate && { compensate }),
    statements: [
      ...categories.statements,
      ...removeRows(session, plan.restaged),
      ...inserted,
      ...endRows(session, plan.ended, number),
      addPart(job, { part: given.part, digest: given.digest, counts, changes, object }),
      ...(job.mode === "replace" ? mark(job, given.part, plan.unchanged) : []),
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
  readonly counts: Counts;
  /** How many places more or less each category has. */
  readonly changes: CountChanges;
}

async function planChanges(
  { session, collection, number, metadata }: Job,
  entries: readonly LogEntry[],
): Promise<Changes> {
  const last = new Map(entries.map(({ sourceId }, at) => [sourceId, at]));
  const rows = await readRows(session, collection, [...last.keys()]);
  const arriving: { at: number; record: ArrivingRecord }[] = [];
  const unchanged: StoredRow[] = [];
  const ended: number[] = [];
  const restaged: number[] = [];
  const changes: CountChanges = {};
  const counts = { stored: 0, updated: entries.length - last.size, unchanged: 0, removed: 0 };
  for (const [sourceId, at] of last) {
    const entry = entries[at]!;
    const known = rows.get(sourceId) ?? [];
    const staged = known.find((row) => row.import === number);
    const counting = known.find((row) => row.import !== number && row.ended !== number);
    const old = staged ?? counting;
    const record = isTombstone(entry) ? undefined : arrivingRecord(entry, metadata.attributes);
    if (record && old?.digest === record.digest) {
      counts.unchanged += 1;
      if (!staged) unchanged.push(old);
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
  return { arriving, unchanged, ended, restaged, counts, changes };
}

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

/** The records among some values, cleaned, and which values are none. A value is undefined where there was no JSON. */
export function checkRecords(values: readonly unknown[]) {
  const records: PlaceRecord[] = [];
  const rejected: { index: number; reason: string }[] = [];
  for (const [index, value] of values.entries()) {
    const checked = PlaceRecordSchema.safeParse(value);
    if (checked.success) records.push(checked.data);
    else if (value === undefined) rejected.push({ index, reason: "is not JSON" });
    else rejected.push({ index, reason: reasonOf(checked.error.issues[0]!) });
  }
  return { records, rejected };
}

/** Without the names of attributes and other fields: reasons are counted, and those names may be anything. */
function reasonOf({ code, path, message }: z.core.$ZodIssue): string {
  const [field = "record"] = path;
  const reason = code === "unrecognized_keys" ? "has a field that records do not have" : message;
  return `${String(field)}: ${reason}`;
}
