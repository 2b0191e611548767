import { wktToGeoJSON } from "betterknown";
import { CallerError } from "../../errors.ts";
import type { Point } from "../../geo/point.ts";
import type { Value } from "../mapping/flat-fields.ts";
import { parseDegrees, parseNumber } from "./degrees.ts";
import { representativePoint } from "./representative-point.ts";

/**
 * The point of a cell: of a geometry as WKT, GeoJSON or PostGIS's bytes, of "lat,lon" in any notation, also in brackets
 * behind an address, or of a GeoJSON position as a list.
 */
export function parseLocation(value: Value | undefined): Point | undefined {
  if (typeof value === "object") return pointOfPair(value.map(parseNumber).reverse());
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  const point = /^[[{A-Z]/i.test(text) ? representativePoint(parseGeometry(text)) : undefined;
  const inBrackets = /\(([^()]*)\)$/.exec(text)?.[1];
  return point ?? pairOf(inBrackets ?? text) ?? pointOfBytes(text);
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

const SEPARATORS = [/\s*;\s*/, /\s*,\s+/, /(?<=[NS])[\s,]*/i, /\s*(?=[EWO])/i, /\s+/, /,/];

/** "48.85, 2.35", "48,85; 2,35", "48.85 2.35", `48°51'24"N 2°21'03"E`. Letters may tell that longitude comes first. */
function pairOf(text: string): Point | undefined {
  for (const separator of SEPARATORS) {
    const [first, second, ...more] = text.trim().split(separator).filter(Boolean);
    if (second === undefined || more.length > 0) continue;
    const point =
      pointOfPair([parseDegrees(first, "latitude"), parseDegrees(second, "longitude")]) ??
      pointOfPair([parseDegrees(second, "latitude"), parseDegrees(first, "longitude")]);
    if (point) return point;
  }
  return undefined;
}

function pointOfPair([latitude = Number.NaN, longitude = Number.NaN]: readonly number[]) {
  return Number.isNaN(latitude) || Number.isNaN(longitude) ? undefined : { latitude, longitude };
}

const HAS_SRID = 0x2000_0000;
const POINT = 1;

/** Of a point as well-known binary in hexadecimal, with PostGIS's additions. */
function pointOfBytes(text: string): Point | undefined {
  if (!/^0[01](?:[\da-f]{2}){20,40}$/i.test(text)) return undefined;
  const view = new DataView(Uint8Array.from(Buffer.from(text, "hex")).buffer);
  const isLittle = view.getUint8(0) === 1;
  const type = view.getUint32(1, isLittle);
  const start = type & HAS_SRID ? 9 : 5;
  if ((type & 0xfff) % 1_000 !== POINT || view.byteLength < start + 16) return undefined;
  return {
    longitude: view.getFloat64(start, isLittle),
    latitude: view.getFloat64(start + 8, isLittle),
  };
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

/** Refuses a sample of which most points are projected, or have latitudes that are longitudes. Throws a CallerError that says what to do. */
export function refuseImpossible(points: readonly Point[]): void {
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
