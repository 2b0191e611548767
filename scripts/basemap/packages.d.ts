/** What these packages do not tell of themselves, as far as it is used here. */

declare module "vt-pbf" {
  /** A tile of Mapbox' format, with layers by their names. */
  export function fromGeojsonVt(
    layers: Readonly<Record<string, { readonly features: readonly unknown[] }>>,
    options: { readonly version: number; readonly extent: number },
  ): Uint8Array;
}

declare module "topojson-client" {
  interface Topology {
    readonly objects: Readonly<Record<string, unknown>>;
  }
  export function feature(
    topology: Topology,
    object: unknown,
  ): import("geojson").FeatureCollection<import("geojson").Geometry>;
  export function mesh(
    topology: Topology,
    object: unknown,
    filter: (one: unknown, other: unknown) => boolean,
  ): import("geojson").MultiLineString;
}
