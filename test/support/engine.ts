import { sha256Hex } from "../../src/digest.ts";
import type { Point } from "../../src/geo/point.ts";
import { finishStep } from "../../src/imports/finish.ts";
import { stage, startImport } from "../../src/imports/job.ts";
import { PlaceIndex } from "../../src/index/place-index.ts";
import type { Stores } from "../../src/index/write/transaction.ts";
import { findNearby } from "../../src/nearby/find.ts";
import type { Attributes, CollectionMetadata } from "../../src/records/collection-schema.ts";
import type { LogEntry } from "../../src/records/log.ts";
import type { PlaceRecord } from "../../src/records/place.ts";
import { type PlainQuestion, questionOf } from "./question.ts";
import { STORES } from "./stores.ts";

export const metadata = (id: string, attributes: Attributes = {}): CollectionMetadata => ({
  id,
  title: id,
  license: "CC0",
  attribution: `© ${id}`,
  url: "",
  asOf: "2026",
  attributes,
});

export interface ImportOptions {
  readonly mode?: "merge" | "replace";
  readonly fingerprint?: string;
  readonly attributes?: Attributes;
  readonly partSize?: number;
  readonly stores?: Stores;
}

/** A whole import, from its start to its end; goes on with one of the same fingerprint. */
export async function importAll(
  collection: string,
  records: readonly LogEntry[],
  { mode = "merge", fingerprint, attributes, partSize = 7, stores = STORES }: ImportOptions = {},
): Promise<{ rowsWritten: number }> {
  const digest = fingerprint ?? (await sha256Hex(mode + JSON.stringify(records)));
  const start = { mode, fingerprint: digest, metadata: metadata(collection, attributes) };
  const { number, state } = await startImport(stores, start);
  const ref = { collection, number };
  let rowsWritten = 0;
  let part = 0;
  for (let first = 0; first < records.length; first += partSize, part++) {
    if (state !== "open") continue;
    const entries = records.slice(first, first + partSize);
    const digest = await sha256Hex(JSON.stringify(entries));
    rowsWritten += (await stage(stores, ref, { part, digest, entries })).rowsWritten;
  }
  for (let done = false; !done; ) {
    const step = await finishStep(stores, ref, part);
    rowsWritten += step.rowsWritten;
    done = step.done;
  }
  return { rowsWritten };
}

export const store = new PlaceIndex(STORES.database, STORES.bucket);

/** The ids of the places that a question finds, nearest first. */
export async function idsNear(
  center: Point,
  change: Partial<PlainQuestion> = {},
): Promise<string[]> {
  const question = { center, radiusMeters: 20_000_000, limit: 4_000, text: "", ...change };
  const { places } = await findNearby(store, questionOf(question));
  return places.map(({ row }) => row.source_id);
}

export const place = (
  sourceId: string,
  latitude: number,
  longitude: number,
  rest: Partial<PlaceRecord> = {},
): PlaceRecord => ({
  sourceId,
  name: `Place ${sourceId}`,
  category: "shop/books",
  latitude,
  longitude,
  ...rest,
});

/** How many places each collection has, as it is told. */
export async function counts(): Promise<Record<string, number>> {
  const collections = await store.collections();
  return Object.fromEntries(collections.map(({ id, places }) => [id, places]));
}
