import { expect, it } from "vitest";
import { formatDistance, UNITS, type Unit, UnitInput } from "../../../src/nearby/present/units.ts";

it.each<[meters: number, unit: Unit, exactly: string, roughly: string]>([
  [0.6, "km", "1 m", "about 0.1 km"],
  [6.2, "m", "6 m", "about 0.1 km"],
  [56.4, "km", "56 m", "about 0.1 km"],
  [994, "km", "990 m", "about 1 km"],
  [996, "km", "1,000 m", "about 1 km"],
  [1_049, "km", "1 km", "about 1 km"],
  [1_340, "km", "1.3 km", "about 1.3 km"],
  [16_266, "km", "16 km", "about 16 km"],
  [99_700, "km", "100 km", "about 100 km"],
  [2_248_900, "km", "2,200 km", "about 2,200 km"],
  [20_003_931, "m", "20,000 km", "about 20,000 km"],
  [10, "mi", "33 ft", "about 0.1 mi"],
  [150, "ft", "490 ft", "about 0.1 mi"],
  [170, "mi", "0.11 mi", "about 0.1 mi"],
  [966, "mi", "0.6 mi", "about 0.6 mi"],
  [1_000, "ft", "0.62 mi", "about 0.6 mi"],
  [26_177, "mi", "16 mi", "about 16 mi"],
  [357_800, "mi", "220 mi", "about 220 mi"],
])("%d m, told in %s", (meters, unit, exactly, roughly) => {
  expect(formatDistance(meters, { unit, roughly: false })).toBe(exactly);
  expect(formatDistance(meters, { unit, roughly: true })).toBe(roughly);
});

it.each<[Unit, string]>([
  ["km", "km KM kms kilometer Kilometers kilometre kilometres km."],
  ["mi", "mi MI mile miles Miles mi."],
  ["m", "m meter meters Metre metres"],
  ["ft", "ft foot feet Feet ft."],
])("%s is spelled %s", (unit, spellings) => {
  for (const spelling of spellings.split(" ")) expect(UnitInput.parse(` ${spelling} `)).toBe(unit);
  expect(UNITS).toContain(unit);
});

it.each(["yd", "nm", "league", "kilo", "mm", "", "k m"])("%j is no unit", (text) => {
  expect(UnitInput.safeParse(text).success).toBe(false);
});
