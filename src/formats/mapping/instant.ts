import { toInstantMs } from "../../hours/clock.ts";
import { parseIsoTime } from "../../text/iso-time.ts";
import type { Value } from "./flat-fields.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * A day or a time of ISO 8601 in milliseconds since 1970, which a number is already. Without an offset it is by the clocks of
 * the place. A day alone stands for its beginning, or for its end if `isEnd`. NaN for anything else.
 *
 * @param timeZone of the place, asked for only where it counts
 */
export function parseInstant(
  value: Value | undefined,
  isEnd: boolean,
  timeZone: () => string,
): number {
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : Number.NaN;
  const time = typeof value === "string" ? parseIsoTime(value) : undefined;
  if (!time) return Number.NaN;
  const clockMs = time.clockMs + (time.isDay && isEnd ? DAY_MS : 0);
  if (time.offsetMs !== undefined) return clockMs - time.offsetMs;
  // Of years that are far away, no zone's offset is known.
  return toInstantMs(clockMs, timeZone()) ?? clockMs;
}
