import { getTimes } from "suncalc";
import type { Point } from "../geo/point.ts";
import type { SunEvent } from "./vocabulary.ts";
import { DAY_MINUTES, MINUTE_MS, zoneOffsetMs } from "./wall-clock.ts";

/** In minutes from a day's midnight by the clocks of the place; without what does not happen, near the poles. */
export type SunMinutes = Readonly<Partial<Record<SunEvent, number>>>;

/** When the sun rises and sets on a day. Dawn and dusk are the civil ones. */
export function sunMinutesOn(day: number, point: Point, timeZone: string): SunMinutes {
  const midnightMs = day * DAY_MINUTES * MINUTE_MS;
  const noonMs = midnightMs + (DAY_MINUTES / 2) * MINUTE_MS;
  const noonOffsetMs = zoneOffsetMs(noonMs, timeZone) ?? 0;
  const times = getTimes(new Date(noonMs - noonOffsetMs), point.latitude, point.longitude);
  const minutes: Partial<Record<SunEvent, number>> = {};
  for (const event of ["dawn", "sunrise", "sunset", "dusk"] as const) {
    const atMs = times[event]?.getTime();
    if (atMs === undefined) continue;
    const offsetMs = zoneOffsetMs(atMs, timeZone) ?? noonOffsetMs;
    minutes[event] = Math.floor((atMs + offsetMs - midnightMs) / MINUTE_MS);
  }
  return minutes;
}
