import { getTimes } from "suncalc";
import type { Point } from "../geo/point.ts";
import type { SunEvent } from "./vocabulary.ts";
import { DAY_MINUTES, MINUTE_MS, zoneOffsetMs } from "./wall-clock.ts";

/**
 * When the sun does something on a day, in minutes from the day's midnight by the zone's clocks; undefined
 * where it does not, near the poles. Dawn and dusk are the civil ones.
 */
export function sunMinutesOn(
  day: number,
  event: SunEvent,
  point: Point,
  timeZone: string,
): number | undefined {
  const midnightMs = day * DAY_MINUTES * MINUTE_MS;
  const noonMs = midnightMs + (DAY_MINUTES / 2) * MINUTE_MS;
  const offsetMs = zoneOffsetMs(noonMs, timeZone);
  if (offsetMs === undefined) return undefined;
  const atMs = getTimes(new Date(noonMs - offsetMs), point.latitude, point.longitude)[event];
  if (!atMs) return undefined;
  const offsetThenMs = zoneOffsetMs(atMs.getTime(), timeZone) ?? offsetMs;
  return Math.floor((atMs.getTime() + offsetThenMs - midnightMs) / MINUTE_MS);
}
