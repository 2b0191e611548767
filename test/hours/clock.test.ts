import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toInstantMs } from "../../src/hours/clock.ts";

const HOUR_MS = 3_600_000;
/** Since 1980 every clock has been put forward or back by a multiple of it, at a multiple of it. */
const GRID_MS = HOUR_MS / 4;

const utc = (text: string): number => Date.parse(`${text}Z`);

describe("a time on the clocks is the instant", () => {
  it.each([
    ["2026-03-08T09:00", "America/Los_Angeles", "2026-03-08T16:00"],
    ["2026-03-08T01:59", "America/Los_Angeles", "2026-03-08T09:59"],
    ["2026-03-08T03:00", "America/Los_Angeles", "2026-03-08T10:00"],
    ["2026-11-01T08:30", "America/Los_Angeles", "2026-11-01T16:30"],
    ["2026-11-27T18:30", "Europe/Berlin", "2026-11-27T17:30"],
    ["2026-11-27T18:30", "Asia/Kathmandu", "2026-11-27T12:45"],
  ])("%s in %s is %sZ", (shown, timeZone, instant) => {
    expect(toInstantMs(utc(shown), timeZone)).toBe(utc(instant));
  });

  it.each([
    ["2026-11-01T01:30", "America/Los_Angeles", "2026-11-01T08:30"],
    ["2026-04-05T01:45", "Australia/Lord_Howe", "2026-04-04T14:45"],
    ["2026-10-25T01:00", "Antarctica/Troll", "2026-10-24T23:00"],
    ["2026-10-29T23:30", "Africa/Cairo", "2026-10-29T20:30"],
    ["2022-09-21T23:30", "Asia/Tehran", "2022-09-21T19:00"],
  ])("the first of two: %s in %s is %sZ", (shown, timeZone, instant) => {
    expect(toInstantMs(utc(shown), timeZone)).toBe(utc(instant));
  });

  it.each([
    ["2026-03-08T02:30", "America/Los_Angeles", "2026-03-08T10:30"],
    ["2026-10-04T02:15", "Australia/Lord_Howe", "2026-10-03T15:45"],
    ["2026-03-29T01:30", "Antarctica/Troll", "2026-03-29T01:30"],
    ["2026-04-24T00:30", "Africa/Cairo", "2026-04-23T22:30"],
    ["2022-03-22T00:30", "Asia/Tehran", "2022-03-21T21:00"],
    ["2011-12-30T10:00", "Pacific/Apia", "2011-12-30T20:00"],
  ])("of clocks not yet put forward: %s in %s is %sZ", (shown, timeZone, instant) => {
    expect(toInstantMs(utc(shown), timeZone)).toBe(utc(instant));
  });

  it.each([
    ["2026-11-27T18:30", "Mars/Olympus"],
    ["0026-11-27T18:30", "UTC"],
    ["3000-11-27T18:30", "UTC"],
  ])("none: %s in %s", (shown, timeZone) => {
    expect(toInstantMs(utc(shown), timeZone)).toBeUndefined();
  });
});

/** Days near which clocks were, or will be, put forward or back. */
const CHANGES = [
  ["America/Los_Angeles", "2026-03-08"],
  ["America/Los_Angeles", "2026-11-01"],
  ["America/Caracas", "2007-12-09"],
  ["America/St_Johns", "2006-10-29"],
  ["America/Danmarkshavn", "1996-01-01"],
  ["Europe/Berlin", "2026-10-25"],
  ["Europe/Dublin", "2026-03-29"],
  ["Africa/Cairo", "2026-04-24"],
  ["Africa/Cairo", "2026-10-30"],
  ["Africa/Cairo", "2014-07-31"],
  ["Africa/Casablanca", "2026-03-22"],
  ["Asia/Tehran", "2022-03-22"],
  ["Asia/Tehran", "2022-09-22"],
  ["Asia/Kathmandu", "1986-01-01"],
  ["Asia/Pyongyang", "2015-08-15"],
  ["Australia/Lord_Howe", "2026-04-05"],
  ["Australia/Lord_Howe", "2026-10-04"],
  ["Antarctica/Troll", "2026-03-29"],
  ["Antarctica/Troll", "2026-10-25"],
  ["Antarctica/Casey", "2020-10-04"],
  ["Antarctica/Casey", "2020-03-08"],
  ["Pacific/Apia", "2011-12-30"],
  ["Pacific/Kiritimati", "1994-12-31"],
  ["Pacific/Kwajalein", "1993-08-21"],
] as const;

describe("any time on the clocks", () => {
  const steps = (days: number) => fc.integer({ min: -96 * days, max: 96 * days });
  const nearChange = fc.tuple(fc.constantFrom(...CHANGES), steps(2));
  const anytime = fc.tuple(fc.constantFrom(...CHANGES), steps(3_650));

  /** What Intl says that clocks show, in ms as if it were UTC. */
  const formats = new Map(
    CHANGES.map(([timeZone]) => [
      timeZone,
      new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" }),
    ]),
  );

  it("is the first instant at which Intl shows it; if clocks skip it, as long after the skip", () => {
    const seen = { once: 0, twice: 0, never: 0 };
    fc.assert(
      fc.property(fc.oneof(nearChange, anytime), ([[timeZone, day], step]) => {
        const wallClockMs = utc(`${day}T00:00`) + step * GRID_MS;
        const shownAt = (instantMs: number) =>
          utc(formats.get(timeZone)!.format(instantMs).replace(" ", "T"));
        const showing: number[] = [];
        let lastBefore = Number.NaN;
        for (let hours = -27; hours <= 27; hours += 0.25) {
          const instantMs = wallClockMs + hours * HOUR_MS;
          const shownMs = shownAt(instantMs);
          if (shownMs === wallClockMs) showing.push(instantMs);
          if (shownMs < wallClockMs) lastBefore = instantMs;
        }
        const [first] = showing;
        const inGap = lastBefore + (wallClockMs - shownAt(lastBefore));
        expect(toInstantMs(wallClockMs, timeZone)).toBe(first ?? inGap);
        if (first === undefined) seen.never++;
        else if (showing.length > 1) seen.twice++;
        else seen.once++;
      }),
      { numRuns: 2_000, seed: 9 },
    );
    for (const times of Object.values(seen)) expect(times).toBeGreaterThan(20);
  });
});
