import type { Point } from "../geo/point.ts";
import { CROWD, type Overflow, type Spot, TIES } from "../places/key.ts";

export interface KeyedPoint extends Point {
  readonly key: number;
}

/** What has to be known of a leaf cell to put places into it, and no more: crowded ones hold thousands. */
export interface LeafCell {
  readonly first: number;
  /** How far the keys of its places reach, if beyond its own. */
  readonly reach: number | undefined;
  /** Whether more rows than a few have its keys. Then the places that are its own are listed in `spots`. */
  readonly crowded: boolean;
  /** All rows that have its keys, others' among them; none of a crowded cell. */
  readonly rows: readonly KeyedPoint[];
  /** Of a crowded cell the last few spots that are listed. */
  readonly spots: readonly Spot[];
  /** Whether no more of them are listed. */
  readonly allSpots: boolean;
  /** Of a crowded cell the last of its keys that a row has or that is listed. */
  readonly last: number;
}

/** How far the places of cells reach that have outgrown their keys. */
export class Overflows {
  readonly #reaches: ReadonlyMap<number, number>;
  readonly #cells: readonly number[];
  /** For each of the cells, how far it and those before it reach at most. */
  readonly #most: readonly number[];

  constructor(overflows: readonly Overflow[]) {
    const sorted = overflows.toSorted((a, b) => a.cell - b.cell);
    this.#reaches = new Map(sorted.map(({ cell, last }) => [cell, last]));
    this.#cells = sorted.map(({ cell }) => cell);
    let most = -1;
    this.#most = sorted.map(({ last }) => (most = Math.max(most, last)));
  }

  reachOf(cell: number): number | undefined {
    return this.#reaches.get(cell);
  }

  /** The first key from this one on that no cell which begins before it has grown over. */
  behindEarlier(key: number): number {
    return Math.max(key, this.#reachBefore(key) + 1);
  }

  /** The first key from this one on that is no overflowed cell's at all. */
  behindAll(key: number): number {
    for (let from = key; ; ) {
      const reach = this.#reachBefore(from + 1);
      if (reach < from) return from;
      from = reach + 1;
    }
  }

  #reachBefore(key: number): number {
    let [low, high] = [0, this.#cells.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#cells[middle]! < key) low = middle + 1;
      else high = middle;
    }
    return this.#most[low - 1] ?? -1;
  }
}

const IN_CELL = `key BETWEEN c.value AND c.value + ${TIES - 1}`;
// Of a crowded cell the last row only.
const READ_CELLS = `SELECT c.cell, c.crowded, p.key, p.latitude, p.longitude
  FROM (
    SELECT c.value AS cell,
      (SELECT key FROM places WHERE ${IN_CELL} ORDER BY key LIMIT 1 OFFSET ${CROWD}) IS NOT NULL AS crowded
    FROM json_each(?1) AS c LIMIT -1 OFFSET 0
  ) AS c CROSS JOIN places AS p
    ON p.key BETWEEN iif(c.crowded,
        (SELECT max(key) FROM places WHERE key BETWEEN c.cell AND c.cell + ${TIES - 1}), c.cell)
      AND c.cell + ${TIES - 1}`;
const READ_SPOTS = `SELECT s.* FROM json_each(?1) AS c CROSS JOIN spots AS s
  ON s.cell = c.value AND s.first >= coalesce(
    (SELECT first FROM spots WHERE cell = c.value ORDER BY first DESC LIMIT 1 OFFSET ${CROWD}), 0)`;

/** The cells with these first keys; in one round trip with the overflows, if those are not known yet. */
export async function readCells(
  database: D1DatabaseSession,
  firsts: readonly number[],
  known?: Overflows,
): Promise<{ cells: Map<number, LeafCell>; overflows: Overflows }> {
  const json = JSON.stringify(firsts);
  const [ofRows, ofSpots, ofOverflows] = await database.batch([
    database.prepare(READ_CELLS).bind(json),
    database.prepare(READ_SPOTS).bind(json),
    ...(known ? [] : [database.prepare("SELECT cell, last FROM overflows")]),
  ]);
  const overflows = known ?? new Overflows(ofOverflows!.results as Overflow[]);
  const rows = Map.groupBy(
    ofRows!.results as (KeyedPoint & { cell: number; crowded: number })[],
    ({ cell }) => cell,
  );
  const spots = Map.groupBy(ofSpots!.results as Spot[], ({ cell }) => cell);
  const cells = new Map<number, LeafCell>();
  for (const first of firsts) {
    const [here = [], listed = []] = [rows.get(first), spots.get(first)];
    const reach = overflows.reachOf(first);
    const crowded = reach !== undefined || here[0]?.crowded === 1;
    cells.set(first, {
      first,
      reach,
      crowded,
      rows: crowded ? [] : here,
      // What was a crowd once may be listed still, and no longer be true.
      spots: crowded ? listed.toSorted((a, b) => a.first - b.first) : [],
      allSpots: listed.length <= CROWD,
      last: Math.max(here.at(-1)?.key ?? 0, listed.at(-1)?.last ?? 0),
    });
  }
  return { cells, overflows };
}

export type KeyRange = readonly [first: number, last: number];

const READ_ROWS = `SELECT c.key AS number, p.key, p.latitude, p.longitude FROM json_each(?1) AS c
  CROSS JOIN places AS p ON p.key BETWEEN c.value ->> 0 AND c.value ->> 1`;
const READ_ALL_SPOTS = `SELECT s.* FROM json_each(?1) AS c CROSS JOIN spots AS s ON s.cell = c.value`;
const READ_KEYS = `SELECT p.key FROM json_each(?1) AS c
  CROSS JOIN places AS p ON p.key BETWEEN c.value ->> 0 AND c.value ->> 1`;

/** A crowded cell in full: the rows up to its reach, others' among them, and all spots. */
export interface WholeCell {
  readonly rows: readonly KeyedPoint[];
  readonly spots: readonly Spot[];
}

/** Some cells in full, and which keys are taken in some ranges. */
export async function readMore(
  database: D1DatabaseSession,
  whole: readonly LeafCell[],
  windows: readonly KeyRange[],
): Promise<{ whole: Map<number, WholeCell>; taken: number[] }> {
  if (whole.length === 0 && windows.length === 0) return { whole: new Map(), taken: [] };
  const ranges = whole.map(({ first, reach }): KeyRange => [first, reach ?? first + TIES - 1]);
  const [ofRows, ofSpots, ofKeys] = await database.batch([
    database.prepare(READ_ROWS).bind(JSON.stringify(ranges)),
    database.prepare(READ_ALL_SPOTS).bind(JSON.stringify(whole.map(({ first }) => first))),
    database.prepare(READ_KEYS).bind(JSON.stringify(windows)),
  ]);
  const rows = Map.groupBy(
    ofRows!.results as (KeyedPoint & { number: number })[],
    ({ number }) => number,
  );
  const spots = Map.groupBy(ofSpots!.results as Spot[], ({ cell }) => cell);
  return {
    whole: new Map(
      whole.map(({ first }, index) => [
        first,
        { rows: rows.get(index) ?? [], spots: spots.get(first) ?? [] },
      ]),
    ),
    taken: (ofKeys!.results as { key: number }[]).map(({ key }) => key),
  };
}
