import { expect, it } from "vitest";
import type { Answer, Point } from "../../../src/view/answer.ts";
import { firstLook, middleOf } from "../../../src/view/map/first-look.ts";

const LYON = { latitude: 45.76, longitude: 4.84 };

function answer(radiusKm: number, distancesKm: readonly number[], point: Point = LYON): Answer {
  return {
    location: { ...point, label: "There", source: "near", accuracy_meters: 10 },
    query: "",
    radius: radiusKm,
    unit: "km",
    radius_km: radiusKm,
    results: distancesKm.map((km, at) => {
      return { ...point, id: `one.${at}`, name: "One", distance_km: km };
    }),
    distance_unit: "km",
    warnings: [],
    attribution: [],
  };
}

const northernmost = (given: Answer) =>
  Math.max(
    ...Object.values(firstLook(given))
      .flat()
      .map(({ latitude }) => latitude),
  );

it.each([
  ["no places", [], true],
  ["places all over it", [0.2, 4.9], true],
  ["places in the middle of it alone", [0.2, 2.4], false],
])("shows how far was looked, with %s: %o", (_, distancesKm, isShown) => {
  expect(northernmost(answer(5, distancesKm)) > 45.8).toBe(isShown);
});

it("shows the pole, where it was looked around it", () => {
  const [svalbard, places] = [{ latitude: 82, longitude: 20 }, [1_100]];
  expect(northernmost(answer(1_200, places, svalbard))).toBeGreaterThan(84);
});

it("stays near the places of the whole earth", () => {
  expect(northernmost(answer(20_000, [9, 11_000]))).toBe(45.76);
});

it("shows marks clear of the edges, and a ring that is wider than they are", () => {
  const marks = { from: 100, to: 240, before: 20, after: 60 };
  expect(middleOf([marks], 220)).toEqual({ middle: 190, isWhole: true });
  expect(middleOf([marks], 219).isWhole).toBe(false);
  const ring = { from: 60, to: 250, before: 5, after: 5 };
  const { middle, isWhole } = middleOf([marks, ring], 260);
  expect(isWhole).toBe(true);
  expect(middle - 130).toBeLessThanOrEqual(ring.from - ring.before);
  expect(middle + 130).toBeGreaterThanOrEqual(marks.to + marks.after);
});
