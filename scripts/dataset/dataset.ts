import type { Category, Collection, PlaceRecord } from "../../src/places/place.ts";
import * as airports from "./airports.ts";
import * as geonames from "./geonames.ts";
import { lexicon } from "./lexicon.ts";
import * as ports from "./ports.ts";
import * as stations from "./stations.ts";

/** The default data set: what the pinned npm packages hold, one collection for each source and licence. */
const SOURCES = [geonames, airports, stations, ports] as const;

export const collections: readonly Collection[] = SOURCES.map((source) => source.collection);

/** A collection with its places, which are read from the package while one iterates. */
export interface CollectionRecords {
  readonly collection: Collection;
  readonly records: Iterable<PlaceRecord>;
}

export function readDataset(): CollectionRecords[] {
  return SOURCES.map(({ collection, records }) => ({
    collection,
    records: unique(collection.id, records()),
  }));
}

/** The categories of these places and their parents, with their words. */
export function categoriesOf(records: Iterable<PlaceRecord>): Category[] {
  const paths = new Set<string>();
  for (const record of records) paths.add(record.category);
  return lexicon(paths);
}

/** Throws where a source id comes twice. */
function* unique(collection: string, records: Iterable<PlaceRecord>): Generator<PlaceRecord> {
  const seen = new Set<string>();
  for (const record of records) {
    if (seen.has(record.sourceId)) throw new Error(`Twice in ${collection}: ${record.sourceId}`);
    seen.add(record.sourceId);
    yield record;
  }
}
