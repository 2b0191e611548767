import { CallerError, Conflict } from "../errors.ts";
import { addDelta, type Deltas, drawObject, type ImportRow } from "../index/write/collections.ts";
import { addCategories, readCategoryIds } from "../index/write/lexicon.ts";
import type { Write } from "../index/write/transaction.ts";
import {
  deletions,
  endings,
  type Incoming,
  incoming,
  insertions,
  isTombstone,
  readVersions,
  type Version,
} from "../index/write/versions.ts";
import { PlaceRecordSchema } from "../records/collection-schema.ts";
import { deleteObjects, type Label, type Line, type LogLine, writeObject } from "../records/log.ts";
import type { PlaceRecord } from "../records/place.ts";
import { noteSeen } from "./sweep.ts";

export interface PartCounts {
  readonly stored: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly removed: number;
}

export interface Rejected {
  /** The number of the line, from 0 on. */
  readonly index: number;
  readonly reason: string;
}

export interface PartAnswer {
  readonly part: number;
  readonly counts: PartCounts;
  readonly rejected: readonly Rejected[];
}

export const MOST_RECORDS = 10_000;

/** The records in the lines of a part, and which lines are none. */
export function parseRecords(text: string): { records: PlaceRecord[]; rejected: Rejected[] } {
  const lines = text.split("\n").filter((line) => line.trim());
  if (lines.length > MOST_RECORDS) {
    throw new CallerError(
      `A part may have at most ${MOST_RECORDS} records, but has ${lines.length}.`,
    );
  }
  const records: PlaceRecord[] = [];
  const rejected: Rejected[] = [];
  for (const [index, line] of lines.entries()) {
    const outcome = parseRecord(line);
    if ("reason" in outcome) rejected.push({ index, reason: outcome.reason });
    else records.push(outcome.record);
  }
  return { records, rejected };
}

function parseRecord(line: string): { record: PlaceRecord } | { reason: string } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { reason: "is not JSON" };
  }
  const parsed = PlaceRecordSchema.safeParse(value);
  if (parsed.success) return { record: parsed.data as PlaceRecord };
  const [issue] = parsed.error.issues;
  return { reason: `${issue!.path.join(".") || "record"}: ${issue!.message}` };
}

/** Where the lines of a part already are, if they come from the log. */
export interface Logged {
  readonly object: number;
  readonly lines: readonly Line[];
}

interface Staging {
  readonly row: ImportRow;
  readonly label: Label;
  readonly part: number;
  /** A digest of what was sent. */
  readonly digest: string;
  readonly rejected: readonly Rejected[];
}

/**
 * Prepares the write that stages a part of an import: what is new gets a row that does not count yet, what it replaces
 * is marked, what is as it was stays as it is. The records are in R2 before.
 */
export async function stagePart(
  session: D1DatabaseSession,
  bucket: R2Bucket,
  lines: readonly LogLine[],
  { row, label, part, digest, rejected }: Staging,
  logged?: Logged,
): Promise<Write<PartAnswer>> {
  const sent = await session
    .prepare("SELECT digest, answer FROM import_parts WHERE import = ?1 AND part = ?2")
    .bind(row.id, part)
    .first<{ digest: string; answer: string }>();
  if (sent && sent.digest !== digest) {
    throw new Conflict(
      `Part ${part} was sent before with other content: abort the import to start anew.`,
    );
  }
  if (sent) return { statements: [], found: JSON.parse(sent.answer) };

  // The last line of a place is the one that counts.
  const last = new Map(lines.map((line, at) => [line.sourceId, at]));
  const versions = await readVersions(session, row.collection, [...last.keys()]);
  const changes: { at: number; one: Incoming }[] = [];
  const seen: Version[] = [];
  const ended: number[] = [];
  const replaced: Version[] = [];
  const deltas: Deltas = {};
  const counts = { stored: 0, updated: lines.length - last.size, unchanged: 0, removed: 0 };

  for (const [sourceId, at] of last) {
    const line = lines[at]!;
    const known = versions.get(sourceId) ?? [];
    const staged = known.find((version) => version.import === row.id);
    const current = known.find((version) => version.import !== row.id);
    const one = isTombstone(line) ? undefined : incoming(line, label.attributes);
    if (
      one &&
      (staged ?? (current?.ended === row.id ? undefined : current))?.digest === one.digest
    ) {
      counts.unchanged += 1;
      if (!staged) seen.push(current!);
      continue;
    }
    if (staged) {
      replaced.push(staged);
      addDelta(deltas, staged.category, -1);
    } else if (current && current.ended !== row.id) {
      ended.push(current.key);
      addDelta(deltas, current.category, -1);
    }
    if (one) changes.push({ at, one });
    if (!one) counts.removed += 1;
    else if (staged || current) counts.updated += 1;
    else counts.stored += 1;
  }

  const records = changes.map(({ one }) => one);
  let object = logged?.object;
  let places = logged ? changes.map(({ at }) => logged.lines[at]!) : [];
  if (!logged && records.length > 0) {
    object = await drawObject(session);
    const texts = records.map(({ text }) => text);
    places = await writeObject(bucket, label.id, object, texts);
  }
  const paths = records.map(({ record }) => record.category);
  const known = await readCategoryIds(session, paths);
  const { statements: newCategories, ids } = await addCategories(session, paths, known);
  for (const { record } of records) addDelta(deltas, ids.get(record.category)!, 1);

  const context = {
    collection: row.collection,
    import: row.id,
    object: object ?? 0,
    attributes: label.attributes,
    categories: ids,
  };
  const answer: PartAnswer = { part, counts, rejected };
  return {
    found: answer,
    ...(object !== undefined &&
      !logged && { discard: () => deleteObjects(bucket, label.id, [object]) }),
    statements: [
      ...newCategories,
      // What this import has brought itself already, and brings again.
      ...deletions(
        session,
        replaced.map(({ key }) => key),
      ),
      ...(await insertions(session, records, places, context)),
      ...endings(session, ended, row.id),
      session
        .prepare("INSERT INTO import_parts VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
        .bind(
          ...[row.id, part, digest, JSON.stringify(answer), JSON.stringify(deltas)],
          object ?? null,
        ),
      ...(row.mode === "replace" ? noteSeen(session, row, part, seen) : []),
    ],
  };
}
