import { fromGeojsonVt } from "vt-pbf";

/** Units along the side of a tile. */
export const EXTENT = 4096;
/** What a tile shows beyond its sides, so that nothing ends there. */
export const BUFFER = 64;

/** As geojson-vt has them: 1 points, 2 lines, 3 rings of polygons. */
export type TileFeature = {
  readonly tags: Readonly<Record<string, string | number>> | null;
} & (
  | { readonly type: 1; readonly geometry: readonly (readonly number[])[] }
  | { readonly type: 2 | 3; readonly geometry: readonly Ring[] }
);

/** Points, the last one as the first. Around a polygon clockwise, on a screen; around its holes the other way. */
export type Ring = readonly (readonly number[])[];

/** The whole tile. */
export const WHOLE: Ring = [
  [-BUFFER, -BUFFER],
  [EXTENT + BUFFER, -BUFFER],
  [EXTENT + BUFFER, EXTENT + BUFFER],
  [-BUFFER, EXTENT + BUFFER],
  [-BUFFER, -BUFFER],
];

/**
 * A layer of a tile in Mapbox' format, version 2 (https://github.com/mapbox/vector-tile-spec). Layers, one after the other, make a
 * tile: so protocol buffers have it.
 */
export function encodedLayer(name: string, features: readonly TileFeature[]): Uint8Array {
  if (features.length === 0) return new Uint8Array();
  return fromGeojsonVt({ [name]: { features } }, { version: 2, extent: EXTENT });
}

/** Positive for rings around polygons. */
export function signedArea(ring: Ring): number {
  return (
    ring.reduce((sum, [x = 0, y = 0], at) => {
      const [nextX = x, nextY = y] = ring[at + 1] ?? [];
      return sum + x * nextY - nextX * y;
    }, 0) / 2
  );
}
