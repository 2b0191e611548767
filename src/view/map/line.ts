import * as L from "leaflet";

/** A line whose corners are where they are: Leaflet moves them to whole pixels, and a circle gets bumps. */
export const FineLine: new (lines: L.LatLng[][], options: L.PolylineOptions) => L.Polyline =
  L.Polyline.extend({
    _projectLatlngs(this: { _map: L.Map }, lines: L.LatLng[][], parts: L.Point[][], box: L.Bounds) {
      const map = this._map;
      for (const line of lines) {
        const part = line.map((at) => map.project(at).subtract(map.getPixelOrigin()));
        for (const corner of part) box.extend(corner);
        parts.push(part);
      }
    },
  }) as never;
