import { DAY_MS, MINUTE_MS } from "../hours/calendar.ts";
import { toInstantMs, toWallClockMs } from "../hours/clock.ts";

/** An instant by the clocks of a time zone: "2026-11-30T18:30+01:00". */
export function localTime(atMs: number, timeZone: string): string {
  const minuteMs = Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
  const wallClockMs = toWallClockMs(minuteMs, timeZone) ?? minuteMs;
  const ahead = Math.round((wallClockMs - minuteMs) / MINUTE_MS);
  const [hours, minutes] = [Math.floor(Math.abs(ahead) / 60), Math.abs(ahead) % 60];
  const offset = `${ahead < 0 ? "-" : "+"}${twoDigits(hours)}:${twoDigits(minutes)}`;
  return `${new Date(wallClockMs).toISOString().slice(0, 16)}${offset}`;
}

const twoDigits = (number: number): string => String(number).padStart(2, "0");

/** The day by the clocks of a time zone, counted from 1970-01-01. */
export function localDay(atMs: number, timeZone: string): number {
  return Math.floor((toWallClockMs(atMs, timeZone) ?? atMs) / DAY_MS);
}

/** When a day begins by these clocks: some days have 23 hours, some 25. */
export function dayBeginsMs(day: number, timeZone: string): number {
  return toInstantMs(day * DAY_MS, timeZone) ?? day * DAY_MS;
}

/** "2026-11-30" */
export function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
