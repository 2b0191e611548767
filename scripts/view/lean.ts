import { createRequire } from "node:module";
import { DARK, LIGHT } from "@protomaps/basemaps";
import type { Plugin } from "esbuild";
import { quantize, type Topology, transform } from "topojson-client";

/** From pole to pole and around the earth: a tenth and a fifth of a degree. The outline is no better than that. */
const OUTLINE_STEPS = 2000;

/** What the view uses of its libraries is a quarter smaller, packed, than what bundlers cannot but take. */
const PARTS: Readonly<Record<string, { filter: RegExp; contents: () => string }>> = {
  "two flavors of five, and no style for another renderer": {
    filter: /@protomaps\/basemaps\/dist\/.*\.js$/,
    contents: () =>
      `const flavors = ${JSON.stringify({ light: LIGHT, dark: DARK })};
       export const namedFlavor = (name) => flavors[name];`,
  },
  "no reader of whole archives, which is the Worker's": {
    filter: /\/pmtiles\/dist\/.*\.js$/,
    contents: () => "export class PMTiles {}",
  },
  "as many digits of the outline as can be seen": {
    filter: /world-atlas\/land-110m\.json$/,
    contents: () => `export default ${JSON.stringify(outline())};`,
  },
};

function outline(): Topology {
  const { transform: steps, ...land }: Topology = createRequire(import.meta.url)(
    "world-atlas/land-110m.json",
  );
  const toDegrees = transform(steps);
  return quantize({ ...land, arcs: land.arcs.map((arc) => arc.map(toDegrees)) }, OUTLINE_STEPS);
}

/** Takes less of some libraries than they offer. */
export const lean: Plugin = {
  name: "lean",
  setup(build) {
    for (const { filter, contents } of Object.values(PARTS)) {
      build.onLoad({ filter }, () => ({ contents: contents(), loader: "js" }));
    }
  },
};
