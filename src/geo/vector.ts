/** A position or a direction, from the centre of the earth. */
export type Vector = readonly [x: number, y: number, z: number];

export const toRadians = (degrees: number): number => (degrees * Math.PI) / 180;
