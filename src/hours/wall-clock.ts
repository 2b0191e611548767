export const MINUTE_MS = 60_000;
export const DAY_MINUTES = 24 * 60;

/** Making one takes far longer than using it. Only zones that exist get in, so it stays small. */
const FORMATS = new Map<string, Intl.DateTimeFormat>();

/**
 * How far the clocks of an IANA time zone are ahead of UTC at an instant, in milliseconds. Undefined if
 * there is no such zone or instant.
 */
export function zoneOffsetMs(instantMs: number, timeZone: string): number | undefined {
  if (!(instantMs >= FIRST_MS && instantMs < END_MS)) return undefined;
  const format = formatOf(timeZone);
  if (!format) return undefined;
  const shown: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of format.formatToParts(instantMs)) shown[type] = Number(value);
  const { year, month, day, hour, minute, second } = shown;
  const wallMs = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!);
  return wallMs - Math.floor(instantMs / 1000) * 1000;
}

/**
 * The instant at which the clocks of a time zone show a time, which is given in ms since 1970 as if it were UTC.
 * The first of two where clocks are put back. Where they are put forward over it, that of clocks not yet put
 * forward, as in RFC 5545 (3.3.5). Undefined if there is no such zone or instant.
 */
export function toInstantMs(wallClockMs: number, timeZone: string): number | undefined {
  // All clocks are within a day of UTC, and none has ever been put forward or back twice in two days.
  const dayMs = DAY_MINUTES * MINUTE_MS;
  const offsetBeforeMs = zoneOffsetMs(wallClockMs - dayMs, timeZone);
  const offsetAfterMs = zoneOffsetMs(wallClockMs + dayMs, timeZone);
  if (offsetBeforeMs === undefined || offsetAfterMs === undefined) return undefined;
  const firstMs = wallClockMs - offsetBeforeMs;
  const secondMs = wallClockMs - offsetAfterMs;
  if (zoneOffsetMs(firstMs, timeZone) === offsetBeforeMs) return firstMs;
  return zoneOffsetMs(secondMs, timeZone) === offsetAfterMs ? secondMs : firstMs;
}

/** Opening hours say nothing of other times, and formats would show eras. */
const FIRST_MS = Date.UTC(1900);
const END_MS = Date.UTC(3000);

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
