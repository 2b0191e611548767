import { categoriesFor } from "../../scripts/dataset/dataset.ts";
import { regions } from "../../scripts/dataset/words/regions.ts";
import type { Category, Collection, PlaceRecord, Region } from "../../src/records/place.ts";

/** A whole set of places. */
export interface RealSet {
  readonly categories: readonly Category[];
  readonly regions: readonly Region[];
  readonly collections: readonly {
    readonly collection: Collection;
    readonly records: readonly PlaceRecord[];
  }[];
}

export function setOf(
  collections: readonly { collection: Collection; records: Iterable<PlaceRecord> }[],
): RealSet {
  const read = collections.map(({ collection, records }) => ({
    collection,
    records: [...records],
  }));
  const categories = categoriesFor(read.flatMap(({ records }) => records));
  return { collections: read, categories, regions: regions() };
}
