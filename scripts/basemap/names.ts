import { zxyToTileId } from "pmtiles";
import { type Settlement, settlements } from "../dataset/sources/geonames.ts";
import { mercatorX, mercatorY } from "./mercator.ts";
import { EXTENT, type TileFeature } from "./vector-tile.ts";

/** More are not shown beside each other anyway. The last zoom has all of them, for the zooms after it. */
const MOST_IN_TILE = 60;

/** From which zoom on a map shows a settlement of so many inhabitants. */
const ZOOMS = [
  [5_000_000, 4],
  [1_000_000, 5],
  [300_000, 6],
  [100_000, 7],
  [30_000, 8],
  [10_000, 9],
  [3_000, 10],
  [1_000, 11],
] as const;
const LAST_ZOOM = 12;

/** By Protomaps' `population_rank`: 1 for any number, and one more for each of these. */
const RANKS = [
  200, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 5e6, 1e7, 2e7, 5e7, 1e8, 1e9,
] as const;

const PART_OF_TOWN = "PPLX";
const CAPITAL = "PPLC";

/** The names of all settlements as features of the layer `places`, by the ids of tiles: what matters more comes first. */
export function namesByTile(maxZoom: number): ReadonlyMap<number, readonly TileFeature[]> {
  const sorted = [...settlements()]
    .map((settlement) => ({ settlement, minZoom: minZoomOf(settlement) }))
    .sort((a, b) => a.minZoom - b.minZoom || b.settlement.population - a.settlement.population);
  const tiles = new Map<number, TileFeature[]>();
  for (const { settlement, minZoom } of sorted) {
    const x = mercatorX(settlement.longitude);
    const y = mercatorY(settlement.latitude);
    // A map shows the tiles of the zoom before its own.
    for (let z = Math.min(minZoom - 1, maxZoom); z <= maxZoom; z++) {
      const side = 2 ** z;
      const [column, row] = [Math.floor(x * side), Math.floor(y * side)];
      if (column < 0 || column >= side || row < 0 || row >= side) continue;
      const id = zxyToTileId(z, column, row);
      const names = tiles.get(id) ?? [];
      if (names.length === 0) tiles.set(id, names);
      if (z < maxZoom && names.length >= MOST_IN_TILE) continue;
      const point = [x * side - column, y * side - row].map((share) => Math.floor(share * EXTENT));
      names.push({ type: 1, geometry: [point], tags: tagsOf(settlement, minZoom) });
    }
  }
  return tiles;
}

function minZoomOf({ feature, population }: Settlement): number {
  if (feature === PART_OF_TOWN) return LAST_ZOOM;
  if (feature === CAPITAL) return population >= 1_000_000 ? 3 : 5;
  return ZOOMS.find(([least]) => population >= least)?.[1] ?? LAST_ZOOM;
}

function tagsOf({ name, feature, population }: Settlement, minZoom: number) {
  return {
    kind: feature === PART_OF_TOWN ? "neighbourhood" : "locality",
    name,
    min_zoom: minZoom,
    population_rank: 1 + RANKS.filter((least) => population >= least).length,
  };
}
