import * as L from "leaflet";
import type { Point } from "../../answer.ts";
import { mercatorOutline, polarOutline, type Ring } from "../earth/outline.ts";

/** Farther in, the outline would put towns into the sea: a pixel is then less than five kilometres. */
const MOST_OUTLINE_ZOOM = 5;
const PANE = "ground";

const latLngs = (rings: readonly Ring[]) =>
  rings.map((ring) => ring.map(({ latitude, longitude }) => L.latLng(latitude, longitude)));

/** The coarse outline of the land under the tiles, from afar; else nothing. */
export class Ground {
  readonly #map: L.Map;
  readonly #polarCenter: Point | undefined;
  #outline: L.LayerGroup | undefined;

  /** @param polarCenter of a map that is not Mercator's */
  constructor(map: L.Map, polarCenter: Point | undefined) {
    this.#map = map;
    this.#polarCenter = polarCenter;
    // Above the colour of the map, below the tiles.
    map.createPane(PANE).style.zIndex = "150";
    map.on("zoomend", () => this.#adapt());
    this.#adapt();
  }

  get isOutlined(): boolean {
    return this.#map.getZoom() <= MOST_OUTLINE_ZOOM;
  }

  #adapt(): void {
    this.#map.getContainer().dataset.ground = this.isOutlined ? "outline" : "unknown";
    if (!this.isOutlined) this.#outline?.remove();
    else this.#outline = (this.#outline ?? this.#draw()).addTo(this.#map);
  }

  #draw(): L.LayerGroup {
    const center = this.#polarCenter;
    const { sea, land } = center ? polarOutline(center) : mercatorOutline();
    const draw = (rings: readonly Ring[], className: string) =>
      L.polygon(latLngs(rings), { pane: PANE, className, interactive: false, stroke: false });
    return L.layerGroup([draw(sea, "sea"), draw(land, "land")]);
  }
}
