import * as z from "zod/v4";
import { DAY_MINUTES, DAY_MS, MINUTE_MS } from "../../hours/calendar.ts";
import type { PlaceRow } from "../../index/place-index.ts";
import { boundedText } from "../../text/plain-text.ts";
import { type OpenAt, type OpeningThen, openingOf } from "../open-at.ts";

const MOST_STATED = 200;
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** What an answer tells of a place's hours, by the clocks of the place. */
export const OpeningView = z.object({
  state: z.enum(["open", "closed", "unknown"]).describe("Now, or at the time asked for"),
  summary: z.string().describe('"open until 22:00", in the place\'s own time'),
  until: z.string().optional().describe("When the state ends, in the place's own time"),
  day: z.string().optional().describe("The hours of that day"),
});
export type OpeningView = z.infer<typeof OpeningView>;

/** Undefined for a place without hours. */
export function viewOpening(row: PlaceRow, at: OpenAt): OpeningView | undefined {
  const opening = openingOf(row, at);
  if (!opening) return undefined;
  const { state, untilMs, day } = opening;
  return {
    state,
    summary: summaryOf(opening),
    ...(untilMs !== undefined && { until: isoTime(untilMs) }),
    ...(day && { day: dayText(day) }),
  };
}

/** "open until 22:00", "closed, opens Mon 09:00" */
function summaryOf({ state, untilMs, day, unread, wallClockMs }: OpeningThen): string {
  if (unread !== undefined) return `hours as stated: ${boundedText(unread, MOST_STATED)}`;
  if (state === "unknown") return "perhaps open";
  if (untilMs === undefined) return state === "open" && isAllDay(day) ? "open 24 hours" : state;
  const clock = isoTime(untilMs).slice(11);
  const isSoon = untilMs - wallClockMs < DAY_MS;
  const weekday = WEEKDAYS[new Date(untilMs).getUTCDay()];
  if (state === "open") return `open until ${isSoon ? clock : `${weekday} ${clock}`}`;
  const isToday = Math.floor(untilMs / DAY_MS) === Math.floor(wallClockMs / DAY_MS);
  return `closed, opens ${isToday ? "at" : weekday} ${clock}`;
}

function isAllDay(day: OpeningThen["day"]): boolean {
  const [span] = day ?? [];
  return span !== undefined && span[0] === 0 && span[1] === DAY_MINUTES;
}

function dayText(day: NonNullable<OpeningThen["day"]>): string {
  if (day.length === 0) return "closed";
  if (isAllDay(day)) return "24 hours";
  return day.map((span) => span.map(clockText).join("-")).join(", ");
}

/** Times after midnight as the clocks show them then. */
function clockText(minutes: number): string {
  return minutes === DAY_MINUTES ? "24:00" : isoTime(minutes * MINUTE_MS).slice(11);
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16);
}
