import type { Point } from "../../geo/point.ts";
import {
  FIRST_CODE_KEY,
  FIRST_OVERFLOW_KEY,
  firstKey,
  isCode,
  LEAF_CAPACITY,
  MOST_UNLISTED,
  type Run,
} from "../key.ts";

/** Keys for arriving places, and the runs to write with them (src/index/key.ts). */
export interface KeyPlan {
  /** One for each point, in the order of the points. */
  readonly keys: readonly number[];
  /** New runs, and known ones of which more keys are used now. */
  readonly runs: readonly Run[];
  /** The first keys of the leaf cells that they lie in. */
  readonly cells: readonly number[];
}

/** What a key depends on. */
export interface ArrivingPlace extends Point {
  readonly category: string;
}

interface Arrival {
  readonly point: Point;
  /** Which of the points it is. */
  readonly index: number;
  /** The first key of the leaf cell. */
  readonly cell: number;
}

interface KeyedPoint extends Point {
  readonly key: number;
}

/**
 * Whether a place may have the key of a row that goes in the same batch. At the same point, it is in the run in which that
 * row was, also if another write has listed the cell's runs meanwhile.
 */
export function keepsKey(old: KeyedPoint, place: ArrivingPlace): boolean {
  return spotOf(old) === spotOf(place) && old.key < 0 === isCode(place.category);
}

/**
 * Gives each place a key that no place has. The plan holds for the index as it was read: the write has to fail if
 * another one came in between.
 *
 * Reads one row for each place of an uncrowded leaf cell, and one for each run of a crowded one: never the places of
 * a crowded cell. A point's runs double in size, so that n places come to at most some log2(n) runs.
 */
export async function planKeys(
  session: D1DatabaseSession,
  places: readonly ArrivingPlace[],
): Promise<KeyPlan> {
  const arrivals = Map.groupBy(inKeyOrder(places), ({ cell }) => cell);
  const known = await readCells(session, [...arrivals.keys()]);
  const keys = new Array<number>(places.length);
  const runs: Run[] = [];
  const nextOverflow = known.nextOverflowKeys;
  for (const [cell, here] of arrivals) {
    const rows = known.rows.get(cell) ?? [];
    const own = known.runs.get(cell) ?? [];
    if (own.length === 0 && rows.length + here.length <= MOST_UNLISTED) {
      const free = freeKeys(cell, rows);
      for (const { index } of here) keys[index] = free.next().value!;
      continue;
    }
    const side = cell < 0 ? "codes" : "places";
    const plan = new CrowdedCell(
      cell,
      own.length > 0 ? own : runsOf(cell, rows),
      known.runs.get(cell + FIRST_OVERFLOW_KEY) ?? [],
      nextOverflow[side],
    );
    for (const alike of Map.groupBy(here, ({ point }) => spotOf(point)).values()) {
      const given = plan.take(alike[0]!.point, alike.length);
      for (const [at, { index }] of alike.entries()) keys[index] = given[at]!;
    }
    runs.push(...plan.runs);
    nextOverflow[side] = plan.nextOverflowKey;
  }
  return { keys, runs, cells: [...arrivals.keys()] };
}

/** Sorted by cell, point and order of arrival, so that places of one point get consecutive keys. */
function inKeyOrder(places: readonly ArrivingPlace[]): Arrival[] {
  return places
    .map((place, index) => {
      const cell = firstKey(place) + (isCode(place.category) ? FIRST_CODE_KEY : 0);
      return { point: place, index, cell };
    })
    .sort(
      (a, b) =>
        a.cell - b.cell ||
        a.point.latitude - b.point.latitude ||
        a.point.longitude - b.point.longitude ||
        a.index - b.index,
    );
}

function* freeKeys(cell: number, rows: readonly KeyedPoint[]): Generator<number, undefined> {
  const taken = new Set(rows.map(({ key }) => key));
  for (let key = cell; key < cell + LEAF_CAPACITY; key++) if (!taken.has(key)) yield key;
}

/** The runs of places that have none yet, full as they are. */
function runsOf(cell: number, rows: readonly KeyedPoint[]): Run[] {
  const runs: Run[] = [];
  for (const { key, latitude, longitude } of rows.toSorted((a, b) => a.key - b.key)) {
    const run = runs.at(-1);
    if (run?.next === key && spotOf(run) === spotOf({ latitude, longitude })) {
      runs[runs.length - 1] = { ...run, last: key, next: key + 1 };
    } else {
      runs.push({ home: cell, first: key, last: key, next: key + 1, latitude, longitude });
    }
  }
  return runs;
}

