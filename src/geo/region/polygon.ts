import { Outline } from "./outline.ts";
import { boundsOfRing, type Ring, sideOfRing, turned, turnOfRing, type Vertex } from "./ring.ts";

/** Why rings are no polygon: to be read after the word "polygon". */
export interface Fault {
  readonly fault: string;
}

export interface Polygon {
  readonly outline: Outline;
  /** Whether an edge of more than 180 degrees of longitude was taken the shorter way, across ±180. */
  readonly isCrossing: boolean;
}

/** So far a longitude may go on beyond ±180. */
const FARTHEST_EAST = 540;

/**
 * The outline of a GeoJSON Polygon: its outer ring, then its holes, each a list of positions with longitude first.
 *
 * - An edge is straight in longitude and latitude. One of more than 180 degrees of longitude goes the shorter way, across
 *   ±180; one from −180 to 180 goes all the way round, along its parallel.
 * - A ring that goes once round the earth has the pole within that is on its side of the equator.
 * - A ring may be closed, by its first position once more, or not. It may run either way.
 */
export function polygonOf(
  coordinates: readonly (readonly (readonly number[])[])[],
): Polygon | Fault {
  const lines: Line[] = [];
  let isCrossing = false;
  for (const [at, positions] of coordinates.entries()) {
    const name = at === 0 ? "outer ring" : `hole ${at}`;
    const line = unroll(positions);
    const fault = "fault" in line ? line.fault : shapeFaultOf(line.ring);
    if (fault !== undefined) return { fault: `${name}: ${fault}` };
    lines.push(line as Line);
    isCrossing ||= (line as Line).isCrossing;
  }
  const [outer, ...holes] = lines;
  if (!outer) return { fault: "must have a ring of positions." };
  const outside = holes.findIndex((hole) => !isWithin(hole, outer) || crossAnywhere(outer, hole));
  if (outside >= 0) return { fault: `hole ${outside + 1} must lie within the outer ring.` };
  for (const [at, hole] of holes.entries()) {
    const other = holes.slice(0, at).findIndex((before) => overlap(before, hole));
    if (other >= 0) return { fault: `holes ${other + 1} and ${at + 1} overlap: make them one.` };
  }
  const outline = new Outline(
    outer.ring,
    holes.map(({ ring }) => ring),
  );
  return { outline, isCrossing };
}

/** A ring whose longitudes go on beyond ±180. */
interface Line {
  readonly ring: Ring;
  /** How many of its edges, the first ones, bound what is within. The others lead to a pole, along it and back. */
  readonly edges: number;
  readonly isCrossing: boolean;
}

function unroll(positions: readonly (readonly number[])[]): Line | Fault {
  for (const [at, [x, y]] of positions.entries()) {
    if (!(Math.abs(x!) <= FARTHEST_EAST && Math.abs(y!) <= 90)) {
      return {
        fault: `position ${at + 1} is [${x}, ${y}]; it must be [longitude, latitude] in degrees, longitude first.`,
      };
    }
  }
  const vertices = positions
    .map(([x, y]): Vertex => [x!, y!])
    .filter(([x, y], at, all) => {
      const [beforeX, beforeY] = all.at(at - 1)!;
      return x !== beforeX || y !== beforeY;
    });
  if (vertices.length < 3) return { fault: "must have at least three different positions." };
  const line: Vertex[] = [vertices[0]!];
  let isCrossing = false;
  for (const [at, [x]] of vertices.entries()) {
    const [nextX, nextY] = vertices[(at + 1) % vertices.length]!;
    const span = Math.abs(nextX - x);
    if (span > 360) return { fault: MORE_THAN_ONCE };
    const isShorter = span > 180 && span < 360;
    isCrossing ||= isShorter;
    const eastward = nextX - x + (isShorter ? 360 * Math.sign(x - nextX) : 0);
    line.push([line.at(-1)![0] + eastward, nextY]);
  }
  const turns = Math.round((line.at(-1)![0] - line[0]![0]) / 360);
  if (Math.abs(turns) > 1) return { fault: MORE_THAN_ONCE };
  const ring = line.slice(0, -1);
  const polar = turns === 0 ? withoutPole(ring) : { line, pole: poleBeside(line) };
  const around = polar?.pole && aroundPole(polar.line, polar.pole);
  if (around) return { ...around, isCrossing };
  if (turns !== 0) {
    return {
      fault:
        "it goes round the earth, and it is not clear which side of it is meant. Lead it along the pole, with [180, 90] and [-180, 90], or [180, -90] and [-180, -90].",
    };
  }
  const { west, east } = boundsOfRing(ring);
  if (east - west > 360) return { fault: MORE_THAN_ONCE };
  return { ring, edges: ring.length, isCrossing };
}

