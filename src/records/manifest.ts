import { sha256Hex } from "../digest.ts";
import { Stale } from "../errors.ts";
import { deleteKeys, IF_NEW, numberOf, objectsUnder } from "./bucket.ts";
import type { CollectionMetadata } from "./collection-schema.ts";

export const FORMAT = 2;

/** The first and the last number of a run of objects. */
export type ObjectRange = readonly [first: number, last: number];

/** What a collection says of itself, and which objects of the log count (log.ts). */
export interface Manifest {
  readonly format: typeof FORMAT;
  readonly label: CollectionMetadata;
  /** When the last import was committed, ISO 8601. */
  readonly loadedAt: string;
  /** What the last import was made from. */
  readonly fingerprint: string | null;
  /** In the order in which they count. */
  readonly objects: readonly ObjectRange[];
  /** Edits of this number and above are not in these objects: they count after them. */
  readonly edits: number;
  /** Objects whose entries another one has now. They are deleted when the index does not point to them any more. */
  readonly replaced?: Replaced;
}

export interface Replaced {
  readonly by: number;
  readonly objects: readonly number[];
}

/** A manifest that cannot be read, or is of an unknown format. */
export class BrokenManifest extends Error {}

const MANIFESTS = "collections/";
export const manifestKey = (collection: string): string => `${MANIFESTS}${collection}.json`;

export async function readManifest(
  bucket: R2Bucket,
  collection: string,
): Promise<Manifest | undefined> {
  return (await readVersioned(bucket, collection))?.manifest;
}

export async function hasManifest(bucket: R2Bucket, collection: string): Promise<boolean> {
  return (await bucket.head(manifestKey(collection))) !== null;
}

async function readVersioned(bucket: R2Bucket, collection: string) {
  const found = await readJson<Manifest>(bucket, collection);
  return found && { manifest: ofThisFormat(collection, found.value), etag: found.etag };
}

function ofThisFormat(collection: string, manifest: Manifest): Manifest {
  if (manifest.format === FORMAT) return manifest;
  throw new BrokenManifest(`The manifest of ${collection} has format ${manifest.format}`);
}

async function readJson<Value>(bucket: R2Bucket, collection: string) {
  const object = await bucket.get(manifestKey(collection));
  if (!object) return undefined;
  const text = await object.text();
  try {
    const value: Value | null = JSON.parse(text);
    if (typeof value === "object" && value !== null) return { value, etag: object.etag };
  } catch {}
  throw new BrokenManifest(`The manifest of ${collection} is no JSON object`);
}

/** What the manifest was before version 0.2: each edit had an object of records, and an empty object that named it. */
interface OlderManifest extends Omit<Manifest, "format" | "edits" | "replaced"> {
  readonly format: 1;
}

/**
 * The manifest, if there is one. One of format 1 is brought to today's first: it names the objects of edits, too.
 *
 * @param nextNumber tells a number above that of any object that there is
 */
export async function upgradedManifest(
  bucket: R2Bucket,
  collection: string,
  nextNumber: () => Promise<number>,
): Promise<Manifest | undefined> {
  const found = await readJson<OlderManifest | Manifest>(bucket, collection);
  if (found?.value.format !== 1) return found && ofThisFormat(collection, found.value);
  const edits = await nextNumber();
  const keys: string[] = [];
  for await (const { key } of objectsUnder(bucket, `edits/${collection}/`)) keys.push(key);
  const edited = keys.map(numberOf);
  // An edit came before the first range that begins above its number.
  let objects: readonly ObjectRange[] = [];
  for (const [first, last] of found.value.objects) {
    while (edited.length > 0 && edited[0]! < first)
      objects = withObjects(objects, [edited.shift()!]);
    objects = [...objects, [first, last]];
  }
  objects = withObjects(objects, edited);
  const manifest = { ...found.value, format: FORMAT, objects, edits } satisfies Manifest;
  const onlyIf = { etagMatches: found.etag };
  const put = await bucket.put(manifestKey(collection), JSON.stringify(manifest), { onlyIf });
  if (put === null) throw new Stale(`The manifest of ${collection} has changed`);
  await deleteKeys(bucket, keys);
  return manifest;
}

/**
 * Changes the manifest, or makes it.
 *
 * @param change what it is after the manifest has been read is sure to be new: else the change fails
 * @throws Stale if somebody else changed it in between
 */
export async function changeManifest(
  bucket: R2Bucket,
  collection: string,
  change: (manifest: Manifest | undefined) => Promise<Manifest | undefined>,
): Promise<void> {
  const before = await readVersioned(bucket, collection);
  const manifest = await change(before?.manifest);
  if (!manifest) return;
  const onlyIf = before ? { etagMatches: before.etag } : IF_NEW;
  const put = await bucket.put(manifestKey(collection), JSON.stringify(manifest), { onlyIf });
  if (put === null) throw new Stale(`The manifest of ${collection} has changed`);
}

export async function deleteManifest(bucket: R2Bucket, collection: string): Promise<void> {
  await bucket.delete(manifestKey(collection));
}

/** The names of all collections that have a manifest, in order. */
export async function listManifests(bucket: R2Bucket): Promise<string[]> {
  const names: string[] = [];
  for await (const { key } of objectsUnder(bucket, MANIFESTS)) {
    names.push(key.slice(MANIFESTS.length, -".json".length));
  }
  return names;
}

/** Tells what a manifest says of the log from what another one says. */
export function logDigest({ objects, edits }: Manifest): Promise<string> {
  return sha256Hex(JSON.stringify([objects, edits]));
}

/** The numbers of the objects that a manifest names, in the order in which they count. */
export function objectNumbers({ objects }: Pick<Manifest, "objects">): number[] {
  return objects.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, at) => first + at),
  );
}

/** Adds objects behind those of a manifest, unless they are there already. */
export function withObjects(
  ranges: readonly ObjectRange[],
  numbers: readonly number[],
): readonly ObjectRange[] {
  const last = numbers.at(-1);
  if (last === undefined || ranges.some(([first, end]) => first <= last && last <= end)) {
    return ranges;
  }
  const grown = [...ranges];
  for (const number of numbers) {
    const [first, end] = grown.at(-1) ?? [];
    if (end === number - 1) grown[grown.length - 1] = [first!, number];
    else grown.push([number, number]);
  }
  return grown;
}
