import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Step } from "../../src/weather/contract.ts";
import { daysOf } from "../../src/weather/days.ts";
import { dateOf, dayBeginsMs, localDay, localTime } from "../../src/weather/local-time.ts";
import { isDay, sunOf } from "../../src/weather/sun.ts";

const HOUR_MS = 3_600_000;
const day = (date: string) => Date.parse(date) / (24 * HOUR_MS);

/** Steps of so many hours; what falls in each hour is 1 mm, and it is as warm as the hour of the day is in UTC. */
function steps(from: string, count: number, hours = 1): Step[] {
  return Array.from({ length: count }, (_, nth) => {
    const fromMs = Date.parse(from) + nth * hours * HOUR_MS;
    const hour = new Date(fromMs).getUTCHours();
    const toMs = fromMs + hours * HOUR_MS;
    return {
      fromMs,
      toMs,
      lowest: hour,
      highest: hour,
      precipitation: hours,
      wind: hour,
      code: hour === 5 ? 65 : 80,
    };
  });
}

describe("a day", () => {
  it.each([
    ["has 24 hours", "Europe/Paris", "2026-11-30", 24],
    ["has 23 when the clocks are put forward", "Europe/Paris", "2026-03-29", 23],
    ["has 25 when they are put back", "Europe/Paris", "2026-10-25", 25],
    ["has 23 in New York", "America/New_York", "2026-03-08", 23],
    ["has 25 in New York", "America/New_York", "2026-11-01", 25],
    ["changes by half an hour on Lord Howe Island", "Australia/Lord_Howe", "2026-04-05", 24.5],
    ["begins half an hour off the others in India", "Asia/Kolkata", "2026-11-30", 24],
    ["begins 14 hours before UTC's on Kiritimati", "Pacific/Kiritimati", "2026-11-30", 24],
  ])("%s", (_, timeZone, date, hours) => {
    const from = new Date(Date.parse(date) - 48 * HOUR_MS).toISOString();
    const [only, ...more] = daysOf(steps(from, 120), day(date), 1, timeZone);
    expect(more).toEqual([]);
    expect(dateOf(only!.day)).toBe(date);
    expect(only!.precipitation).toBeCloseTo(hours);
    expect(only!.isRest).toBe(false);
    expect(localTime(only!.fromMs, timeZone)).toMatch(`${date}T00:00`);
  });

  it("shares what falls with the next one, where a step lies in both", () => {
    const [first, second] = daysOf(
      steps("2026-11-29T00:00Z", 12, 6),
      day("2026-11-30"),
      2,
      "Asia/Tokyo",
    );
    expect([first!.precipitation, second!.precipitation]).toEqual([24, 24]);
  });

  it("is told from when on, where only the rest of it is known", () => {
    const from = "2026-11-30T17:00Z";
    const [only] = daysOf(steps(from, 48), day("2026-11-30"), 1, "UTC");
    expect(only).toMatchObject({ isRest: true, fromMs: Date.parse(from), lowest: 17, highest: 23 });
  });

  it("has the most severe weather, the strongest wind and the whole range", () => {
    const [only] = daysOf(steps("2026-11-30T00:00Z", 24), day("2026-11-30"), 1, "UTC");
    expect(only).toMatchObject({ lowest: 0, highest: 23, wind: 23, code: 65 });
  });

  it.each(["Europe/Paris", "America/New_York", "Pacific/Kiritimati"])(
    "is known whole in %s, where midnight lies in a step of six hours",
    (timeZone) => {
      const days = daysOf(steps("2026-11-29T00:00Z", 20, 6), day("2026-11-30"), 3, timeZone);
      expect(days.map(({ isRest }) => isRest)).toEqual([false, false, false]);
      for (const one of days) expect(one.fromMs).toBe(dayBeginsMs(one.day, timeZone));
    },
  );

  it("is left out where nothing is known of it", () => {
    const days = daysOf(steps("2026-11-30T00:00Z", 30), day("2026-11-29"), 7, "UTC");
    expect(days.map((one) => dateOf(one.day))).toEqual(["2026-11-30", "2026-12-01"]);
  });

  it("loses nothing of what falls, in any zone and with any steps", () => {
    const zones = ["UTC", "Europe/Paris", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu"];
    const cases = fc.tuple(fc.constantFrom(...zones), fc.constantFrom(1, 3, 6), fc.nat(365));
    fc.assert(
      fc.property(cases, ([timeZone, hours, nth]) => {
        const fromMs = Date.UTC(2026, 0, 1 + nth);
        const all = steps(new Date(fromMs).toISOString(), 120 / hours, hours);
        const first = localDay(fromMs, timeZone) + 1;
        for (const one of daysOf(all, first, 3, timeZone)) {
          const lengthMs = dayBeginsMs(one.day + 1, timeZone) - dayBeginsMs(one.day, timeZone);
          expect(one.precipitation).toBeCloseTo(lengthMs / HOUR_MS, 9);
        }
        expect(daysOf(all, first, 3, timeZone)).toHaveLength(3);
      }),
    );
  });
});

describe("local time", () => {
  it.each([
    ["2026-11-30T17:44:59Z", "Europe/Paris", "2026-11-30T18:44+01:00"],
    ["2026-07-01T00:00Z", "Europe/Paris", "2026-07-01T02:00+02:00"],
    ["2026-11-30T17:44Z", "Asia/Kathmandu", "2026-11-30T23:29+05:45"],
    ["2026-11-30T17:44Z", "America/St_Johns", "2026-11-30T14:14-03:30"],
    ["2026-11-30T17:44Z", "Etc/GMT+12", "2026-11-30T05:44-12:00"],
    ["2026-11-30T17:44Z", "Pacific/Kiritimati", "2026-12-01T07:44+14:00"],
    ["2026-10-25T00:30Z", "Europe/Paris", "2026-10-25T02:30+02:00"],
    ["2026-10-25T01:30Z", "Europe/Paris", "2026-10-25T02:30+01:00"],
  ])("of %s in %s is %s", (instant, timeZone, local) => {
    expect(localTime(Date.parse(instant), timeZone)).toBe(local);
  });

  it("says when days begin", () => {
    expect(new Date(dayBeginsMs(day("2026-03-30"), "Europe/Paris")).toISOString()).toBe(
      "2026-03-29T22:00:00.000Z",
    );
  });
});

describe("the sun", () => {
  const at = (latitude: number, longitude = 0) => ({ latitude, longitude });

  it("rises and sets within minutes of the almanac", () => {
    // timeanddate.com: Paris, 8:22 and 16:55.
    const sun = sunOf(day("2026-11-30"), at(48.8566, 2.3522), "Europe/Paris");
    if (sun.all) throw new Error(sun.all);
    expect(localTime(sun.sunriseMs, "Europe/Paris")).toMatch(/^2026-11-30T08:2[0-4]\+01:00$/);
    expect(localTime(sun.sunsetMs, "Europe/Paris")).toMatch(/^2026-11-30T16:5[3-7]\+01:00$/);
  });

  it.each([
    ["Longyearbyen in winter", 78.22, 15.65, "Arctic/Longyearbyen", "2026-12-21", "down"],
    ["Longyearbyen in summer", 78.22, 15.65, "Arctic/Longyearbyen", "2026-06-21", "up"],
    ["McMurdo in December", -77.85, 166.67, "Antarctica/McMurdo", "2026-12-21", "up"],
    ["McMurdo in June", -77.85, 166.67, "Antarctica/McMurdo", "2026-06-21", "down"],
    ["the North Pole in June", 90, 0, "UTC", "2026-06-21", "up"],
    ["the South Pole in June", -90, 0, "UTC", "2026-06-21", "down"],
  ])("is %s neither rising nor setting", (_, latitude, longitude, timeZone, date, all) => {
    const sun = sunOf(day(date), at(latitude, longitude), timeZone);
    expect(sun.all).toBe(all);
    const noonMs = Date.parse(`${date}T12:00Z`);
    expect(isDay(noonMs, at(latitude, longitude))).toBe(all === "up");
  });

  it.each([180, -180])("shines alike on both sides of the date line: %d", (longitude) => {
    const noon = Date.parse("2026-11-30T00:00Z");
    expect(isDay(noon, at(0, longitude))).toBe(true);
    expect(isDay(noon + 12 * HOUR_MS, at(0, longitude))).toBe(false);
  });

  it("makes it day from sunrise to sunset", () => {
    const point = at(48.8566, 2.3522);
    const sun = sunOf(day("2026-11-30"), point, "Europe/Paris");
    if (sun.all) throw new Error(sun.all);
    const around = [
      sun.sunriseMs - 1_000,
      sun.sunriseMs + 1_000,
      sun.sunsetMs - 1_000,
      sun.sunsetMs + 1_000,
    ];
    expect(around.map((ms) => isDay(ms, point))).toEqual([false, true, true, false]);
  });
});
