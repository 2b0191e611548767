import { hash } from "node:crypto";
import { Stale } from "../errors.ts";
import type { Attributes } from "./collection-schema.ts";
import type { Collection, PlaceRecord } from "./place.ts";
import { RECORDS, recordObjectKey, recordsPrefix } from "./reader.ts";

/**
 * The truth about all places, in R2; D1 is made from it.
 *
 * - `records/<collection>/<number>.ndjson`: one record a line, as it was imported, or `{ "sourceId", "deleted": true }`.
 *   Numbers have eight digits, grow, and are never given twice, not even to
 *   another collection: no object is ever changed.
 * - `collections/<collection>.json`: the manifest: what the collection is called, and which objects of imports count, in
 *   order. An object that is not named does not exist: its import was not finished.
 * - `edits/<collection>/<number>`: empty; says that this object counts, and is a live edit. An edit does not go through
 *   the manifest, because R2 takes one write a second under one name.
 * - `lexicons/<number>.json`: the words and tags of categories, and the words of regions (lexicon.ts).
 *
 * Later lines and objects overrule earlier ones. Edits come between imports by their numbers: there are none during one.
 */
export const FORMAT = 1;

export interface Label extends Collection {
  readonly attributes: Attributes;
}

export interface Manifest {
  readonly format: typeof FORMAT;
  readonly label: Label;
  readonly loadedAt: string;
  readonly fingerprint: string | null;
  /** The first and the last number of each row of objects. */
  readonly objects: readonly (readonly [first: number, last: number])[];
}

export interface Tombstone {
  readonly sourceId: string;
  readonly deleted: true;
}

export type LogLine = PlaceRecord | Tombstone;

/** Where a line lies in its object. */
export interface Line {
  readonly offset: number;
  readonly length: number;
}

/** Puts only what is not there. */
export const IF_NEW = new Headers({ "If-None-Match": "*" });
const MANIFESTS = "collections/";
const manifestKey = (collection: string): string => `${MANIFESTS}${collection}.json`;
const editsPrefix = (collection: string): string => `edits/${collection}/`;
const editKey = (collection: string, number: number): string =>
  `${editsPrefix(collection)}${String(number).padStart(8, "0")}`;

export async function readManifest(
  bucket: R2Bucket,
  collection: string,
): Promise<Manifest | undefined> {
  return (await readVersioned(bucket, collection))?.manifest;
}

async function readVersioned(bucket: R2Bucket, collection: string) {
  const object = await bucket.get(manifestKey(collection));
  if (!object) return undefined;
  const manifest = await object.json<Manifest>();
  if (manifest.format !== FORMAT) {
    throw new Error(`The manifest of ${collection} has format ${manifest.format}`);
  }
  return { manifest, etag: object.etag };
}

/**
 * Changes the manifest, or makes it.
 *
 * @throws Stale if somebody else did in between
 */
export async function changeManifest(
  bucket: R2Bucket,
  collection: string,
  change: (manifest: Manifest | undefined) => Manifest | undefined,
): Promise<void> {
  const before = await readVersioned(bucket, collection);
  const manifest = change(before?.manifest);
  if (!manifest) return;
  const onlyIf = before ? { etagMatches: before.etag } : IF_NEW;
  const put = await bucket.put(manifestKey(collection), JSON.stringify(manifest), { onlyIf });
  if (put === null) throw new Stale(`The manifest of ${collection} has changed`);
}

export async function deleteManifest(bucket: R2Bucket, collection: string): Promise<void> {
  await bucket.delete(manifestKey(collection));
}

/** The names of all collections, in order. */
export async function listManifests(bucket: R2Bucket): Promise<string[]> {
  const names: string[] = [];
  for await (const { key } of objectsUnder(bucket, MANIFESTS)) {
    names.push(key.slice(MANIFESTS.length, -".json".length));
  }
  return names;
}

/**
 * Packs lines into a new object, and tells where each lies in it.
 *
 * @throws Stale if there is such an object: of a writer from before the index was made anew, or the collection
 */
export async function writeObject(
  bucket: R2Bucket,
  collection: string,
  number: number,
  lines: readonly string[],
): Promise<Line[]> {
  const key = recordObjectKey(collection, number);
  const put = await bucket.put(key, `${lines.join("\n")}\n`, { onlyIf: IF_NEW });
  if (put === null) throw new Stale(`There is an object ${key}`);
  return linesOf(lines);
}

