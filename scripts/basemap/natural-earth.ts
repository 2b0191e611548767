import { readFileSync } from "node:fs";
import type { Position } from "geojson";
import { feature, mesh, type Topology } from "topojson-client";
import { packageFile } from "../dataset/package-file.ts";

/** Natural Earth, 1:10m, as the package world-atlas has it: its coasts are right to some hundred metres. */

/**
 * The rings of a polygon: the first one around it, the others around its holes. Longitude comes first, and may go on beyond
 * ±180°.
 */
export type Rings = Position[][];

/** The continents and islands. The Caspian Sea is a hole; other lakes are not told. */
export function land(): Rings[] {
  const { features } = feature(...objectOf("land"));
  const polygons = features.flatMap(({ geometry }) => {
    if (geometry.type === "MultiPolygon") return geometry.coordinates;
    if (geometry.type === "Polygon") return [geometry.coordinates];
    throw new Error(`Land is no ${geometry.type}.`);
  });
  return polygons.map(inPlane);
}

/** The borders between countries on land. */
export function borders(): Position[][] {
  const { coordinates } = mesh(...objectOf("countries"), (one, other) => one !== other);
  return coordinates.map((line) => besides(0, unrolled(line)));
}

/** The package has polygons on a sphere, which know no ±180°: there the next point is on the other side. */
function inPlane([outer = [], ...holes]: Rings): Rings {
  const around = besides(0, overPole(unrolled(outer)));
  return [around, ...holes.map((hole) => besides(middleOf(around), unrolled(hole)))];
}

/** What crosses ±180° goes on beyond: 179, 181. */
function unrolled(line: Position[]): Position[] {
  let shift = 0;
  return line.map(([longitude = 0, latitude = 0], at) => {
    const [before = longitude] = line[at - 1] ?? [];
    if (longitude - before > 180) shift -= 360;
    if (longitude - before < -180) shift += 360;
    return [longitude + shift, latitude];
  });
}

/** A ring that goes once around the earth has the pole in it: in the plane it has to go there and back. */
function overPole(ring: Position[]): Position[] {
  const [first, last] = [ring[0]!, ring.at(-1)!];
  if (Math.abs(first[0]! - last[0]!) < 180) return ring;
  const pole = first[1]! < 0 ? -90 : 90;
  return [...ring, [last[0]!, pole], [first[0]!, pole], first];
}

/** The same line, by whole turns of the earth as near to a meridian as it can be. */
function besides(meridian: number, line: Position[]): Position[] {
  const turn = 360 * Math.round((meridian - middleOf(line)) / 360);
  return line.map(([longitude = 0, latitude = 0]) => [longitude + turn, latitude]);
}

function middleOf(line: Position[]): number {
  let [west, east] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const [longitude = 0] of line) {
    west = Math.min(west, longitude);
    east = Math.max(east, longitude);
  }
  return (west + east) / 2;
}

function objectOf(name: string): [Topology, unknown] {
  const file = packageFile(`world-atlas/${name}-10m.json`);
  const topology: Topology = JSON.parse(readFileSync(file, "utf8"));
  return [topology, topology.objects[name]];
}
