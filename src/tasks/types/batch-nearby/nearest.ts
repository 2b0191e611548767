import { longestChord, toEarthCentered } from "../../../geo/ellipsoid.ts";
import { squareToBox } from "../../../geo/packed-tree.ts";
import type { Point } from "../../../geo/point.ts";
import { LAMBERT, RANK_STEP_METERS, wholeMillimeters } from "../../../geo/ranking.ts";
import type { Vector } from "../../../geo/vector.ts";
import { inverseGeodesic } from "../../../geodesic.ts";
import type { Work } from "../../contract.ts";
import { type Sites, sitesOf } from "./blocks.ts";
import type { Block } from "./chunks.ts";

/** A match of a point. */
export interface Nearest {
  readonly block: number;
  /** Its number in the block. */
  readonly match: number;
  readonly key: number;
  readonly point: Point;
  readonly distanceMeters: number;
}

interface Wanted {
  readonly k: number;
  readonly radiusMeters: number;
}

/** So many numbers of blocks are held: some 30 MB. */
const MOST_NUMBERS_HELD = 4_000_000;
/** A turn is some twenty milliseconds: points and boxes looked at, and what takes as long as so many of them. */
const LOOKS_A_TURN = 100_000;
const LOOKS_OF_A_SEARCH = 20;
const LOOKS_OF_A_GEODESIC = 100;
/** Another place may be as far to the millimetre, and have a lower key. */
const TIE_METERS = 2 * RANK_STEP_METERS;
/** More than rounding comes to, of coordinates and of their squares. */
const ROUNDING_METERS = 1e-2;

/**
 * The k nearest matches of each point within the radius, by the geodesic to the millimetre, then by key: as an answer orders
 * them. Each block is searched for the points that may have matches in it: first the block that a point is nearest to, then
 * those that are nearer than what it has by then. Bounds by straight lines and by Lambert's formula (geo/ranking.ts) leave out
 * what is farther for sure; geodesics are measured of the rest, last.
 */
export async function nearestOf(
  points: readonly Point[],
  blocks: readonly (readonly [number: number, block: Block])[],
  wanted: Wanted,
  work: Pick<Work, "files" | "pause" | "report">,
): Promise<Nearest[][]> {
  const found = points.map((point) => new Candidates(toEarthCentered(point), wanted));
  const held = new Held(work);
  const turns = new Turns(work);

  const homes: (number | undefined)[] = [];
  for (const { from } of found) {
    homes.push(nearestBlock(from, blocks));
    await turns.count(blocks.length);
  }
  for (const [number] of blocks) {
    const ofHome = found.filter((_, at) => homes[at] === number);
    await searchBlock(number, ofHome, { held, turns });
  }
  for (const [number, { box }] of blocks) {
    const others = found.filter(
      ({ from, withinSquared }, at) =>
        homes[at] !== number && squareToBox(from, box) <= withinSquared,
    );
    await searchBlock(number, others, { held, turns });
    await work.report(0);
  }

  const nearest: Nearest[][] = [];
  for (const [at, point] of points.entries()) {
    const { places, geodesics } = found[at]!.settle(point);
    nearest.push(places);
    await turns.count(LOOKS_OF_A_GEODESIC * geodesics);
  }
  return nearest;
}

async function searchBlock(
  number: number,
  found: readonly Candidates[],
  { held, turns }: { held: Held; turns: Turns },
): Promise<void> {
  if (found.length === 0) return;
  const sites = await held.sites(number);
  for (const candidates of found) {
    await turns.count(LOOKS_OF_A_SEARCH + candidates.search(number, sites));
  }
}

function nearestBlock(from: Vector, blocks: readonly (readonly [number, Block])[]) {
  let nearest: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const [number, { box }] of blocks) {
    const distance = squareToBox(from, box);
    if (distance < least) [nearest, least] = [number, distance];
  }
  return nearest;
}

/** Some matches at one point. */
interface Candidate extends Point {
  readonly block: number;
  readonly first: number;
  /** As many of their keys as are wanted. */
  readonly keys: ArrayLike<number>;
  readonly leastMeters: number;
}

/** What may be among the nearest matches of a point. */
class Candidates {
  readonly from: Vector;
  readonly #wanted: Wanted;
  /** The square of the straight line to the farthest that may be wanted. */
  withinSquared: number;
  /** How far that is, at most. */
  #limitMeters: number;
  /** How far the nearest matches are at most, ascending: up to as many as are wanted. */
  readonly #mostMeters: number[] = [];
  #held: Candidate[] = [];