/** The lines of an object, and where they lie. */
export async function readObject(
  bucket: R2Bucket,
  collection: string,
  number: number,
): Promise<{ texts: string[]; lines: Line[] }> {
  const object = await bucket.get(recordObjectKey(collection, number));
  if (!object) throw new Error(`Object ${number} of the records of ${collection} is lost`);
  const texts = (await object.text()).split("\n").filter(Boolean);
  return { texts, lines: linesOf(texts) };
}

/** The numbers of all objects that count, in order. */
export async function numbersOf(
  bucket: R2Bucket,
  collection: string,
  { objects }: Manifest,
): Promise<number[]> {
  const edits: number[] = [];
  for await (const { key } of objectsUnder(bucket, editsPrefix(collection))) {
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

/** Grows rows of numbers by more numbers. */
export function grow(
  rows: Manifest["objects"],
  numbers: readonly number[],
): (readonly [first: number, last: number])[] {
  const grown = [...rows];
  for (const number of numbers) {
    const [first, last] = grown.at(-1) ?? [];
    if (last === number - 1) grown[grown.length - 1] = [first!, number];
    else grown.push([number, number]);
  }
  return grown;
}

/** Logs a live edit: it counts from here on. */
export async function writeEdit(
  bucket: R2Bucket,
  collection: string,
  number: number,
  line: string,
): Promise<void> {
  await writeObject(bucket, collection, number, [line]);
  await bucket.put(editKey(collection, number), "");
}

/** Takes back an edit that the index has refused. */
export async function discardEdit(
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

/** Deletes all that the log has of a collection, but its manifest: no object of a later one of this name. */
export async function deleteLog(bucket: R2Bucket, collection: string, next: number): Promise<void> {
  const isOld = (key: string) => numberOf(key) < next;
  await deleteUnder(bucket, editsPrefix(collection), isOld);
  await deleteUnder(bucket, recordsPrefix(collection), isOld);
}

/** The number that an object is called by. */
export function numberOf(key: string): number {
  return Number.parseInt(key.slice(key.lastIndexOf("/") + 1), 10);
}

/** Deletes the objects whose keys begin so. */
export async function deleteUnder(
  bucket: R2Bucket,
  prefix: string,
  isMeant: (key: string) => boolean = () => true,
): Promise<void> {
  const keys: string[] = [];
  for await (const { key } of objectsUnder(bucket, prefix)) if (isMeant(key)) keys.push(key);
  await deleteKeys(bucket, keys);
}

async function deleteKeys(bucket: R2Bucket, keys: readonly string[]): Promise<void> {
  for (let first = 0; first < keys.length; first += MOST_DELETED) {
    await bucket.delete(keys.slice(first, first + MOST_DELETED));
  }
}

const MOST_DELETED = 1_000;

/** The first number that no object has, of this collection or of any. */
export async function nextNumber(bucket: R2Bucket, collection?: string): Promise<number> {
  let last = -1;
  for await (const { key } of objectsUnder(
    bucket,
    collection ? recordsPrefix(collection) : RECORDS,
  )) {
    last = Math.max(last, numberOf(key));
  }
  return last + 1;
}

/** 48 bits of the digest of a record and of what is indexed of it: enough to see whether it has changed. */
export function digestOf(line: string, attributes: Attributes): number {
  return Number.parseInt(hash("sha256", attributesText(attributes) + line).slice(0, 12), 16);
}

/** Once for all lines of a part. */
const texts = new WeakMap<Attributes, string>();
function attributesText(attributes: Attributes): string {
  const text = texts.get(attributes) ?? JSON.stringify(attributes);
  texts.set(attributes, text);
  return text;
}

/** Where lines lie in an object of them. */
export function linesOf(texts: readonly string[]): Line[] {
  let offset = 0;
  return texts.map((text) => {
    // Most lines are plain, and to see that is quicker than to count.
    const length = ASCII.test(text) ? text.length : Buffer.byteLength(text);
    const line = { offset, length };
    offset += length + 1;
    return line;
  });
}

const ASCII = /^\p{ASCII}*$/u;

/** All objects whose keys begin so, in the order of their keys. */
export async function* objectsUnder(bucket: R2Bucket, prefix: string): AsyncGenerator<R2Object> {
  let cursor: string | undefined;
  do {
    const page = await bucket.list({ prefix, ...(cursor && { cursor }) });
    yield* page.objects;
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor);
}
