import { CallerError } from "../errors.ts";
import { toInstantMs, toWallClockMs } from "../hours/clock.ts";
import type { OpeningHours, OpenState } from "../hours/grammar.ts";
import { parseOpeningHours } from "../hours/parser.ts";
import { isOpen, type Opening, openingAt } from "../hours/schedule.ts";
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
export function openStateAt(row: PlaceRow, at: OpenAt): OpenState {
  const hours = readHours(statedHours(row));
  const { timezone } = territoryOf(row);
  const instantMs = hours && instantOf(at, timezone);
  return instantMs === undefined ? "unknown" : isOpen(hours!, instantMs, timezone, row);
}

/** What a place's hours say of a time. */
export interface OpeningThen extends Opening {
  /** What the clocks of the place show then, in milliseconds as if they were in UTC. */
  readonly wallClockMs: number;
  /** The hours as they are stated, if they could not be read. */
  readonly unread?: string;
}

/** What is known of a place's hours; undefined if it has none. */
export function openingOf(row: PlaceRow, at: OpenAt): OpeningThen | undefined {
  const text = statedHours(row);
  if (!text) return undefined;
  const { timezone } = territoryOf(row);
  const instantMs = instantOf(at, timezone);
  const wallClockMs = instantMs === undefined ? undefined : toWallClockMs(instantMs, timezone);
  if (instantMs === undefined || wallClockMs === undefined) return undefined;
  const hours = readHours(text);
  if (!hours) return { state: "unknown", wallClockMs, unread: text };
  return { ...openingAt(hours, instantMs, timezone, row), wallClockMs };
}

const OPENING_HOURS = rowKey("", "opening_hours");

function statedHours(row: PlaceRow): string | undefined {
  if (!row.filterable?.includes(OPENING_HOURS)) return undefined;
  const held: Readonly<Record<string, unknown>> = JSON.parse(row.filterable);
  const [, text] = Object.entries(held).find(([key]) => key.startsWith(OPENING_HOURS)) ?? [];
  return typeof text === "string" ? text : undefined;
}

function readHours(text: string | undefined): OpeningHours | undefined {
  return text ? parseOpeningHours(text) : undefined;
}

function instantOf(at: OpenAt, timezone: string): number | undefined {
  if (at === "now") return Date.now();
  return "instantMs" in at ? at.instantMs : toInstantMs(at.wallClockMs, timezone);
}
