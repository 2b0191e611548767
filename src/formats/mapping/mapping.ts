import { CallerError } from "../../errors.ts";
import type { Point } from "../../geo/point.ts";
import { parseNumber, parsePoint, refuseForeignCoordinates } from "../geometry/coordinates.ts";
import type { Row } from "../readers/row.ts";
import type { DeclaredAttributes } from "./attributes.ts";
import { isOtherName, rankOf, type Target } from "./column-names.ts";
import { type Columns, guessColumns } from "./columns.ts";
import { type FlatFields, flatten, textOf } from "./flat-fields.ts";

/** What tells a place's category. */
export type CategorySource =
  | { readonly by: "fixed"; readonly category: string }
  | { readonly by: "column" }
  /** OpenStreetMap tags: in this part of the fields, or the fields themselves. */
  | { readonly by: "tags"; readonly part?: string }
  | { readonly by: "geonames" }
  | { readonly by: "nothing" };

/** How the rows of a file become places. */
export interface Mapping {
  readonly columns: Columns;
  readonly category: CategorySource;
  /** Whether the rows have their points from the format itself. */
  readonly hasGeometry: boolean;
  /** Whether these are our own records, whose categories need no interpretation. */
  readonly isOwn: boolean;
  readonly attributes: DeclaredAttributes;
}

/** What the person who has the file says of it; the rest is guessed. */
export interface MappingChoices {
  readonly columns?: Columns;
  readonly category?: string;
  readonly attributes?: DeclaredAttributes;
}

/**
 * Guesses the mapping from some rows and the names of all columns, if the file tells them. Throws a CallerError where
 * there is no way to know a place's name or point, or where the coordinates are not degrees.
 */
export function guessMapping(
  sample: readonly Row[],
  choices: MappingChoices = {},
  header: readonly string[] = [],
): Mapping {
  const rows = sample.filter(({ problem }) => problem === undefined);
  const flat = rows.map(({ fields }) => flatten(fields));
  const hasGeometry = rows.filter(({ point }) => point).length > rows.length / 2;
  const names = [...new Set([...header, ...flat.flatMap((row) => Object.keys(row))])];
  const chosen = existing(choices.columns ?? {}, names);

  const prefix = tagPrefix(flat, names);
  const preset = presetOf(names);
  const guessed = preset?.isOwn
    ? {}
    : prefix === undefined
      ? guessColumns(flat, names)
      : tagColumns(flat, names, prefix);
  const columns: Columns = { ...guessed, ...preset?.columns, ...chosen };
  const mapping: Mapping = {
    columns: hasGeometry ? withoutCoordinates(columns, chosen) : columns,
    category: categorySource(choices, columns, prefix, preset?.category),
    hasGeometry,
    isOwn: columns.id?.[0] === "sourceId",
    attributes: choices.attributes ?? {},
  };
  if (rows.length > 0) refuseIncomplete(mapping, names);
  const points = rows.map((row, index) => pointOf(row, flat[index]!, mapping));
  refuseForeignCoordinates(points.filter((point) => point !== undefined));
  return mapping;
}

/** The point of a row; what it has instead of coordinates is NaN. */
export function pointOf(row: Row, fields: FlatFields, { columns }: Mapping): Point | undefined {
  const { latitude, longitude, point } = columns;
  if (latitude && longitude) {
    return {
      latitude: parseNumber(fields[latitude[0]!]),
      longitude: parseNumber(fields[longitude[0]!]),
    };
  }
  return point ? parsePoint(fields[point[0]!]) : row.point;
}

/** The chosen columns by the names that the file has for them, whatever their case. */
function existing(chosen: Columns, names: readonly string[]): Columns {
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

/** Whether these rows have OpenStreetMap tags: in a part called `tags`, or as columns. */
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
): Columns {
  const rows = flat.map((row) => withoutTags(row, prefix));
  const plain = guessColumns(rows, [...new Set(rows.flatMap((row) => Object.keys(row)))]);
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

/** As columns among others, only those that tell where a place is and what it is called are no tags. */
function withoutTags(row: FlatFields, prefix: string): FlatFields {
  const targets = ["latitude", "longitude", "point", "id"] as const;
  const isPlain = ([name]: [string, unknown]) =>
    prefix === ""
      ? targets.some((target) => rankOf(name, target) !== undefined)
      : !name.startsWith(prefix);
  return Object.fromEntries(Object.entries(row).filter(isPlain));
}

interface Preset {
  readonly columns: Columns;
  readonly category: CategorySource;
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

/** Files whose columns are known. */
function presetOf(names: readonly string[]): Preset | undefined {
  const has = (...columns: string[]) => columns.every((column) => names.includes(column));
  if (has("sourceId", "name", "latitude", "longitude", "category")) {
    const there = Object.entries(OWN_COLUMNS).filter(([, [column]]) => has(column!));
    return { columns: Object.fromEntries(there), category: { by: "column" }, isOwn: true };
  }
  if (has("geonameid", "feature_class")) {
    const columns = {
      other_names: ["alternatenames", "asciiname"].filter((name) => names.includes(name)),
    };
    return { columns, category: { by: "geonames" } };
  }
  if (has("country_code", "postal_code", "place_name", "latitude", "longitude")) {
    const parts = ["country_code", "postal_code", "place_name", "admin_name2", "admin_name3"];
    const id = parts.filter((name) => names.includes(name));
    const columns = { name: ["place_name"], id, other_names: ["postal_code"] };
    return { columns, category: { by: "fixed", category: "place/postcode" } };
  }
  return undefined;
}

function categorySource(
  choices: MappingChoices,
  columns: Columns,
  prefix: string | undefined,
  preset: CategorySource | undefined,
): CategorySource {
  if (choices.category) return { by: "fixed", category: choices.category };
  if (choices.columns?.category) return { by: "column" };
  if (preset) return preset;
  if (prefix !== undefined) return prefix ? { by: "tags", part: TAGS } : { by: "tags" };
  return columns.category ? { by: "column" } : { by: "nothing" };
}

function withoutCoordinates(columns: Columns, chosen: Columns): Columns {
  const { latitude, longitude, point, ...rest } = columns;
  return { ...rest, ...chosen };
}

function refuseIncomplete({ columns, hasGeometry, category }: Mapping, names: readonly string[]) {
  const isPaired = columns.latitude && columns.longitude;
  if (!hasGeometry && !columns.point && !isPaired) {
    throw new CallerError(
      `No column looks like coordinates. Say which it is: --map latitude=…,longitude=… (or point=…). ${listOf(names)}`,
    );
  }
  if (columns.name || category.by === "tags") return;
  throw new CallerError(
    `No column looks like a name. Say which it is: --map name=… ${listOf(names)}`,
  );
}

/** For people: what is taken from which column, and how many columns become attributes. */
export function usedColumns({ columns, category }: Mapping): Set<string> {
  const used = Object.entries(columns) as [Target, readonly string[]][];
  const isUsed = ([target]: [Target, readonly string[]]) =>
    target !== "category" || category.by === "column";
  return new Set(used.filter(isUsed).flatMap(([, names]) => names));
}
