import type { Bounds } from "./bounds.ts";

/** A place in longitude and latitude, degrees. Longitudes may go on beyond ±180. */
export type Vertex = readonly [x: number, y: number];

/** A closed line: the last vertex leads on to the first. */
export type Ring = readonly Vertex[];

/** Where a vertex lies: 1 within the ring, 0 on it, −1 outside. */
export function sideOfRing(ring: Ring, [x, y]: Vertex): 1 | 0 | -1 {
  let isWithin = false;
  let from = ring.at(-1)!;
  for (const to of ring) {
    const [fromY, toY] = [from[1], to[1]];
    if (fromY > y !== toY > y || fromY === y || toY === y) {
      const side = (to[0] - from[0]) * (y - fromY) - (toY - fromY) * (x - from[0]);
      if (side === 0 && isBetween(x, from[0], to[0]) && isBetween(y, fromY, toY)) return 0;
      if (fromY > y !== toY > y && side > 0 === toY > fromY) isWithin = !isWithin;
    }
    from = to;
  }
  return isWithin ? 1 : -1;
}

/** Whether an edge of the ring has a point within the bounds or on them. */
export function meetsBounds(ring: Ring, { west, east, south, north }: Bounds): boolean {
  let [fromX, fromY] = ring.at(-1)!;
  for (const [toX, toY] of ring) {
    const [x, y] = [fromX, fromY];
    [fromX, fromY] = [toX, toY];
    if (Math.max(x, toX) < west || Math.min(x, toX) > east) continue;
    if (Math.max(y, toY) < south || Math.min(y, toY) > north) continue;
    const sideOf = (cornerX: number, cornerY: number) =>
      Math.sign((toX - x) * (cornerY - y) - (toY - y) * (cornerX - x));
    const first = sideOf(west, south);
    const others = [sideOf(east, south), sideOf(east, north), sideOf(west, north)];
    if (first === 0 || others.some((side) => side !== first)) return true;
  }
  return false;
}

/**
 * The part of a ring within the bounds (I. E. Sutherland and G. W. Hodgman, "Reentrant polygon clipping", CACM 17(1),
 * 1974). Where there are several parts, lines along the bounds join them, there and back: they have no area.
 */
export function clipRing(ring: Ring, { west, east, south, north }: Bounds): Ring {
  const sides = [
    [0, west, 1],
    [0, east, -1],
    [1, south, 1],
    [1, north, -1],
  ] as const;
  return sides.reduce<Ring>(
    (clipped, [axis, at, sign]) =>
      clipped.length > 0 ? clipSide(clipped, axis, at, sign) : clipped,
    ring,
  );
}

function clipSide(ring: Ring, axis: 0 | 1, at: number, sign: 1 | -1): Ring {
  const clipped: Vertex[] = [];
  let from = ring.at(-1)!;
  for (const to of ring) {
    const isFromKept = sign * (from[axis] - at) >= 0;
    const isToKept = sign * (to[axis] - at) >= 0;
    if (isFromKept !== isToKept) {
      const share = (at - from[axis]) / (to[axis] - from[axis]);
      const other = from[1 - axis]! + share * (to[1 - axis]! - from[1 - axis]!);
      clipped.push(axis === 0 ? [at, other] : [other, at]);
    }
    if (isToKept) clipped.push(to);
    from = to;
  }
  return clipped;
}

/** Positive if the ring runs counterclockwise, square degrees. */
export function turnOfRing(ring: Ring): number {
  const [originX, originY] = ring[0]!;
  return ring.reduce((sum, [x, y], at) => {
    const [nextX, nextY] = ring[(at + 1) % ring.length]!;
    return sum + ((x - originX) * (nextY - originY) - (nextX - originX) * (y - originY)) / 2;
  }, 0);
}

export function boundsOfRing(ring: Ring): Bounds {
  let [west, south] = ring[0]!;
  let [east, north] = ring[0]!;
  for (const [x, y] of ring) {
    [west, east] = [Math.min(west, x), Math.max(east, x)];
    [south, north] = [Math.min(south, y), Math.max(north, y)];
  }
  return { south, north, west, east };
}

/** The same ring so many whole turns farther east. */
export function turned(ring: Ring, turns: number): Ring {
  return turns === 0 ? ring : ring.map(([x, y]): Vertex => [x + 360 * turns, y]);
}

function isBetween(value: number, a: number, b: number): boolean {
  return a < b ? a <= value && value <= b : b <= value && value <= a;
}
