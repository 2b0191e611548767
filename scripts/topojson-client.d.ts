/** What this package does not tell of itself, as far as it is used here. */
declare module "topojson-client" {
  interface Topology {
    readonly objects: Readonly<Record<string, unknown>>;
    readonly arcs: readonly (readonly Position[])[];
    readonly transform?: unknown;
  }
  type Position = [longitude: number, latitude: number];

  export function feature(
    topology: Topology,
    object: unknown,
  ): import("geojson").FeatureCollection<import("geojson").Geometry>;
  export function mesh(
    topology: Topology,
    object: unknown,
    filter: (one: unknown, other: unknown) => boolean,
  ): import("geojson").MultiLineString;
  export function quantize(topology: Topology, steps: number): Topology;
  /** Of the points of an arc, in their order, to degrees. */
  export function transform(transform: unknown): (point: Position, at: number) => Position;
}
