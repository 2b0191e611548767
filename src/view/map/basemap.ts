/** Where the map's tiles come from. */
export interface Basemap {
  /** The address of the TileJSON of vector tiles. */
  readonly vector?: string;
  /** The addresses of picture tiles, with {z}, {x} and {y}. */
  readonly raster?: string;
  readonly attribution?: string;
}
