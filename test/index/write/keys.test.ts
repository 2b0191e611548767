import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { Point } from "../../../src/geo/point.ts";
import { FIRST_OVERFLOW_KEY, LEAF_CAPACITY } from "../../../src/index/key.ts";
import { arrive, faultsOf, leave, readIndex } from "../../support/keyed-places.ts";
import { leavesFrom } from "../../support/points.ts";
import { emptyStores } from "../../support/stores.ts";

const MINUTES = 60_000;
const SPOT = { latitude: 38.716_67, longitude: -9.133_33 };
const MANY = LEAF_CAPACITY + 76;

beforeEach(() => emptyStores());

const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));
const on = (point: Point, count: number) => times(count, () => point);
const town = (n: number): Point => ({
  latitude: (n % 100) / 10,
  longitude: Math.floor(n / 100) / 10,
});

describe("what is read follows what arrives, not what is there:", () => {
  it("a place or two in new cells", async () => {
    const first = await arrive(times(1_000, town));
    expect(first.cost).toMatchObject({ roundTrips: 1, sentRows: 1 });
    const second = await arrive(times(1_000, town));
    expect(second.cost).toMatchObject({ roundTrips: 1, sentRows: 1_001 });
    expect(second.cost.readRows).toBeLessThan(6.1 * 1_000);
  });

  it("hundreds of places at each of many points", { timeout: 5 * MINUTES }, async () => {
    const towns = 60;
    for (let round = 0; round < 25; round++) {
      const { cost } = await arrive(times(10 * towns, (n) => town(n % towns)));
      expect(cost.roundTrips).toBe(1);
      expect(cost.readRows).toBeLessThan(2 * 10 * towns);
    }
    const { rows, runs } = await readIndex();
    expect(rows.every(({ key }) => key < FIRST_OVERFLOW_KEY)).toBe(true);
    // Their blocks double.
    expect(runs.length).toBeLessThanOrEqual((1 + Math.log2(25 * 10)) * towns);
    expect(faultsOf({ rows, runs })).toEqual([]);
  });

  it("places that arrive in many full cells", { timeout: 5 * MINUTES }, async () => {
    const towns = 30;
    await arrive(times(MANY * towns, (n) => town(n % towns)));
    for (let round = 0; round < 10; round++) {
      const { cost } = await arrive(times(towns, town));
      expect(cost.roundTrips).toBe(1);
      expect(cost.readRows).toBeLessThan(20 * towns);
    }
    const index = await readIndex();
    expect(index.runs.length).toBeLessThanOrEqual(3 * towns);
    expect(faultsOf(index)).toEqual([]);
  });
});

it("edits of one place in a full cell leave few runs", { timeout: 5 * MINUTES }, async () => {
  let [edited] = (await arrive(on(SPOT, MANY))).keys;
  for (let edit = 0; edit < 150; edit++) {
    const { keys } = await arrive([SPOT]);
    await leave([edited!]);
    edited = keys[0];
  }
  const index = await readIndex();
  expect(index.runs.length).toBeLessThanOrEqual(3);
  expect(faultsOf(index)).toEqual([]);
});

const [points] = leavesFrom(SPOT, 1);
it.each([
  ["one point", [SPOT]],
  ["many points", points!],
])("all places of %s are replaced again and again", { timeout: 5 * MINUTES }, async (_, spots) => {
  const places = times(MANY, (n) => spots[n % spots.length]!);
  let { keys } = await arrive(places);
  for (let round = 0; round < 6; round++) {
    const next = await arrive(places);
    await leave(keys);
    keys = next.keys;
    const index = await readIndex();
    expect(index.runs.length).toBeLessThanOrEqual(4 * spots.length);
    expect(faultsOf(index)).toEqual([]);
  }
});

it("keeps its invariants, whatever comes and goes", { timeout: 10 * MINUTES }, async () => {
  const points = leavesFrom(SPOT, 6).flatMap((points) => points.slice(0, 15));
  expect(points).toHaveLength(6 * 15);
  const count = fc.constantFrom(1, 1, 2, 9, 40, 500, MANY);
  const crowd = fc.record({
    at: fc.nat({ max: points.length - 1 }),
    spots: fc.nat({ max: 14 }),
    count,
  });
  const step = fc.oneof(
    fc.record({ come: fc.array(crowd, { minLength: 1, maxLength: 5 }) }),
    fc.record({ stay: fc.constantFrom(0, 2, 50, 90), seed: fc.nat({ max: 99 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      await emptyStores();
      let keys: number[] = [];
      for (const step of steps) {
        if ("stay" in step) {
          const [stay = [], gone = []] = [true, false].map((stays) =>
            keys.filter((key) => ((key % 10_007) * (step.seed + 1)) % 101 < step.stay === stays),
          );
          await leave(gone);
          keys = stay;
        } else if (keys.length < 4 * MANY) {
          const come = step.come.flatMap(({ at, spots, count }) =>
            times(count, (n) => points[(at + (n % (spots + 1))) % points.length]!),
          );
          keys.push(...(await arrive(come)).keys);
        }
        const index = await readIndex();
        expect(index.rows.map(({ key }) => key)).toEqual(keys.toSorted((a, b) => a - b));
        expect(faultsOf(index)).toEqual([]);
      }
    }),
    { numRuns: 20, seed: 1_489_618_414 },
  );
});
