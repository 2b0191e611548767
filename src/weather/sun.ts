import { getTimes } from "suncalc";
import type { Point } from "../geo/point.ts";
import { DAY_MS } from "../hours/calendar.ts";
import { toInstantMs } from "../hours/clock.ts";

/** What the sun does on a day. Near the poles it may neither rise nor set: then it is up, or down, all day. */
export type SunOfDay =
  | { readonly sunriseMs: number; readonly sunsetMs: number; readonly all?: undefined }
  | { readonly all: "up" | "down" };

/**
 * The sun of a day by the clocks there. The sunset may be on the next day by these clocks, the sunrise on the day before.
 *
 * @param day counted from 1970-01-01
 */
export function sunOf(day: number, point: Point, timeZone: string): SunOfDay {
  const noonMs = day * DAY_MS + DAY_MS / 2;
  return sunAround(toInstantMs(noonMs, timeZone) ?? noonMs, point);
}

/** Whether the sun is up at an instant, by the same sunrise and sunset that are told. */
export function isDay(atMs: number, point: Point): boolean {
  const sun = sunAround(atMs, point);
  return sun.all === undefined ? sun.sunriseMs <= atMs && atMs < sun.sunsetMs : sun.all === "up";
}

/** The sunrise and sunset around the solar noon that is nearest to an instant. */
function sunAround(atMs: number, { latitude, longitude }: Point): SunOfDay {
  const { sunrise, sunset, alwaysUp } = getTimes(new Date(atMs), latitude, longitude);
  if (!sunrise || !sunset) return { all: alwaysUp ? "up" : "down" };
  return { sunriseMs: sunrise.getTime(), sunsetMs: sunset.getTime() };
}
