import { planKeys } from "../../src/collections/key-plan.ts";
import type { Point } from "../../src/geo/point.ts";
import { CROWD, firstKey, type Overflow, type Spot, TIES } from "../../src/places/key.ts";
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
export async function arrive(points: readonly Point[]): Promise<{ keys: number[]; cost: Cost }> {
  const cost: Cost = { readRows: 0, sentRows: 0, roundTrips: 0 };
  const session = STORES.database.withSession("first-primary");
  const { keys, relisted, spots, overflows } = await planKeys(counting(session, cost), points);
  const rows = points.map((point, index) => ({ ...point, key: keys[index] }));
  const insert = (sql: string, all: readonly unknown[]) =>
    session.prepare(sql).bind(JSON.stringify(all));
  await session.batch([
    insert("DELETE FROM spots WHERE cell IN (SELECT value FROM json_each(?1))", relisted),
    insert(INSERT_SPOTS, spots),
    insert(INSERT_OVERFLOWS, overflows),
    insert(INSERT_ROWS, rows),
  ]);
  return { keys: [...keys], cost };
}

export async function leave(keys: readonly number[]): Promise<void> {
  await STORES.database
    .prepare("DELETE FROM places WHERE key IN (SELECT value FROM json_each(?1))")
    .bind(JSON.stringify(keys))
    .run();
}

const INSERT_ROWS = `INSERT INTO places (key, collection, source_id, name, category, latitude, longitude,
    record_object, record_offset, record_length, digest, import)
  SELECT value ->> 'key', 1, value ->> 'key', '', 1, value ->> 'latitude', value ->> 'longitude', 0, 0, 0, 0, 0
  FROM json_each(?1)`;
const INSERT_SPOTS = `INSERT INTO spots SELECT value ->> 'cell', value ->> 'first', value ->> 'last',
  value ->> 'latitude', value ->> 'longitude' FROM json_each(?1)`;
const INSERT_OVERFLOWS = `INSERT INTO overflows SELECT value ->> 'cell', value ->> 'last' FROM json_each(?1)
  WHERE true ON CONFLICT (cell) DO UPDATE SET last = max(last, excluded.last)`;

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
  readonly spots: readonly Spot[];
  readonly overflows: readonly Overflow[];
}

export async function readIndex(): Promise<Index> {
  const [rows, spots, overflows] = await STORES.database.batch([
    STORES.database.prepare("SELECT key, latitude, longitude FROM places ORDER BY key"),
    STORES.database.prepare("SELECT * FROM spots ORDER BY first"),
    STORES.database.prepare("SELECT * FROM overflows"),
  ]);
  return {
    rows: rows!.results as Row[],
    spots: spots!.results as Spot[],
    overflows: overflows!.results as Overflow[],
  };
}

/** What a search could not do without (src/places/nearest-statement.ts), and the index does not keep. */
export function faultsOf({ rows, spots, overflows }: Index): string[] {
  const faults: string[] = [];
  const reaches = new Map(overflows.map(({ cell, last }) => [cell, last]));
  const runs = Map.groupBy(spots, ({ cell }) => cell);
  for (const [cell, own] of Map.groupBy(rows, firstKey)) {
    const last = reaches.get(cell) ?? cell + TIES - 1;
    const inside = rows.filter(({ key }) => cell <= key && key <= last);
    for (const { key } of own) {
      if (key < cell || key > last) faults.push(`${key} of ${cell} is beyond its reach`);
    }
    if (inside.length <= CROWD) continue;
    const listed = runs.get(cell) ?? [];
    for (const row of own) {
      const holding = listed.filter(({ first, last }) => first <= row.key && row.key <= last);
      if (holding.length !== 1)
        faults.push(`${row.key} of ${cell} is listed ${holding.length} times`);
    }
    for (const { first, last, latitude, longitude } of listed) {
      const untrue = inside.filter(
        (row) =>
          first <= row.key &&
          row.key <= last &&
          (row.latitude !== latitude || row.longitude !== longitude),
      );
      for (const { key } of untrue) faults.push(`${key} is not on the spot ${first}-${last}`);
    }
  }
  return faults;
}