const MORE_THAN_ONCE = "it goes more than once round the earth.";

/** Of a ring that runs along a pole all the way round, and on one meridian there and back: what is left without these edges. */
function withoutPole(
  ring: readonly Vertex[],
): { readonly line: readonly Vertex[]; readonly pole: 90 | -90 } | undefined {
  const isAtPole = ([, y]: Vertex) => Math.abs(y) === 90;
  const start = ring.findIndex((vertex, at) => !isAtPole(vertex) && isAtPole(ring.at(at - 1)!));
  const rotated = [...ring.slice(start), ...ring.slice(0, start)];
  const end = rotated.findIndex(isAtPole);
  const [line, along] = [rotated.slice(0, end), rotated.slice(end)];
  if (start < 0 || !along.every(isAtPole) || line.length < 2) return undefined;
  const [[firstX, firstY], [lastX, lastY]] = [line[0]!, line.at(-1)!];
  const [[fromX, pole], [toX]] = [along[0]!, along.at(-1)!];
  const isSeam = firstX === toX && lastX === fromX && firstY === lastY;
  return isSeam && Math.abs(toX - fromX) === 360 ? { line, pole: pole as 90 | -90 } : undefined;
}

/** The ring of a line that ends a turn farther east or west than it begins: cut on a meridian that it meets once, and led along the pole. */
function aroundPole(
  line: readonly Vertex[],
  pole: 90 | -90,
): Pick<Line, "ring" | "edges"> | undefined {
  const cut = cutOnce(line[0]![0] < line.at(-1)![0] ? line : line.toReversed());
  if (!cut) return undefined;
  const [[west], [east]] = [cut[0]!, cut.at(-1)!];
  return { ring: [...cut, [east, pole], [west, pole]], edges: cut.length - 1 };
}

/** The pole that is on the side of the equator on which all of the line is. */
function poleBeside(line: readonly Vertex[]): 90 | -90 | undefined {
  if (line.every(([, y]) => y >= 0)) return 90;
  return line.every(([, y]) => y <= 0) ? -90 : undefined;
}

/** The line from a meridian that it meets once to that meridian; undefined if it meets each of them more often. */
function cutOnce(line: readonly Vertex[]): Vertex[] | undefined {
  const longitudes = [...new Set(line.map(([x]) => x - 360 * Math.floor(x / 360)))];
  longitudes.sort((a, b) => a - b);
  const between = longitudes.map((x, at) => (x + (longitudes[at + 1] ?? longitudes[0]! + 360)) / 2);
  for (const meridian of between) {
    const crossed: { readonly at: number; readonly x: number }[] = [];
    for (const [at, [toX]] of line.slice(1).entries()) {
      const [least, most] = [Math.min(line[at]![0], toX), Math.max(line[at]![0], toX)];
      const x = meridian + 360 * Math.ceil((least - meridian) / 360);
      if (x <= most) crossed.push({ at, x });
    }
    if (crossed.length !== 1) continue;
    const { at, x } = crossed[0]!;
    const [[fromX, fromY], [toX, toY]] = [line[at]!, line[at + 1]!];
    const y = fromX === toX ? fromY : fromY + ((x - fromX) / (toX - fromX)) * (toY - fromY);
    const rest = line.slice(1, at + 1).map(([x, y]): Vertex => [x + 360, y]);
    return [[x, y], ...line.slice(at + 1), ...rest, [x + 360, y]];
  }
  return undefined;
}

function shapeFaultOf(ring: Ring): string | undefined {
  const crossing = firstPair(edgesOf(ring, ring.length), (a, b) =>
    isNextTo(a, b, ring.length) ? turnsBack(a, b) : meet(a, b),
  );
  if (crossing) {
    const [a, b] = crossing.map(({ from, to }) => `[${from}] to [${to}]`);
    return `its edges from ${a} and from ${b} meet or cross. Order the positions so that the ring goes round once.`;
  }
  return turnOfRing(ring) === 0 ? "it has no area." : undefined;
}

