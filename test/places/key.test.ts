import fc from "fast-check";
import { expect, it } from "vitest";
import type { Point } from "../../src/geo/point.ts";
import { assignKeys, CROWD, firstKey, KEYS } from "../../src/places/key.ts";
import { anyPoint } from "../support/points.ts";

const TIES = 1_024;
/** Some spots of one leaf cell or of its neighbours, with some places or thousands on each. */
const anyPlaces = fc
  .array(
    fc.record({
      point: anyPoint,
      spots: fc.array(
        fc.record({
          steps: fc.integer({ min: -30, max: 30 }),
          places: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 2_500 })),
        }),
        { minLength: 1, maxLength: 6 },
      ),
    }),
    { maxLength: 3 },
  )
  .map((towns) =>
    towns.flatMap(({ point: { latitude, longitude }, spots }) =>
      spots.flatMap(({ steps, places }): Point[] => {
        const moved = Math.min(90, Math.max(-90, latitude + steps * 1e-6));
        return Array.from({ length: places }, () => ({ latitude: moved, longitude }));
      }),
    ),
  );
/** In the order of a source, which is any. */
const anyOrder = anyPlaces.chain((places) =>
  fc.infiniteStream(fc.double({ noNaN: true })).map((random) => {
    return places
      .map((place) => ({ place, at: random.next().value as number }))
      .sort((a, b) => a.at - b.at)
      .map(({ place }) => place);
  }),
);

it("gives every place a key of its own, in its cell or behind it, in order", () => {
  fc.assert(
    fc.property(anyOrder, (places) => {
      const { keyed, overflows } = assignKeys(places);
      expect(new Set(keyed.map(({ item }) => item))).toEqual(new Set(places));
      const ends = new Map<number, number>();
      for (const [index, { key, item }] of keyed.entries()) {
        if (index > 0) expect(key).toBeGreaterThan(keyed[index - 1]!.key);
        expect(key).toBeGreaterThanOrEqual(firstKey(item));
        ends.set(firstKey(item), key);
      }
      const beyond = [...ends].filter(([cell, last]) => last >= cell + TIES);
      expect(overflows).toEqual(beyond.map(([cell, last]) => ({ cell, last })));
    }),
    { numRuns: 50 },
  );
});

it("lists the spots of every cell that may look crowded, each with all of its places in a row", () => {
  fc.assert(
    fc.property(anyOrder, (places) => {
      const { keyed, spots, overflows } = assignKeys(places);
      const ends = new Map(overflows.map(({ cell, last }) => [cell, last]));
      for (const cell of new Set(places.map(firstKey))) {
        const last = ends.get(cell) ?? cell + TIES - 1;
        const within = keyed.filter(({ key }) => cell <= key && key <= last);
        const listed = spots.filter((spot) => spot.cell === cell);
        const own = within.filter(({ item }) => firstKey(item) === cell);
        if (listed.length === 0) expect(within.length).toBeLessThanOrEqual(CROWD);
        else {
          const held = listed.flatMap(({ first, last, latitude, longitude }) => {
            const there = keyed.filter(({ key }) => first <= key && key <= last);
            expect(there).toHaveLength(last - first + 1);
            for (const { item } of there) expect(item).toEqual({ latitude, longitude });
            return there;
          });
          expect(held).toEqual(own);
        }
      }
    }),
    { numRuns: 30 },
  );
});

it("keeps keys below 2^53, where JavaScript numbers are exact", () => {
  expect(KEYS + 1e9).toBeLessThan(Number.MAX_SAFE_INTEGER);
  fc.assert(
    fc.property(anyPoint, (point) => {
      expect(firstKey(point)).toBeLessThanOrEqual(KEYS - TIES);
      expect(Number.isInteger(firstKey(point))).toBe(true);
    }),
  );
});
