import type { Point } from "./point.ts";

/** A direction from the centre of the unit sphere. */
export type Vector = readonly [x: number, y: number, z: number];

export const toRadians = (degrees: number): number => (degrees * Math.PI) / 180;

/** The point's direction, its geodetic coordinates taken as spherical ones. */
export function toVector({ latitude, longitude }: Point): Vector {
  const phi = toRadians(latitude);
  const lambda = toRadians(longitude);
  const cosPhi = Math.cos(phi);
  return [cosPhi * Math.cos(lambda), cosPhi * Math.sin(lambda), Math.sin(phi)];
}
