import { VectorTile } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";
import { boundsOfRing, type Ring, sideOfRing, type Vertex } from "../../src/geo/region/ring.ts";
import { mercatorX, mercatorY } from "../basemap/mercator.ts";
import { land } from "../basemap/natural-earth.ts";

/** Whether tiles of the map say land where Natural Earth does, and sea where it does. */

export interface KnownPoint {
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly isLand: boolean;
}

/** What anybody can look up. Some lie near a coast, where a coarse map is wrong. */
const FAMOUS: readonly KnownPoint[] = [
  { name: "Paris", latitude: 48.8566, longitude: 2.3522, isLand: true },
  { name: "San Francisco", latitude: 37.76, longitude: -122.44, isLand: true },
  { name: "Tokyo", latitude: 35.69, longitude: 139.69, isLand: true },
  { name: "Reykjavik", latitude: 64.12, longitude: -21.85, isLand: true },
  { name: "Cape Town", latitude: -33.96, longitude: 18.48, isLand: true },
  { name: "Suva", latitude: -18.1, longitude: 178.43, isLand: true },
  { name: "Anadyr", latitude: 64.73, longitude: 177.4, isLand: true },
  { name: "Wrangel Island", latitude: 71.2, longitude: -179.3, isLand: true },
  { name: "the middle of Antarctica", latitude: -84, longitude: 60, isLand: true },
  { name: "Antarctica at the date line", latitude: -84.9, longitude: 179.9, isLand: true },
  { name: "the Gulf of Guinea", latitude: 1, longitude: 1, isLand: false },
  { name: "the Caspian Sea", latitude: 42, longitude: 50.5, isLand: false },
  { name: "the English Channel", latitude: 50.2, longitude: -1, isLand: false },
  { name: "the date line in the Pacific", latitude: 10, longitude: 179.99, isLand: false },
  { name: "near the north pole", latitude: 84.9, longitude: -150, isLand: false },
];

const GOLDEN_ANGLE_DEGREES = 137.507_764;
const SPREAD = 185;

/** 200 points: famous ones, and others spread evenly over the earth, as far as tiles go, of which Natural Earth says it. */
export function knownPoints(): readonly KnownPoint[] {
  const rings = land()
    .flat()
    .map((ring) => ring.map(([x = 0, y = 0]): Vertex => [x, y]))
    .map((ring) => ({ ring, bounds: boundsOfRing(ring) }));
  const spread = Array.from({ length: SPREAD }, (_, k) => {
    // A spiral (Swinbank and Purser, 2006): as many points for each band of latitude as it has area.
    const latitude = (Math.asin(0.996 * ((2 * k + 1) / SPREAD - 1)) * 180) / Math.PI;
    const longitude = ((k * GOLDEN_ANGLE_DEGREES) % 360) - 180;
    // Rings may go on beyond ±180°.
    const isLand = [-360, 0, 360].some((turn) => {
      const x = longitude + turn;
      const around = rings.filter(({ bounds: { west, east, south, north } }) => {
        return west <= x && x <= east && south <= latitude && latitude <= north;
      });
      return isWithin(
        around.map(({ ring }) => ring),
        [x, latitude],
      );
    });
    return { name: `${latitude.toFixed(3)}, ${longitude.toFixed(3)}`, latitude, longitude, isLand };
  });
  return [...FAMOUS, ...spread];
}

/** Where a point is among the tiles of a zoom. */
export function tileOf({ latitude, longitude }: KnownPoint, z: number) {
  const [x, y] = [mercatorX(longitude) * 2 ** z, mercatorY(latitude) * 2 ** z];
  return { z, x: Math.floor(x), y: Math.floor(y), column: x % 1, row: y % 1 };
}

/** What a tile says of a point in it, of which the sides' shares are given: the layers that cover it. */
export function layersAt(tile: Uint8Array, column: number, row: number): readonly string[] {
  const { layers } = new VectorTile(new PbfReader(tile));
  return ["earth", "water"].filter((name) => {
    const layer = layers[name];
    if (!layer) return false;
    const rings = Array.from({ length: layer.length }, (_, at) =>
      layer
        .feature(at)
        .loadGeometry()
        .map((ring) => ring.map(({ x, y }): Vertex => [x, y])),
    ).flat();
    return isWithin(rings, [column * layer.extent, row * layer.extent]);
  });
}

/** By the even-odd rule: holes are rings, too. */
function isWithin(rings: readonly Ring[], point: Vertex): boolean {
  return rings.filter((ring) => sideOfRing(ring, point) === 1).length % 2 === 1;
}
