import type { Point } from "../point.ts";
import { type Bounds, type Standing, turnsToMeet } from "./bounds.ts";
import {
  boundsOfRing,
  clipRing,
  meetsBounds,
  type Ring,
  sideOfRing,
  turned,
  turnOfRing,
} from "./ring.ts";
import { areaOfRing } from "./spheroid-area.ts";

/**
 * A part of the earth within a ring and outside of some others. Edges are straight in longitude and latitude, as GeoJSON
 * has them (RFC 7946, section 3.1.1). What lies on an edge belongs to it. Longitudes are those of the whole earth: what
 * lies at 181 lies at −179, and a pole, where all of them meet, belongs to each outline that touches it.
 */
export class Outline {
  readonly bounds: Bounds;
  readonly #outer: Bounded;
  readonly #holes: readonly Bounded[];

  /** @param outer at most 360 degrees wide; around a pole it runs along it, and is 360 wide */
  constructor(outer: Ring, holes: readonly Ring[] = []) {
    this.#outer = bounded(turnOfRing(outer) >= 0 ? outer : outer.toReversed());
    this.#holes = holes.map((hole) => bounded(turnOfRing(hole) <= 0 ? hole : hole.toReversed()));
    this.bounds = this.#outer.bounds;
  }

  contains({ latitude, longitude }: Point): boolean {
    if (Math.abs(latitude) === 90) return this.#touchesPole(latitude);
    const isWithin = ({ ring, bounds }: Bounded, least: 0 | 1) =>
      turnsToMeet(bounds, { west: longitude, east: longitude }).some(
        (turns) => sideOfRing(ring, [longitude + 360 * turns, latitude]) >= least,
      );
    return isWithin(this.#outer, 0) && !this.#holes.some((hole) => isWithin(hole, 1));
  }

  /** As far as it can be told from the bounds: all that is within them is inside, outside, or may be either. */
  standing(part: Bounds): Standing {
    for (const { ring, bounds } of this.#rings) {
      for (const turns of turnsToMeet(bounds, part)) {
        if (meetsBounds(ring, moved(part, turns))) return "border";
      }
    }
    const latitude = (part.south + part.north) / 2;
    const longitude = (part.west + part.east) / 2;
    return this.contains({ latitude, longitude }) ? "inside" : "outside";
  }

  /** Its area on WGS84, square metres. */
  area(): number {
    return this.#rings.reduce((sum, { ring }) => sum + areaOfRing(ring), 0);
  }

  /** What of it lies within the bounds: for many small parts, cut a row first, of which there is less left to cut. */
  within(part: Bounds): OutlinePart {
    const rings = this.#rings.flatMap(({ ring, bounds }) =>
      turnsToMeet(bounds, part).map((turns) => turned(ring, -turns)),
    );
    return new OutlinePart(rings, part);
  }

  get #rings(): readonly Bounded[] {
    return [this.#outer, ...this.#holes];
  }

  #touchesPole(latitude: number): boolean {
    const isTouched = this.#outer.ring.some(([, y]) => y === latitude);
    return isTouched && !this.#holes.some(({ ring }) => runsAlong(ring, latitude));
  }
}

interface Bounded {
  readonly ring: Ring;
  readonly bounds: Bounds;
}

function bounded(ring: Ring): Bounded {
  return { ring, bounds: boundsOfRing(ring) };
}

/** What of an outline lies within some bounds. */
export class OutlinePart {
  readonly #rings: readonly Ring[];
  readonly #bounds: Bounds;

  constructor(rings: readonly Ring[], bounds: Bounds) {
    this.#rings = rings.map((ring) => clipRing(ring, bounds)).filter(({ length }) => length > 2);
    this.#bounds = bounds;
  }

  /** The area of what lies within other bounds, too, square metres. */
  areaWithin(part: Bounds): number {
    const area = turnsToMeet(this.#bounds, part).reduce(
      (sum, turns) => sum + this.#areaWithin(moved(part, turns)),
      0,
    );
    return Math.max(0, area);
  }

  #areaWithin(part: Bounds): number {
    return this.#rings.reduce((sum, ring) => {
      const clipped = clipRing(ring, part);
      return clipped.length > 2 ? sum + areaOfRing(clipped) : sum;
    }, 0);
  }
}

function moved({ west, east, ...latitudes }: Bounds, turns: number): Bounds {
  return { ...latitudes, west: west + 360 * turns, east: east + 360 * turns };
}

/** Whether the ring runs along a pole, all the way round: as a hole it has the pole within. */
function runsAlong(ring: Ring, latitude: number): boolean {
  return ring.some(([x, y], at) => {
    const [nextX, nextY] = ring[(at + 1) % ring.length]!;
    return y === latitude && nextY === latitude && Math.abs(nextX - x) >= 360;
  });
}
