import type { Value } from "./flat-fields.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;

/**
 * An ISO 8601 date or time as ms since the epoch; a number is that already. Without a zone it is UTC. A date
 * alone is its beginning, or its end where an end is asked for. NaN for anything else.
 */
export function parseInstant(value: Value | undefined, isEnd: boolean): number {
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : Number.NaN;
  if (typeof value !== "string") return Number.NaN;
  const text = value.trim();
  const day = text.slice(0, 10);
  // The 30th of February would be taken for a day of March.
  if (!DATE.test(day) || !isoDay(Date.parse(day)).startsWith(day)) return Number.NaN;
  if (DATE.test(text)) return Date.parse(text) + (isEnd ? DAY_MS : 0);
  const zone = TIME.exec(text);
  if (!zone) return Number.NaN;
  const iso = text.replace(" ", "T").replace(/\s/g, "");
  return Date.parse(zone[3] ? iso : `${iso}Z`);
}

function isoDay(ms: number): string {
  return Number.isNaN(ms) ? "" : new Date(ms).toISOString();
}
