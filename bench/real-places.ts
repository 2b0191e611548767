import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Collection, PlaceRecord } from "../src/records/place.ts";
import { IS_SMOKE, madeUpPlaces } from "./made-up-places.ts";

/** The real sets beside the repository: 2.17 million places. Their README says where they are from. */
export const FOLDER = join(import.meta.dirname, "../../shared/data");

export interface RealSet {
  readonly id: string;
  records(): Iterable<PlaceRecord>;
}

/** In the order in which the ladder of sizes takes them: Nevada, all venues, POIs, towns, postcodes. */
export const REAL_SETS: readonly RealSet[] = [
  ...["us-nv", "fr", "us-hi", "us-id", "us-nm", "us-vt"].map((part) => ({
    id: `wof-${part}`,
    records: () => venues(`wof-venues/${part}.tsv.gz`),
  })),
  { id: "osm-pois", records: osmPois },
  { id: "natural-earth", records: naturalEarth },
  { id: "japan-towns", records: japanTowns },
  { id: "geonames-postal", records: postcodes },
];

export function collectionOf(id: string): Collection {
  const title = `${id} (bench)`;
  return { id, title, license: "see shared/data", attribution: id, url: "", asOf: "2026" };
}

/** The first so many real places, by set. */
export function realPlaces(most = Number.POSITIVE_INFINITY): [id: string, PlaceRecord[]][] {
  if (IS_SMOKE) return [["made-up", madeUpPlaces(most)]];
  let left = most;
  const sets: [string, PlaceRecord[]][] = [];
  for (const { id, records } of REAL_SETS) {
    if (left <= 0) break;
    const taken: PlaceRecord[] = [];
    for (const record of records()) {
      if (taken.length === left) break;
      taken.push(record);
    }
    left -= taken.length;
    sets.push([id, taken]);
  }
  return sets;
}

function* linesOf(file: string): Generator<string> {
  const text = gunzipSync(readFileSync(join(FOLDER, file))).toString();
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf("\n", start);
    const stop = end < 0 ? text.length : end;
    if (stop > start) yield text.slice(start, stop);
    start = stop + 1;
  }
}

/** The cells of each line under its number, the header left out. */
function* cellsOf(file: string): Generator<[line: number, ...cells: string[]]> {
  let line = 0;
  for (const text of linesOf(file)) {
    if (line > 0) yield [line, ...text.split("\t")];
    line += 1;
  }
}

function* venues(file: string): Generator<PlaceRecord> {
  for (const cells of cellsOf(file)) {
    const [, id, name, categories, , city, province, , country, latitude, longitude] = cells;
    yield {
      sourceId: id!,
      name: name!,
      category: venueCategory(categories!),
      country: country!,
      region: province!,
      city: city!,
      latitude: Number(latitude),
      longitude: Number(longitude),
    };
  }
}

/** `Food & Drink/Restaurant/|…` → `food_and_drink/restaurant`. */
function venueCategory(paths: string): string {
  const path = paths.split("|")[0]!.replace(/\/+$/, "");
  return path.toLowerCase().replaceAll(" & ", "_and_").replaceAll(" ", "_") || "venue";
}

/** The tags that say what a place is, most telling first. */
const FEATURE_KEYS =
  "amenity shop tourism leisure historic natural railway highway aeroway man_made office".split(
    " ",
  );

function* osmPois(): Generator<PlaceRecord> {
  for (const line of linesOf("osm-pois.ndjson.gz")) {
    const { id, lat, lon, tags } = JSON.parse(line) as {
      id: string;
      lat: number;
      lon: number;
      tags: Readonly<Record<string, string>>;
    };
    const key = FEATURE_KEYS.find((feature) => tags[feature]) ?? "place";
    const value = (tags[key] ?? "other").split(";")[0]!;
    yield {
      sourceId: id,
      name: tags.name ?? tags.brand ?? tags.operator ?? value,
      otherNames: Object.keys(tags).flatMap((tag) => (tag.startsWith("name:") ? tags[tag]! : [])),
      category: `${key}/${value}`,
      latitude: lat,
      longitude: lon,
    };
  }
}

function* naturalEarth(): Generator<PlaceRecord> {
  let line = 0;
  for (const text of linesOf("natural-earth-points.ndjson.gz")) {
    line += 1;
    const point = JSON.parse(text) as Readonly<Record<string, string | number | undefined>>;
    yield {
      sourceId: `ne${line}`,
      name: String(point.name ?? point.layer),
      otherNames: ["de", "es", "fr", "ru", "zh"].flatMap((language) => {
        const name = point[`name_${language}`];
        return typeof name === "string" ? name : [];
      }),
      category: `natural_earth/${point.layer}`,
      latitude: Number(point.lat),
      longitude: Number(point.lon),
    };
  }
}

function* japanTowns(): Generator<PlaceRecord> {
  for (const cells of cellsOf("japan-towns.tsv.gz")) {
    const [line, prefecture, municipality, town, koaza, latitude, longitude] = cells;
    yield {
      sourceId: `jp${line}`,
      name: `${municipality}${town}${koaza}`,
      category: "place/neighbourhood",
      country: "JP",
      region: prefecture!,
      latitude: Number(latitude),
      longitude: Number(longitude),
    };
  }
}

function* postcodes(): Generator<PlaceRecord> {
  for (const cells of cellsOf("geonames-postal.tsv.gz")) {
    const [line, country, postcode, place, region, , , latitude, longitude] = cells;
    yield {
      sourceId: `pc${line}`,
      name: `${postcode} ${place}`,
      category: "boundary/postal_code",
      country: country!,
      region: region!,
      latitude: Number(latitude),
      longitude: Number(longitude),
    };
  }
}
