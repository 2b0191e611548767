import type { Point } from "../geo/point.ts";
import { CROWD, cellOfKey, firstKey, type Overflow, type Spot, TIES } from "../places/key.ts";

/** Keys for places that come, and what has to be noted with them (src/places/key.ts). */
export interface KeyPlan {
  /** One for each point, in the order of the points. */
  readonly keys: readonly number[];
  /** The leaf cells whose spots are listed anew. */
  readonly relisted: readonly number[];
  readonly spots: readonly Spot[];
  readonly overflows: readonly Overflow[];
}

interface KeyedPoint extends Point {
  readonly key: number;
}

/** What a leaf cell holds before and after. */
interface Cell {
  readonly first: number;
  /** The rows whose keys are the cell's; some may be others' that found no room in their own. */
  readonly rows: KeyedPoint[];
  /** The cell's own places that come. */
  readonly own: KeyedPoint[];
  /** How far the keys of its places reach already, if beyond its own. */
  readonly reach: number | undefined;
}

/**
 * Gives each place a free key of its leaf cell, or behind it where the cell is full, with the places of one spot in
 * runs. The plan holds for what was read: the write has to check that nothing came in between.
 */
export async function planKeys(
  database: D1DatabaseSession,
  points: readonly Point[],
): Promise<KeyPlan> {
  const order = points
    .map((point, index) => ({ point, index, cell: firstKey(point) }))
    .sort(
      (a, b) =>
        a.cell - b.cell ||
        a.point.latitude - b.point.latitude ||
        a.point.longitude - b.point.longitude ||
        a.index - b.index,
    );
  const { results: reaches } = await database
    .prepare("SELECT cell, last FROM overflows")
    .all<Overflow>();
  const cells = await readCells(database, new Set(order.map(({ cell }) => cell)), reaches);
  const keys = new Array<number>(points.length);
  const homeless: { point: Point; index: number; cell: Cell }[] = [];
  const taken = new Set([...cells.values()].flatMap(({ rows }) => rows.map(({ key }) => key)));

  const give = (cell: Cell, { latitude, longitude }: Point, index: number, key: number) => {
    keys[index] = key;
    taken.add(key);
    cell.own.push({ key, latitude, longitude });
  };
  const next = new Map<number, number>();
  for (const { point, index, cell: first } of order) {
    const cell = cells.get(first)!;
    let key = next.get(first) ?? behindOthers(first, reaches);
    while (key < first + TIES && taken.has(key)) key++;
    // Behind its own keys a cell only grows, so that what is listed of it stays true.
    if (cell.reach !== undefined || key >= first + TIES) homeless.push({ point, index, cell });
    else give(cell, point, index, key);
    next.set(first, key);
  }

  for (let at = 0; at < homeless.length; ) {
    const { cell } = homeless[at]!;
    const start = behindOthers(Math.max(cell.reach ?? 0, cell.first + TIES - 1) + 1, reaches);
    const last = homeless.findLastIndex((one) => one.cell === cell);
    const free = await freeKeys(database, start, last - at + 1, taken);
    for (const key of free) {
      const { point, index } = homeless[at++]!;
      give(cell, point, index, key);
    }
  }
  return noted(database, cells, keys, reaches);
}

/**
 * The first key from this one on that no other cell has grown over: what is free there was a place's that is gone,
 * and still lies within what is listed of that cell.
 */
function behindOthers(key: number, reaches: readonly Overflow[]): number {
  const over = reaches.filter(({ cell, last }) => cell + TIES <= key && key <= last);
  return over.reduce((behind, { last }) => Math.max(behind, last + 1), key);
}

/** What follows for the lists of spots and overflows. */
async function noted(
  database: D1DatabaseSession,
  cells: Map<number, Cell>,
  keys: readonly number[],
  reaches: readonly Overflow[],
): Promise<KeyPlan> {
  const others = new Set(keys.map(cellOfKey).filter((first) => !cells.has(first)));
  for (const [first, cell] of await readCells(database, others, reaches)) cells.set(first, cell);
  const inRange = new Map<number, number>();
  for (const key of keys) {
    const first = cellOfKey(key);
    inRange.set(first, (inRange.get(first) ?? 0) + 1);
  }

  const relisted: number[] = [];
  const spots: Spot[] = [];
  const overflows: Overflow[] = [];
  for (const { first, rows, own, reach } of cells.values()) {
    const crowded = rows.length + (inRange.get(first) ?? 0) > CROWD;
    const last = own.reduce((most, { key }) => Math.max(most, key), 0);
    if (last >= first + TIES) overflows.push({ cell: first, last });
    if (reach !== undefined) {
      spots.push(...spotsOf(first, own));
    } else if (crowded || last >= first + TIES) {
      relisted.push(first);
      const all = rows.filter((row) => firstKey(row) === first).concat(own);
      spots.push(...spotsOf(first, all));
    }
  }
  return { keys, relisted, spots, overflows };
}

const READ_CELLS = `SELECT c.value AS cell, p.key, p.latitude, p.longitude
  FROM json_each(?1) AS c CROSS JOIN places AS p ON p.key BETWEEN c.value AND c.value + ${TIES - 1}`;
async function readCells(
  database: D1DatabaseSession,
  firsts: ReadonlySet<number>,
  overflows: readonly Overflow[],
): Promise<Map<number, Cell>> {
  const reaches = new Map(overflows.map(({ cell, last }) => [cell, last]));
  const cells = new Map(
    [...firsts].map((first): [number, Cell] => [
      first,
      { first, rows: [], own: [], reach: reaches.get(first) },
    ]),
  );
  // Of what has outgrown its keys nothing needs to be known but how far it reaches.
  const open = [...firsts].filter((first) => !reaches.has(first));
  if (open.length === 0) return cells;
  const { results } = await database
    .prepare(READ_CELLS)
    .bind(JSON.stringify(open))
    .all<KeyedPoint & { cell: number }>();
  for (const { cell, ...row } of results) cells.get(cell)!.rows.push(row);
  return cells;
}

/** The first free keys from a start on. */
async function freeKeys(
  database: D1DatabaseSession,
  start: number,
  count: number,
  taken: Set<number>,
): Promise<number[]> {
  const free: number[] = [];
  for (let from = start; free.length < count; from += count + TIES) {
    const to = from + count + TIES - 1;
    const { results } = await database
      .prepare("SELECT key FROM places WHERE key BETWEEN ?1 AND ?2")
      .bind(from, to)
      .all<{ key: number }>();
    const used = new Set(results.map(({ key }) => key));
    for (let key = from; key <= to && free.length < count; key++) {
      if (!used.has(key) && !taken.has(key)) free.push(key);
    }
  }
  return free;
}

/** The runs of keys of places on one spot. */
function spotsOf(cell: number, places: readonly KeyedPoint[]): Spot[] {
  const spots: (Point & { cell: number; first: number; last: number })[] = [];
  for (const { key, latitude, longitude } of places.toSorted((a, b) => a.key - b.key)) {
    const run = spots.at(-1);
    if (run?.last === key - 1 && run.latitude === latitude && run.longitude === longitude) {
      run.last = key;
    } else {
      spots.push({ cell, first: key, last: key, latitude, longitude });
    }
  }
  return spots;
}
