import { finishStep } from "../../src/imports/finish.ts";
import { stage, startImport } from "../../src/imports/job.ts";
import { firstKey } from "../../src/index/key.ts";
import { lexiconFingerprint, putLexicon } from "../../src/index/write/lexicon.ts";
import type { Stores } from "../../src/index/write/transaction.ts";
import { upkeepStep } from "../../src/index/write/upkeep.ts";
import type { Attributes } from "../../src/records/collection-schema.ts";
import type { Category, Collection, PlaceRecord, Region } from "../../src/records/place.ts";

/** Everything that a server is to hold. */
export interface Load {
  readonly collections: readonly {
    readonly collection: Collection;
    readonly records: readonly PlaceRecord[];
    readonly attributes?: Attributes;
  }[];
  /** Every kind that a question may mean; what the places have besides is known by its own name. */
  readonly categories: readonly Category[];
  /** Countries and regions, for names such as "Springfield, IL". */
  readonly regions?: readonly Region[];
  /** Tells this load from another one: what the data is made from. */
  readonly fingerprint: string;
}

/** How many of the places are stored. */
export type ReportProgress = (stored: number, total: number) => void;

const RECORDS_A_PART = 5_000;

/**
 * Brings these collections in, each as an import of its own: others are not touched, what is there already is
 * left out, and a load that was killed goes on where it stopped.
 */
export async function loadPlaces(
  stores: Stores,
  { collections, categories, regions = [], fingerprint }: Load,
  report: ReportProgress = () => {},
): Promise<void> {
  const total = collections.reduce((sum, { records }) => sum + records.length, 0);
  if ((await lexiconFingerprint(stores)) !== fingerprint) {
    await putLexicon(stores, { categories, regions, fingerprint });
  }
  let stored = 0;
  for (const { collection, records, attributes = {} } of collections) {
    // In the order of their keys, so that each part is of one neighbourhood.
    const sorted = records
      .map((record) => ({ record, key: firstKey(record) }))
      .sort((a, b) => a.key - b.key)
      .map(({ record }) => record);
    const metadata = { ...collection, attributes };
    const start = { mode: "replace", fingerprint, metadata } as const;
    const { number, partsDone, state } = await startImport(stores, start);
    const ref = { collection: collection.id, number };
    const done = new Set(partsDone);
    let part = 0;
    for (let first = 0; first < sorted.length; first += RECORDS_A_PART, part++) {
      const entries = sorted.slice(first, first + RECORDS_A_PART);
      if (state === "open" && !done.has(part)) {
        await stage(stores, ref, { part, digest: "", entries });
      }
      stored += entries.length;
      report(stored, total);
    }
    while (!(await finishStep(stores, ref, part)).done);
  }
  while (!(await upkeepStep(stores)));
}
