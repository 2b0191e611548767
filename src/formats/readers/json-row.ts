import type { Point } from "../../geo/point.ts";
import { centerOfBox, representativePoint } from "../geometry/representative-point.ts";
import { emptyFields, type Fields, faultyRow, type Row } from "./row.ts";

/**
 * A row from the JSON text of one thing: a GeoJSON feature, an element of OpenStreetMap, or any other object. Undefined
 * for an element of OpenStreetMap without tags.
 */
export function jsonRow(line: number, text: string, isOverpass: boolean): Row | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return faultyRow(line, "is no valid JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return faultyRow(line, "is no JSON object");
  }
  const object = value as Record<string, unknown>;
  if (object.type === "Feature" && "geometry" in object) return featureRow(line, object);
  if (isObject(object.attributes) && isObject(object.geometry)) return arcgisRow(line, object);
  if (isOverpass) return elementRow(line, object);
  return { line, fields: Object.assign(emptyFields(), object) };
}

function featureRow(line: number, feature: Record<string, unknown>): Row {
  const { id, geometry, properties } = feature;
  const fields: Fields = Object.assign(emptyFields(), properties);
  if (id !== undefined && !("id" in fields)) fields.id = id;
  const point = representativePoint(geometry);
  return point ? { line, fields, point } : { ...faultyRow(line, "has no geometry"), fields };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A feature as ArcGIS's REST services give it. */
function arcgisRow(line: number, { attributes, geometry }: Record<string, unknown>): Row {
  const fields: Fields = Object.assign(emptyFields(), attributes);
  const point = arcgisPoint(geometry as Record<string, unknown>);
  return point ? { line, fields, point } : { ...faultyRow(line, "has no geometry"), fields };
}

function arcgisPoint({ x, y, points, paths, rings }: Record<string, unknown>): Point | undefined {
  return (
    representativePoint({ type: "Point", coordinates: [x, y] }) ??
    representativePoint({ type: "MultiPoint", coordinates: points }) ??
    representativePoint({ type: "MultiLineString", coordinates: paths }) ??
    representativePoint({ type: "Polygon", coordinates: rings })
  );
}

/** An element without tags only carries the shape of another one. */
function elementRow(line: number, element: Record<string, unknown>): Row | undefined {
  const { type, id, tags } = element;
  if (typeof tags !== "object" || tags === null || Object.keys(tags).length === 0) return undefined;
  const letter = { node: "n", way: "w", relation: "r" }[String(type)];
  if (!letter || typeof id !== "number") return faultyRow(line, "is no element of OpenStreetMap");
  const fields = Object.assign(emptyFields(), { id: `${letter}${id}`, tags });
  const point = elementPoint(element);
  if (point) return { line, fields, point };
  return { line, fields, problem: "has no place: ask Overpass for `out center`" };
}

/** Of a node, of `out center`, of `out geom`, or of `out bb`. */
function elementPoint(element: Record<string, unknown>): Point | undefined {
  const { center, geometry, bounds } = element;
  return (
    representativePoint({ type: "Point", coordinates: positionOf(element) }) ??
    representativePoint({ type: "Point", coordinates: positionOf(center) }) ??
    wayPoint(geometry) ??
    boxCenter(bounds)
  );
}

/** A position of GeoJSON from one of Overpass JSON. */
function positionOf(value: unknown): [longitude: unknown, latitude: unknown] {
  const { lat, lon } = (value ?? {}) as Record<string, unknown>;
  return [lon, lat];
}

/** A closed way is taken for an area. */
function wayPoint(geometry: unknown): Point | undefined {
  if (!Array.isArray(geometry)) return undefined;
  const line = geometry.map(positionOf);
  const isArea = line.length > 3 && String(line[0]) === String(line.at(-1));
  return representativePoint(
    isArea ? { type: "Polygon", coordinates: [line] } : { type: "LineString", coordinates: line },
  );
}

function boxCenter(bounds: unknown): Point | undefined {
  const { minlat, minlon, maxlat, maxlon } = (bounds ?? {}) as Record<string, unknown>;
  return centerOfBox([minlon, minlat, maxlon, maxlat]);
}
