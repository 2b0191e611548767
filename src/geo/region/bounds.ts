/** What lies between two parallels and two meridians, degrees. Longitudes may go on beyond 180: 170 to 190. */
export interface Bounds {
  readonly south: number;
  readonly north: number;
  readonly west: number;
  /** At least `west`, and at most 360 more. */
  readonly east: number;
}

/** How a region and a part of the earth stand to each other. */
export type Standing = "inside" | "outside" | "border";
