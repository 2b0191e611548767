import fc from "fast-check";
import { expect, it } from "vitest";
import { coverEachOther, grouped, labelOf, type Spot } from "../../../src/view/map/groups.ts";

const spots = fc
  .array(fc.record({ x: fc.integer({ min: 0, max: 300 }), y: fc.integer({ min: 0, max: 200 }) }))
  .map((all) => all.map((spot, at) => ({ ...spot, number: String(at + 1) })));

it("marks that would cover each other become one, and no other do", () => {
  fc.assert(
    fc.property(spots, (all) => {
      const groups = grouped(all);
      expect(groups.flat()).toHaveLength(all.length);
      expect(new Set(groups.flat())).toEqual(new Set(all));
      for (const [at, group] of groups.entries()) {
        for (const other of groups.slice(0, at)) expect(coverEachOther(group, other)).toBe(false);
        const isNear = (spot: Spot) => (one: Spot) =>
          one !== spot && Math.abs(one.x - spot.x) < 50 && Math.abs(one.y - spot.y) < 24;
        if (group.length > 1) expect(group.every((spot) => group.some(isNear(spot)))).toBe(true);
        const [first] = group;
        expect(all.indexOf(first!)).toBe(Math.min(...group.map((spot) => all.indexOf(spot))));
      }
    }),
  );
});

it("a mark of several is wider, and covers more", () => {
  const [a, b, c] = [1, 2, 3].map((n) => ({ x: n === 3 ? 26 : n, y: 0, number: String(n) }));
  expect(grouped([a!, c!])).toEqual([[a], [c]]);
  expect(grouped([a!, b!, c!])).toEqual([[a, b, c]]);
});

it("ten thousand places on one point are one mark, of the first of them", () => {
  const all = Array.from({ length: 10_000 }, (_, at) => ({ x: 5, y: 5, number: String(at + 1) }));
  const groups = grouped(all);
  expect(groups).toEqual([all]);
  expect(labelOf(groups[0]!)).toBe("1+9999");
});

it("a mark tells its number", () => {
  expect(labelOf([{ x: 0, y: 0, number: "3" }])).toBe("3");
});
