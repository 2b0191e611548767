import { CallerError } from "../../errors.ts";
import type { Point } from "../../geo/point.ts";
import { withParts } from "../geometry/coordinate-columns.ts";
import { parseLocation, refuseImpossible } from "../geometry/coordinates.ts";
import { parseDegrees } from "../geometry/degrees.ts";
import { refuseSwapped } from "../geometry/swapped.ts";
import type { Row } from "../readers/row.ts";
import type { DeclaredAttributes } from "./attributes.ts";
import { isOtherName, rankOf } from "./column-names.ts";
import { type Columns, guessColumns } from "./columns.ts";
import { countryCode } from "./country.ts";
import { type FlatFields, flatten, textOf, type Value } from "./flat-fields.ts";
import { guessHours, type HoursSource, hoursAttribute } from "./opening/hours.ts";

/** Where a place's category comes from. */
export type CategorySource =
  | { readonly by: "fixed"; readonly category: string }
  | { readonly by: "column" }
  /** OpenStreetMap tags: the part of the fields that has them, or the fields themselves. */
  | { readonly by: "tags"; readonly part?: string }
  /** GeoNames' feature class and code. */
  | { readonly by: "geonames" }
  /** A column of codes; one that is not among them, or none, is the last category. */
  | {
      readonly by: "codes";
      readonly column: string;
      readonly codes: Readonly<Record<string, string>>;
      readonly otherwise: string;
    }
  | { readonly by: "nothing" };

/** How the rows of a file become places. */
export interface Mapping {
  readonly columns: Columns;
  /** The columns that together make one more name. */
  readonly joinedName?: readonly string[];
  readonly category: CategorySource;
  readonly hours?: HoursSource;
  /** What places are called where the file has no names, and a place no kind. */
  readonly title?: string;
  /** The chain of places that name none themselves. */
  readonly brand?: string;
  /** Whether the rows have their points from the format itself. */
  readonly hasGeometry: boolean;
  /** Whether these are our own records, whose categories are taken as they are. */
  readonly isOwn: boolean;
  /** Those that are given, and the opening hours. */
  readonly attributes: DeclaredAttributes;
}

/** What the person who has the file says of it. The rest is guessed. */
export interface MappingOptions {
  readonly columns?: Columns;
  readonly category?: string;
  readonly attributes?: DeclaredAttributes;
  /** What the collection is called. */
  readonly title?: string | undefined;
  /** The chain of places that name none themselves. */
  readonly brand?: string | undefined;
}

/** What the points are called that rows have from their format itself: to be said of them as of a column. */
export const GEOMETRY = "geometry";

/**
 * Guesses the mapping from some rows and from the names of all columns, if the file has a header.
 *
 * @throws CallerError where a place's name or point cannot be known, or where the coordinates are not degrees
 */
export function guessMapping(
  sample: readonly Row[],
  options: MappingOptions = {},
  header: readonly string[] = [],
): Mapping {
  const rows = sample.filter(({ problem }) => problem === undefined);
  const flat = rows.map(({ fields }) => flatten(fields));
  const hasGeometry = rows.filter(({ point }) => point).length > rows.length / 2;
  const names = [...new Set([...header, ...flat.flatMap((row) => Object.keys(row))])];
  const isSaid =
    hasGeometry && options.columns?.point?.[0] === GEOMETRY && !names.includes(GEOMETRY);
  const { point: said, ...others } = options.columns ?? {};
  const chosen = withParts(
    findColumns(isSaid ? others : { ...options.columns }, names),
    flat,
    names,
  );
  const hasPoint = hasGeometry || chosen.point || (chosen.latitude && chosen.longitude);

  const prefix = tagPrefix(flat, names);
  const preset = presetOf(names, hasGeometry);
  const guessed = preset?.isOwn
    ? {}
    : prefix === undefined
      ? guessColumns(flat, names, !hasPoint)
      : tagColumns(flat, names, prefix, !hasPoint);
  const columns: Columns = { ...guessed, ...preset?.columns, ...chosen };
  const isOwn = columns.id?.[0] === "sourceId";
  const { attributes = {} } = options;
  const hours = guessHours(
    rows.map(({ fields }) => fields),
    isOwn ? names.filter((name) => isAttribute(name, hoursAttribute(attributes))) : names,
    attributes,
  );
  const mapping: Mapping = {
    ...(preset?.joinedName && { joinedName: preset.joinedName }),
    columns,
    category: categorySource(options, columns, prefix, preset?.category),
    ...(hours && { hours }),
    ...(options.title && { title: options.title }),
    ...(options.brand && { brand: options.brand }),
    hasGeometry,
    isOwn,
    attributes: hours
      ? { [hoursAttribute(attributes)]: "opening_hours", ...attributes }
      : attributes,
  };
  if (rows.length > 0) refuseIncomplete(mapping, names);
  const points = rows.flatMap((row, index) => {
    const point = rowPoint(row, flat[index]!, mapping);
    return point ? [{ ...point, country: countryIn(flat[index]!, mapping.columns) }] : [];
  });
  refuseImpossible(points);
  const isSure = preset || mapping.isOwn || isSaid || hasSaidPoint(options);
  if (!isSure) refuseSwapped(points, adviceOf(mapping));
  return mapping;
}

