import type { Point } from "../geo/point.ts";
import { CROWD, firstKey, type Overflow, type Spot, TIES } from "../places/key.ts";

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

/**
 * For each cell that is not empty: its rows if they are few; else its last row, once for each of its last spots. What
 * is not needed of a cell is not looked up; LIMIT keeps what has been found from being found again.
 */
const READ_CELLS = `SELECT c.cell, c.crowded, p.key, p.latitude, p.longitude,
    s.first, s.last, s.latitude AS ofLatitude, s.longitude AS ofLongitude
  FROM (
    SELECT cell, last, CASE WHEN last - cell >= ${CROWD} THEN
        (SELECT key FROM places WHERE key BETWEEN cell AND last ORDER BY key LIMIT 1 OFFSET ${CROWD})
      END IS NOT NULL AS crowded
    FROM (
      SELECT c.value AS cell, (SELECT key FROM places
        WHERE key BETWEEN c.value AND c.value + ${TIES - 1} ORDER BY key DESC LIMIT 1) AS last
      FROM json_each(?1) AS c LIMIT -1 OFFSET 0)
    LIMIT -1 OFFSET 0
  ) AS c
  CROSS JOIN places AS p ON c.last IS NOT NULL AND p.key BETWEEN iif(c.crowded, c.last, c.cell) AND c.last
  LEFT JOIN spots AS s ON c.crowded AND s.cell = iif(c.crowded, c.cell, NULL) AND s.first >= coalesce(
    (SELECT first FROM spots WHERE cell = c.cell ORDER BY first DESC LIMIT 1 OFFSET ${CROWD}), 0)`;

interface Read extends KeyedPoint {
  readonly cell: number;
  readonly crowded: 0 | 1;
  readonly first: number | null;
  readonly last: number;
  readonly ofLatitude: number;
  readonly ofLongitude: number;
}

/** The cells with these first keys; in one round trip with the overflows, if those are not known yet. */
export async function readCells(
  database: D1DatabaseSession,
  firsts: readonly number[],
  known?: Overflows,
): Promise<{ cells: Map<number, LeafCell>; overflows: Overflows }> {
  const [ofRows, ofOverflows] = await database.batch([
    database.prepare(READ_CELLS).bind(JSON.stringify(firsts)),
    ...(known ? [] : [database.prepare("SELECT cell, last FROM overflows")]),
  ]);
  const overflows = known ?? new Overflows(ofOverflows!.results as Overflow[]);
  const read = Map.groupBy(ofRows!.results as Read[], ({ cell }) => cell);
  const cells = firsts.map((first): [number, LeafCell] => [
    first,
    cellOf(first, read.get(first) ?? [], overflows.reachOf(first)),
  ]);
  return { cells: new Map(cells), overflows };
}

function cellOf(first: number, read: readonly Read[], reach: number | undefined): LeafCell {
  if (read[0]?.crowded !== 1) {
    // Of a cell that has outgrown its keys and then lost its places nothing is known.
    const crowded = reach !== undefined;
    return {
      first,
      reach,
      crowded,
      rows: crowded ? [] : read,
      spots: [],
      allSpots: false,
      last: 0,
    };
  }
  const spots = read
    .filter((row) => row.first !== null)
    .map(({ cell, first, last, ofLatitude: latitude, ofLongitude: longitude }): Spot => {
      return { cell, first: first!, last, latitude, longitude };
    })
    .sort((a, b) => a.first - b.first);
  const last = Math.max(read[0].key, spots.at(-1)?.last ?? 0);
  return { first, reach, crowded: true, rows: [], spots, allSpots: spots.length <= CROWD, last };
}

/** The keys from the first to the last. */
export type KeyRange = Pick<Spot, "first" | "last">;

const READ_ROWS = `SELECT c.key AS number, p.key, p.latitude, p.longitude FROM json_each(?1) AS c
  CROSS JOIN places AS p ON p.key BETWEEN c.value ->> 'first' AND c.value ->> 'last'`;
const READ_ALL_SPOTS = `SELECT s.* FROM json_each(?1) AS c CROSS JOIN spots AS s ON s.cell = c.value`;
const READ_KEYS = `SELECT p.key FROM json_each(?1) AS c
  CROSS JOIN places AS p ON p.key BETWEEN c.value ->> 'first' AND c.value ->> 'last'`;

/** A crowded cell in full. */
export interface WholeCell {
  /** The places that are its own, also those with keys behind its own. */
  readonly places: readonly KeyedPoint[];
  readonly spots: readonly Spot[];
}

/** Some cells in full; and which keys are taken, by anyone, in these cells and in some ranges. */
export async function readMore(
  database: D1DatabaseSession,
  whole: readonly LeafCell[],
  ranges: readonly KeyRange[],
): Promise<{ whole: Map<number, WholeCell>; taken: number[] }> {
  if (whole.length === 0 && ranges.length === 0) return { whole: new Map(), taken: [] };
  const reaches = whole.map(({ first, reach }): KeyRange => {
    return { first, last: reach ?? first + TIES - 1 };
  });
  const [ofRows, ofSpots, ofKeys] = await database.batch([
    database.prepare(READ_ROWS).bind(JSON.stringify(reaches)),
    database.prepare(READ_ALL_SPOTS).bind(JSON.stringify(whole.map(({ first }) => first))),
    database.prepare(READ_KEYS).bind(JSON.stringify(ranges)),
  ]);
  const rows = ofRows!.results as (KeyedPoint & { number: number })[];
  const rowsOf = Map.groupBy(rows, ({ number }) => number);
  const spotsOf = Map.groupBy(ofSpots!.results as Spot[], ({ cell }) => cell);
  return {
    whole: new Map(
      whole.map(({ first }, number) => [
        first,
        { places: ownOf(first, rowsOf.get(number) ?? []), spots: spotsOf.get(first) ?? [] },
      ]),
    ),
    taken: [...rows, ...(ofKeys!.results as { key: number }[])].map(({ key }) => key),
  };
}

function ownOf(cell: number, rows: readonly KeyedPoint[]): KeyedPoint[] {
  let last: { row: KeyedPoint; isOwn: boolean } | undefined;
  return rows.filter((row) => {
    // Neighbours are often on one spot.
    const isOwn = last && sameSpot(last.row, row) ? last.isOwn : firstKey(row) === cell;
    last = { row, isOwn };
    return isOwn;
  });
}

export function sameSpot(a: Point, b: Point): boolean {
  return a.latitude === b.latitude && a.longitude === b.longitude;
}
