import type { Point } from "../src/geo/point.ts";
import type { PlaceRecord } from "../src/records/place.ts";

/**
 * Copies of the real places for sizes that no real set at hand has. Copies shifted by a few hundred
 * metres would pile up: ten times the places would be ten times as dense, and no index could read as
 * few rows. So a copy is moved as a whole to where hardly anything is: turned about the earth's axis,
 * and mirrored at the equator. Both leave every distance on the ellipsoid as it is; inside a copy
 * everything is as dense, as clustered and as full of duplicates as it really is.
 */
export interface Move {
  readonly mirrored: boolean;
  readonly turnDegrees: number;
}

/**
 * Chosen one after the other among all whole degrees so that the fewest places come to lie in a half
 * degree cell that has some already: 0.3 %, 2.5 %, 6 % and 15 % of each copy do.
 */
export const MOVES: readonly Move[] = [
  { mirrored: false, turnDegrees: 0 },
  { mirrored: true, turnDegrees: 81 },
  { mirrored: false, turnDegrees: 166 },
  { mirrored: true, turnDegrees: 27 },
  { mirrored: true, turnDegrees: 234 },
];

export function move({ latitude, longitude }: Point, { mirrored, turnDegrees }: Move): Point {
  const turned = longitude + turnDegrees;
  return {
    latitude: mirrored ? -latitude : latitude,
    longitude: turned > 180 ? turned - 360 : turned,
  };
}

export function moveBack({ latitude, longitude }: Point, { mirrored, turnDegrees }: Move): Point {
  return move({ latitude, longitude }, { mirrored, turnDegrees: turnDegrees && 360 - turnDegrees });
}

/** The places, and after them their copies, until there are so many; a copy's id ends in `~` and its number. */
export function withCopies(
  sets: readonly [id: string, PlaceRecord[]][],
  wanted: number,
): [id: string, PlaceRecord[]][] {
  const result = sets.map(([id, records]): [string, PlaceRecord[]] => [id, [...records]]);
  let left = wanted - sets.reduce((sum, [, records]) => sum + records.length, 0);
  for (const [number, way] of MOVES.entries()) {
    if (number === 0) continue;
    for (const [index, [, records]] of sets.entries()) {
      const copies = result[index]![1];
      for (const record of records.slice(0, Math.max(0, left))) {
        copies.push({ ...record, ...move(record, way), sourceId: `${record.sourceId}~${number}` });
      }
      left -= records.length;
    }
  }
  if (left > 0) throw new Error(`There are not enough moves for ${wanted} places`);
  return result;
}
