import * as L from "leaflet";
import type { Answer, Point } from "../answer.ts";
import { onMercator } from "./earth/rings.ts";
import { circle, distanceKm, unwrapped } from "./earth/sphere.ts";
import { middleOf, type Span } from "./first-look.ts";
import { FineLine } from "./line.ts";
import { polarMap, toPoint } from "./projection.ts";
import { Scale } from "./scale.ts";

/** The closest look: farther in, nothing more is known. */
const MOST_ZOOM = 18;
/** Nor is the first look at a single place closer than its street. */
const MOST_FIRST_ZOOM = 15;
/** At a point that is rather an area, a closer look would pretend to know more. */
const MOST_ROUGH_ZOOM = 12;
/** Room for marks, which stand on their places, beside the buttons and the scale. */
const MARK_ROOM = { top: 58, right: 58, bottom: 24, left: 24 };
/** A ring may go on under the buttons. */
const RING_ROOM = { top: 6, right: 6, bottom: 6, left: 6 };
/** From here on a point is rather an area. */
const ROUGH_METERS = 1_000;

/** Of which a scale takes half at least: "1,000 km" is as long. */
const SCALE_WIDTH = 116;

const isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** One Leaflet map, in one projection: Mercator's, or the one about a point near a pole. */
export class Sheet {
  readonly map: L.Map;
  /** Of a map that is not Mercator's. */
  readonly polarCenter: Point | undefined;
  readonly #drawn: L.LayerGroup;
  #around: number;
  #scale: L.Control.Scale | undefined;
  #isMiles: boolean | undefined;
  #isRough = false;

  constructor(element: HTMLElement, center: Point, isPolar: boolean) {
    this.polarCenter = isPolar ? center : undefined;
    this.#around = center.longitude;
    const isMoving = !isStill();
    this.map = L.map(element, {
      crs: isPolar ? polarMap(center) : L.CRS.EPSG3857,
      center: [center.latitude, center.longitude],
      zoom: 4,
      maxZoom: MOST_ZOOM,
      attributionControl: false,
      zoomControl: false,
      // A press on a mark must not close a popup, and so move the mark, before it is a press.
      closePopupOnClick: false,
      // Half transparent tiles show what is under them.
      fadeAnimation: false,
      zoomAnimation: isMoving,
      markerZoomAnimation: isMoving,
      inertia: isMoving,
    });
    if (!isMoving) {
      const { map } = this;
      // By keys, and to make room for a popup.
      map.panBy = (by) => L.Map.prototype.panBy.call(map, by, { animate: false });
    }
    L.control.zoom({ position: "topright" }).addTo(this.map);
    this.#drawn = L.layerGroup().addTo(this.map);
    this.resize();
  }

