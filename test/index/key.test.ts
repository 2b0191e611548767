import fc from "fast-check";
import { expect, it } from "vitest";
import { FIRST_OVERFLOW_KEY, firstKey, LEAF_CAPACITY } from "../../src/index/key.ts";
import { anyPoint } from "../support/points.ts";

it("keeps keys below 2^53, where JavaScript numbers are exact, with room for overflow", () => {
  expect(FIRST_OVERFLOW_KEY + 1e15).toBeLessThan(Number.MAX_SAFE_INTEGER);
  // Homes of overflow runs are beyond, but multiples of a leaf cell's capacity.
  expect(Number.isSafeInteger((2 * FIRST_OVERFLOW_KEY) / LEAF_CAPACITY)).toBe(true);
  fc.assert(
    fc.property(anyPoint, (point) => {
      expect(firstKey(point)).toBeLessThanOrEqual(FIRST_OVERFLOW_KEY - LEAF_CAPACITY);
      expect(firstKey(point) % LEAF_CAPACITY).toBe(0);
    }),
    { seed: 1 },
  );
});
