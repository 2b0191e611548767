import { expect, it } from "vitest";
import { accuracyOf } from "../../src/gazetteer/degrees.ts";

it.each([
  [48, 2, 55_598],
  [48.9, 2, 5_560],
  [48.86, 2.3, 556],
  [48.858, 2.294, 56],
  [48.8584, 2.29451234, 10],
])("%d, %d is known as exactly as its last digit", (latitude, longitude, meters) => {
  expect(accuracyOf({ latitude, longitude })).toBe(meters);
});
