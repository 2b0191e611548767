import * as L from "leaflet";
import { grouped, labelOf, type Spot, widthOf } from "./groups.ts";

/** A place at its spot of the world, with what its mark says. */
export interface Numbered {
  readonly id: string;
  readonly name: string;
  readonly number: string;
  readonly at: L.LatLng;
  /** Beyond what was asked for. */
  readonly isBeyond: boolean;
}

/** Marks, in pixels: with the tip, which stands on the place; and with their edges. */
const HEIGHT = 32;
const EDGES = 2;

interface Pinned extends Spot {
  readonly place: Numbered;
}

/** The places on a map. Those that would cover each other have one mark together. */
export class Markers {
  readonly #map: L.Map;
  readonly #pressed: (id: string) => void;
  readonly #zoomTo: (spots: readonly L.LatLng[]) => void;
  readonly #layer: L.LayerGroup;

  constructor(
    map: L.Map,
    pressed: (id: string) => void,
    zoomTo: (spots: readonly L.LatLng[]) => void,
  ) {
    this.#map = map;
    this.#pressed = pressed;
    this.#zoomTo = zoomTo;
    this.#layer = L.layerGroup().addTo(map);
    // The list has the same for those who do not see, or use no pointer.
    map.getPane("markerPane")!.ariaHidden = "true";
  }

  draw(places: readonly Numbered[], selected: string | undefined): void {
    this.#layer.clearLayers();
    const spots = this.#spots(places, this.#map.getZoom());
    const [chosen, others] = [
      spots.filter(({ place }) => place.id === selected),
      spots.filter(({ place }) => place.id !== selected),
    ];
    const groups = grouped(others);
    for (const [at, group] of groups.entries()) this.#mark(group, false, groups.length - at);
    if (chosen.length > 0) this.#mark(chosen, true, 10_000);
  }

  #spots(places: readonly Numbered[], zoom: number): Pinned[] {
    return places.map((place) => {
      const { x, y } = this.#map.project(place.at, zoom);
      return { x, y, number: place.number, place };
    });
  }

  #mark(group: readonly Pinned[], isChosen: boolean, zIndexOffset: number): void {
    const [{ place }] = group as [Pinned];
    const text = document.createElement("span");
    text.textContent = labelOf(group);
    const isMany = group.length > 1;
    const width = widthOf(group) + EDGES;
    const classes = ["pin", isMany && "many", isChosen && "chosen", place.isBeyond && "beyond"];
    L.marker(place.at, {
      icon: L.divIcon({
        className: classes.filter(Boolean).join(" "),
        html: text,
        iconSize: [width, HEIGHT],
        iconAnchor: [width / 2, HEIGHT],
      }),
      keyboard: false,
      title: isMany ? `${group.length} places` : place.name,
      zIndexOffset,
    })
      .on("click", () => this.#press(group))
      .addTo(this.#layer);
  }

  #press(group: readonly Pinned[]): void {
    const places = group.map(({ place }) => place);
    const closest = this.#spots(places, this.#map.getMaxZoom());
    const canBeParted = this.#map.getZoom() < this.#map.getMaxZoom() && grouped(closest).length > 1;
    if (canBeParted) this.#zoomTo(places.map(({ at }) => at));
    else this.#pressed(places[0]!.id);
  }
}

/** Where a popup's tip is, above the mark of the chosen place. */
export const POPUP_OFFSET: L.PointExpression = [0, 4 - HEIGHT];
