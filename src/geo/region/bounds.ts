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

/** By how many whole turns a part has to be moved east to meet bounds: more than once where it reaches over their ends. */
export function turnsToMeet(
  { west, east }: Pick<Bounds, "west" | "east">,
  part: Pick<Bounds, "west" | "east">,
): number[] {
  const [first, last] = [Math.ceil((west - part.east) / 360), Math.floor((east - part.west) / 360)];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, nth) => first + nth);
}
