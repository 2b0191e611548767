import { CallerError } from "../../errors.ts";
import type { Point } from "../../geo/point.ts";
import type { Value } from "../mapping/flat-fields.ts";
import { representativePoint } from "./representative-point.ts";

const NUMBER = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i;

/** A number as people and programs write it, also with a decimal comma; NaN for anything else. */
export function parseNumber(value: Value | undefined): number {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return Number.NaN;
  const text = value.trim().replace(/\s*°$/, "");
  return NUMBER.test(text) ? Number(text.replace(",", ".")) : Number.NaN;
}

const WKT =
  /^(?:SRID=\d+;)?\s*(POINT|MULTIPOINT|LINESTRING|MULTILINESTRING|POLYGON|MULTIPOLYGON)\s*(?:ZM?|M)?\s*\(/i;
const WKT_TYPES: Readonly<Record<string, string>> = {
  POINT: "Point",
  MULTIPOINT: "MultiPoint",
  LINESTRING: "LineString",
  MULTILINESTRING: "MultiLineString",
  POLYGON: "Polygon",
  MULTIPOLYGON: "MultiPolygon",
};

/** The point of a text: WKT, GeoJSON, "lat,lon", or a GeoJSON position as a list. */
export function parsePoint(value: Value | undefined): Point | undefined {
  if (typeof value === "object") return pairOf(value.map(parseNumber).reverse());
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  if (text.startsWith("{") || text.startsWith("[")) return jsonPoint(text);
  const type = WKT.exec(text)?.[1]?.toUpperCase();
  if (type) return wktPoint(type, text);
  return pairOf(splitPair(text).map(parseNumber));
}

/** "48.85, 2.35", "48,85; 2,35", "48.85 2.35", "(48.85, 2.35)". */
function splitPair(text: string): string[] {
  const inner = text.replace(/^\(|\)$/g, "").trim();
  for (const separator of [/\s*;\s*/, /\s*,\s+/, /\s+/, /,/]) {
    const parts = inner.split(separator);
    if (parts.length === 2) return parts;
  }
  return [];
}

function pairOf([latitude, longitude]: readonly number[]): Point | undefined {
  if (latitude === undefined || longitude === undefined) return undefined;
  return Number.isNaN(latitude) || Number.isNaN(longitude) ? undefined : { latitude, longitude };
}

function jsonPoint(text: string): Point | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const geometry = Array.isArray(value) ? { type: "Point", coordinates: value } : value;
    return representativePoint(geometry);
  } catch {
    return undefined;
  }
}

/** WKT is GeoJSON's arrays with other brackets, and blanks within a position. */
function wktPoint(type: string, text: string): Point | undefined {
  const body = text.slice(text.indexOf("("));
  if (!/^[\s\d()+\-.,e]*$/i.test(body)) return undefined;
  const json = body
    .replace(/[+-]?[\d.]+(?:e[+-]?\d+)?(?:\s+[+-]?[\d.]+(?:e[+-]?\d+)?)+/gi, (position) => {
      const numbers = position.trim().split(/\s+/).map(Number);
      return `[${numbers.slice(0, 2).join(",")}]`;
    })
    .replaceAll("(", "[")
    .replaceAll(")", "]");
  try {
    const parsed = JSON.parse(json);
    const coordinates =
      type === "POINT" ? parsed[0] : type === "MULTIPOINT" ? parsed.map(unwrapped) : parsed;
    return representativePoint({ type: WKT_TYPES[type], coordinates });
  } catch {
    return undefined;
  }
}

/** Both are in use: MULTIPOINT (1 2, 3 4) and MULTIPOINT ((1 2), (3 4)). */
function unwrapped(position: unknown): unknown {
  return Array.isArray(position) && Array.isArray(position[0]) ? position[0] : position;
}

/** Why a point is none, in words for the person who has the file. */
export function pointProblem({ latitude, longitude }: Point): string | undefined {
  if (!Number.isFinite(latitude)) return "has no number as latitude";
  if (!Number.isFinite(longitude)) return "has no number as longitude";
  if (Math.abs(latitude) > 90) return `has the latitude ${latitude}: at most 90 is possible`;
  if (Math.abs(longitude) > 180) return `has the longitude ${longitude}: at most 180 is possible`;
  if (latitude === 0 && longitude === 0) return "is at 0,0, which stands for an unknown place";
  return undefined;
}

/** From here on they are no degrees but metres. */
const LEAST_METERS = 1_000;

/** Refuses coordinates that are something else in most rows of a sample. Throws a CallerError with what to do. */
export function refuseForeignCoordinates(points: readonly Point[]): void {
  const most = points.length / 2;
  const count = (test: (point: Point) => boolean) => points.filter(test).length;
  const { abs } = Math;
  const projected = count(
    ({ latitude, longitude }) => abs(latitude) > LEAST_METERS && abs(longitude) > LEAST_METERS,
  );
  if (projected > most) {
    const { latitude, longitude } = points.find(({ latitude }) => abs(latitude) > LEAST_METERS)!;
    throw new CallerError(
      `The coordinates look like projected metres (EPSG:3857, UTM or a national grid), for example ${longitude}, ` +
        `${latitude}. Convert them to WGS84 degrees first, for example: ogr2ogr -t_srs EPSG:4326 out.geojson in.geojson`,
    );
  }
  const swapped = count(
    ({ latitude, longitude }) => abs(latitude) > 90 && abs(latitude) <= 180 && abs(longitude) <= 90,
  );
  if (swapped > most) {
    throw new CallerError(
      "Latitude and longitude look swapped: most latitudes are beyond 90. Say which column is which with --map latitude=…,longitude=…",
    );
  }
}