/** Whether a field of our own records is this attribute. */
function isAttribute(path: string, attribute: string): boolean {
  return path === attribute || path === `attributes.${attribute}`;
}

function hasSaidPoint({ columns }: MappingOptions): boolean {
  return columns?.point !== undefined || (columns?.latitude && columns.longitude) !== undefined;
}

function countryIn(fields: FlatFields, { country }: Columns): string | undefined {
  return country && countryCode(textOf(fields[country[0]!]).trim());
}

/** What to do where latitude and longitude are swapped, and what if they are not. */
function adviceOf({ columns: { latitude, longitude, point } }: Mapping): string {
  if (latitude && longitude) {
    const [one, other] = [latitude.join("+"), longitude.join("+")];
    return `Say which is which: --map latitude=${other},longitude=${one}; or, if they are right, --map latitude=${one},longitude=${other}.`;
  }
  return point
    ? `Write latitude before longitude in ${point[0]}; or, if they are right, say --map point=${point[0]}.`
    : `GeoJSON has longitude before latitude: swap them in the file; or, if they are right, say --map point=${GEOMETRY}.`;
}

/** The point of a row, if it has one; a coordinate that is no number is NaN. */
export function rowPoint(
  row: Row,
  fields: FlatFields,
  { columns }: Pick<Mapping, "columns">,
): Point | undefined {
  const { latitude, longitude, point } = columns;
  if (latitude && longitude) {
    return {
      latitude: parseDegrees(joined(fields, latitude), "latitude"),
      longitude: parseDegrees(joined(fields, longitude), "longitude"),
    };
  }
  return point ? parseLocation(fields[point[0]!]) : row.point;
}

/** Degrees, minutes, seconds and a direction are a text together. */
function joined(fields: FlatFields, columns: readonly string[]): Value | undefined {
  if (columns.length === 1) return fields[columns[0]!];
  return columns.map((column) => textOf(fields[column]).trim()).join(" ");
}

/** The columns that were chosen, by the names that the file has for them, whatever their case. */
function findColumns(chosen: Columns, names: readonly string[]): Columns {
  const byName = new Map(names.map((name) => [name.toLowerCase(), name]));
  const find = (column: string) => {
    const name = names.includes(column) ? column : byName.get(column.trim().toLowerCase());
    if (!name) throw new CallerError(`There is no column ${column}. ${listOf(names)}`);
    return name;
  };
  return Object.fromEntries(
    Object.entries(chosen).map(([target, columns]) => [target, columns.map(find)]),
  );
}

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, 40).join(", ");
  return `The columns are: ${shown}${names.length > 40 ? ", …" : ""}.`;
}

const TAGS = "tags";
const TAG_KEYS = ["amenity", "shop", "tourism", "leisure"];

/** What the names of OpenStreetMap tags begin with: `tags.`, or nothing if they are columns. Undefined without tags. */
function tagPrefix(flat: readonly FlatFields[], names: readonly string[]): string | undefined {
  const withTags = flat.filter((row) =>
    Object.keys(row).some((name) => name.startsWith(`${TAGS}.`)),
  );
  if (flat.length > 0 && withTags.length > flat.length / 2) return `${TAGS}.`;
  const values = TAG_KEYS.filter((key) => names.includes(key)).flatMap((key) =>
    flat.map((row) => textOf(row[key])).filter(Boolean),
  );
  const tags = values.filter((value) => /^[a-z_;]+$/.test(value));
  return values.length > 0 && tags.length > values.length * 0.9 ? "" : undefined;
}

function tagColumns(
  flat: readonly FlatFields[],
  names: readonly string[],
  prefix: string,
  needsPoint: boolean,
): Columns {
  const rows = flat.map((row) => withoutTags(row, prefix));
  const plain = guessColumns(
    rows,
    [...new Set(rows.flatMap((row) => Object.keys(row)))],
    needsPoint,
  );
  const tag = (key: string) => (names.includes(prefix + key) ? [prefix + key] : undefined);
  const others = names.filter(
    (name) => name.startsWith(prefix) && isOtherName(name.slice(prefix.length)),
  );
  const columns = {
    ...plain,
    name: tag("name") ?? plain.name,
    id: plain.id ?? tag("@id"),
    country: tag("addr:country") ?? plain.country,
    region: tag("addr:state") ?? plain.region,
    city: tag("addr:city") ?? plain.city,
    population: tag("population"),
    other_names: others.length > 0 ? others : undefined,
  };
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value));
}

