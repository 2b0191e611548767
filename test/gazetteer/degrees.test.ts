import { describe, expect, it } from "vitest";
import { accuracyOf, parsePoint } from "../../src/gazetteer/degrees.ts";

describe("a text", () => {
  it.each([
    ["48.85,2.35", 48.85, 2.35],
    ["48.85, 2.35", 48.85, 2.35],
    ["48.85 2.35", 48.85, 2.35],
    ["48.85; 2.35", 48.85, 2.35],
    ["-33.8688,151.2093", -33.8688, 151.2093],
    ["33.9° S, 18.4° E", -33.9, 18.4],
    ["40.7N 74W", 40.7, -74],
    ["0,0", 0, 0],
    ["90,180", 90, 180],
  ])("%s is a point, latitude first", (text, latitude, longitude) => {
    expect(parsePoint(text)).toEqual({ latitude, longitude });
  });

  it.each([
    "Paris",
    "75001",
    "75001 Paris",
    "91,2",
    "48.85,181",
    "48.85",
    "48,85,2,35",
    "1.2.3,4",
    "10 Downing Street",
    "",
    "NaN,NaN",
  ])("%j is none", (text) => {
    expect(parsePoint(text)).toBeUndefined();
  });
});

it.each([
  [48, 2, 55_598],
  [48.9, 2, 5_560],
  [48.86, 2.3, 556],
  [48.858, 2.294, 56],
  [48.8584, 2.29451234, 10],
])("%d, %d is known as exactly as its last digit", (latitude, longitude, meters) => {
  expect(accuracyOf({ latitude, longitude })).toBe(meters);
});
