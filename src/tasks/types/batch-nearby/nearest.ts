import { longestChord, longestWayOver, toEarthCentered } from "../../../geo/ellipsoid.ts";
import { squareToBox, squareToFarthest } from "../../../geo/packed-tree.ts";
import type { Point } from "../../../geo/point.ts";
import { LAMBERT, RANK_STEP_METERS, wholeMillimeters } from "../../../geo/ranking.ts";
import { chordBetween, type Vector } from "../../../geo/vector.ts";
import { inverseGeodesic } from "../../../geodesic.ts";
import type { Work } from "../../contract.ts";
import { Pace } from "../../pace.ts";
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

/** Which matches of each point are wanted. */
export interface Wanted {
  readonly k: number;
  readonly radiusMeters: number;
}

/** So many numbers of blocks are held: some 30 MB. */
const MOST_NUMBERS_HELD = 4_000_000;
/** A turn is some twenty milliseconds: points and boxes looked at, and what takes as long as so many of them. */
const LOOKS_A_TURN = 100_000;
/** So many take a hundred microseconds. */
export const LOOKS_A_UNIT = 500;
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
 * what is farther for sure; geodesics are measured of the rest, last. Near the point opposite these bounds say next to
 * nothing: there geodesics are measured as soon as a point holds many candidates, and bound what is around.
 */
export async function nearestOf(
  points: readonly Point[],
  blocks: readonly (readonly [number: number, block: Block])[],
  wanted: Wanted,
  work: Pick<Work, "files" | "pause" | "report">,
): Promise<{ nearest: Nearest[][]; looks: number }> {
  const found = points.map((point) => new Candidates(point, wanted));
  const held = new Held(work);
  const pace = new Pace(LOOKS_A_TURN, () => work.pause());

  for (const candidates of found) {
    candidates.home = nearestBlock(candidates.from, blocks);
    await pace.count(blocks.length);
  }
  const ofHomes = Map.groupBy(found, ({ home }) => home);
  for (const [number, block] of blocks) {
    await searchBlock(number, block, ofHomes.get(number) ?? [], { held, pace });
    await work.report(0);
  }
  for (const [number, block] of blocks) {
    const others = found.filter(
      (candidates) =>
        candidates.home !== number &&
        squareToBox(candidates.from, block.box) <= candidates.withinSquared &&
        candidates.mayBeIn(block.box),
    );
    await pace.count(found.length);
    await searchBlock(number, block, others, { held, pace });
    await work.report(0);
  }

  const nearest: Nearest[][] = [];
  for (const candidates of found) {
    const { places, geodesics } = candidates.settle();
    nearest.push(places);
    await pace.count(LOOKS_OF_A_GEODESIC * geodesics);
  }
  return { nearest, looks: pace.spent };
}

