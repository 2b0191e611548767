/** A position or a direction, from the centre of the earth. */
export type Vector = readonly [x: number, y: number, z: number];

export const toRadians = (degrees: number): number => (degrees * Math.PI) / 180;

/** The straight line between two points; of two directions, of length 1, twice the sine of half their angle. */
export function chordBetween([ax, ay, az]: Vector, [bx, by, bz]: Vector): number {
  return Math.sqrt((ax - bx) ** 2 + (ay - by) ** 2 + (az - bz) ** 2);
}
