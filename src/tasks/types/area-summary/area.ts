import { CallerError } from "../../../errors.ts";
import type { Cell } from "../../../geo/cell.ts";
import { measureCell } from "../../../geo/covering.ts";
import { longestWay, toDirection, widestAngle } from "../../../geo/ellipsoid.ts";
import type { Point } from "../../../geo/point.ts";
import type { Bounds, Standing } from "../../../geo/region/bounds.ts";
import { boundsOfCell } from "../../../geo/region/cell-bounds.ts";
import { Outline } from "../../../geo/region/outline.ts";
import { knownPolygonOf, polygonOf } from "../../../geo/region/polygon.ts";
import { toRadians } from "../../../geo/vector.ts";
import { inverseGeodesic } from "../../../geodesic.ts";
import { radiusInMeters } from "../../../nearby/present/units.ts";
import { outlineOfCircle } from "./circle.ts";
import type { AreaInput } from "./input.ts";

/** The part of the earth that is asked about. */
export interface Area {
  /** Its edges in longitude and latitude; those of a circle to some millionths of its radius. */
  readonly outline: Outline;
  /** Exactly, and its edge belongs to it. */
  contains(point: Point): boolean;
  /** May call "border" what is inside or outside. */
  standing(cell: Cell): Standing;
  /** What the caller should know of how it was taken. */
  readonly notes: readonly string[];
}

const MOST_VERTICES = 2_000;
/** A degree of latitude, about. */
const METERS_A_DEGREE = 111_195;

/**
 * The area that is asked about. Whether a polygon is one takes some milliseconds to tell.
 *
 * @throws CallerError that says what would fit
 */
export function checkedAreaOf(input: AreaInput): Area {
  return areaBy(input, polygonOf);
}

/** The area of an input that has been checked. */
export function areaOf(input: AreaInput): Area {
  return areaBy(input, knownPolygonOf);
}

function areaBy({ circle, box, polygon }: AreaInput, read: typeof polygonOf): Area {
  if ([circle, box, polygon].filter(Boolean).length !== 1) {
    throw new CallerError(
      'Pass one area, and only one: "circle": {"latitude": 48.86, "longitude": 2.35, "radius": 5, "unit": "km"}, or "box": {"west": 2.2, "south": 48.8, "east": 2.5, "north": 48.9}, or "polygon", a GeoJSON Polygon.',
    );
  }
  if (circle) return circleOf(circle);
  return box ? boxOf(box) : outlined(polygon!, read);
}

function circleOf({ latitude, longitude, radius, unit }: NonNullable<AreaInput["circle"]>): Area {
  const center = { latitude, longitude };
  const radiusMeters = radiusInMeters(radius, unit ?? "km");
  const direction = toDirection(center);
  const angle = widestAngle(radiusMeters);
  return {
    outline: outlineOfCircle(center, radiusMeters),
    contains: (point) => inverseGeodesic(center, point).distanceMeters <= radiusMeters,
    standing(cell) {
      const { leastAngle, mostAngle } = measureCell(cell, direction);
      if (leastAngle > angle * (1 + 1e-9)) return "outside";
      return longestWay(mostAngle) <= radiusMeters ? "inside" : "border";
    },
    notes: [],
  };
}

function boxOf({ west, south, east, north }: NonNullable<AreaInput["box"]>): Area {
  if (south >= north) {
    throw new CallerError(
      `"box": its south, ${south}, must be less than its north, ${north}: both are latitudes.`,
    );
  }
  if (west === east) {
    throw new CallerError(
      `"box": its west and east are both ${west}, so it has no area. All the way round is from -180 to 180.`,
    );
  }
  const last = east > west ? east : east + 360;
  const outline = new Outline([
    [west, south],
    [last, south],
    [last, north],
    [west, north],
  ]);
  return inOutline(outline, []);
}

function outlined(
  { coordinates }: NonNullable<AreaInput["polygon"]>,
  read: typeof polygonOf,
): Area {
  const vertices = coordinates.reduce((sum, ring) => sum + ring.length, 0);
  if (vertices > MOST_VERTICES) {
    throw new CallerError(
      `"polygon": must have at most ${MOST_VERTICES} positions, but has ${vertices}. Leave out those that hardly bend its edges.`,
    );
  }
  const polygon = read(coordinates);
  if ("fault" in polygon) throw new CallerError(`"polygon": ${polygon.fault}`);
  const crossing =
    "An edge of the polygon has more than 180 degrees of longitude. It was taken the shorter way, across ±180°. If it is to go the longer way, give it a position in the middle.";
  return inOutline(polygon.outline, polygon.isCrossing ? [crossing] : []);
}

function inOutline(outline: Outline, notes: readonly string[]): Area {
  return {
    outline,
    contains: (point) => outline.contains(point),
    standing: (cell) => outline.standing(boundsOfCell(cell)),
    notes,
  };
}

/** How far it is across bounds, in metres: the longer of their sides, about. */
export function metersAcross({ south, north, west, east }: Bounds): number {
  const nearestEquator = south <= 0 && north >= 0 ? 0 : Math.min(Math.abs(south), Math.abs(north));
  // Around a pole it is the way over the pole that counts, not the way around it.
  const width = Math.min(
    (east - west) * Math.cos(toRadians(nearestEquator)),
    2 * (90 - nearestEquator),
  );
  return Math.max(north - south, width) * METERS_A_DEGREE;
}
