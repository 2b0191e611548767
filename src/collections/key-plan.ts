import type { Point } from "../geo/point.ts";
import { CROWD, cellOfKey, firstKey, type Overflow, type Spot, TIES } from "../places/key.ts";
import {
  type KeyedPoint,
  type KeyRange,
  type LeafCell,
  type Overflows,
  readCells,
  readMore,
  sameSpot,
  type WholeCell,
} from "./leaf-cells.ts";
import { joined, keysOf, someKeys, spotsOf, spotsWithRoom } from "./spot-list.ts";

/** Keys for places that come, and what has to be noted with them (src/places/key.ts). */
export interface KeyPlan {
  /** One for each point, in the order of the points. */
  readonly keys: readonly number[];
  /** The leaf cells whose spots are listed anew. */
  readonly relisted: readonly number[];
  readonly spots: readonly Spot[];
  readonly overflows: readonly Overflow[];
}

interface Comer {
  readonly point: Point;
  /** Which of the points it is. */
  readonly index: number;
  readonly cell: number;
}

/** A cell is not read in full if its keys reach further than this. */
const MOST_KEYS_READ = 50_000;
/** In so many places of its spot's runs a free key is looked for, for what comes to a cell that is full. */
const TRIES = 4;

/**
 * Gives each place a free key of its leaf cell, or behind it where the cell is full, with the places of one spot in
 * runs. The plan holds for what was read: the write has to check that nothing came in between.
 *
 * What is read follows the number of places that come, not of those that are there. Of a crowded cell little is known:
 * its keys go on behind the last one, so that what is listed of it stays true, and now and then, as many times as
 * the places that come pay for it, it is read in full to use what has become free and to list it in fewer runs.
 */
export async function planKeys(
  database: D1DatabaseSession,
  points: readonly Point[],
): Promise<KeyPlan> {
  const comers = Map.groupBy(inOrder(points), ({ cell }) => cell);
  const { cells, overflows } = await readCells(database, [...comers.keys()]);
  const plan = new Planning(points.length, cells, overflows);
  await plan.readMore(database, comers);
  const homeless = [...comers].map(([first, here]) => plan.settle(cells.get(first)!, here));
  await plan.settleBehind(database, homeless.flat());
  return plan.noted();
}

/** By cell, and there by spot. */
function inOrder(points: readonly Point[]): Comer[] {
  return points
    .map((point, index) => ({ point, index, cell: firstKey(point) }))
    .sort(
      (a, b) =>
        a.cell - b.cell ||
        a.point.latitude - b.point.latitude ||
        a.point.longitude - b.point.longitude ||
        a.index - b.index,
    );
}

class Planning {
  readonly #keys: number[];
  readonly #cells: Map<number, LeafCell>;
  readonly #overflows: Overflows;
  #whole: ReadonlyMap<number, WholeCell> = new Map();
  /** The keys that were looked at in the runs of a spot, by the number of the first place that comes there. */
  readonly #found = new Map<number, number[]>();
  readonly #taken: Set<number>;
  /** The places that came to each cell, and how many came to have keys of each. */
  readonly #own = new Map<number, KeyedPoint[]>();
  readonly #inRange = new Map<number, number>();

  constructor(count: number, cells: Map<number, LeafCell>, overflows: Overflows) {
    this.#keys = new Array<number>(count);
    this.#cells = cells;
    this.#overflows = overflows;
    this.#taken = new Set([...cells.values()].flatMap(({ rows }) => rows.map(({ key }) => key)));
  }

