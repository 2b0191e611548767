import * as L from "leaflet";
import { type LeafletLayerOptions, labelRules, leafletLayer, paintRules } from "protomaps-leaflet";
import type { Basemap } from "../basemap.ts";
import { type Credit, creditsOf } from "./credits.ts";
import type { Theme } from "./theme.ts";
import { loadTileJson, type TileJson, tilesOf } from "./vector-tiles.ts";

// protomaps-leaflet finds Leaflet there.
Object.assign(globalThis, { L: { GridLayer: L.GridLayer, DomUtil: L.DomUtil } });

/**
 * The renderer paints a tile so much later as it is tiles away from the middle of the map, and counts them the long way around the earth
 * where ±180° lies between: a minute and more close up. The order of painting matters to nothing else: names are laid out before the wait,
 * and a name that comes later paints the tiles anew that it reaches into. It takes 0 for no choice.
 */
const NO_DELAY_MS = Number.MIN_VALUE;

export type BasemapState = "none" | "waiting" | "shown" | "failed";

/**
 * The tiles of a map. Where one failed, is missing, or has not come yet, nothing is drawn: what lies under it is neutral, because nobody
 * knows whether there is land.
 */
export class BasemapLayer {
  readonly #basemap: Basemap;
  readonly #changed: () => void;
  #state: BasemapState;
  #tileJson: Promise<TileJson> | undefined;
  #credits: readonly Credit[] = [];
  #layer: L.GridLayer | undefined;
  #map: L.Map | undefined;
  #isDark: boolean | undefined;

  /** @param changed is called when state or credits have. */
  constructor(basemap: Basemap | undefined, changed: () => void) {
    this.#basemap = basemap ?? {};
    this.#changed = changed;
    const { vector, raster, attribution = "" } = this.#basemap;
    this.#state = vector || raster ? "waiting" : "none";
    if (raster) this.#credits = creditsOf(attribution);
  }

  get state(): BasemapState {
    return this.#state;
  }

  get credits(): readonly Credit[] {
    return this.#state === "shown" ? this.#credits : [];
  }

  /** Puts the tiles onto a map, if they are not there in that theme. */
  async addTo(map: L.Map, theme: Theme): Promise<void> {
    const { vector, raster } = this.#basemap;
    const isThere = this.#map === map && (raster || this.#isDark === theme.isDark);
    if (isThere) return;
    this.#map = map;
    this.#isDark = theme.isDark;
    if (raster) {
      const layer = L.tileLayer(raster, { maxZoom: map.getMaxZoom() });
      layer.on("tileload", () => this.#told(true)).on("tileerror", () => this.#told(false));
      this.#put(layer);
    } else if (vector) {
      // The probe: without it there is one failed request, and not one for each tile.
      this.#tileJson ??= loadTileJson(vector);
      try {
        const tileJson = await this.#tileJson;
        const isWanted = this.#map === map && this.#isDark === theme.isDark;
        if (isWanted) this.#put(this.#vectorLayer(vector, tileJson, theme));
      } catch {
        // The next answer tries again.
        this.#tileJson = undefined;
        this.#map = undefined;
        this.#told(false);
      }
    }
  }

  remove(): void {
    this.#layer?.remove();
    this.#layer = undefined;
    this.#map = undefined;
  }

  #put(layer: L.GridLayer): void {
    this.#layer?.remove();
    this.#layer = layer.addTo(this.#map!);
    // No tile of the archive is in sight.
    if (!layer.isLoading()) this.#told(false);
  }

  #vectorLayer(address: string, tileJson: TileJson, { flavor }: Theme): L.GridLayer {
    const { tiles, minzoom = 0, maxzoom = 15, bounds, attribution = "" } = tileJson;
    this.#credits = creditsOf(attribution);
    const source = tilesOf(tiles[0]!, address);
    const language = navigator.language.split("-")[0]!;
    const options: LeafletLayerOptions = {
      url: source as unknown as NonNullable<LeafletLayerOptions["url"]>,
      maxDataZoom: maxzoom,
      // A tile is shown four times as large as a picture: in the next zoom.
      minZoom: minzoom === 0 ? 0 : minzoom + 1,
      maxZoom: this.#map!.getMaxZoom(),
      tileDelay: NO_DELAY_MS,
      paintRules: toldOf(paintRules(flavor), () => this.#told(true)),
      labelRules: namesByZoom(labelRules(flavor, language)),
      attribution: "",
      ...(bounds && {
        bounds: [
          [bounds[1], bounds[0]],
          [bounds[3], bounds[2]],
        ],
      }),
    };
    const layer = leafletLayer(options) as unknown as L.GridLayer;
    // All that is in sight has come, or has not: where anything was painted, that was told before.
    return layer.on("load", () => this.#told(false));
  }

  /** @param isDrawn whether any of it is to be seen: a tile that has come may be empty, or no tile at all */
  #told(isDrawn: boolean): void {
    const state = isDrawn || this.#state === "shown" ? "shown" : "failed";
    if (state === this.#state) return;
    this.#state = state;
    this.#changed();
  }
}

type PaintRules = ReturnType<typeof paintRules>;

/** The same rules, which tell that they paint something. */
function toldOf(rules: PaintRules, painted: () => void): PaintRules {
  return rules.map((rule) => ({
    ...rule,
    filter: (zoom, feature) => {
      const isPainted = rule.filter?.(zoom, feature) ?? true;
      if (isPainted) painted();
      return isPainted;
    },
  }));
}

type LabelRules = ReturnType<typeof labelRules>;

/** From here on the names of quarters, which the rules leave out, help to find one's way. */
const QUARTERS_ZOOM = 12;

/** The rules show all names of the last tiles at once: each is to come at its own zoom. */
function namesByZoom(rules: LabelRules): LabelRules {
  const localities = rules.find(({ dataLayer, minzoom }) => dataLayer === "places" && minzoom);
  const quarters = localities && {
    ...localities,
    minzoom: QUARTERS_ZOOM,
    filter: (_zoom: number, { props }: { props: { kind?: unknown } }) =>
      props.kind === "neighbourhood",
  };
  return [...rules, ...(quarters ? [quarters] : [])].map((rule) => ({
    ...rule,
    filter: (zoom, feature) =>
      (rule.filter?.(zoom, feature) ?? true) && !(Number(feature.props.min_zoom) > zoom + 1),
  }));
}
