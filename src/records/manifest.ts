import { Stale } from "../errors.ts";
import { IF_NEW, objectsUnder } from "./bucket.ts";
import type { CollectionMetadata } from "./collection-schema.ts";

export const FORMAT = 1;

/** The first and the last number of a run of objects. */
export type ObjectRange = readonly [first: number, last: number];

/** What a collection says of itself, and which objects of the log imports have brought (log.ts). */
export interface Manifest {
  readonly format: typeof FORMAT;
  readonly label: CollectionMetadata;
  /** When the last import was committed, ISO 8601. */
  readonly loadedAt: string;
  /** What the last import was made from. */
  readonly fingerprint: string | null;
  /** In the order in which they count. */
  readonly objects: readonly ObjectRange[];
}

const MANIFESTS = "collections/";
const manifestKey = (collection: string): string => `${MANIFESTS}${collection}.json`;

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

/** The names of all collections that have a manifest, in order. */
export async function listManifests(bucket: R2Bucket): Promise<string[]> {
  const names: string[] = [];
  for await (const { key } of objectsUnder(bucket, MANIFESTS)) {
    names.push(key.slice(MANIFESTS.length, -".json".length));
  }
  return names;
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