/** Whether the vertices and the middles of the edges of a line lie within another, or on it. */
function isWithin(inner: Line, outer: Line): boolean {
  return Array.from({ length: inner.edges }, (_, at) => {
    const [x, y] = inner.ring[at]!;
    const [nextX, nextY] = inner.ring[(at + 1) % inner.ring.length]!;
    const middle: Vertex = [(x + nextX) / 2, (y + nextY) / 2];
    return sideOf(outer, [x, y]) >= 0 && sideOf(outer, middle) >= 0;
  }).every(Boolean);
}

function overlap(a: Line, b: Line): boolean {
  return crossAnywhere(a, b) || isWithin(a, b) || isWithin(b, a);
}

/** As sideOfRing, wherever around the earth the ring is. */
function sideOf({ ring }: Line, [x, y]: Vertex): 1 | 0 | -1 {
  const { west, east } = boundsOfRing(ring);
  let best: 1 | 0 | -1 = -1;
  for (let at = x + 360 * Math.ceil((west - x) / 360); at <= east; at += 360) {
    best = Math.max(best, sideOfRing(ring, [at, y])) as typeof best;
  }
  return best;
}

function crossAnywhere(a: Line, b: Line): boolean {
  const edges = edgesOf(a.ring, a.edges);
  return [-2, -1, 0, 1, 2].some((turns) => {
    const others = edgesOf(turned(b.ring, turns), b.edges);
    const all = [...edges, ...others].sort((one, other) => one.west - other.west);
    const ofA = new Set(edges);
    return firstPair(all, (one, other) => ofA.has(one) !== ofA.has(other) && cross(one, other));
  });
}

interface Edge {
  readonly at: number;
  readonly from: Vertex;
  readonly to: Vertex;
  readonly west: number;
  readonly east: number;
}

/** The first edges of a ring, from west to east. */
function edgesOf(ring: Ring, count: number): Edge[] {
  return ring
    .slice(0, count)
    .map((from, at): Edge => {
      const to = ring[(at + 1) % ring.length]!;
      return { at, from, to, west: Math.min(from[0], to[0]), east: Math.max(from[0], to[0]) };
    })
    .sort((a, b) => a.west - b.west);
}

/** The first two edges of which something is so; only those are asked about that lie between the same meridians. */
function firstPair(
  edges: readonly Edge[],
  isSo: (a: Edge, b: Edge) => boolean,
): readonly [Edge, Edge] | undefined {
  for (const [at, a] of edges.entries()) {
    for (let next = at + 1; next < edges.length && edges[next]!.west <= a.east; next++) {
      if (isSo(a, edges[next]!)) return [a, edges[next]!];
    }
  }
  return undefined;
}

function isNextTo(a: Edge, b: Edge, count: number): boolean {
  const steps = Math.abs(a.at - b.at);
  return steps === 1 || steps === count - 1;
}

/** Whether an edge leads back along the one before. */
function turnsBack(a: Edge, b: Edge): boolean {
  const [[fromX, fromY], [x, y], [toX, toY]] =
    a.to === b.from ? [a.from, a.to, b.to] : [b.from, b.to, a.to];
  const isStraight = turnTo([fromX, fromY], [x, y], [toX, toY]) === 0;
  return isStraight && (toX - x) * (fromX - x) + (toY - y) * (fromY - y) > 0;
}

/** Whether two edges have a point in common. */
function meet(a: Edge, b: Edge): boolean {
  const [toFrom, toTo] = [turnTo(a.from, a.to, b.from), turnTo(a.from, a.to, b.to)];
  const [ofFrom, ofTo] = [turnTo(b.from, b.to, a.from), turnTo(b.from, b.to, a.to)];
  if (toFrom * toTo > 0 || ofFrom * ofTo > 0) return false;
  if (toFrom !== 0 || toTo !== 0) return true;
  const isApart = (axis: 0 | 1) =>
    Math.max(a.from[axis], a.to[axis]) < Math.min(b.from[axis], b.to[axis]) ||
    Math.max(b.from[axis], b.to[axis]) < Math.min(a.from[axis], a.to[axis]);
  return !isApart(0) && !isApart(1);
}

/** Whether each of two edges has its ends on both sides of the other. */
function cross(a: Edge, b: Edge): boolean {
  return (
    turnTo(a.from, a.to, b.from) * turnTo(a.from, a.to, b.to) < 0 &&
    turnTo(b.from, b.to, a.from) * turnTo(b.from, b.to, a.to) < 0
  );
}

function turnTo([fromX, fromY]: Vertex, [toX, toY]: Vertex, [x, y]: Vertex): number {
  return Math.sign((toX - fromX) * (y - fromY) - (toY - fromY) * (x - fromX));
}
