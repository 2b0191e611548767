import * as L from "leaflet";

/** What Leaflet's does with the words beside its line. */
interface Parts {
  _updateScale(line: HTMLElement, text: string, share: number): void;
}

/** Leaflet's scale, with thousands written as everywhere else: "2,000 km". */
export const Scale: new (options: L.Control.ScaleOptions) => L.Control.Scale =
  L.Control.Scale.extend({
    _updateScale(line: HTMLElement, text: string, share: number) {
      const told = text.replace(/^\d+/, (digits) => Number(digits).toLocaleString("en"));
      (L.Control.Scale.prototype as unknown as Parts)._updateScale.call(this, line, told, share);
    },
  }) as never;
