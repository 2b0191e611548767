import type { Category, PlaceRecord, Region } from "../../src/records/place.ts";
import { loadPlaces } from "./load-places.ts";
import { STORES } from "./stores.ts";

/** Some cities of the world, each with a cafe a little north of its centre. */
export const CITIES = {
  paris: city("Paris", "Île-de-France", "FR", 48.85341, 2.3488, 2_138_551, ["Parigi", "パリ"]),
  parisTexas: city("Paris", "Texas", "US", 33.66094, -95.55551, 24_782),
  lyon: city("Lyon", "Auvergne-Rhône-Alpes", "FR", 45.74846, 4.84671, 522_250, ["Lione"]),
  london: city("London", "England", "GB", 51.50853, -0.12574, 8_961_989, ["Londres"]),
  tokyo: city("Tokyo", "Tokyo", "JP", 35.6895, 139.69171, 9_733_276, ["東京", "東京都"]),
  newYork: city("New York City", "New York", "US", 40.71427, -74.00597, 8_804_190, ["New York"]),
  saoPaulo: city("São Paulo", "São Paulo", "BR", -23.5475, -46.63611, 12_400_232),
  springfieldIllinois: city("Springfield", "Illinois", "US", 39.80172, -89.64371, 116_250),
  springfieldMissouri: city("Springfield", "Missouri", "US", 37.21533, -93.29824, 166_810),
  springfieldMassachusetts: city(
    "Springfield",
    "Massachusetts",
    "US",
    42.10148,
    -72.58981,
    154_341,
  ),
} as const;

export function city(
  name: string,
  region: string,
  country: string,
  latitude: number,
  longitude: number,
  population: number,
  otherNames: readonly string[] = [],
): PlaceRecord {
  const sourceId = `${name}-${region}`.toLowerCase().replaceAll(/[^a-z]+/g, "-");
  const category = "place/city";
  return { sourceId, name, otherNames, category, latitude, longitude, country, region, population };
}

const CAFES: readonly PlaceRecord[] = Object.entries(CITIES).map(
  ([key, { latitude, ...rest }]) => ({
    sourceId: key,
    name: `Café of ${rest.name}`,
    category: "amenity/cafe",
    latitude: latitude + 0.01,
    longitude: rest.longitude,
    country: rest.country!,
  }),
);

const CATEGORIES: readonly Category[] = [
  { path: "place", label: "Places", words: [] },
  { path: "place/city", label: "City", words: ["city"] },
  { path: "amenity", label: "Amenities", words: [] },
  { path: "amenity/cafe", label: "Cafe", words: ["cafe", "coffee"] },
];

const REGIONS: readonly Region[] = [
  { country: "FR", words: ["FR", "France", "Frankreich"] },
  { country: "US", words: ["US", "USA", "United States"] },
  { country: "US", name: "Texas", words: ["Texas", "TX"] },
  { country: "US", name: "Illinois", words: ["Illinois", "IL"] },
  { country: "US", name: "Missouri", words: ["Missouri", "MO"] },
  { country: "US", name: "New York", words: ["New York", "NY"] },
  { country: "GB", words: ["GB", "UK", "United Kingdom"] },
  { country: "GB", name: "England", words: ["England"] },
  { country: "JP", words: ["JP", "Japan", "日本"] },
];

const label = { license: "CC0", attribution: "© the world", url: "", asOf: "2026" };

/** @param more cities that others know nothing of */
export async function loadWorld(more: readonly PlaceRecord[] = []): Promise<void> {
  await loadPlaces(STORES, {
    collections: [
      {
        collection: { id: "cities", title: "Cities", ...label },
        records: [...Object.values(CITIES), ...more],
      },
      { collection: { id: "cafes", title: "Cafes", ...label }, records: CAFES },
    ],
    categories: CATEGORIES,
    regions: REGIONS,
    fingerprint: "world",
  });
}
