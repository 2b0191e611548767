import * as L from "leaflet";
import type { Point } from "../answer.ts";
import { AzimuthalEquidistant } from "./earth/azimuthal.ts";
import { distanceKm, HALF_EARTH_KM } from "./earth/sphere.ts";

/** Mercator's map ends a degree farther, and its scale doubles with every few degrees up there. */
const MOST_MERCATOR_LATITUDE = 84;

export function needsPolarMap(points: readonly Point[]): boolean {
  return points.some(({ latitude }) => Math.abs(latitude) > MOST_MERCATOR_LATITUDE);
}

export const toPoint = ({ lat, lng }: L.LatLng): Point => ({ latitude: lat, longitude: lng });

/** A map about a point, for Leaflet: at each zoom as many pixels to the kilometre in the middle as Mercator has at the equator. */
export function polarMap(center: Point): L.CRS {
  const flat = new AzimuthalEquidistant(center);
  const rim = HALF_EARTH_KM;
  const projection: L.Projection = {
    bounds: L.bounds([-rim, -rim], [rim, rim]),
    project(latLng) {
      const { x, y } = flat.project(toPoint(L.latLng(latLng)));
      return L.point(x, y);
    },
    unproject(point) {
      const { latitude, longitude } = flat.unproject(L.point(point));
      return L.latLng(latitude, longitude);
    },
  };
  return L.Util.extend({}, L.CRS, {
    code: "azimuthal-equidistant",
    projection,
    infinite: true,
    transformation: new L.Transformation(0.5 / rim, 0.5, -0.5 / rim, 0.5),
    scale: (zoom: number) => 256 * 2 ** zoom,
    zoom: (scale: number) => Math.log2(scale / 256),
    distance: (from: L.LatLng, to: L.LatLng) => distanceKm(toPoint(from), toPoint(to)) * 1000,
    // L.CRS has the methods of all of them, and is typed as a class.
  }) as unknown as L.CRS;
}
