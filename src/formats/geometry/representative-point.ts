import type { Point } from "../../geo/point.ts";
import { toRadians } from "../../geo/vector.ts";

/** A position of GeoJSON: longitude and latitude in degrees, perhaps a height. */
type Position = readonly number[];
/** Also a ring of a polygon, of which the last position is the first one. */
type Line = readonly Position[];
/** The outer ring, and the rings of the holes. */
type Polygon = readonly Line[];

/**
 * One point that stands for a GeoJSON geometry: the middle of a line by its length; a point within a polygon, its
 * centroid if that lies within; of several parts that of the largest one, of a collection that of the first one that has
 * a point. A shape across ±180° may be written as 179, −179 or as 179, 181. Undefined for what is no geometry.
 */
export function representativePoint(geometry: unknown): Point | undefined {
  const { type, geometries } = (geometry ?? {}) as Record<string, unknown>;
  if (type !== "GeometryCollection") return shapePoint(geometry);
  if (!Array.isArray(geometries)) return undefined;
  for (const shape of geometries) {
    const point = shapePoint(shape);
    if (point) return point;
  }
  return undefined;
}

/** The centre of a box. One across ±180° may be written as 179 to −179, or as what has both ends in it, −180 to 180. */
export function centerOfBox([west, south, east, north]: readonly unknown[]): Point | undefined {
  const coordinates = [
    [west, south],
    [east, north],
  ];
  return shapePoint({ type: "LineString", coordinates });
}

function shapePoint(shape: unknown): Point | undefined {
  const { type, coordinates } = (shape ?? {}) as Record<string, unknown>;
  const [longitude, latitude] = positionOf(type, coordinates) ?? [];
  if (longitude === undefined || latitude === undefined) return undefined;
  const isBeyond = type !== "Point" && Math.abs(longitude) > 180 && isDegrees(longitude);
  return { latitude, longitude: isBeyond ? longitude - 360 * Math.sign(longitude) : longitude };
}

/** Whether it is no projected coordinate in metres. */
function isDegrees(longitude: number): boolean {
  return Math.abs(longitude) <= 540;
}

function positionOf(type: unknown, coordinates: unknown): Position | undefined {
  switch (type) {
    case "Point":
      return isPosition(coordinates) ? coordinates : undefined;
    case "MultiPoint":
      return isLine(coordinates) ? nearestToMean(unroll(coordinates)) : undefined;
    case "LineString":
      return isLine(coordinates) ? middle(unroll(coordinates)) : undefined;
    case "MultiLineString":
      return isPolygon(coordinates)
        ? middle(largest(coordinates.map(unroll), lengthOf))
        : undefined;
    case "Polygon":
      return isPolygon(coordinates) ? within(coordinates) : undefined;
    case "MultiPolygon":
      return isMultiPolygon(coordinates) ? within(largest(coordinates, outerArea)) : undefined;
    default:
      return undefined;
  }
}

function isPosition(value: unknown): value is Position {
  return Array.isArray(value) && typeof value[0] === "number" && typeof value[1] === "number";
}

function isLine(value: unknown): value is Line {
  return Array.isArray(value) && value.length > 0 && value.every(isPosition);
}

function isPolygon(value: unknown): value is Polygon {
  return Array.isArray(value) && value.length > 0 && value.every(isLine);
}

function isMultiPolygon(value: unknown): value is readonly Polygon[] {
  return Array.isArray(value) && value.length > 0 && value.every(isPolygon);
}

function largest<Part>(parts: readonly Part[], sizeOf: (part: Part) => number): Part {
  const sizes = parts.map(sizeOf);
  const best = sizes.reduce((best, size, index) => (size > sizes[best]! ? index : best), 0);
  return parts[best]!;
}

/** The line with longitudes that go on beyond ±180° where it crosses that meridian: 179, −179 becomes 179, 181. */
function unroll(line: Line): Line {
  const turnBefore = ([to]: Position, index: number) => {
    const [from] = line[index - 1] ?? [to];
    const isTurn = Math.abs(to! - from!) > 180 && isDegrees(to!) && isDegrees(from!);
    return isTurn ? 360 * Math.sign(from! - to!) : 0;
  };
  if (!line.some(turnBefore)) return line;
  let turn = 0;
  return line.map((position, index) => {
    turn += turnBefore(position, index);
    return [position[0]! + turn, position[1]!];
  });
}

