import "./map.css";
import * as L from "leaflet";
import type { Answer, Place, Point } from "../answer.ts";
import type { Basemap } from "./basemap.ts";
import { firstLook } from "./first-look.ts";
import { Markers, type Numbered, POPUP_OFFSET } from "./markers.ts";
import { needsPolarMap } from "./projection.ts";
import { Sheet } from "./sheet.ts";
import { BasemapLayer, type BasemapState } from "./tiles/basemap-layer.ts";
import type { Credit } from "./tiles/credits.ts";
import { Ground } from "./tiles/ground.ts";
import { themeOf } from "./tiles/theme.ts";

export interface PlaceMapOptions {
  readonly basemap?: Basemap | undefined;
  /** One finger and the wheel scroll the page that the map is in, and do not move the map. */
  readonly inline: boolean;
  /** A place was pressed, or its popup was closed: whoever is told calls `select`. */
  onSelect(id: string | undefined): void;
  /** The user has moved the map: its middle, and the radius of the circle that fits. */
  onMove(center: Point, radiusKm: number): void;
  /** `credits` has changed. */
  onCredits(): void;
  /** What a place's popup shows. */
  popup(place: Place): HTMLElement;
}

/** What is to be told under a map: whether its tiles are there, and whose they are. Texts, never HTML. */
export interface Credits {
  /** "unmapped": there are no tiles to have, and it is too close for the outline. */
  readonly state: BasemapState | "unmapped";
  readonly parts: readonly Credit[];
}

/** What the user does: the map moves by the user after that, until it moves by itself. */
const INPUTS = ["pointerdown", "wheel", "keydown", "click"];
/** What popups stay clear of, in pixels: the buttons in the corners. */
const POPUP_CLEAR = { topLeft: [8, 46], bottomRight: [46, 46] } as const satisfies Record<
  string,
  [number, number]
>;
/** Of a popup around what it shows. */
const POPUP_EDGE = 44;
const MOST_POPUP_WIDTH = 240;

/** An answer on a map: the point, how exactly it is known, how far it was looked, and the places. */
export class PlaceMap {
  readonly #element: HTMLElement;
  readonly #options: PlaceMapOptions;
  readonly #basemap: BasemapLayer;
  #sheet: Sheet | undefined;
  #ground: Ground | undefined;
  #markers: Markers | undefined;
  #answer: Answer | undefined;
  #selected: string | undefined;
  #isInline: boolean;
  #isOwnMove = true;
  /** Whether it shows what `fit` has chosen, and may be fitted again. */
  #isFitted = false;

