import { looksLikePlaceColumns } from "../geometry/coordinate-columns.ts";
import { parseLocation } from "../geometry/coordinates.ts";
import { parseDegrees } from "../geometry/degrees.ts";
import { rankOf } from "../mapping/column-names.ts";
import { flatten } from "../mapping/flat-fields.ts";
import type { Fields } from "./row.ts";

/** Where the places of JSON are: in one document, or in several one after the other. */
export interface JsonPlan {
  /** In how many lists and objects each place lies; 0: the documents themselves are the places. */
  readonly depth: number;
  /** Whether they are the values of an object, by key, and not the items of a list. */
  readonly isByKey: boolean;
  /** Whether nothing looks like a place: the first list is taken for what it is, so that columns can be named. */
  readonly isAnyList: boolean;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** The members of JSON that GeoJSON, ArcGIS and Overpass have their things in, whatever these look like. */
export const LISTS_OF_THINGS: readonly string[] = ["features", "elements"];

const MOST_DEPTH = 6;
/** So many objects beside each other with nothing but coordinates are places; two are a box. */
const LEAST_WITHOUT_NAMES = 3;

/** Finds out from the beginning of a text, which may be cut anywhere, where its places are. */
export function planOf(sample: string): JsonPlan {
  const lines = sample.split("\n");
  const areLines = isObject(parsed(lines[0]!));
  // A broken line must not hide the others.
  const documents = areLines ? lines.map(parsed) : documentsOf(sample);
  if (/^\s*\{\s*"type"\s*:\s*"FeatureCollection"/.test(sample)) return listAt(2);
  const found = countPlaces(documents, isPlaceByItself) ?? countPlaces(documents, isPlaceByPart);
  if (found) return { ...found, isAnyList: false };
  return { ...listAt(depthOfFirstList(documents) ?? (areLines ? 0 : 1)), isAnyList: true };
}

const listAt = (depth: number): JsonPlan => ({ depth, isByKey: false, isAnyList: false });

/** Whether an object is a place by any sign of coordinates in it, and not only in its lists. */
export function looksLikePlace(value: unknown): boolean {
  return isObject(value) && (isPlaceByItself(value) || isPlaceByPart(value) || isPoint(value));
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** With coordinates directly in it, and something more. */
function isPlaceByItself(value: JsonObject): boolean {
  const { type, geometry, attributes } = value;
  if (type === "Feature") return true;
  if (isObject(geometry) && isObject(attributes)) return true;
  return isPoint(value) && Object.keys(value).length > 2;
}

function isPoint(value: JsonObject): boolean {
  const names = Object.keys(value).filter((name) => typeof value[name] !== "object");
  if (looksLikePlaceColumns(names)) {
    return names.some((name) => !Number.isNaN(parseDegrees(value[name] as string, "latitude")));
  }
  const points = Object.entries(flatten(value as Fields)).filter(
    ([name]) => rankOf(name, "point") !== undefined && !name.includes(".0."),
  );
  return points.some(([, point]) => parseLocation(point) !== undefined);
}

/** With coordinates in one of its parts: in two, these are places themselves. */
function isPlaceByPart(value: JsonObject): boolean {
  const parts = new Map<string, string[]>();
  for (const [first = "", ...rest] of pathsOf(value).map((path) => path.split("."))) {
    if (rest.length > 0) parts.set(first, [...(parts.get(first) ?? []), rest.at(-1)!]);
  }
  return [...parts.values()].filter(looksLikePlaceColumns).length === 1;
}

/** The paths of its fields, and not of what is in its lists. */
function pathsOf(value: JsonObject): string[] {
  return Object.keys(flatten(value as Fields)).filter((path) => !path.includes(".0."));
}

function isNamed(value: JsonObject): boolean {
  return pathsOf(value).some((path) => rankOf(path, "name") !== undefined);
}

interface Found {
  readonly depth: number;
  readonly isByKey: boolean;
}

/** At which depth most of the objects are places, and have names. */
function countPlaces(
  documents: readonly unknown[],
  isPlace: (value: JsonObject) => boolean,
): Found | undefined {
  const counts = new Map<string, { found: Found; count: number }>();
  const look = (values: readonly unknown[], depth: number, isByKey: boolean) => {
    const objects = values.filter(isObject);
    const places = objects.filter(isPlace);
    const isList = !isByKey || areByKey(values, objects, places);
    if (isList && places.length > 0) {
      const key = `${depth} ${isByKey}`;
      const named = places.filter(isNamed).length;
      const count = (counts.get(key)?.count ?? 0) + places.length + named;
      counts.set(key, { found: { depth, isByKey }, count });
    }
    if (depth >= MOST_DEPTH) return;
    for (const value of values) {
      if (Array.isArray(value)) look(value, depth + 1, false);
      else if (isObject(value)) look(Object.values(value), depth + 1, true);
    }
  };
  look(documents, 0, false);
  const [best] = [...counts.values()].sort(
    (a, b) => b.count - a.count || a.found.depth - b.found.depth,
  );
  return best?.found;
}

/** Whether the values of an object are places by key, and not parts of one place. */
function areByKey(
  values: readonly unknown[],
  objects: readonly JsonObject[],
  places: readonly JsonObject[],
): boolean {
  if (objects.length < 2 || places.length < objects.length / 2) return false;
  if (objects.length < values.length / 2) return false;
  return places.length >= LEAST_WITHOUT_NAMES || places.every(isNamed);
}

/** Of the first list of objects, or else of an empty list; undefined if there is none, or several documents. */
function depthOfFirstList(documents: readonly unknown[]): number | undefined {
  const [document, another] = documents.filter((value) => value !== undefined);
  if (Array.isArray(document)) return 1;
  if (another !== undefined) return undefined;
  let empty: number | undefined;
  let values: readonly unknown[] = [document];
  for (let depth = 2; depth <= MOST_DEPTH; depth += 1) {
    values = values.filter(isObject).flatMap(Object.values);
    const lists = values.filter(Array.isArray);
    if (lists.some((list) => list.some(isObject))) return depth;
    if (lists.some((list) => list.length === 0)) empty ??= depth;
  }
  return empty;
}

/** The values of a text, the last one of which may be cut: then it is closed where it was whole. */
function documentsOf(text: string): unknown[] {
  const documents: unknown[] = [];
  let start = 0;
  let whole = { end: 0, open: "" };
  let open = "";
  let isString = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at]!;
    if (isString) {
      if (sign === "\\") at += 1;
      else if (sign === '"') isString = false;
      continue;
    }
    if (sign === '"') isString = true;
    else if (sign === "{" || sign === "[") {
      if (open === "") start = at;
      open = (sign === "{" ? "}" : "]") + open;
      whole = { end: at + 1, open };
    } else if (sign === "}" || sign === "]") {
      open = open.slice(1);
      whole = { end: at + 1, open };
      if (open === "") documents.push(parsed(text.slice(start, at + 1)));
    } else if (sign === ",") whole = { end: at, open };
  }
  if (open !== "") documents.push(parsed(text.slice(start, whole.end) + whole.open));
  return documents;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