/** Where tags are columns, only those that tell a place's id and point are no tags. */
function withoutTags(row: FlatFields, prefix: string): FlatFields {
  const targets = ["latitude", "longitude", "point", "id"] as const;
  const isPlain = ([name]: [string, unknown]) =>
    prefix === ""
      ? targets.some((target) => rankOf(name, target) !== undefined)
      : !name.startsWith(prefix);
  return Object.fromEntries(Object.entries(row).filter(isPlain));
}

/** What is known of the files of one source. */
interface Preset extends Pick<Mapping, "columns" | "joinedName" | "category"> {
  /** Whether nothing else is to be guessed: what is in `attributes` is no name and no city. */
  readonly isOwn?: boolean;
}

/** The fields of our own records (src/records/place.ts). */
const OWN_COLUMNS: Columns = {
  id: ["sourceId"],
  name: ["name"],
  latitude: ["latitude"],
  longitude: ["longitude"],
  category: ["category"],
  country: ["country"],
  region: ["region"],
  city: ["city"],
  population: ["population"],
  timezone: ["timezone"],
  valid_from: ["validFrom"],
  valid_to: ["validTo"],
  other_names: ["otherNames"],
};

/** GTFS's location_type: https://gtfs.org/documentation/schedule/reference/#stopstxt */
const GTFS_CODES = { 1: "public_transport/station", 2: "entrance" };
/** NaPTAN's StopType. */
const NAPTAN_CODES = {
  AIR: "aeroway/aerodrome",
  GAT: "aeroway/aerodrome",
  BCE: "amenity/bus_station",
  BST: "amenity/bus_station",
  FER: "amenity/ferry_terminal",
  FTD: "amenity/ferry_terminal",
  MET: "public_transport/station",
  RLY: "railway/station",
  RPL: "public_transport/platform",
  RSE: "entrance",
  STR: "amenity/taxi",
  TMU: "entrance",
  TXR: "amenity/taxi",
};

/** The preset of a file with these columns. */
function presetOf(names: readonly string[], hasGeometry: boolean): Preset | undefined {
  const existing = (columns: readonly string[]) => columns.filter((name) => names.includes(name));
  const has = (...columns: string[]) => existing(columns).length === columns.length;
  if (has("sourceId", "name", "category") && (hasGeometry || has("latitude", "longitude"))) {
    // Also those that no row of the sample has.
    const { latitude, longitude, ...others } = OWN_COLUMNS;
    return { columns: hasGeometry ? others : OWN_COLUMNS, category: { by: "column" }, isOwn: true };
  }
  if (has("stop_id", "stop_lat", "stop_lon")) {
    const otherwise = "public_transport/platform";
    const category = {
      by: "codes",
      column: "location_type",
      codes: GTFS_CODES,
      otherwise,
    } as const;
    return { columns: { id: ["stop_id"] }, category };
  }
  if (has("ATCOCode", "StopType")) {
    const otherwise = "highway/bus_stop";
    const category = { by: "codes", column: "StopType", codes: NAPTAN_CODES, otherwise } as const;
    return { columns: {}, category };
  }
  if (has("geonameid", "feature_class")) {
    const columns = { other_names: existing(["alternatenames", "asciiname"]) };
    return { columns, category: { by: "geonames" } };
  }
  if (has("country_code", "postal_code", "place_name", "latitude", "longitude")) {
    const parts = ["country_code", "postal_code", "place_name", "admin_name2", "admin_name3"];
    return {
      // "San Francisco" alone would make every code of the town its rival.
      columns: { name: ["postal_code"], city: ["place_name"], id: existing(parts) },
      joinedName: ["postal_code", "place_name"],
      category: { by: "fixed", category: "boundary/postal_code" },
    };
  }
  return undefined;
}

function categorySource(
  options: MappingOptions,
  columns: Columns,
  prefix: string | undefined,
  preset: CategorySource | undefined,
): CategorySource {
  if (options.category) return { by: "fixed", category: options.category };
  if (options.columns?.category) return { by: "column" };
  if (preset) return preset;
  if (prefix !== undefined) return prefix ? { by: "tags", part: TAGS } : { by: "tags" };
  return columns.category ? { by: "column" } : { by: "nothing" };
}

function refuseIncomplete(
  { columns, hasGeometry, category, title }: Mapping,
  names: readonly string[],
) {
  const isPaired = columns.latitude && columns.longitude;
  if (!hasGeometry && !columns.point && !isPaired) {
    throw new CallerError(
      `No column looks like coordinates. Say which it is: --map latitude=…,longitude=… (or point=…). ${listOf(names)}`,
    );
  }
  if (columns.name || columns.other_names || title || category.by !== "nothing") return;
  throw new CallerError(
    `No column looks like a name. Say which it is: --map name=… Or call all places by a kind or a title: --category …, --title … ${listOf(names)}`,
  );
}

/** The columns that are for something, and so no attributes. */
export function usedColumns({ columns, category }: Mapping): Set<string> {
  const { category: ofCategory = [], ...others } = columns;
  return new Set([
    ...Object.values(others).flat(),
    ...(category.by === "column" ? ofCategory : []),
  ]);
}
