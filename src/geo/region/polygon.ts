import { type Bounds, turnsToMeet } from "./bounds.ts";
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

/** So that all of them together are looked at in some milliseconds. */
const MOST_HOLES = 100;

/**
 * The outline of a GeoJSON Polygon: its outer ring, then its holes, each a list of positions with longitude first.
 *
 * - An edge is straight in longitude and latitude. One of more than 180 degrees of longitude goes the shorter way, across
 *   ±180; one from −180 to 180 goes all the way round, along its parallel.
 * - A ring that goes once round the earth has the pole within that is on its side of the equator.
 * - A ring may be closed, by its first position once more, or not. It may run either way.
 */
export function polygonOf(coordinates: Rings): Polygon | Fault {
  const lines = linesOf(coordinates);
  if ("fault" in lines) return lines;
  const fault = faultOf(lines);
  return fault === undefined ? outlined(lines) : { fault };
}

/** The same of rings that are known to be a polygon: they are not compared with each other once more. */
export function knownPolygonOf(coordinates: Rings): Polygon | Fault {
  const lines = linesOf(coordinates);
  return "fault" in lines ? lines : outlined(lines);
}

type Rings = readonly (readonly (readonly number[])[])[];

function linesOf(coordinates: Rings): Line[] | Fault {
  if (coordinates.length === 0) return { fault: "must have a ring of positions." };
  if (coordinates.length - 1 > MOST_HOLES) {
    return {
      fault: `must have at most ${MOST_HOLES} holes, but has ${coordinates.length - 1}. Leave out the smallest.`,
    };
  }
  const lines: Line[] = [];
  for (const [number, positions] of coordinates.entries()) {
    const line = unroll(positions);
    if ("fault" in line) return { fault: `${nameOf(number)}: ${line.fault}` };
    lines.push({ ...line, number, bounds: boundsOfRing(line.ring) });
  }
  return lines;
}

function outlined([outer, ...holes]: readonly Line[]): Polygon {
  const rings = holes.map(({ ring }) => ring);
  return {
    outline: new Outline(outer!.ring, rings),
    isCrossing: [outer!, ...holes].some(({ isCrossing }) => isCrossing),
  };
}

function nameOf(line: number): string {
  return line === 0 ? "outer ring" : `hole ${line}`;
}

function faultOf(lines: readonly Line[]): string | undefined {
  for (const { ring, number } of lines) {
    const fault = shapeFaultOf(ring);
    if (fault !== undefined) return `${nameOf(number)}: ${fault}`;
  }
  const [outer, ...holes] = lines;
  const outside = holes.find((hole) => !isWithin(hole, outer!));
  const [a, b] = outside
    ? [outer!, outside]
    : (firstCrossing(outer!, holes) ?? firstOverlap(holes) ?? []);
  if (!a || !b) return undefined;
  return a === outer
    ? `hole ${b.number} must lie within the outer ring.`
    : `holes ${a.number} and ${b.number} overlap: make them one.`;
}

/** A ring whose longitudes go on beyond ±180. */
interface Unrolled {
  readonly ring: Ring;
  /** How many of its edges, the first ones, bound what is within. The others lead to a pole, along it and back. */
  readonly edges: number;
  readonly isCrossing: boolean;
}

interface Line extends Unrolled {
  /** 0: the outer ring; 1: the first hole. */
  readonly number: number;
  readonly bounds: Bounds;
}

function unroll(positions: readonly (readonly number[])[]): Unrolled | Fault {
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
): Pick<Unrolled, "ring" | "edges"> | undefined {
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
    let crossed: { readonly at: number; readonly x: number } | undefined;
    let crossings = 0;
    for (let at = 0; at + 1 < line.length && crossings < 2; at++) {
      const [fromX, toX] = [line[at]![0], line[at + 1]![0]];
      const x = meridian + 360 * Math.ceil((Math.min(fromX, toX) - meridian) / 360);
      if (x > Math.max(fromX, toX)) continue;
      crossed = { at, x };
      crossings += 1;
    }
    if (!crossed || crossings > 1) continue;
    const { at, x } = crossed;
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
  return sidesOf(inner, outer).every((side) => side >= 0);
}

