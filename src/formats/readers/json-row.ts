import type { Point } from "../../geo/point.ts";
import { representativePoint } from "../geometry/representative-point.ts";
import { emptyFields, type Fields, faultyRow, type Row } from "./row.ts";

/** A row from the JSON of one thing: a GeoJSON feature, an element of OpenStreetMap, or any flat object. */
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

/** Undefined for an element without tags: it only carries the shape of another one. */
function elementRow(line: number, element: Record<string, unknown>): Row | undefined {
  const { type, id, tags } = element;
  if (typeof tags !== "object" || tags === null || Object.keys(tags).length === 0) return undefined;
  const letter = { node: "n", way: "w", relation: "r" }[String(type)];
  if (!letter || typeof id !== "number") return faultyRow(line, "is no element of OpenStreetMap");
  const fields = Object.assign(emptyFields(), { id: `${letter}${id}`, tags });
  const point = elementPoint(element);
  const row = { line, fields };
  if (point) return { ...row, point };
  return { ...row, problem: "has no place: ask Overpass for `out center`" };
}

function elementPoint({ lat, lon, center, geometry, bounds }: Record<string, unknown>) {
  const ends = bounds as Record<string, number> | undefined;
  return (
    pointOf(lat, lon) ??
    pointOf(...latLon(center)) ??
    linePoint(geometry) ??
    (ends && pointOf((ends.minlat! + ends.maxlat!) / 2, (ends.minlon! + ends.maxlon!) / 2))
  );
}

function pointOf(latitude: unknown, longitude: unknown): Point | undefined {
  if (typeof latitude !== "number" || typeof longitude !== "number") return undefined;
  return { latitude, longitude };
}

function latLon(value: unknown): [unknown, unknown] {
  const { lat, lon } = (value ?? {}) as Record<string, unknown>;
  return [lat, lon];
}

/** Of `out geom`: a closed way is taken for an area. */
function linePoint(geometry: unknown): Point | undefined {
  if (!Array.isArray(geometry)) return undefined;
  const line = geometry.map((at) => latLon(at).reverse());
  const [first, last] = [line[0], line.at(-1)];
  const isArea = line.length > 3 && String(first) === String(last);
  return representativePoint(
    isArea ? { type: "Polygon", coordinates: [line] } : { type: "LineString", coordinates: line },
  );
}
