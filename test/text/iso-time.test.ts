import { expect, it } from "vitest";
import { parseIsoTime } from "../../src/text/iso-time.ts";

const HOUR_MS = 3_600_000;
const clockMs = Date.UTC(2026, 4, 1, 10, 30);

it.each([
  ["2026-05-01T10:30", { clockMs, offsetMs: undefined, isDay: false }],
  [" 2026-05-01 10:30:00 ", { clockMs, offsetMs: undefined, isDay: false }],
  ["2026-05-01T10:30Z", { clockMs, offsetMs: 0, isDay: false }],
  ["2026-05-01t10:30:00.000z", { clockMs, offsetMs: 0, isDay: false }],
  ["2026-05-01T10:30+02:00", { clockMs, offsetMs: 2 * HOUR_MS, isDay: false }],
  ["2026-05-01 10:30 -0930", { clockMs, offsetMs: -9.5 * HOUR_MS, isDay: false }],
  ["2024-02-29", { clockMs: Date.UTC(2024, 1, 29), offsetMs: undefined, isDay: true }],
])("reads %j", (text, expected) => {
  expect(parseIsoTime(text)).toEqual(expected);
});

it.each([
  "",
  "2026",
  "2026-5-1",
  "2026-02-30",
  "2026-13-01T10:00",
  "2026-05-01T25:00",
  "2026-05-01T10",
  "2026-05-01+02:00",
  "2026-05-01T10:30+25:00",
  "tomorrow",
])("does not take %j for a time", (text) => {
  expect(parseIsoTime(text)).toBeUndefined();
});
