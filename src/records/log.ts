import { Stale } from "../errors.ts";
import { deleteKeys, deleteUnder, IF_NEW, numberOf, objectsUnder, padded } from "./bucket.ts";
import type { PlaceRecord } from "./place.ts";
import { RECORDS, recordObjectKey, recordsPrefix } from "./reader.ts";

/**
 * The truth about all places, in R2. The index in D1 is made from it.
 *
 * - `records/<collection>/<number>.ndjson`: entries of the log, one a line: a record as it was imported, or
 *   `{ "sourceId", "deleted": true }`. Numbers have eight digits and grow. No number is given twice, not even to another
 *   collection, so no object is ever changed.
 * - `collections/<collection>.json`: the manifest (manifest.ts). It names the objects that count, in their order.
 * - `edits/<collection>/<number>.ndjson`: the entry of one edit, which counts after all objects that the manifest names if
 *   the manifest does not say that it has it already. Compaction puts many of them into one object of records.
 * - `lexicons/<number>.json`: what kinds of places and regions are called (src/index/write/lexicon.ts).
 *
 * Later entries overrule earlier ones.
 */
export type LogEntry = PlaceRecord | Tombstone;

/** Says that a place is gone. */
export interface Tombstone {
  readonly sourceId: string;
  readonly deleted: true;
}

export function isTombstone(entry: LogEntry): entry is Tombstone {
  return "deleted" in entry;
}

export function tombstone(sourceId: string): Tombstone {
  return { sourceId, deleted: true };
}

/** Where the text of an entry lies in its object, in bytes. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

const EDITS = "edits/";
const editsPrefix = (collection: string): string => `${EDITS}${collection}/`;
const editKey = (collection: string, number: number): string =>
  `${editsPrefix(collection)}${padded(number)}.ndjson`;

/**
 * Packs the texts of entries into a new object.
 *
 * @returns where each of them lies in it
 * @throws Stale if there is such an object already. A writer has put it that began before the index was rebuilt, or before
 *   the collection was deleted.
 */
export async function writeObject(
  bucket: R2Bucket,
  collection: string,
  number: number,
  texts: readonly string[],
): Promise<ByteRange[]> {
  const key = recordObjectKey(collection, number);
  const put = await bucket.put(key, `${texts.join("\n")}\n`, { onlyIf: IF_NEW });
  if (put === null) throw new Stale(`There is an object ${key}`);
  return byteRangesOf(texts);
}

/** What an object of the log says: its entries, and where each lies in it. */
export interface LogObject {
  readonly entries: readonly LogEntry[];
  readonly ranges: readonly ByteRange[];
}

/** An object of records; undefined if it is lost, or is no such object any more. */
export function readObject(
  bucket: R2Bucket,
  collection: string,
  number: number,
): Promise<LogObject | undefined> {
  return read(bucket, recordObjectKey(collection, number));
}

async function read(bucket: R2Bucket, key: string): Promise<LogObject | undefined> {
  const texts = (await (await bucket.get(key))?.text())?.split("\n").filter(Boolean);
  if (!texts) return undefined;
  try {
    const entries = texts.map((text) => JSON.parse(text) as unknown);
    return entries.every(isEntry) ? { entries, ranges: byteRangesOf(texts) } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether it is what the index needs of an entry: the schema of records may have been another one. */
function isEntry(value: unknown): value is LogEntry {
  const { sourceId, deleted, name, category, latitude, longitude } = (value ?? {}) as Partial<
    PlaceRecord & Tombstone
  >;
  if (typeof sourceId !== "string") return false;
  if (deleted) return true;
  return (
    typeof name === "string" &&
    typeof category === "string" &&
    Math.abs(latitude ?? Number.NaN) <= 90 &&
    Math.abs(longitude ?? Number.NaN) <= 180
  );
}

/** Where texts lie in an object of them. */
function byteRangesOf(texts: readonly string[]): ByteRange[] {
  let offset = 0;
  return texts.map((text) => {
    // Most texts are ASCII, and to see that is quicker than to count their bytes.
    const length = ASCII.test(text) ? text.length : Buffer.byteLength(text);
    const range = { offset, length };
    offset += length + 1;
    return range;
  });
}

const ASCII = /^\p{ASCII}*$/u;

/** Logs an edit that is committed. */
export async function putEdit(
  bucket: R2Bucket,
  collection: string,
  number: number,
  text: string,
): Promise<void> {
  await bucket.put(editKey(collection, number), `${text}\n`);
}

/** The numbers of edits from one on, in order. */
export async function editNumbers(
  bucket: R2Bucket,
  collection: string,
  first: number,
): Promise<number[]> {
  const numbers: number[] = [];
  for await (const { key } of objectsUnder(bucket, editsPrefix(collection))) {
    if (numberOf(key) >= first) numbers.push(numberOf(key));
  }
  return numbers;
}

/** An edit as an object of one entry; undefined if it is lost, or is none any more. */
export function readEdit(
  bucket: R2Bucket,
  collection: string,
  number: number,
): Promise<LogObject | undefined> {
  return read(bucket, editKey(collection, number));
}

/** Deletes the edits below a number: the manifest names an object that has them. */
export async function deleteEdits(
  bucket: R2Bucket,
  collection: string,
  end: number,
): Promise<void> {
  await deleteUnder(bucket, editsPrefix(collection), (key) => numberOf(key) < end);
}

/** The sizes of a collection's objects of records in bytes, by their numbers. */
export async function objectSizes(
  bucket: R2Bucket,
  collection: string,
): Promise<ReadonlyMap<number, number>> {
  const sizes = new Map<number, number>();
  for await (const { key, size } of objectsUnder(bucket, recordsPrefix(collection))) {
    sizes.set(numberOf(key), size);
  }
  return sizes;
}

export async function deleteObjects(
  bucket: R2Bucket,
  collection: string,
  numbers: readonly number[],
): Promise<void> {
  await deleteKeys(
    bucket,
    numbers.map((number) => recordObjectKey(collection, number)),
  );
}

/** Deletes what the log has of a collection, up to a number: a later collection of the same name has higher numbers. */
export async function deleteLog(bucket: R2Bucket, collection: string, end: number): Promise<void> {
  await deleteEdits(bucket, collection, end);
  await deleteUnder(bucket, recordsPrefix(collection), (key) => numberOf(key) < end);
}

/** The first number that is higher than that of any object, of one collection or of all. */
export async function firstFreeNumber(bucket: R2Bucket, collection?: string): Promise<number> {
  const prefixes = collection
    ? [recordsPrefix(collection), editsPrefix(collection)]
    : [RECORDS, EDITS];
  let last = -1;
  for (const prefix of prefixes) {
    for await (const { key } of objectsUnder(bucket, prefix)) last = Math.max(last, numberOf(key));
  }
  return last + 1;
}
