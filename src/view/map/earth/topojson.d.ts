declare module "topojson-client" {
  interface Topology {
    readonly objects: Readonly<Record<string, unknown>>;
  }
  export function feature(
    topology: Topology,
    object: unknown,
  ): import("geojson").FeatureCollection<import("geojson").Geometry>;
}
