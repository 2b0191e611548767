import type { Point } from "../../geo/point.ts";
import { toRadians } from "../../geo/vector.ts";

/** A position of GeoJSON: longitude first. */
type Position = readonly number[];

/**
 * One point that stands for a GeoJSON geometry: the middle of a line by its length, a point within a polygon
 * (its centroid if that lies within), the largest part of several. Undefined for what is no geometry.
 */
export function representativePoint(geometry: unknown): Point | undefined {
  if (typeof geometry !== "object" || geometry === null) return undefined;
  const { type, coordinates, geometries } = geometry as Record<string, unknown>;
  if (type === "GeometryCollection" && Array.isArray(geometries)) {
    return firstPoint(geometries.map((part) => () => representativePoint(part)));
  }
  const position = positionOf(type, coordinates);
  return position && { longitude: position[0]!, latitude: position[1]! };
}

function firstPoint(candidates: readonly (() => Point | undefined)[]): Point | undefined {
  for (const candidate of candidates) {
    const point = candidate();
    if (point) return point;
  }
  return undefined;
}

function positionOf(type: unknown, coordinates: unknown): Position | undefined {
  switch (type) {
    case "Point":
      return isPosition(coordinates) ? coordinates : undefined;
    case "MultiPoint":
      return isLine(coordinates) ? nearestToMean(coordinates) : undefined;
    case "LineString":
      return isLine(coordinates) ? middle(coordinates) : undefined;
    case "MultiLineString":
      return largest(coordinates, isLine, (line) => lengthOf(line), middle);
    case "Polygon":
      return isPolygon(coordinates) ? within(coordinates) : undefined;
    case "MultiPolygon":
      return largest(coordinates, isPolygon, ([ring]) => Math.abs(areaOf(ring!)), within);
    default:
      return undefined;
  }
}

function isPosition(value: unknown): value is Position {
  return Array.isArray(value) && typeof value[0] === "number" && typeof value[1] === "number";
}

function isLine(value: unknown): value is readonly Position[] {
  return Array.isArray(value) && value.length > 0 && value.every(isPosition);
}

function isPolygon(value: unknown): value is readonly (readonly Position[])[] {
  return Array.isArray(value) && value.length > 0 && value.every(isLine);
}

function largest<T>(
  parts: unknown,
  isPart: (value: unknown) => value is T,
  sizeOf: (part: T) => number,
  pointOf: (part: T) => Position,
): Position | undefined {
  if (!Array.isArray(parts)) return undefined;
  let best: T | undefined;
  let bestSize = Number.NEGATIVE_INFINITY;
  for (const part of parts) {
    if (!isPart(part)) return undefined;
    const size = sizeOf(part);
    if (size > bestSize) [best, bestSize] = [part, size];
  }
  return best && pointOf(best);
}

function nearestToMean(points: readonly Position[]): Position {
  const mean = [0, 1].map((axis) => points.reduce((sum, at) => sum + at[axis]!, 0) / points.length);
  return points.reduce((best, at) => (stretch(at, mean) < stretch(best, mean) ? at : best));
}

/** The length of a short line, in degrees of latitude; on a sphere, which is near enough to find a middle. */
function stretch(from: Position, to: Position): number {
  const east = (to[0]! - from[0]!) * Math.cos(toRadians((from[1]! + to[1]!) / 2));
  return Math.hypot(east, to[1]! - from[1]!);
}

function lengthOf(line: readonly Position[]): number {
  return line.slice(1).reduce((sum, to, index) => sum + stretch(line[index]!, to), 0);
}

function middle(line: readonly Position[]): Position {
  let left = lengthOf(line) / 2;
  for (const [index, to] of line.slice(1).entries()) {
    const from = line[index]!;
    const length = stretch(from, to);
    if (length >= left && length > 0) return between(from, to, left / length);
    left -= length;
  }
  return line.at(-1)!;
}

function between(from: Position, to: Position, share: number): Position {
  return [from[0]! + (to[0]! - from[0]!) * share, from[1]! + (to[1]! - from[1]!) * share];
}

/** Twice the area of a ring, signed, in square degrees. */
function areaOf(ring: readonly Position[]): number {
  return ring.reduce((sum, [x, y], index) => {
    const [nextX, nextY] = ring[(index + 1) % ring.length]!;
    return sum + (x! * nextY! - nextX! * y!);
  }, 0);
}

function within(polygon: readonly (readonly Position[])[]): Position {
  const ring = polygon[0]!;
  const centroid = centroidOf(ring);
  if (!centroid) return middle(ring);
  const spans = crossings(polygon, centroid[1]!);
  const around = spans.find(([from, to]) => from <= centroid[0]! && centroid[0]! <= to);
  if (around) return centroid;
  const widest = spans.reduce(
    (best, span) => (span[1] - span[0] > best[1] - best[0] ? span : best),
    [0, 0] as [number, number],
  );
  return widest[1] > widest[0] ? [(widest[0] + widest[1]) / 2, centroid[1]!] : ring[0]!;
}

/** Taken from the ring's first point, or small rings far from 0,0 would lose their digits. */
function centroidOf(ring: readonly Position[]): Position | undefined {
  const [originX, originY] = ring[0]! as [number, number];
  const near = ring.map(([x, y]) => [x! - originX, y! - originY]);
  const area = areaOf(near);
  if (!(Math.abs(area) > 0)) return undefined;
  let [x, y] = [0, 0];
  for (const [index, at] of near.entries()) {
    const next = near[(index + 1) % near.length]!;
    const cross = at[0]! * next[1]! - next[0]! * at[1]!;
    x += (at[0]! + next[0]!) * cross;
    y += (at[1]! + next[1]!) * cross;
  }
  return [originX + x / (3 * area), originY + y / (3 * area)];
}

/** Where a parallel runs inside the polygon (its holes left out): from one longitude to another. */
function crossings(
  polygon: readonly (readonly Position[])[],
  latitude: number,
): [number, number][] {
  const longitudes: number[] = [];
  for (const ring of polygon) {
    for (const [index, from] of ring.entries()) {
      const to = ring[(index + 1) % ring.length]!;
      if (from[1]! > latitude === to[1]! > latitude) continue;
      longitudes.push(between(from, to, (latitude - from[1]!) / (to[1]! - from[1]!))[0]!);
    }
  }
  longitudes.sort((a, b) => a - b);
  const spans: [number, number][] = [];
  for (let at = 0; at + 1 < longitudes.length; at += 2) {
    spans.push([longitudes[at]!, longitudes[at + 1]!]);
  }
  return spans;
}