  /** Reads some crowded cells in full, and looks for free keys in the runs of others. */
  async readMore(
    database: D1DatabaseSession,
    comers: ReadonlyMap<number, readonly Comer[]>,
  ): Promise<void> {
    const whole: LeafCell[] = [];
    const windows: { ranges: KeyRange[]; index: number }[] = [];
    let forRoom = TIES + CROWD * this.#keys.length;
    for (const [first, here] of comers) {
      const cell = this.#cells.get(first)!;
      if (!cell.crowded) continue;
      const isFull = cell.reach === undefined && this.#behind(cell) + here.length > first + TIES;
      if (isFull && forRoom >= TIES) {
        forRoom -= TIES;
        whole.push(cell);
      } else if (isWorthReading(cell, here.length)) {
        whole.push(cell);
      } else if (isFull || cell.reach !== undefined) {
        for (const alike of bySpot(here)) {
          const { point, index } = alike[0]!;
          const runs = cell.spots.filter((spot) => sameSpot(spot, point));
          const ranges = Array.from({ length: TRIES }, () => someKeys(runs, alike.length)).flat();
          windows.push({ ranges, index });
        }
      }
    }
    const more = await readMore(
      database,
      whole,
      windows.flatMap(({ ranges }) => ranges),
    );
    this.#whole = more.whole;
    for (const key of more.taken) this.#taken.add(key);
    for (const { ranges, index } of windows) {
      this.#found.set(index, [...new Set(ranges.flatMap(keysOf))]);
    }
  }

