import { CallerError } from "../errors.ts";
import { toInstantMs } from "../hours/clock.ts";
import { parseOpeningHours } from "../hours/parser.ts";
import { isOpen } from "../hours/schedule.ts";
import type { PlaceRow } from "../index/place-index.ts";
import { rowKey } from "../index/search/filter.ts";
import { territoryOf } from "../territory.ts";

/** Now, a time of day by the clocks of each place, or an instant; in milliseconds. */
export type OpenAt = "now" | { readonly wallClockMs: number } | { readonly instantMs: number };

const TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** "2026-11-27T18:30" is by the clocks of the place, "2026-11-27T18:30+01:00" an instant. @throws CallerError */
export function parseOpenAt(text: string): OpenAt {
  const [, day, time, zone] = TIME.exec(text.trim()) ?? [];
  const ms = Date.parse(`${day}T${time}:00${zone ?? "Z"}`);
  // The 30th of February would be taken for a day of March.
  const isDay = day !== undefined && new Date(day).toJSON()?.startsWith(day);
  if (!isDay || Number.isNaN(ms)) {
    throw new CallerError(
      '"open_at": must be a date and a time that exist, such as 2026-11-27T18:30, by the clocks of the place.',
    );
  }
  return zone === undefined ? { wallClockMs: ms } : { instantMs: ms };
}

/** Whether a place is open then: by the first attribute that its collection declares as opening hours; unknown without. */
export function openStateAt(row: PlaceRow, at: OpenAt): "open" | "closed" | "unknown" {
  const held: Readonly<Record<string, unknown>> = JSON.parse(row.filterable ?? "{}");
  const [, text] = Object.entries(held).find(([key]) => key.startsWith(OPENING_HOURS)) ?? [];
  const hours = typeof text === "string" ? parseOpeningHours(text) : undefined;
  if (!hours) return "unknown";
  const { timezone } = territoryOf(row);
  const instantMs = instantOf(at, timezone);
  return instantMs === undefined ? "unknown" : isOpen(hours, instantMs, timezone, row);
}

const OPENING_HOURS = rowKey("", "opening_hours");

function instantOf(at: OpenAt, timezone: string): number | undefined {
  if (at === "now") return Date.now();
  return "instantMs" in at ? at.instantMs : toInstantMs(at.wallClockMs, timezone);
}
