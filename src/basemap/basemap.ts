import type { Config } from "../config/config.ts";

/** What a map shows under the places. */
export interface Basemap {
  /** Vector tiles: the address of their TileJSON, which is 404 where there are none. */
  readonly vector?: string;
  /** Pictures, with `{z}`, `{x}` and `{y}` in the address, perhaps `{r}`. */
  readonly raster?: string;
  /** Whom to credit for pictures: a line of HTML, of which maps show texts and links alone. Vector tiles say it themselves. */
  readonly attribution?: string;
}

/** The settings of the map. */
export type BasemapSettings = Pick<Config, "tilesUrl" | "tilesAttribution">;

/** Where the basemap's TileJSON is. */
export const TILE_JSON_PATH = "/basemap.json";
/** Under which its tiles are. */
export const TILES_PATH = "/basemap";

/** @param origin of this server, as the map reaches it; "" for a page of its own, which asks where it is from */
export function basemapFor(
  { tilesUrl, tilesAttribution }: BasemapSettings,
  origin: string,
): Basemap {
  if (tilesUrl === undefined) return { vector: `${origin}${TILE_JSON_PATH}` };
  return { raster: tilesUrl, attribution: tilesAttribution! };
}

/** What a map may load besides itself: origins, as the `_meta.ui.csp` of MCP Apps has them. */
export interface BasemapOrigins {
  /** Of what it fetches. */
  readonly connectDomains: readonly string[];
  /** Of pictures. */
  readonly resourceDomains: readonly string[];
}

/** @param origin of this server, as the map reaches it */
export function basemapOrigins({ tilesUrl }: BasemapSettings, origin: string): BasemapOrigins {
  if (tilesUrl === undefined) return { connectDomains: [origin], resourceDomains: [] };
  return { connectDomains: [], resourceDomains: [new URL(tilesUrl).origin] };
}
