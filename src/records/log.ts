import { Stale } from "../errors.ts";
import { deleteKeys, deleteUnder, IF_NEW, numberOf, objectsUnder, padded } from "./bucket.ts";
import type { Manifest } from "./manifest.ts";
import type { PlaceRecord } from "./place.ts";
import { RECORDS, recordObjectKey, recordsPrefix } from "./reader.ts";

/**
 * The truth about all places, in R2. The index in D1 is made from it.
 *
 * - `records/<collection>/<number>.ndjson`: entries of the log, one a line: a record as it was imported, or
 *   `{ "sourceId", "deleted": true }`. Numbers have eight digits and grow. No number is given twice, not even to another
 *   collection, so no object is ever changed.
 * - `collections/<collection>.json`: the manifest (manifest.ts). It names the objects that imports have brought, in the
 *   order in which they count. An object of an import that it does not name does not count: the import was not finished.
 * - `edits/<collection>/<number>`: an empty object. It says that the object of this number counts and is an edit. Edits
 *   are not in the manifest, because R2 takes one write a second under one name.
 * - `lexicons/<number>.json`: what kinds of places and regions are called (src/index/write/lexicon.ts).
 *
 * Later entries and objects overrule earlier ones. Edits come between imports by their numbers: nobody edits a collection
 * during an import.
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

const editsPrefix = (collection: string): string => `edits/${collection}/`;
const editKey = (collection: string, number: number): string =>
  `${editsPrefix(collection)}${padded(number)}`;

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

/** The entries of an object, and where each lies in it. */
export async function readObject(
  bucket: R2Bucket,
  collection: string,
  number: number,
): Promise<{ entries: LogEntry[]; ranges: ByteRange[] }> {
  const object = await bucket.get(recordObjectKey(collection, number));
  if (!object) throw new Error(`Object ${number} of the records of ${collection} is lost`);
  const texts = (await object.text()).split("\n").filter(Boolean);
  return { entries: texts.map((text) => JSON.parse(text)), ranges: byteRangesOf(texts) };
}

/** Where texts lie in an object of them. */
export function byteRangesOf(texts: readonly string[]): ByteRange[] {
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

/** The numbers of all objects of a collection that count, in order. */
export async function objectNumbers(
  bucket: R2Bucket,
  { label, objects }: Manifest,
): Promise<number[]> {
  const edits: number[] = [];
  for await (const { key } of objectsUnder(bucket, editsPrefix(label.id))) {
    edits.push(numberOf(key));
  }
  const numbers: number[] = [];
  let next = 0;
  for (const [first, last] of objects) {
    while (next < edits.length && edits[next]! < first) numbers.push(edits[next++]!);
    for (let number = first; number <= last; number++) numbers.push(number);
  }
  return numbers.concat(edits.slice(next));
}

/** Logs an edit, which counts from then on. */
export async function writeEdit(
  bucket: R2Bucket,
  collection: string,
  number: number,
  text: string,
): Promise<void> {
  await writeObject(bucket, collection, number, [text]);
  await bucket.put(editKey(collection, number), "");
}

/** Takes an edit out of the log again. */
export async function deleteEdit(
  bucket: R2Bucket,
  collection: string,
  number: number,
): Promise<void> {
  await bucket.delete(editKey(collection, number));
  await deleteObjects(bucket, collection, [number]);
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
  const isOld = (key: string) => numberOf(key) < end;
  await deleteUnder(bucket, editsPrefix(collection), isOld);
  await deleteUnder(bucket, recordsPrefix(collection), isOld);
}

/** The first number that is higher than that of any object, of one collection or of all. */
export async function firstFreeNumber(bucket: R2Bucket, collection?: string): Promise<number> {
  const prefix = collection ? recordsPrefix(collection) : RECORDS;
  let last = -1;
  for await (const { key } of objectsUnder(bucket, prefix)) last = Math.max(last, numberOf(key));
  return last + 1;
}
