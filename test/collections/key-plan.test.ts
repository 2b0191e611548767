import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { Point } from "../../src/geo/point.ts";
import { CROWD, firstKey, TIES } from "../../src/places/key.ts";
import { arrive, faultsOf, leave, readIndex } from "../support/keyed-places.ts";
import { emptyStores } from "../support/stores.ts";

const MINUTES = 60_000;
const SPOT = { latitude: 38.716_67, longitude: -9.133_33 };
/** More than a leaf cell has keys. */
const MANY = 1_100;

beforeEach(() => emptyStores());

const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));
const on = (point: Point, count: number) => times(count, () => point);
const town = (n: number): Point => ({
  latitude: (n % 100) / 10,
  longitude: Math.floor(n / 100) / 10,
});

/** Different points of the leaf cell of a point, and of the cells that follow on the curve. */
function leavesFrom(point: Point, count: number): Point[][] {
  const first = firstKey(point);
  const cells = times(count, (): Point[] => []);
  for (let i = -80; i <= 80; i++) {
    for (let j = -80; j <= 80; j++) {
      const near = { latitude: point.latitude + i * 7e-6, longitude: point.longitude + j * 7e-6 };
      cells[(firstKey(near) - first) / TIES]?.push(near);
    }
  }
  return cells;
}

async function faults(): Promise<string[]> {
  return faultsOf(await readIndex());
}

/** How many spots there are, and how many keys their cells reach over. */
async function extent(): Promise<{ spots: number; reach: number }> {
  const { spots, overflows } = await readIndex();
  const reach = overflows.reduce((most, { cell, last }) => Math.max(most, last - cell + 1), TIES);
  return { spots: spots.length, reach };
}

describe("what is read follows what comes, not what is there:", () => {
  it("a place or two in new cells", async () => {
    const first = await arrive(times(1_000, town));
    expect(first.cost).toMatchObject({ roundTrips: 1, sentRows: 0 });
    expect(first.cost.readRows).toBeLessThan(2.1 * 1_000);
    const second = await arrive(times(1_000, town));
    expect(second.cost).toMatchObject({ roundTrips: 1, sentRows: 1_000 });
    expect(second.cost.readRows).toBeLessThan(5.1 * 1_000);
  });

  it("hundreds of places on each of many spots", { timeout: 5 * MINUTES }, async () => {
    const towns = 300;
    for (let round = 0; round < 25; round++) {
      const { cost } = await arrive(times(10 * towns, (n) => town(n % towns)));
      expect(cost.roundTrips).toBe(1);
      expect(cost.readRows).toBeLessThan(2 * 10 * towns);
      expect(cost.sentRows).toBeLessThanOrEqual(10 * towns);
    }
    const { cost } = await arrive(times(towns, town));
    expect(cost).toMatchObject({ roundTrips: 1, sentRows: towns });
    expect(cost.readRows).toBeLessThan(2 * CROWD * towns);
    // However they came, the places of one spot are one run.
    expect((await readIndex()).spots).toHaveLength(towns);
  });

  it("places that come to many overflowed cells", { timeout: 5 * MINUTES }, async () => {
    const towns = 30;
    await arrive(times(MANY * towns, (n) => town(n % towns)));
    let read = 0;
    for (let round = 0; round < 10; round++) {
      const { cost } = await arrive(times(towns, town));
      expect(cost.roundTrips).toBeLessThanOrEqual(3);
      read += cost.readRows;
    }
    expect(read / 10).toBeLessThan(10 * CROWD * towns);
    expect((await readIndex()).spots.length).toBeLessThanOrEqual(2 * towns);
    expect(await faults()).toEqual([]);
  });
});

describe("a cell that is full takes the keys of places that are gone:", () => {
  it("one place is edited again and again", { timeout: 5 * MINUTES }, async () => {
    let [edited, ...others] = (await arrive(on(SPOT, MANY))).keys;
    const before = await extent();
    for (let edit = 0; edit < 600; edit++) {
      const { keys } = await arrive([SPOT]);
      await leave([edited!]);
      edited = keys[0];
    }
    const { spots, reach } = await extent();
    expect(spots).toBeLessThanOrEqual(before.spots + 1);
    expect(reach).toBeLessThan(1.4 * MANY);
    expect(await faults()).toEqual([]);
    // The next who come take what is free.
    await leave(others);
    await arrive(on(SPOT, MANY));
    expect((await extent()).reach).toBe(reach);
  });

  const [points] = leavesFrom(SPOT, 1);
  it.each([
    ["one spot", [SPOT]],
    ["many spots", points!],
  ])(
    "all places of %s are replaced again and again",
    { timeout: 5 * MINUTES },
    async (_, spots) => {
      const places = times(MANY, (n) => spots[n % spots.length]!);
      let { keys } = await arrive(places);
      for (let round = 0; round < 6; round++) {
        const next = await arrive(places);
        await leave(keys);
        keys = next.keys;
        const { reach, spots: runs } = await extent();
        expect(reach).toBeLessThanOrEqual(2 * MANY);
        expect(runs).toBeLessThanOrEqual(2 * spots.length);
        expect(await faults()).toEqual([]);
      }
    },
  );

  it("places of a cell with room move about", { timeout: 5 * MINUTES }, async () => {
    const keys = (await arrive(times(300, (n) => points![n % 30]!))).keys;
    for (let move = 0; move < 400; move++) {
      const next = await arrive(times(4, (n) => points![(move * 7 + n * 11) % 30]!));
      keys.push(...next.keys);
      await leave(keys.splice(0, 4));
    }
    expect(await extent()).toMatchObject({ reach: TIES });
    expect((await extent()).spots).toBeLessThanOrEqual(300);
    expect(await faults()).toEqual([]);
  });
});

it("keeps what a search needs, whatever comes and goes", { timeout: 10 * MINUTES }, async () => {
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
        } else if (keys.length < 10_000) {
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
    { numRuns: 40 },
  );
});