  /** Where a point is on this map: across the date line, on the side of the middle. */
  at({ latitude, longitude }: Point): L.LatLng {
    return L.latLng(latitude, unwrapped(longitude, this.#around));
  }

  /** Draws the point, how exactly it is known, and how far it was looked. */
  draw({ location, radius_km: radiusKm, distance_unit: unit }: Answer): void {
    this.#around = location.longitude;
    this.#drawn.clearLayers();
    const accuracyKm = location.accuracy_meters / 1_000;
    this.#ring(circle(location, radiusKm), "ring");
    this.#ring(circle(location, accuracyKm), "accuracy");
    const isGuess = location.source === "network" || location.source === "default";
    this.#isRough = isGuess || location.accuracy_meters >= ROUGH_METERS;
    const className = this.#isRough ? "here rough" : "here";
    const icon = L.divIcon({ className, iconSize: [20, 20] });
    L.marker(this.at(location), {
      icon,
      keyboard: false,
      interactive: false,
      zIndexOffset: -1e6,
    }).addTo(this.#drawn);
    this.#measureIn(unit === "mi" || unit === "ft");
  }

  #ring(line: Point[], className: string): void {
    const lines = this.polarCenter ? [line] : onMercator(line, this.#around);
    const latLngs = lines.map((one) => one.map((p) => L.latLng(p.latitude, p.longitude)));
    // Not filled: a ring that is larger than the map would tint all of it.
    const options = { className, interactive: false, smoothFactor: 0.1 };
    new FineLine(latLngs, options).addTo(this.#drawn);
  }

  #measureIn(isMiles: boolean): void {
    if (isMiles === this.#isMiles) return;
    this.#isMiles = isMiles;
    this.#scale?.remove();
    this.#scale = new Scale({ metric: !isMiles, imperial: isMiles, maxWidth: SCALE_WIDTH });
    this.#scale.addTo(this.map);
  }

  /** Moves to where all marks are seen, and a ring, as close as can be. */
  fit(marked: readonly L.LatLng[], { ring = [] as readonly L.LatLng[], isFirst = false } = {}) {
    const { x: width, y: height } = this.map.getSize();
    if (width === 0 || height === 0) return;
    const mostFirst = this.#isRough ? MOST_ROUGH_ZOOM : MOST_FIRST_ZOOM;
    const parts = [
      { box: this.#boxOf(marked), room: MARK_ROOM },
      ...(ring.length > 0 ? [{ box: this.#boxOf(ring), room: RING_ROOM }] : []),
    ];
    const least = this.map.getMinZoom();
    // Between two zooms the names on the tiles are too small, or blurred.
    for (let zoom = isFirst ? mostFirst : MOST_ZOOM; ; zoom--) {
      const [spansX, spansY]: [Span[], Span[]] = [[], []];
      for (const { box, room } of parts) {
        const [min, max] = [box.min!, box.max!].map((corner) => corner.multiplyBy(2 ** zoom));
        spansX.push({ from: min!.x, to: max!.x, before: room.left, after: room.right });
        spansY.push({ from: min!.y, to: max!.y, before: room.top, after: room.bottom });
      }
      const [x, y] = [middleOf(spansX, width), middleOf(spansY, height)];
      if (zoom > least && !(x.isWhole && y.isWhole)) continue;
      const center = this.map.unproject([x.middle, y.middle], zoom);
      this.map.setView(center, zoom, { animate: !isFirst && !isStill() });
      return;
    }
  }

  /** In pixels at zoom 0: degrees have no order at a pole. */
  #boxOf(points: readonly L.LatLng[]): L.Bounds {
    return L.bounds(points.map((point) => this.map.project(point, 0)));
  }

  /** The circle that fits into what is in sight. */
  circleInSight(): { center: Point; radiusKm: number } {
    const { x, y } = this.map.getSize().divideBy(2);
    const pointAt = (dx: number, dy: number) =>
      toPoint(this.map.containerPointToLatLng([x + dx, y + dy]));
    const { latitude, longitude } = pointAt(0, 0);
    const center = { latitude, longitude: unwrapped(longitude, 0) };
    const edges = [pointAt(x, 0), pointAt(-x, 0), pointAt(0, y), pointAt(0, -y)];
    return { center, radiusKm: Math.min(...edges.map((edge) => distanceKm(center, edge))) };
  }

  /**
   * Back to the side of the date line where everything is drawn. The picture is the same.
   * @returns whether it had to
   */
  comeAround(): boolean {
    const { lat, lng } = this.map.getCenter();
    const nearest = unwrapped(lng, this.#around);
    if (this.polarCenter || Math.abs(lng - nearest) < 1) return false;
    this.map.setView([lat, nearest], this.map.getZoom(), { animate: false });
    return true;
  }

  /** @returns whether it has any size now */
  resize(): boolean {
    this.map.invalidateSize({ animate: false });
    const { x: width, y: height } = this.map.getSize();
    if (width === 0 || height === 0) return false;
    // Between the world once and twice: names are legible on whole zooms only.
    this.map.setMinZoom(this.polarCenter ? 0 : Math.max(0, Math.floor(Math.log2(width / 256))));
    return true;
  }
}
