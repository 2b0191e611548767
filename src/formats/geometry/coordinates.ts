import { wktToGeoJSON } from "betterknown";
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

/** The point of a cell: of a geometry as WKT or GeoJSON, of "lat,lon", or of a GeoJSON position as a list. */
export function parseLocation(value: Value | undefined): Point | undefined {
  if (typeof value === "object") return pointOfPair(value.map(parseNumber).reverse());
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  if (/^[[{A-Z]/i.test(text)) return representativePoint(parseGeometry(text));
  return pointOfPair(splitPair(text).map(parseNumber));
}

/** GeoJSON; undefined for what is neither GeoJSON nor WKT. */
function parseGeometry(text: string): unknown {
  try {
    if (text.startsWith("[")) return { type: "Point", coordinates: JSON.parse(text) };
    if (text.startsWith("{")) return JSON.parse(text);
    return wktToGeoJSON(text.replace(/^SRID=\d+;/i, ""));
  } catch {
    return undefined;
  }
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

function pointOfPair([latitude = Number.NaN, longitude = Number.NaN]: readonly number[]) {
  return Number.isNaN(latitude) || Number.isNaN(longitude) ? undefined : { latitude, longitude };
}

/** Why a point is none, to be read after "row 7". */
export function pointProblem({ latitude, longitude }: Point): string | undefined {
  if (!Number.isFinite(latitude)) return "has no number as latitude";
  if (!Number.isFinite(longitude)) return "has no number as longitude";
  if (Math.abs(latitude) > 90) return `has the latitude ${latitude}: at most 90 is possible`;
  if (Math.abs(longitude) > 180) return `has the longitude ${longitude}: at most 180 is possible`;
  if (latitude === 0 && longitude === 0) return "is at 0,0, which stands for an unknown place";
  return undefined;
}

/** Larger coordinates are metres, not degrees. */
const MOST_DEGREES = 1_000;

/**
 * Refuses a sample of which most points are projected, or have latitude and longitude swapped. Throws a CallerError that
 * says what to do.
 */
export function refuseProjectedOrSwapped(points: readonly Point[]): void {
  const { abs } = Math;
  const isProjected = ({ latitude, longitude }: Point) =>
    abs(latitude) > MOST_DEGREES && abs(longitude) > MOST_DEGREES;
  const isSwapped = ({ latitude, longitude }: Point) =>
    abs(latitude) > 90 && abs(latitude) <= 180 && abs(longitude) <= 90;
  const projected = points.filter(isProjected);
  if (projected.length > points.length / 2) {
    const { latitude, longitude } = projected[0]!;
    throw new CallerError(
      `The coordinates look like projected metres (EPSG:3857, UTM or a national grid), for example ${longitude}, ` +
        `${latitude}. Convert them to WGS84 degrees first, for example: ogr2ogr -t_srs EPSG:4326 out.geojson in.geojson`,
    );
  }
  if (points.filter(isSwapped).length > points.length / 2) {
    throw new CallerError(
      "Latitude and longitude look swapped: most latitudes are beyond 90. Say which column is which with --map latitude=…,longitude=…",
    );
  }
}
