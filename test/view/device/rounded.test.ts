import fc from "fast-check";
import { expect, it } from "vitest";
import { accuracyOf } from "../../../src/gazetteer/degrees.ts";
import { roundedTo } from "../../../src/view/device/rounded.ts";

const POINT = { latitude: 45.7484123, longitude: 4.8467182 };

it.each([
  [5, { latitude: 45.7484, longitude: 4.8467 }],
  [35, { latitude: 45.748, longitude: 4.847 }],
  [300, { latitude: 45.75, longitude: 4.85 }],
  [1_000, { latitude: 45.75, longitude: 4.84 }],
  [8_000, { latitude: 45.7, longitude: 4.8 }],
  [60_000, { latitude: 46, longitude: 5 }],
  [500_000, { latitude: 46, longitude: 4 }],
])("tells a point that is known to %d m as %j", (accuracy, expected) => {
  expect(roundedTo(accuracy, POINT)).toEqual(expected);
});

const metersEastAt = (latitude: number) => 111_195 * Math.cos((latitude * Math.PI) / 180);

it("tells nobody apart who is closer together than promised, in any direction", () => {
  const told = (longitude: number, latitude: number) =>
    roundedTo(1_000, { latitude, longitude }).longitude;
  for (const latitude of [0, 30, 45, 60, 70, 80, 89, 89.99]) {
    const grid = new Set<number>();
    for (let at = 0; at < 3_000; at++) grid.add(told(10 + at / 1_000, latitude));
    const sorted = [...grid].sort((a, b) => a - b);
    const steps = sorted.slice(1).map((one, at) => one - sorted[at]!);
    for (const step of steps) expect(step * metersEastAt(latitude)).toBeGreaterThan(999);
  }
});

it("keeps as many digits as the server takes for that accuracy", () => {
  fc.assert(
    fc.property(
      fc.double({ min: -90, max: 90, noNaN: true }),
      fc.double({ min: -180, max: 180, noNaN: true }),
      fc.double({ min: 0, max: 100_000, noNaN: true }),
      (latitude, longitude, accuracy) => {
        const point = roundedTo(accuracy, { latitude, longitude });
        // The server reads half a step of the last digit: never finer than half of what the device says.
        expect(accuracyOf(point)).toBeGreaterThanOrEqual(Math.floor(accuracy / 2));
        const step = 2 * accuracyOf(point) * 1.02;
        expect(Math.abs(point.latitude - latitude) * 111_195).toBeLessThanOrEqual(step);
        const offEast = Math.abs(((point.longitude - longitude + 540) % 360) - 180);
        expect(offEast * metersEastAt(latitude)).toBeLessThanOrEqual(step);
        expect(Math.abs(point.longitude)).toBeLessThanOrEqual(180);
      },
    ),
  );
});