  constructor(element: HTMLElement, options: PlaceMapOptions) {
    this.#element = element;
    this.#options = options;
    this.#isInline = options.inline;
    this.#basemap = new BasemapLayer(options.basemap, () => options.onCredits());
    element.classList.add("place-map");
    element.role = "region";
    element.ariaLabel = "Map. Arrow keys move it, plus and minus zoom.";
    const listening = { capture: true, passive: true };
    for (const input of INPUTS) {
      element.addEventListener(input, () => this.#byUser(), listening);
    }
    element.addEventListener("pointerdown", (event) => this.#adaptTo(event), listening);
    new ResizeObserver(() => this.#resize()).observe(element);
  }

  get credits(): Credits {
    const state = this.#sheet?.polarCenter ? "none" : this.#basemap.state;
    const isOutlined = this.#ground?.isOutlined;
    if (state === "shown") return { state, parts: this.#basemap.credits };
    return {
      state: state === "none" && isOutlined === false ? "unmapped" : state,
      parts: isOutlined ? [{ text: "Natural Earth" }] : [],
    };
  }

  /** The chosen place. */
  get selected(): string | undefined {
    return this.#selected;
  }

  show(answer: Answer, { keepView = false } = {}): void {
    this.#answer = answer;
    const isNew = this.#useSheetFor(answer);
    this.#sheet!.draw(answer);
    const stays = keepView && this.#places().some(({ id }) => id === this.#selected);
    if (!stays) {
      this.#selected = undefined;
      this.#sheet!.map.closePopup();
    }
    this.#isFitted = false;
    if (isNew || !keepView) this.#fit();
    else this.#comeAround();
    this.#drawMarkers();
    // Not before it is known what is in sight: tiles that nobody sees would be loaded.
    this.#drawBasemap();
  }

  /** Shows a place, or none, as the chosen one. */
  select(id: string | undefined): void {
    this.#selected = id;
    const map = this.#sheet?.map;
    if (!map) return;
    map.closePopup();
    this.#drawMarkers();
    const place = this.#places().find((one) => one.id === id);
    if (!place) return;
    // The map makes room for the popup.
    this.#isOwnMove = true;
    this.#isFitted = false;
    this.#open(place);
  }

  /** After the theme has changed. */
  setTheme(): void {
    if (this.#sheet) this.#drawBasemap();
  }

  setInline(inline: boolean): void {
    this.#isInline = inline;
    this.#element.dataset.inline = String(inline);
    const map = this.#sheet?.map;
    if (inline) map?.scrollWheelZoom.disable();
    else map?.scrollWheelZoom.enable();
    map?.dragging.enable();
  }

  /** @returns whether the map is a new one */
  #useSheetFor(answer: Answer): boolean {
    const center = answer.location;
    const isPolar = needsPolarMap(Object.values(firstLook(answer)).flat());
    const old = this.#sheet;
    if (old && !isPolar && !old.polarCenter) return false;
    this.#removeSheet();
    const sheet = new Sheet(this.#element, center, isPolar);
    this.#sheet = sheet;
    this.#ground = new Ground(sheet.map, sheet.polarCenter);
    this.#markers = new Markers(
      sheet.map,
      (id) => this.#options.onSelect(id),
      (points) => {
        this.#isOwnMove = true;
        sheet.fit(points);
      },
    );
    this.setInline(this.#isInline);
    sheet.map.on("click", () => this.#selected !== undefined && this.#options.onSelect(undefined));
    sheet.map.on("zoomend", () => {
      this.#drawMarkers();
      this.#options.onCredits();
    });
    sheet.map.on("moveend", () => this.#moved());
    return true;
  }

  #removeSheet(): void {
    this.#selected = undefined;
    this.#basemap.remove();
    this.#sheet?.map.remove();
    this.#sheet = undefined;
  }

  #places(): readonly Place[] {
    const { results = [], nearest_beyond: beyond } = this.#answer ?? {};
    return beyond ? [...results, beyond] : results;
  }

  #fit(): void {
    this.#isOwnMove = true;
    this.#isFitted = true;
    const { marked, ring } = firstLook(this.#answer!);
    const at = (points: readonly Point[]) => points.map((point) => this.#sheet!.at(point));
    this.#sheet!.fit(at(marked), { ring: at(ring), isFirst: true });
  }

  #drawMarkers(): void {
    const { first = 1, nearest_beyond: beyond } = this.#answer!;
    const numbered = this.#places().map((place, at): Numbered => {
      const isBeyond = place === beyond;
      const number = isBeyond ? "→" : String(first + at);
      return { id: place.id, name: place.name, number, at: this.#sheet!.at(place), isBeyond };
    });
    this.#markers!.draw(numbered, this.#selected);
  }

  #drawBasemap(): void {
    const sheet = this.#sheet!;
    const theme = themeOf(this.#element);
    this.#element.style.setProperty("--land", theme.flavor.earth);
    this.#element.style.setProperty("--sea", theme.flavor.water);
    if (!sheet.polarCenter) void this.#basemap.addTo(sheet.map, theme);
  }

  #open(place: Place): void {
    const { map } = this.#sheet!;
    const { x: width, y: height } = map.getSize();
    const { topLeft, bottomRight } = POPUP_CLEAR;
    const popup = L.popup({
      offset: POPUP_OFFSET,
      autoPanPaddingTopLeft: topLeft,
      autoPanPaddingBottomRight: bottomRight,
      maxWidth: Math.min(MOST_POPUP_WIDTH, width - topLeft[0] - bottomRight[0] - POPUP_EDGE),
      maxHeight: Math.max(height - topLeft[1] - 2 * POPUP_EDGE, POPUP_EDGE),
      // See closePopupOnClick.
      closeOnClick: false,
    });
    // Closed by its button or by Escape: by `select`, another is chosen already.
    popup.on("remove", () => this.#selected === place.id && this.#options.onSelect(undefined));
    const content = this.#options.popup(place);
    popup.setLatLng(this.#sheet!.at(place)).setContent(content).openOn(map);
  }

  #byUser(): void {
    this.#isOwnMove = false;
  }

  /** A finger scrolls the page, a mouse moves the map: some devices have both. */
  #adaptTo({ pointerType }: PointerEvent): void {
    const dragging = this.#sheet?.map.dragging;
    if (this.#isInline && pointerType !== "mouse") dragging?.disable();
    else dragging?.enable();
  }

  /** To the side of the date line where the answer is drawn now. */
  #comeAround(): void {
    this.#isOwnMove = true;
    this.#sheet!.comeAround();
  }

  #moved(): void {
    if (this.#sheet!.comeAround() || this.#isOwnMove) return;
    this.#isFitted = false;
    const { center, radiusKm } = this.#sheet!.circleInSight();
    this.#options.onMove(center, radiusKm);
  }

  #resize(): void {
    this.#isOwnMove = true;
    if (this.#sheet?.resize() && this.#isFitted) this.#fit();
  }
}
