import { createHash } from "node:crypto";
import type { Collection, PlaceRecord } from "../places/place.ts";
import { recordObjectKey } from "../places/record-object.ts";
import { INDEX_FORMAT } from "./index-format.ts";
import type { Attributes } from "./schemas.ts";

/**
 * The truth about all places, in R2; D1 is made from it.
 *
 * - `records/<collection>/<number>.ndjson`: one record a line, as it was imported, or `{ "sourceId", "deleted": true }`.
 *   Later lines and objects overrule earlier ones. Numbers have eight digits and grow.
 * - `collections/<collection>.json`: the manifest: what the collection is called, and which objects count, in order.
 *   An object that no manifest names does not exist: it is of an import that was not finished.
 * - `lexicon/<page>.json`: the words and tags of categories, and the words of regions.
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

const MANIFESTS = "collections/";
const manifestKey = (collection: string): string => `${MANIFESTS}${collection}.json`;

export async function readManifest(
  bucket: R2Bucket,
  collection: string,
): Promise<Manifest | undefined> {
  const object = await bucket.get(manifestKey(collection));
  const manifest = await object?.json<Manifest>();
  if (manifest && manifest.format !== FORMAT) {
    throw new Error(`The manifest of ${collection} has format ${manifest.format}`);
  }
  return manifest;
}

export async function writeManifest(bucket: R2Bucket, manifest: Manifest): Promise<void> {
  await bucket.put(manifestKey(manifest.label.id), JSON.stringify(manifest));
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

/** Packs lines into one object, and tells where each lies in it. */
export async function writeObject(
  bucket: R2Bucket,
  collection: string,
  number: number,
  lines: readonly string[],
): Promise<Line[]> {
  const places = linesOf(lines);
  await bucket.put(recordObjectKey(collection, number), `${lines.join("\n")}\n`);
  return places;
}

/** The lines of an object, and where they lie; none if there is no such object. */
export async function readObject(
  bucket: R2Bucket,
  collection: string,
  number: number,
): Promise<{ texts: string[]; lines: Line[] }> {
  const object = await bucket.get(recordObjectKey(collection, number));
  const texts = object ? (await object.text()).split("\n").filter(Boolean) : [];
  return { texts, lines: linesOf(texts) };
}

/** Deletes objects from a number on: all that an import may have left behind. */
export async function deleteObjects(bucket: R2Bucket, collection: string, from = 0): Promise<void> {
  const first = recordObjectKey(collection, from);
  const prefix = first.slice(0, first.lastIndexOf("/") + 1);
  const keys: string[] = [];
  for await (const { key } of objectsUnder(bucket, prefix)) if (key >= first) keys.push(key);
  await deleteKeys(bucket, keys);
}

const MOST_DELETED = 1_000;

export async function deleteKeys(bucket: R2Bucket, keys: readonly string[]): Promise<void> {
  for (let first = 0; first < keys.length; first += MOST_DELETED) {
    await bucket.delete(keys.slice(first, first + MOST_DELETED));
  }
}

/** 48 bits of the digest of a record and of what is indexed of it: enough to see whether it has changed. */
export function digestOf(line: string, attributes: Attributes): number {
  const hash = createHash("sha256").update(`${INDEX_FORMAT}${JSON.stringify(attributes)}${line}`);
  return hash.digest().readUIntBE(0, 6);
}

function linesOf(texts: readonly string[]): Line[] {
  let offset = 0;
  return texts.map((text) => {
    const line = { offset, length: Buffer.byteLength(text) };
    offset += line.length + 1;
    return line;
  });
}

/** All objects whose keys begin so, in the order of their keys. */
export async function* objectsUnder(bucket: R2Bucket, prefix: string): AsyncGenerator<R2Object> {
  let cursor: string | undefined;
  do {
    const page = await bucket.list({ prefix, ...(cursor && { cursor }) });
    yield* page.objects;
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor);
}
