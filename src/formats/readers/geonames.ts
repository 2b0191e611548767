/** The files of GeoNames: https://download.geonames.org/export/dump/readme.txt */

export const GEONAMES_COLUMNS =
  "geonameid name asciiname alternatenames latitude longitude feature_class feature_code country_code cc2 admin1_code admin2_code admin3_code admin4_code population elevation dem timezone modification_date".split(
    " ",
  );

export const GEONAMES_POSTAL_COLUMNS =
  "country_code postal_code place_name admin_name1 admin_code1 admin_name2 admin_code2 admin_name3 admin_code3 latitude longitude accuracy".split(
    " ",
  );

/** Which of GeoNames' files these records are from; undefined if they are from none. */
export function geonamesKind(records: readonly string[][]): "places" | "postal" | undefined {
  if (records.every(isPlace)) return "places";
  return records.every(isPostal) ? "postal" : undefined;
}

function isPlace(cells: readonly string[]): boolean {
  if (cells.length !== GEONAMES_COLUMNS.length) return false;
  const [id, , , , latitude, longitude, featureClass] = cells;
  return (
    /^\d+$/.test(id!) &&
    isDegrees(latitude) &&
    isDegrees(longitude) &&
    /^[A-Z]?$/.test(featureClass!)
  );
}

function isPostal(cells: readonly string[]): boolean {
  if (cells.length !== GEONAMES_POSTAL_COLUMNS.length) return false;
  const [country, code, , , , , , , , latitude, longitude] = cells;
  // Of some codes GeoNames does not know where they are.
  const isUnknown = latitude === "" && longitude === "";
  const isPoint = isDegrees(latitude) && isDegrees(longitude);
  return /^[A-Z]{2}$/.test(country!) && code !== "" && (isPoint || isUnknown);
}

function isDegrees(text: string | undefined): boolean {
  return text !== undefined && /^-?\d+(\.\d+)?$/.test(text);
}

/** The categories of features that people ask for. The other features go by their class. */
const CATEGORIES: Readonly<Record<string, string>> = {
  AIRP: "aeroway/aerodrome",
  AIRH: "aeroway/heliport",
  RSTN: "railway/station",
  MTRO: "railway/station",
  BUSTN: "amenity/bus_station",
  FY: "amenity/ferry_terminal",
  HTL: "tourism/hotel",
  REST: "amenity/restaurant",
  MUS: "tourism/museum",
  ZOO: "tourism/zoo",
  HSP: "amenity/hospital",
  SCH: "amenity/school",
  UNIV: "amenity/university",
  LIBR: "amenity/library",
  THTR: "amenity/theatre",
  CH: "amenity/place_of_worship/christian",
  MSQE: "amenity/place_of_worship/muslim",
  TMPL: "amenity/place_of_worship",
  MKT: "amenity/marketplace",
  PRK: "leisure/park",
  STDM: "leisure/stadium",
  CMTY: "landuse/cemetery",
  CSTL: "historic/castle",
  RUIN: "historic/ruins",
  MNMT: "historic/monument",
  LTHSE: "man_made/lighthouse",
  BDG: "man_made/bridge",
  MT: "natural/peak",
  PK: "natural/peak",
  VLC: "natural/volcano",
  PASS: "natural/saddle",
  BCH: "natural/beach",
  BAY: "natural/bay",
  CAPE: "natural/cape",
  CAVE: "natural/cave_entrance",
  SPNG: "natural/spring",
  GLCR: "natural/glacier",
  FLLS: "waterway/waterfall",
  LK: "natural/water/lake",
  RSV: "natural/water/reservoir",
  STM: "waterway/river",
  ISL: "place/island",
  PPLC: "place/city/capital",
  PPLX: "place/neighbourhood",
  // Abandoned, destroyed, historical: nobody lives there any more.
  PPLQ: "historic/settlement",
  PPLW: "historic/settlement",
  PPLH: "historic/settlement",
  PRT: "industrial/port",
};

const CLASSES: Readonly<Record<string, string>> = {
  A: "boundary",
  H: "water",
  L: "area",
  R: "road",
  S: "spot",
  T: "terrain",
  U: "undersea",
  V: "vegetation",
};

/** The category of a feature; of a populated place by the number of its people. */
export function geonamesCategory(featureClass: string, code: string, population: number): string {
  const known = CATEGORIES[code];
  if (known) return known;
  if (featureClass === "P") {
    if (population >= 100_000) return "place/city";
    return population >= 5_000 ? "place/town" : "place/village";
  }
  const family = CLASSES[featureClass] ?? "spot";
  return code ? `${family}/${code.toLowerCase()}` : family;
}

/** Whether a feature code is that of a populated place in which nobody lives any more. */
export function isGone(code: string): boolean {
  return CATEGORIES[code] === "historic/settlement";
}

/** Among the names, GeoNames lists addresses of Wikipedia. */
export function isLink(name: string): boolean {
  return /^\s*https?:/.test(name);
}