/** Gives keys in a leaf cell that lists runs. */
class CrowdedCell {
  nextOverflowKey: number;
  readonly #cell: number;
  readonly #bySpot: Map<string, Run[]>;
  /** The first of the cell's own keys behind all of its runs. */
  #nextOwnKey: number;

  constructor(
    cell: number,
    own: readonly Run[],
    overflow: readonly Run[],
    nextOverflowKey: number,
  ) {
    this.#cell = cell;
    this.#bySpot = Map.groupBy([...own, ...overflow], spotOf);
    this.#nextOwnKey = own.reduce((next, { last }) => Math.max(next, last + 1), cell);
    this.nextOverflowKey = nextOverflowKey;
  }

  get runs(): Run[] {
    return [...this.#bySpot.values()].flat();
  }

  /** So many keys for places at a point: what its runs have left, then a new run. */
  take(point: Point, count: number): number[] {
    const keys: number[] = [];
    const runs = this.#bySpot.get(spotOf(point)) ?? [];
    for (const [at, run] of runs.entries()) {
      const next = Math.min(run.last + 1, run.next + count - keys.length);
      for (let key = run.next; key < next; key++) keys.push(key);
      runs[at] = { ...run, next };
    }
    const missing = count - keys.length;
    if (missing > 0) {
      const capacity = runs.reduce((sum, { first, last }) => sum + last - first + 1, 0);
      const run = this.#newRun(point, missing, Math.max(missing, capacity));
      for (let key = run.first; key < run.next; key++) keys.push(key);
      runs.push(run);
    }
    this.#bySpot.set(spotOf(point), runs);
    return keys;
  }

  /** Of the cell's own keys if there are enough for those who need one now, else of overflow keys. */
  #newRun({ latitude, longitude }: Point, needed: number, wanted: number): Run {
    const left = this.#cell + LEAF_CAPACITY - this.#nextOwnKey;
    const isOwn = left >= needed;
    const first = isOwn ? this.#nextOwnKey : this.nextOverflowKey;
    const last = first + (isOwn ? Math.min(wanted, left) : wanted) - 1;
    if (isOwn) this.#nextOwnKey = last + 1;
    else this.nextOverflowKey = last + 1;
    const home = isOwn ? this.#cell : this.#cell + FIRST_OVERFLOW_KEY;
    return { home, first, last, next: first + needed, latitude, longitude };
  }
}

function spotOf({ latitude, longitude }: Point): string {
  return `${latitude} ${longitude}`;
}

const READ_RUNS = `SELECT runs.* FROM json_each(?1) AS cell
  CROSS JOIN runs ON runs.home IN (cell.value, cell.value + ${FIRST_OVERFLOW_KEY})`;
const READ_UNLISTED = `SELECT cell.value AS cell, places.key, places.latitude, places.longitude
  FROM json_each(?1) AS cell
    CROSS JOIN places ON places.key BETWEEN cell.value AND cell.value + ${LEAF_CAPACITY - 1}
  WHERE NOT EXISTS (SELECT 1 FROM runs WHERE home = cell.value)`;
const READ_NEXT = `SELECT coalesce(max(last), 0) + 1 AS places,
    coalesce((SELECT max(last) FROM runs WHERE last < 0), ${FIRST_CODE_KEY}) + 1 AS codes
  FROM runs`;

/** What there is of leaf cells: runs by their homes, and by cell the places of those that list no runs. */
async function readCells(session: D1DatabaseSession, cells: readonly number[]) {
  const json = JSON.stringify(cells);
  const [runs, rows, next] = await session.batch([
    session.prepare(READ_RUNS).bind(json),
    session.prepare(READ_UNLISTED).bind(json),
    session.prepare(READ_NEXT),
  ]);
  const used = next!.results[0] as { places: number; codes: number };
  return {
    runs: Map.groupBy(runs!.results as Run[], ({ home }) => home),
    rows: Map.groupBy(rows!.results as (KeyedPoint & { cell: number })[], ({ cell }) => cell),
    nextOverflowKeys: {
      places: Math.max(FIRST_OVERFLOW_KEY, used.places),
      codes: Math.max(FIRST_CODE_KEY + FIRST_OVERFLOW_KEY, used.codes),
    },
  };
}