/** Whether one of them lies within another line, or all of them on it. */
function reachesInto(a: Line, b: Line): boolean {
  const sides = sidesOf(a, b);
  return sides.includes(1) || !sides.includes(-1);
}

/** On which sides of another line the vertices and the middles of the edges of a line lie. */
function sidesOf({ ring, edges }: Line, other: Line): (1 | 0 | -1)[] {
  return ring.slice(0, edges).flatMap(([x, y], at) => {
    const [nextX, nextY] = ring[(at + 1) % ring.length]!;
    return [sideOf(other, [x, y]), sideOf(other, [(x + nextX) / 2, (y + nextY) / 2])];
  });
}

/** As sideOfRing, wherever around the earth the ring is. */
function sideOf({ ring, bounds }: Line, [x, y]: Vertex): 1 | 0 | -1 {
  const { west, east, south, north } = bounds;
  let best: 1 | 0 | -1 = -1;
  if (y < south || y > north) return best;
  for (let at = x + 360 * Math.ceil((west - x) / 360); at <= east; at += 360) {
    best = Math.max(best, sideOfRing(ring, [at, y])) as typeof best;
  }
  return best;
}

/** The first two of these lines that cross, wherever around the earth the holes are. */
function firstCrossing(outer: Line, holes: readonly Line[]): readonly [Line, Line] | undefined {
  const edges = [outer, ...holes].flatMap((line) =>
    turnsToMeet(outer.bounds, line.bounds)
      .flatMap((turns) => edgesOf(turned(line.ring, turns), line.edges))
      .map((edge) => ({ ...edge, line })),
  );
  const crossing = firstPair(edges, (a, b) => a.line !== b.line && cross(a, b));
  if (!crossing) return undefined;
  const [{ line: a }, { line: b }] = crossing;
  return a.number < b.number ? [a, b] : [b, a];
}

/** The first two lines of which one reaches into the other, though none of their edges may cross. */
function firstOverlap(lines: readonly Line[]): readonly [Line, Line] | undefined {
  for (const [at, b] of lines.entries()) {
    const a = lines
      .slice(0, at)
      .find((a) => areNear(a.bounds, b.bounds) && (reachesInto(a, b) || reachesInto(b, a)));
    if (a) return [a, b];
  }
  return undefined;
}

function areNear(a: Bounds, b: Bounds): boolean {
  return a.south <= b.north && b.south <= a.north && turnsToMeet(a, b).length > 0;
}

interface Edge extends Bounds {
  readonly at: number;
  readonly from: Vertex;
  readonly to: Vertex;
}

/** The first edges of a ring. */
function edgesOf(ring: Ring, count: number): Edge[] {
  return ring.slice(0, count).map((from, at): Edge => {
    const to = ring[(at + 1) % ring.length]!;
    return { at, from, to, ...boundsOfRing([from, to]) };
  });
}

/** The first two edges, from west to east, of which something is so; only those are asked about whose bounds meet. */
function firstPair<Some extends Edge>(
  edges: readonly Some[],
  isSo: (a: Some, b: Some) => boolean,
): readonly [Some, Some] | undefined {
  const eastward = edges.toSorted((a, b) => a.west - b.west);
  for (const [at, a] of eastward.entries()) {
    for (let next = at + 1; next < eastward.length; next++) {
      const b = eastward[next]!;
      if (b.west > a.east) break;
      if (a.south <= b.north && b.south <= a.north && isSo(a, b)) return [a, b];
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
  const toFrom = turnTo(a.from, a.to, b.from);
  const toTo = turnTo(a.from, a.to, b.to);
  if (toFrom * toTo > 0) return false;
  if (turnTo(b.from, b.to, a.from) * turnTo(b.from, b.to, a.to) > 0) return false;
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

function turnTo(from: Vertex, to: Vertex, at: Vertex): number {
  // Asked some hundred thousand times: taking vertices apart would take longer than the rest.
  return Math.sign((to[0] - from[0]) * (at[1] - from[1]) - (to[1] - from[1]) * (at[0] - from[0]));
}
