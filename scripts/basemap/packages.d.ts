/** What these packages do not tell of themselves, as far as it is used here. */

declare module "vt-pbf" {
  /** A tile of Mapbox' format, with layers by their names. */
  export function fromGeojsonVt(
    layers: Readonly<Record<string, { readonly features: readonly unknown[] }>>,
    options: { readonly version: number; readonly extent: number },
  ): Uint8Array;
}
