import fc from "fast-check";
import { expect, it } from "vitest";
import { allowedAgainMs, type Counts, countOneMore } from "../../src/weather/rate.ts";

const LIMITS = [
  { most: 5, windowMs: 1_000 },
  { most: 12, windowMs: 10_000 },
];

it("counts to the limit and no further, and counts on when the window is over", () => {
  let counts: Counts = [];
  for (let nth = 0; nth < 5; nth++) counts = countOneMore(counts, LIMITS, 0)!;
  expect(countOneMore(counts, LIMITS, 0)).toBeUndefined();
  expect(countOneMore(counts, LIMITS, 999)).toBeUndefined();
  expect(countOneMore(counts, LIMITS, 1_100)).toBeDefined();
});

it("without a limit counts nothing", () => {
  expect(countOneMore([], [], 0)).toEqual([]);
});

it("never allows more in a window, wherever it begins, nor forgets what keeps it small", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(900), { minLength: 1, maxLength: 80 }), (pauses) => {
      let [counts, nowMs]: [Counts, number] = [[], 1_000_000_007];
      const allowed: number[] = [];
      for (const pause of pauses) {
        nowMs += pause;
        const next = countOneMore(counts, LIMITS, nowMs);
        const againMs = allowedAgainMs(counts, LIMITS, nowMs);
        expect(againMs === undefined).toBe(next !== undefined);
        if (againMs !== undefined) {
          expect(countOneMore(counts, LIMITS, againMs - 1)).toBeUndefined();
          expect(countOneMore(counts, LIMITS, againMs)).toBeDefined();
        }
        if (!next) continue;
        counts = next;
        allowed.push(nowMs);
      }
      expect(allowed.length).toBeGreaterThan(0);
      for (const { most, windowMs } of LIMITS) {
        for (const [nth, atMs] of allowed.entries()) {
          const within = allowed.slice(nth).filter((one) => one < atMs + windowMs);
          expect(within.length).toBeLessThanOrEqual(most);
        }
      }
      for (const parts of counts) expect(Object.keys(parts).length).toBeLessThanOrEqual(11);
    }),
  );
});
