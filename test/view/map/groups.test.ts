import fc from "fast-check";
import { expect, it } from "vitest";
import { coverEachOther, grouped, label } from "../../../src/view/map/groups.ts";

const spots = fc.array(
  fc.record({ x: fc.integer({ min: 0, max: 300 }), y: fc.integer({ min: 0, max: 200 }) }),
);

it("marks that would cover each other become one, and no other do", () => {
  fc.assert(
    fc.property(spots, (all) => {
      const groups = grouped(all);
      expect(groups.flat()).toHaveLength(all.length);
      expect(new Set(groups.flat())).toEqual(new Set(all));
      for (const [at, group] of groups.entries()) {
        for (const other of groups.slice(0, at)) expect(coverEachOther(group, other)).toBe(false);
        const [first, ...others] = group;
        // A chain of marks leads from each to the first.
        for (const spot of others) {
          expect(
            group.some((one) => one !== spot && coverEachOther([one, one], [spot, spot])),
          ).toBe(true);
        }
        expect(all.indexOf(first!)).toBe(Math.min(...group.map((spot) => all.indexOf(spot))));
      }
    }),
  );
});

it("a mark of several is wider, and covers more", () => {
  const [a, b, c] = [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 30, y: 0 },
  ];
  expect(grouped([a, c])).toEqual([[a], [c]]);
  expect(grouped([a, b, c])).toEqual([[a, b, c]]);
});

it("ten thousand places on one point are one mark, of the first of them", () => {
  const all = Array.from({ length: 10_000 }, (_, number) => ({ x: 5, y: 5, number }));
  const groups = grouped(all);
  expect(groups).toHaveLength(1);
  expect(groups[0]![0]!.number).toBe(0);
});

it("a mark tells its number, and how many more there are", () => {
  expect(label(["3"])).toBe("3");
  expect(label(["3", "4", "9"])).toBe("3+2");
});
