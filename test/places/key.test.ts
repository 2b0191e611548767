import fc from "fast-check";
import { expect, it } from "vitest";
import { firstKey, KEYS } from "../../src/places/key.ts";
import { anyPoint } from "../support/points.ts";

const TIES = 1_024;

it("keeps keys below 2^53, where JavaScript numbers are exact", () => {
  expect(KEYS + 1e9).toBeLessThan(Number.MAX_SAFE_INTEGER);
  fc.assert(
    fc.property(anyPoint, (point) => {
      expect(firstKey(point)).toBeLessThanOrEqual(KEYS - TIES);
      expect(Number.isInteger(firstKey(point))).toBe(true);
    }),
  );
});
