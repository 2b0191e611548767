import fc from "fast-check";
import { expect, it } from "vitest";
import { grouped, label } from "../../../src/view/map/groups.ts";

const spots = fc.array(
  fc.record({ x: fc.integer({ min: 0, max: 300 }), y: fc.integer({ min: 0, max: 200 }) }),
);
const between = (a: { x: number; y: number }, b: { x: number; y: number }) =>
  Math.hypot(a.x - b.x, a.y - b.y);

it("marks that would cover each other become one, and no other do", () => {
  fc.assert(
    fc.property(spots, (all) => {
      const groups = grouped(all, 24);
      expect(new Set(groups.flat())).toEqual(new Set(all));
      expect(groups.flat()).toHaveLength(all.length);
      for (const [at, group] of groups.entries()) {
        for (const spot of group) expect(between(group[0]!, spot)).toBeLessThan(24);
        for (const earlier of groups.slice(0, at)) {
          expect(between(earlier[0]!, group[0]!)).toBeGreaterThanOrEqual(24);
        }
      }
    }),
  );
});

it("ten thousand places on one point are one mark, of the first of them", () => {
  const all = Array.from({ length: 10_000 }, (_, number) => ({ x: 5, y: 5, number }));
  const groups = grouped(all, 24);
  expect(groups).toHaveLength(1);
  expect(groups[0]![0]!.number).toBe(0);
});

it("a mark tells its number, and how many more there are", () => {
  expect(label(["3"])).toBe("3");
  expect(label(["3", "4", "9"])).toBe("3+2");
});
