import type { Point } from "../../answer.ts";

/** Mercator's map ends there. */
const EDGE_LATITUDE = 85.05;

/**
 * A line as Mercator's map can show it: what lies beyond its edge is left out; and what reaches to the other side of the earth is
 * there from both sides, since the map goes on.
 */
export function onMercator(line: readonly Point[], around: number): Point[][] {
  const pieces = piecesWithin(line);
  const isFar = line.some(({ longitude }) => Math.abs(longitude - around) > 179);
  return (isFar ? [-360, 0, 360] : [0]).flatMap((shift) =>
    pieces.map((piece) =>
      piece.map(({ latitude, longitude }) => ({ latitude, longitude: longitude + shift })),
    ),
  );
}

function piecesWithin(line: readonly Point[]): Point[][] {
  const pieces: Point[][] = [[]];
  for (const point of line) {
    if (Math.abs(point.latitude) <= EDGE_LATITUDE) pieces.at(-1)!.push(point);
    else if (pieces.at(-1)!.length > 0) pieces.push([]);
  }
  return pieces.filter(({ length }) => length > 1);
}