  constructor(from: Vector, wanted: Wanted) {
    this.from = from;
    this.#wanted = wanted;
    this.#limitMeters = wanted.radiusMeters;
    this.withinSquared = squareWithin(wanted.radiusMeters);
  }

  /** @returns how many points and boxes were looked at */
  search(block: number, sites: Sites): number {
    return sites.tree.search(this.from, this.withinSquared, (site) => {
      this.#take(block, sites, site);
      return this.withinSquared;
    });
  }

  #take(block: number, sites: Sites, site: number): void {
    const { k, radiusMeters } = this.#wanted;
    const rank = LAMBERT.rank(this.from, sites.tree.at(site));
    const leastMeters = LAMBERT.leastDistance(rank);
    if (leastMeters > this.#limitMeters + TIE_METERS) return;
    const first = sites.firsts[site]!;
    const count = Math.min(k, sites.firsts[site + 1]! - first);
    const latitude = sites.latitudes[site]!;
    const longitude = sites.longitudes[site]!;
    // Most points have one, and a small array is made sooner than a view.
    const keys = count === 1 ? [sites.keys[first]!] : sites.keys.slice(first, first + count);
    this.#held.push({ latitude, longitude, block, first, keys, leastMeters });

    const most = LAMBERT.mostDistance(rank);
    for (let n = 0; n < count; n++) insert(this.#mostMeters, most, k);
    const kth = this.#mostMeters[k - 1];
    if (kth === undefined || kth >= this.#limitMeters) return;
    this.#limitMeters = Math.min(kth, radiusMeters);
    this.withinSquared = squareWithin(this.#limitMeters);
    if (this.#held.length > MOST_HELD_FOR_EACH * k) this.#dropFar();
  }

  #dropFar(): void {
    const limit = this.#limitMeters + TIE_METERS;
    this.#held = this.#held.filter(({ leastMeters }) => leastMeters <= limit);
  }

  /** Measures what is left. */
  settle(point: Point): { places: Nearest[]; geodesics: number } {
    const { k, radiusMeters } = this.#wanted;
    this.#dropFar();
    const places = this.#held.flatMap(({ latitude, longitude, block, first, keys }): Nearest[] => {
      const at = { latitude, longitude };
      const { distanceMeters } = inverseGeodesic(point, at);
      if (distanceMeters > radiusMeters) return [];
      return Array.from(keys, (key, n) => ({
        ...{ block, match: first + n, key, point: at, distanceMeters },
      }));
    });
    const geodesics = this.#held.length;
    this.#held = [];
    return { places: places.sort(compare).slice(0, k), geodesics };
  }
}

/** What cannot be wanted any more is dropped where there is so much of it. */
const MOST_HELD_FOR_EACH = 16;

function squareWithin(meters: number): number {
  return (longestChord(meters + TIE_METERS) + ROUNDING_METERS) ** 2;
}

/** Keeps the least numbers, ascending. */
function insert(numbers: number[], number: number, most: number): void {
  let at = numbers.length;
  if (at === most) {
    if (number >= numbers[most - 1]!) return;
    at--;
  }
  for (; at > 0 && numbers[at - 1]! > number; at--) numbers[at] = numbers[at - 1]!;
  numbers[at] = number;
}

function compare(a: Nearest, b: Nearest): number {
  return wholeMillimeters(a.distanceMeters) - wholeMillimeters(b.distanceMeters) || a.key - b.key;
}

/** The blocks that were read last, as many as memory takes. */
class Held {
  readonly #work: Pick<Work, "files">;
  readonly #sites = new Map<number, Sites>();
  #numbers = 0;

  constructor(work: Pick<Work, "files">) {
    this.#work = work;
  }

  async sites(number: number): Promise<Sites> {
    const known = this.#sites.get(number);
    if (known) return known;
    const sites = await sitesOf(this.#work.files, number);
    for (const [oldest, dropped] of this.#sites) {
      if (this.#numbers + sites.length <= MOST_NUMBERS_HELD) break;
      this.#sites.delete(oldest);
      this.#numbers -= dropped.length;
    }
    this.#sites.set(number, sites);
    this.#numbers += sites.length;
    return sites;
  }
}

/** Pauses by what was done: the clock of a Worker stands still while it computes. */
class Turns {
  readonly #work: Pick<Work, "pause">;
  #looks = 0;

  constructor(work: Pick<Work, "pause">) {
    this.#work = work;
  }

  async count(looks: number): Promise<void> {
    this.#looks += looks;
    if (this.#looks < LOOKS_A_TURN) return;
    this.#looks = 0;
    await this.#work.pause();
  }
}
