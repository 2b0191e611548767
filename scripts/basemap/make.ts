import GeoJSONVT from "geojson-vt";
import { zxyToTileId } from "pmtiles";
import { Coast } from "./coast.ts";
import { namesByTile } from "./names.ts";
import { borders, land, type Rings } from "./natural-earth.ts";
import { PmtilesWriter } from "./pmtiles.ts";
import { BUFFER, EXTENT, encodedLayer, type Ring, signedArea, WHOLE } from "./vector-tile.ts";

const METADATA = {
  name: "Hereabouts",
  description: "Land, sea, borders and the names of settlements, in Protomaps' layers.",
  type: "baselayer",
  attribution:
    '<a href="https://www.naturalearthdata.com/">Natural Earth</a> · <a href="https://www.geonames.org/">GeoNames</a> (CC BY 4.0)',
  vector_layers: [
    { id: "earth", fields: { kind: "String" } },
    { id: "water", fields: { kind: "String" } },
    { id: "boundaries", fields: { kind: "String", kind_detail: "Number" } },
    {
      id: "places",
      fields: { kind: "String", name: "String", min_zoom: "Number", population_rank: "Number" },
    },
  ],
};

const WORLD = { bounds: [-180, -85.0511, 180, 85.0511], center: [0, 20, 2] } as const;

/** What a tile is as a whole. */
type Ground = "land" | "sea" | "coast";

const EARTH = { kind: "earth" };
const OCEAN = { kind: "ocean" };
const EVERYWHERE: Readonly<Record<Exclude<Ground, "coast">, Uint8Array>> = {
  land: encodedLayer("earth", [{ type: 3, geometry: [WHOLE], tags: EARTH }]),
  sea: encodedLayer("water", [{ type: 3, geometry: [WHOLE], tags: OCEAN }]),
};

export interface MakingOptions {
  readonly maxZoom: number;
  readonly tolerance: number;
  /** Called now and then with the share of tiles that are made. */
  readonly onProgress?: (share: number) => void;
}

/** Makes the default map: a PMTiles archive of the whole world. */
export function makeBasemap({
  maxZoom,
  tolerance,
  onProgress,
}: MakingOptions): Buffer<ArrayBuffer> {
  const writer = new PmtilesWriter();
  const names = namesByTile(maxZoom);
  const ground = new GroundTiles(land(), maxZoom, tolerance);
  const boundaries = new BoundaryTiles(maxZoom, tolerance);
  const total = (4 ** (maxZoom + 1) - 1) / 3;
  let made = 0;

  const make = (z: number, x: number, y: number, above: Ground): void => {
    const here = above === "coast" ? ground.groundOf(z, x, y) : above;
    const layers = [
      here === "coast" ? ground.coast(z, x, y) : EVERYWHERE[here],
      boundaries.layer(z, x, y),
      encodedLayer("places", names.get(zxyToTileId(z, x, y)) ?? []),
    ];
    writer.add(z, x, y, Buffer.concat(layers));
    made += 1;
    if (made % 1_000 === 0) onProgress?.(made / total);
    if (z === maxZoom) return;
    for (const [column, row] of [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ] as const) {
      make(z + 1, 2 * x + column, 2 * y + row, here);
    }
  };
  make(0, 0, 0, "coast");
  return writer.finish({ maxZoom, ...WORLD }, METADATA);
}

/** Land and sea, each told: a map paints neither where nothing is known. */
class GroundTiles {
  readonly #coast: Coast;
  readonly #tiles: GeoJSONVT;

  constructor(polygons: readonly Rings[], maxZoom: number, tolerance: number) {
    this.#coast = new Coast(polygons, maxZoom);
    this.#tiles = tilesOf(
      polygons.map((coordinates) => ({ type: "Polygon", coordinates })),
      maxZoom,
      tolerance,
    );
  }

  /** Tiles must be asked for before those within them, and these only where the coast runs through the former. */
  groundOf(z: number, x: number, y: number): Ground {
    if (this.#coast.runsThrough(z, x, y)) return "coast";
    // Of a polygon that lies around a tile, rings without an area may be left.
    const area = this.#rings(z, x, y).reduce((sum, ring) => sum + signedArea(ring), 0);
    return area > signedArea(WHOLE) / 2 ? "land" : "sea";
  }

  /** The sea is the tile without the land: the same rings, the other way round. */
  coast(z: number, x: number, y: number): Uint8Array {
    const rings = this.#rings(z, x, y);
    const sea = [WHOLE, ...rings.map((ring) => ring.toReversed())];
    const earth = rings.length > 0 ? [{ type: 3, geometry: rings, tags: EARTH } as const] : [];
    return Buffer.concat([
      encodedLayer("earth", earth),
      encodedLayer("water", [{ type: 3, geometry: sea, tags: OCEAN }]),
    ]);
  }

  #rings(z: number, x: number, y: number): Ring[] {
    const features = this.#tiles.getTile(z, x, y)?.features ?? [];
    return features.flatMap((feature) => (feature.type === 3 ? feature.geometry : []));
  }
}

/** The borders of countries. */
class BoundaryTiles {
  readonly #tiles: GeoJSONVT;

  constructor(maxZoom: number, tolerance: number) {
    this.#tiles = tilesOf(
      borders().map((coordinates) => ({ type: "LineString", coordinates })),
      maxZoom,
      tolerance,
    );
  }

  layer(z: number, x: number, y: number): Uint8Array {
    const features = this.#tiles.getTile(z, x, y)?.features ?? [];
    const lines = features.flatMap((feature) => (feature.type === 2 ? feature.geometry : []));
    if (lines.length === 0) return new Uint8Array();
    const tags = { kind: "country", kind_detail: 2 };
    return encodedLayer("boundaries", [{ type: 2, geometry: lines, tags }]);
  }
}

/** Cut into tiles as these are asked for. */
function tilesOf(
  geometries: readonly GeoJSON.Geometry[],
  maxZoom: number,
  tolerance: number,
): GeoJSONVT {
  const features = geometries.map((geometry) => {
    return { type: "Feature", properties: null, geometry } as const;
  });
  const options = { maxZoom, indexMaxZoom: 0, tolerance, extent: EXTENT, buffer: BUFFER };
  return new GeoJSONVT({ type: "FeatureCollection", features }, options);
}
