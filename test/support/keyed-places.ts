import type { Point } from "../../src/geo/point.ts";
import {
  FIRST_CODE_KEY,
  FIRST_OVERFLOW_KEY,
  firstKey,
  LEAF_CAPACITY,
  MOST_UNLISTED,
  type Run,
} from "../../src/index/key.ts";
import { planKeys } from "../../src/index/write/keys.ts";
import { removeRows, WRITE_RUNS } from "../../src/index/write/rows.ts";
import { STORES } from "./stores.ts";

interface Row extends Point {
  readonly key: number;
}

/** What D1 had to read and to send. */
export interface Cost {
  readRows: number;
  sentRows: number;
  roundTrips: number;
}

/** Rows without anything but keys and positions, put where the plan wants them. */
export async function arrive(
  points: readonly (Point & { readonly category?: string })[],
): Promise<{ keys: number[]; cost: Cost }> {
  const cost: Cost = { readRows: 0, sentRows: 0, roundTrips: 0 };
  const session = STORES.database.withSession("first-primary");
  const { keys, runs } = await planKeys(
    counting(session, cost),
    points.map((point) => ({ category: "place", ...point })),
  );
  const rows = points.map((point, index) => ({ ...point, key: keys[index] }));
  await session.batch([
    session.prepare(WRITE_RUNS).bind(JSON.stringify(runs)),
    session.prepare(INSERT_ROWS).bind(JSON.stringify(rows)),
  ]);
  return { keys: [...keys], cost };
}

export async function leave(keys: readonly number[]): Promise<void> {
  const session = STORES.database.withSession("first-primary");
  if (keys.length > 0) await session.batch(removeRows(session, keys));
}

const INSERT_ROWS = `INSERT INTO places (key, collection, source_id, name, category, latitude, longitude,
    record_object, record_offset, record_length, digest, import)
  SELECT value ->> 'key', 1, value ->> 'key', '', 1, value ->> 'latitude', value ->> 'longitude', 0, 0, 0, 0, 0
  FROM json_each(?1)`;

function counting(session: D1DatabaseSession, cost: Cost): D1DatabaseSession {
  return {
    prepare: (sql) => session.prepare(sql),
    async batch<Row>(statements: D1PreparedStatement[]) {
      const results = await session.batch<Row>(statements);
      cost.roundTrips++;
      for (const { results: rows, meta } of results) {
        cost.readRows += meta.rows_read;
        cost.sentRows += rows.length;
      }
      return results;
    },
    getBookmark: () => session.getBookmark(),
  } as D1DatabaseSession;
}

export interface Index {
  readonly rows: readonly Row[];
  readonly runs: readonly Run[];
}

export async function readIndex(): Promise<Index> {
  const [rows, runs] = await STORES.database.batch([
    STORES.database.prepare("SELECT key, latitude, longitude FROM places ORDER BY key"),
    STORES.database.prepare("SELECT * FROM runs ORDER BY first"),
  ]);
  return { rows: rows!.results as Row[], runs: runs!.results as Run[] };
}

/** Whether it is an overflow key, or lies as far from the home of its cell. */
function isOverflow(key: number): boolean {
  return (key < 0 ? key - FIRST_CODE_KEY : key) >= FIRST_OVERFLOW_KEY;
}

/** Where the index breaks the invariants of src/index/key.ts. */
export function faultsOf({ rows, runs }: Index): string[] {
  const faults: string[] = [];
  for (const [at, run] of runs.entries()) {
    const before = runs[at - 1];
    if (before && before.last >= run.first) faults.push(`${run.first} is in two runs`);
    if (run.next < run.first || run.next > run.last + 1) faults.push(`${run.first} has a bad next`);
    if (run.first < 0 !== run.home < 0 || isOverflow(run.first) !== isOverflow(run.home)) {
      faults.push(`${run.first} is listed in the wrong home`);
    }
  }
  const byHome = Map.groupBy(runs, ({ home }) => home);
  const holding = (home: number, { key, latitude, longitude }: Row) =>
    (byHome.get(home) ?? []).filter(
      (run) =>
        run.first <= key &&
        key < run.next &&
        run.latitude === latitude &&
        run.longitude === longitude,
    ).length;
  const cellOf = (row: Row) => firstKey(row) + (row.key < 0 ? FIRST_CODE_KEY : 0);
  for (const [cell, places] of Map.groupBy(rows, cellOf)) {
    const own = places.filter(({ key }) => !isOverflow(key));
    const isListed = byHome.has(cell);
    if (own.length > MOST_UNLISTED && !isListed) faults.push(`${cell} lists no runs`);
    for (const place of places) {
      const { key } = place;
      const isOwn = !isOverflow(key);
      if (isOwn && !(cell <= key && key < cell + LEAF_CAPACITY)) {
        faults.push(`${key} is in another cell than its own, ${cell}`);
      }
      if (isOwn && !isListed) continue;
      const count = holding(isOwn ? cell : cell + FIRST_OVERFLOW_KEY, place);
      if (count !== 1) faults.push(`${key} of ${cell} is in ${count} runs of its point`);
    }
  }
  return faults;
}