  /** Gives keys to places of one cell; returns those for which it has none. */
  settle(cell: LeafCell, comers: readonly Comer[]): Comer[] {
    const whole = this.#whole.get(cell.first);
    const usable = whole && this.#usable(cell, whole);
    let next = usable ? 0 : this.#behind(cell);
    const anyKey = (): number | undefined => {
      if (usable) {
        while (this.#taken.has(usable[next]!)) next++;
        return usable[next];
      }
      if (cell.reach !== undefined) return undefined;
      while (this.#taken.has(next)) next++;
      return next < cell.first + TIES ? next : undefined;
    };
    const homeless: Comer[] = [];
    for (const alike of bySpot(comers)) {
      const { point, index } = alike[0]!;
      const ofSpot = whole
        ? whole.spots.filter((spot) => sameSpot(spot, point)).flatMap(keysOf)
        : (this.#found.get(index) ?? []);
      const free = ofSpot.filter((key) => !this.#taken.has(key)).values();
      for (const comer of alike) {
        const key = free.next().value ?? anyKey();
        if (key === undefined) homeless.push(comer);
        else this.#give(comer, key);
      }
    }
    return homeless;
  }

  /** Gives keys behind their cells' own to the places for which these had none. */
  async settleBehind(database: D1DatabaseSession, homeless: readonly Comer[]): Promise<void> {
    let waiting = [...Map.groupBy(homeless, ({ cell }) => cell)].map(([first, comers]) => ({
      comers: [...comers],
      from: (this.#cells.get(first)!.reach ?? first + TIES - 1) + 1,
    }));
    while (waiting.length > 0) {
      const unknown = new Set<number>();
      for (const one of waiting) {
        one.from = this.#overflows.behindAll(one.from);
        const last = cellOfKey(one.from + one.comers.length);
        for (let first = cellOfKey(one.from); first <= last; first += TIES) {
          if (!this.#cells.has(first)) unknown.add(first);
        }
      }
      const { cells } = await readCells(database, [...unknown], this.#overflows);
      for (const [first, cell] of cells) {
        this.#cells.set(first, cell);
        for (const { key } of cell.rows) this.#taken.add(key);
      }
      for (const one of waiting) one.from = this.#settleFrom(one.from, one.comers);
      waiting = waiting.filter(({ comers }) => comers.length > 0);
    }
  }

  /** Gives free keys as far as the cells are known; takes who got one off the list. */
  #settleFrom(from: number, comers: Comer[]): number {
    for (let key = from; ; key++) {
      key = this.#overflows.behindAll(key);
      const cell = this.#cells.get(cellOfKey(key));
      if (!cell || comers.length === 0) return key;
      // What is free before may be listed.
      if (cell.crowded && key <= cell.last) key = cell.last;
      else if (!this.#taken.has(key)) this.#give(comers.shift()!, key);
    }
  }

  #give({ point: { latitude, longitude }, index, cell }: Comer, key: number): void {
    this.#keys[index] = key;
    this.#taken.add(key);
    const own = this.#own.get(cell) ?? [];
    own.push({ key, latitude, longitude });
    this.#own.set(cell, own);
    const first = cellOfKey(key);
    this.#inRange.set(first, (this.#inRange.get(first) ?? 0) + 1);
  }

  /** The first of the cell's keys behind all that has been taken or listed, by whomever. */
  #behind({ first, crowded, last }: LeafCell): number {
    return Math.max(this.#overflows.behindEarlier(first), crowded ? last + 1 : 0);
  }

  /** The keys that only this cell may take: its own, where no other has grown over them, and those of its runs. */
  #usable({ first }: LeafCell, { spots }: WholeCell): number[] {
    const own = keysOf({ first: this.#overflows.behindEarlier(first), last: first + TIES - 1 });
    const listed = spots.flatMap(keysOf);
    return [...new Set([...own, ...listed])].sort((a, b) => a - b);
  }

  /** What follows for the lists of spots and overflows. */
  noted(): KeyPlan {
    const relisted: number[] = [];
    const spots: Spot[] = [];
    const overflows: Overflow[] = [];
    for (const cell of this.#cells.values()) {
      const { first, rows, crowded } = cell;
      const own = this.#own.get(first) ?? [];
      const last = own.reduce((most, { key }) => Math.max(most, key), 0);
      if (last > (cell.reach ?? first + TIES - 1)) overflows.push({ cell: first, last });
      const becomesCrowded = rows.length + (this.#inRange.get(first) ?? 0) > CROWD;
      const anew = crowded
        ? own.length > 0 && this.#listedAnew(cell, own)
        : (becomesCrowded || last >= first + TIES) &&
          spotsOf(first, rows.filter((row) => firstKey(row) === first).concat(own));
      if (anew) {
        relisted.push(first);
        spots.push(...anew);
      } else if (crowded) {
        spots.push(...this.#newRuns(cell, own));
      }
    }
    return { keys: this.#keys, relisted, spots, overflows };
  }

  /** All spots of a crowded cell, if they are known and it is worth listing them anew. */
  #listedAnew(cell: LeafCell, own: readonly KeyedPoint[]): Spot[] | undefined {
    const { first } = cell;
    const whole = this.#whole.get(first);
    if (whole) {
      const places = whole.places.concat(own);
      const end = first + TIES;
      const last = places.reduce((most, { key }) => (key < end ? Math.max(most, key) : most), 0);
      // Those of its own keys that come after the last one in use are its own anyway.
      const free = this.#usable(cell, whole).filter(
        (key) => !this.#taken.has(key) && (key < last || key >= end),
      );
      return spotsWithRoom(first, places, free);
    }
    if (!cell.allSpots) return undefined;
    const runs = [...cell.spots, ...this.#newRuns(cell, own)];
    const anew = joined(runs);
    return anew.length < runs.length ? anew : undefined;
  }

  /** The runs of places that came and have keys that are not listed yet. */
  #newRuns({ first, spots }: LeafCell, own: readonly KeyedPoint[]): Spot[] {
    const isListed = ({ key }: KeyedPoint) =>
      spots.some(({ first, last }) => first <= key && key <= last);
    return spotsOf(
      first,
      own.filter((place) => !isListed(place)),
    );
  }
}

/**
 * Whether a crowded cell is to be read in full: now and then, so that each place that comes pays for a few of those
 * that are there. By chance, so that the many cells of one import do not take their turns at once.
 */
function isWorthReading({ first, reach, last, allSpots }: LeafCell, comers: number): boolean {
  const mayGain = reach !== undefined || !allSpots;
  const keys = (reach ?? last) - first + 1;
  return mayGain && keys <= MOST_KEYS_READ && Math.random() * keys < CROWD * comers;
}

function bySpot(comers: readonly Comer[]): Comer[][] {
  const groups: Comer[][] = [];
  for (const comer of comers) {
    const group = groups.at(-1);
    if (group && sameSpot(group[0]!.point, comer.point)) group.push(comer);
    else groups.push([comer]);
  }
  return groups;
}
