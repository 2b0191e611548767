import { getTimes } from "suncalc";
import type { Point } from "../geo/point.ts";
import { DAY_MS, MINUTE_MS } from "./calendar.ts";
import type { SunEvent } from "./grammar.ts";

// Wall-clock times are in ms since 1970 as if the clocks showed UTC. Time zones are IANA's.

/** Opening hours say nothing of other times, and formats would show eras. */
const FIRST_MS = Date.UTC(1900);
const END_MS = Date.UTC(3000);

/** What the clocks of a time zone show at an instant; undefined without such a zone or before 1900, after 2999. */
export function toWallClockMs(instantMs: number, timeZone: string): number | undefined {
  const offsetMs = offsetMsAt(instantMs, timeZone);
  return offsetMs === undefined ? undefined : instantMs + offsetMs;
}

/**
 * The instant at which the clocks of a time zone show a time: the first of two where they are put back. A time
 * that they skip when they are put forward counts by the offset before, as in RFC 5545, section 3.3.5.
 * Undefined as in `toWallClockMs`.
 */
export function toInstantMs(wallClockMs: number, timeZone: string): number | undefined {
  // No clock is a day away from UTC, and none has been put forward or back twice within two days.
  const offsetBeforeMs = offsetMsAt(wallClockMs - DAY_MS, timeZone);
  const offsetAfterMs = offsetMsAt(wallClockMs + DAY_MS, timeZone);
  if (offsetBeforeMs === undefined || offsetAfterMs === undefined) return undefined;
  const candidates = [wallClockMs - offsetBeforeMs, wallClockMs - offsetAfterMs] as const;
  const shows = (instantMs: number) => toWallClockMs(instantMs, timeZone) === wallClockMs;
  return candidates.find(shows) ?? candidates[0];
}

/**
 * When the sun rises or sets on a day, in minutes from its midnight by the clocks of a time zone; undefined
 * where it does not, near the poles.
 */
export function sunMinutes(
  event: SunEvent,
  day: number,
  { latitude, longitude }: Point,
  timeZone: string,
): number | undefined {
  const midnightMs = day * DAY_MS;
  const noonMs = toInstantMs(midnightMs + DAY_MS / 2, timeZone);
  const sun = noonMs === undefined ? undefined : getTimes(new Date(noonMs), latitude, longitude);
  const eventMs = sun?.[event]?.getTime();
  const wallClockMs = eventMs === undefined ? undefined : toWallClockMs(eventMs, timeZone);
  return wallClockMs === undefined ? undefined : Math.floor((wallClockMs - midnightMs) / MINUTE_MS);
}

/** How far clocks are ahead of UTC. */
function offsetMsAt(instantMs: number, timeZone: string): number | undefined {
  if (!(instantMs >= FIRST_MS && instantMs < END_MS)) return undefined;
  const format = formatOf(timeZone);
  if (!format) return undefined;
  const shown: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of format.formatToParts(instantMs)) shown[type] = Number(value);
  const { year, month, day, hour, minute, second } = shown;
  const shownMs = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!);
  return shownMs - Math.floor(instantMs / 1000) * 1000;
}

/** Making one takes far longer than using it. Only zones that exist get in, so it stays small. */
const FORMATS = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  const known = FORMATS.get(timeZone);
  if (known) return known;
  try {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    FORMATS.set(timeZone, format);
    return format;
  } catch {
    return undefined;
  }
}
