import { readFileSync } from "node:fs";
import type { MultiLineString, Position } from "geojson";
import { feature, mesh, type Topology } from "topojson-client";
import { packageFile } from "../dataset/package-file.ts";

/** Natural Earth, 1:10m, as the package world-atlas has it: its coasts are right to some hundred metres. */

/** The rings of a polygon: the first one around it, the others around its holes. Longitude comes first. */
export type Rings = Position[][];

/** The continents and islands. The Caspian Sea is a hole; other lakes are not told. */
export function land(): Rings[] {
  const { features } = feature(...objectOf("land"));
  return features.flatMap(({ geometry }) => {
    if (geometry.type === "MultiPolygon") return geometry.coordinates;
    if (geometry.type === "Polygon") return [geometry.coordinates];
    throw new Error(`Land is no ${geometry.type}.`);
  });
}

/** The borders between countries on land. */
export function borders(): MultiLineString {
  return mesh(...objectOf("countries"), (one, other) => one !== other);
}

function objectOf(name: string): [Topology, unknown] {
  const file = packageFile(`world-atlas/${name}-10m.json`);
  const topology: Topology = JSON.parse(readFileSync(file, "utf8"));
  return [topology, topology.objects[name]];
}