async function searchBlock(
  number: number,
  block: Block,
  found: readonly Candidates[],
  { held, pace }: { held: Held; pace: Pace },
): Promise<void> {
  if (found.length === 0) return;
  const sites = await held.sites(number, block);
  for (const candidates of found) {
    await pace.count(LOOKS_OF_A_SEARCH + candidates.search(number, sites));
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
  /** The block that the point is nearest to. */
  home: number | undefined;
  readonly #point: Point;
  readonly #wanted: Wanted;
  /** The square of the straight line to the farthest that may be wanted. */
  withinSquared: number;
  /** How far that is, at most. */
  #limitMeters: number;
  /** How far the nearest matches are at most, ascending: up to as many as are wanted. */
  #mostMeters: number[] = [];
  #held: Candidate[] = [];
  /** The nearest of those that have been measured, up to as many as are wanted. */
  #nearest: Nearest[] = [];
  /** The place that was measured last. */
  #measured: { readonly at: Vector; readonly distanceMeters: number } | undefined;

  constructor(point: Point, wanted: Wanted) {
    this.from = toEarthCentered(point);
    this.#point = point;
    this.#wanted = wanted;
    this.#limitMeters = wanted.radiusMeters;
    this.withinSquared = squareWithin(wanted.radiusMeters);
  }

  /** @returns how many points and boxes were looked at, and what takes as long */
  search(block: number, sites: Sites): number {
    let geodesics = 0;
    const looks = sites.tree.search(
      this.from,
      this.withinSquared,
      (site) => {
        geodesics += this.#take(block, sites, site);
        return this.withinSquared;
      },
      (boxes, at) => this.mayBeIn(boxes, at),
    );
    return looks + LOOKS_OF_A_GEODESIC * geodesics;
  }

  /** Whether what is wanted may be in a box, by what has been measured. @param at where the box begins */
  mayBeIn(boxes: ArrayLike<number>, at = 0): boolean {
    if (!this.#measured) return true;
    return !this.#isBeyond(Math.sqrt(squareToFarthest(this.#measured.at, boxes, at)));
  }

  /**
   * Whether whatever is at most so far from the place that was measured last, as the straight line goes, is too far for sure:
   * no side of a triangle is shorter than the difference of the others.
   */
  #isBeyond(chordMeters: number): boolean {
    const spareMeters = this.#measured!.distanceMeters - this.#limitMeters - TIE_METERS;
    return chordMeters < spareMeters && longestWayOver(chordMeters + ROUNDING_METERS) < spareMeters;
  }

  /** @returns how many geodesics were measured */
  #take(block: number, sites: Sites, site: number): number {
    const { k } = this.#wanted;
    const to = sites.tree.at(site);
    if (this.#measured && this.#isBeyond(chordBetween(this.#measured.at, to))) return 0;
    const rank = LAMBERT.rank(this.from, to);
    const leastMeters = LAMBERT.leastDistance(rank);
    if (leastMeters > this.#limitMeters + TIE_METERS) return 0;
    const first = sites.firsts[site]!;
    const count = Math.min(k, sites.firsts[site + 1]! - first);
    const latitude = sites.latitudes[site]!;
    const longitude = sites.longitudes[site]!;
    // Most points have one, and a small array is made sooner than a view.
    const keys = count === 1 ? [sites.keys[first]!] : sites.keys.slice(first, first + count);
    this.#held.push({ latitude, longitude, block, first, keys, leastMeters });

    const most = LAMBERT.mostDistance(rank);
    for (let n = 0; n < count; n++) insert(this.#mostMeters, most, k);
    this.#lowerLimit();
    const mostHeld = MOST_HELD + MOST_HELD_FOR_EACH * k;
    if (this.#held.length <= mostHeld) return 0;
    this.#held = this.#held.filter((candidate) => !this.#isFar(candidate));
    return this.#held.length > mostHeld / 2 ? this.#measure() : 0;
  }

  #isFar({ leastMeters }: Candidate): boolean {
    return leastMeters > this.#limitMeters + TIE_METERS;
  }

  /** To where the farthest that is wanted may be. */
  #lowerLimit(): void {
    const kth = this.#mostMeters[this.#wanted.k - 1];
    if (kth === undefined || kth >= this.#limitMeters) return;
    this.#limitMeters = kth;
    this.withinSquared = squareWithin(kth);
  }

  /** Measures what is held, as far as it may be wanted. @returns how many geodesics that were */
  #measure(): number {
    const { k, radiusMeters } = this.#wanted;
    // From here on those that are measured count by their distance, not by its bound.
    this.#mostMeters = this.#nearest.map(({ distanceMeters }) => distanceMeters).sort(ascending);
    let geodesics = 0;
    for (const candidate of this.#held) {
      if (this.#isFar(candidate)) continue;
      const { latitude, longitude, block, first, keys } = candidate;
      const point = { latitude, longitude };
      const at = toEarthCentered(point);
      if (this.#measured && this.#isBeyond(chordBetween(this.#measured.at, at))) continue;
      const { distanceMeters } = inverseGeodesic(this.#point, point);
      geodesics++;
      this.#measured = { at, distanceMeters };
      if (distanceMeters > radiusMeters) continue;
      for (let n = 0; n < keys.length; n++) {
        this.#nearest.push({ block, match: first + n, key: keys[n]!, point, distanceMeters });
        insert(this.#mostMeters, distanceMeters, k);
      }
      this.#lowerLimit();
    }
    this.#held = [];
    this.#nearest = this.#nearest.sort(compare).slice(0, k);
    return geodesics;
  }

  /** Measures what is left. */
  settle(): { places: Nearest[]; geodesics: number } {
    const geodesics = this.#measure();
    return { places: this.#nearest, geodesics };
  }
}

/**
 * What a point holds at most, besides as many for each match that is wanted. All points of a file hold some hundred thousand
 * candidates then: some 30 MB.
 */
const MOST_HELD = 8;
const MOST_HELD_FOR_EACH = 4;

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

function ascending(a: number, b: number): number {
  return a - b;
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

  async sites(number: number, block: Block): Promise<Sites> {
    const known = this.#sites.get(number);
    if (known) return known;
    const sites = await sitesOf(this.#work.files, block);
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
