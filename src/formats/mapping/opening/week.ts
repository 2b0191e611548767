import { parseOpeningHours } from "../../../hours/parser.ts";
import { openingAt } from "../../../hours/schedule.ts";

const DAY_MINUTES = 24 * 60;
const WEEKDAYS = ["Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"];
/** In the order in which they are written. */
const FROM_MONDAY = [1, 2, 3, 4, 5, 6, 0];

/** Opening hours that come in pieces, put together in OpenStreetMap's language. */
export class Week {
  readonly #days = WEEKDAYS.map((): string[] => []);

  /** @param weekday 0 is Sunday; @param to may be after midnight, and later than a day */
  add(weekday: number, fromMinutes: number, toMinutes: number): void {
    let [day, from, to] = [weekday, fromMinutes, toMinutes];
    for (; to > 2 * DAY_MINUTES || (from === 0 && to > DAY_MINUTES); day++) {
      this.#push(day, spanText(from, DAY_MINUTES));
      [from, to] = [0, to - DAY_MINUTES];
    }
    this.#push(day, spanText(from, to));
  }

  /** False if one of the times cannot be read. Equal ones are how schema.org says that a day is closed. */
  addTimes(weekday: number, open: unknown, close: unknown): boolean {
    const [from, to] = [timeOf(open), timeOf(close)];
    if (from === undefined || to === undefined) return false;
    if (from === to) this.close(weekday);
    else this.add(weekday, from, to > from ? to : to + DAY_MINUTES);
    return true;
  }

  /** The hours of a day as somebody has written them; those that are not understood are unknown. */
  addText(weekday: number, text: string): void {
    const hours = parseOpeningHours(text);
    const spans = hours && openingAt(hours, NOON_MS, "UTC").day;
    if (!spans) this.#push(weekday, `"${text.replaceAll('"', "'")}"`);
    else if (spans.length === 0) this.close(weekday);
    else for (const [from, to] of spans) this.#push(weekday, spanText(from, to));
  }

  close(weekday: number): void {
    this.#push(weekday, "off");
  }

  /** Undefined if nothing was added. Days of which nothing was said are closed. */
  toText(): string | undefined {
    const rules: { first: number; last: number; text: string }[] = [];
    for (const day of FROM_MONDAY) {
      const parts = this.#days[day]!;
      const text = (parts.length > 1 ? parts.filter((part) => part !== "off") : parts).join(",");
      const before = rules.at(-1);
      if (!text) continue;
      if (before?.text === text && (before.last + 1) % 7 === day) before.last = day;
      else rules.push({ first: day, last: day, text });
    }
    if (rules.length === 0) return undefined;
    return rules
      .map(({ first, last, text }) => {
        const days = first === last ? WEEKDAYS[first] : `${WEEKDAYS[first]}-${WEEKDAYS[last]}`;
        return `${days} ${text}`;
      })
      .join("; ");
  }

  #push(weekday: number, text: string): void {
    const parts = this.#days[weekday % 7]!;
    if (!parts.includes(text)) parts.push(text);
  }
}

/** Any day will do, as the hours of one day name none. */
const NOON_MS = Date.UTC(2026, 10, 25, 12);

function spanText(from: number, to: number): string {
  return `${clockText(from)}-${clockText(to)}`;
}

function clockText(minutes: number): string {
  const [hour, minute] = [Math.floor(minutes / 60), minutes % 60];
  return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}

/**
 * A time of day in minutes: "09:00", "0900", "9:00 AM", "T09:00:00", 900, 9, 0.375 of a day, { hour: 9, minute: 0 }; "+0200"
 * is on the next day. Undefined for anything else.
 */
export function timeOf(value: unknown): number | undefined {
  if (typeof value === "number" && value > 0 && value < 1) return Math.round(value * DAY_MINUTES);
  if (typeof value === "object" && value !== null) {
    const { hour, hours = hour, minute = 0, minutes = minute } = value as Record<string, unknown>;
    return typeof hours === "number" && typeof minutes === "number"
      ? hours * 60 + minutes
      : undefined;
  }
  const [, next, hour, minute = "0", half] = TIME.exec(String(value ?? "").trim()) ?? [];
  if (hour === undefined) return undefined;
  const [hours, minutes] = [Number(hour), Number(minute)];
  if (minutes > 59 || hours > (half ? 12 : 24)) return undefined;
  const ofDay = half ? (hours % 12) + (/p/i.test(half) ? 12 : 0) : hours;
  // The last minute of a day stands for its end.
  const isEnd = ofDay === 23 && minutes === 59;
  return ofDay * 60 + minutes + (isEnd ? 1 : 0) + (next ? DAY_MINUTES : 0);
}

const TIME = /^T?(\+)?(\d{1,2}?)(?:[:.h]?(\d{2}))?(?::\d{2}(?:\.\d+)?)?\s*(?:([ap])\.?\s?m\.?)?$/i;
