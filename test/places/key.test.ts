import fc from "fast-check";
import { expect, it } from "vitest";
import { assignKeys, firstKey } from "../../src/places/key.ts";
import { anyPoint } from "../support/points.ts";

const TIES = 1_024;

it("gives every place a key of its own, in its cell or behind it, no farther than it says", () => {
  const stack = fc.tuple(anyPoint, fc.integer({ min: 1, max: 2_500 }));
  fc.assert(
    fc.property(fc.array(stack, { maxLength: 4 }), (stacks) => {
      const points = stacks.flatMap(([point, count]) =>
        Array.from({ length: count }, () => ({ ...point })),
      );
      const { keyed, overflow } = assignKeys(points);
      expect(keyed).toHaveLength(points.length);
      let farthest = 0;
      for (const [index, { key, item }] of keyed.entries()) {
        if (index > 0) expect(key).toBeGreaterThan(keyed[index - 1]!.key);
        expect(key).toBeGreaterThanOrEqual(firstKey(item));
        farthest = Math.max(farthest, key - (firstKey(item) + TIES - 1));
      }
      expect(overflow).toBe(farthest);
    }),
    { numRuns: 50 },
  );
});

it("keeps keys below 2^53, where JavaScript numbers are exact", () => {
  fc.assert(
    fc.property(anyPoint, (point) => {
      expect(firstKey(point) + TIES).toBeLessThan(Number.MAX_SAFE_INTEGER);
      expect(Number.isInteger(firstKey(point))).toBe(true);
    }),
  );
});
