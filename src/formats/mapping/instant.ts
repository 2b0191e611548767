import { parseIsoTime } from "../../text/iso-time.ts";
import type { Value } from "./flat-fields.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * A day or a time of ISO 8601 in milliseconds since 1970, which a number is already. Without a zone it is in UTC. A day
 * alone stands for its beginning, or for its end if `isEnd`. NaN for anything else.
 */
export function parseInstant(value: Value | undefined, isEnd: boolean): number {
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : Number.NaN;
  const time = typeof value === "string" ? parseIsoTime(value) : undefined;
  if (!time) return Number.NaN;
  return time.clockMs - (time.offsetMs ?? 0) + (time.isDay && isEnd ? DAY_MS : 0);
}