function nearestToMean(points: Line): Position {
  const mean = [0, 1].map((axis) => points.reduce((sum, at) => sum + at[axis]!, 0) / points.length);
  return points.reduce((best, at) =>
    lengthBetween(at, mean) < lengthBetween(best, mean) ? at : best,
  );
}

/** The length of a short line, in degrees of latitude: on a sphere, which is near enough to find a middle. */
function lengthBetween(from: Position, to: Position): number {
  const east = (to[0]! - from[0]!) * Math.cos(toRadians((from[1]! + to[1]!) / 2));
  return Math.hypot(east, to[1]! - from[1]!);
}

function lengthOf(line: Line): number {
  return line.slice(1).reduce((sum, to, index) => sum + lengthBetween(line[index]!, to), 0);
}

function middle(line: Line): Position {
  let left = lengthOf(line) / 2;
  for (const [index, to] of line.slice(1).entries()) {
    const from = line[index]!;
    const length = lengthBetween(from, to);
    if (length >= left && length > 0) return between(from, to, left / length);
    left -= length;
  }
  return line.at(-1)!;
}

function between(from: Position, to: Position, share: number): Position {
  return [from[0]! + (to[0]! - from[0]!) * share, from[1]! + (to[1]! - from[1]!) * share];
}

/** In square degrees. */
function outerArea([outer]: Polygon): number {
  return Math.abs(areaOf(unroll(outer!)));
}

/** Positive if the ring runs counterclockwise, in square degrees. */
function areaOf(ring: Line): number {
  return ring.reduce((sum, [x, y], index) => {
    const [nextX, nextY] = ring[(index + 1) % ring.length]!;
    return sum + (x! * nextY! - nextX! * y!) / 2;
  }, 0);
}

function within([outer, ...holes]: Polygon): Position {
  const ring = unroll(outer!);
  const [first, last] = [ring[0]!, ring.at(-1)!];
  const isAroundPole = outer![0]![0] === outer!.at(-1)![0] && first[0] !== last[0];
  if (isAroundPole) return [0, 90 * Math.sign(first[1]!)];
  const centroid = centroidOf(ring);
  if (!centroid) return middle(ring);
  const [longitude, latitude] = centroid;
  const rings = [ring, ...holes.map((hole) => shiftedTo(longitude, unroll(hole)))];
  const spans = spansWithin(rings, latitude);
  if (spans.some(([from, to]) => from <= longitude && longitude <= to)) return centroid;
  if (spans.length === 0) return first;
  const [from, to] = largest(spans, ([from, to]) => to - from);
  return [(from + to) / 2, latitude];
}

/** The same ring by as many whole turns east or west as bring it near a longitude. */
function shiftedTo(longitude: number, ring: Line): Line {
  const turns = Math.round((longitude - ring[0]![0]!) / 360);
  return turns === 0 ? ring : ring.map(([x, y]) => [x! + 360 * turns, y!]);
}

/** Undefined for a ring without an area. */
function centroidOf(ring: Line): [longitude: number, latitude: number] | undefined {
  // Taken from the ring's first point, or small rings far from 0,0 would lose their digits.
  const [originX, originY] = ring[0]!;
  const near = ring.map(([x, y]) => [x! - originX!, y! - originY!]);
  const area = areaOf(near);
  if (!(Math.abs(area) > 0)) return undefined;
  let [x, y] = [0, 0];
  for (const [index, at] of near.entries()) {
    const next = near[(index + 1) % near.length]!;
    const cross = at[0]! * next[1]! - next[0]! * at[1]!;
    x += (at[0]! + next[0]!) * cross;
    y += (at[1]! + next[1]!) * cross;
  }
  return [originX! + x / (6 * area), originY! + y / (6 * area)];
}

/** Where a parallel runs within the rings, and not in a hole: from one longitude to another. */
function spansWithin(rings: Polygon, latitude: number): [from: number, to: number][] {
  const crossings: number[] = [];
  for (const ring of rings) {
    for (const [index, from] of ring.entries()) {
      const to = ring[(index + 1) % ring.length]!;
      if (from[1]! > latitude === to[1]! > latitude) continue;
      crossings.push(between(from, to, (latitude - from[1]!) / (to[1]! - from[1]!))[0]!);
    }
  }
  crossings.sort((a, b) => a - b);
  const spans: [number, number][] = [];
  for (let at = 0; at + 1 < crossings.length; at += 2) {
    spans.push([crossings[at]!, crossings[at + 1]!]);
  }
  return spans;
}
