import { parseOpeningHours } from "../../../hours/parser.ts";
import { weekdaysOf } from "../../../hours/weekdays.ts";
import type { Fields } from "../../readers/row.ts";
import { dayColumns, textOfDays } from "./day-columns.ts";
import { timeOf, Week } from "./week.ts";

/** What Google, Foursquare, Yelp, schema.org and others write for opening hours; undefined for what is none of it. */
export function hoursText(value: unknown): string | undefined {
  if (typeof value === "string") return ofString(value);
  if (Array.isArray(value)) return ofList(value);
  return typeof value === "object" && value !== null ? ofObject(value as Fields) : undefined;
}

function ofString(text: string): string | undefined {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed)) return trimmed || undefined;
  // Python writes its objects with other quotes.
  const json = trimmed.includes('"') ? trimmed : trimmed.replaceAll("'", '"');
  try {
    return hoursText(JSON.parse(json)) ?? trimmed;
  } catch {
    return trimmed;
  }
}

function ofList(list: readonly unknown[]): string | undefined {
  const week = new Week();
  const texts: string[] = [];
  for (const part of list) {
    if (typeof part === "object" && part !== null && addPeriod(week, part as Fields, list))
      continue;
    const text = hoursText(part);
    if (text && !texts.includes(text)) texts.push(text);
  }
  return week.toText() ?? (texts.join("; ") || undefined);
}

/** The parts of an object that have the hours, the surest first. */
const PARTS =
  "periods regular weekday_text weekdayText weekdayDescriptions display timeframes text open hours openingHours".split(
    " ",
  );

function ofObject(object: Fields): string | undefined {
  const days = textOfDays(object, dayColumns(Object.keys(object), 1));
  if (days) return days;
  const { days: range, open } = object;
  if (typeof range === "string" && Array.isArray(open)) {
    return `${range} ${open.map((time) => (time as Fields | null)?.renderedTime ?? time).join(", ")}`;
  }
  // { "Mo-Fr": "9-17", "Sa": "10-14" }
  const pairs = Object.entries(object)
    .map(([days, times]) => `${days} ${times}`)
    .join("; ");
  if (parseOpeningHours(pairs)) return pairs;
  const alone = new Week();
  if (addPeriod(alone, object, [object])) return alone.toText();
  for (const part of PARTS) {
    const text = typeof object[part] === "boolean" ? undefined : hoursText(object[part]);
    if (text) return text;
  }
  return undefined;
}

/** Adds a time of a list of them. False if it is none that is known. */
function addPeriod(week: Week, period: Fields, list: readonly unknown[]): boolean {
  if (isPoint(period.open)) {
    if (!isPoint(period.close)) {
      for (let day = 0; day < 7; day++) week.add(day, 0, DAY_MINUTES);
      return list.length === 1;
    }
    const [from, to] = [minutesAt(period.open), minutesAt(period.close)];
    if (from === undefined || to === undefined) return false;
    const days = (period.close.day - period.open.day + 7) % 7;
    const lasts = days * DAY_MINUTES + to - from;
    week.add(period.open.day, from, from + (lasts > 0 ? lasts : lasts + 7 * DAY_MINUTES));
    return true;
  }
  const { validFrom, validThrough, opens, start, from, open = opens ?? start ?? from } = period;
  const { closes, end, to, close = closes ?? end ?? to, hours, time } = period;
  const days = daysOf(period, list);
  if (!days) return false;
  // The hours of some holiday are none of every week.
  if (validFrom || validThrough) return true;
  const text = hours ?? time ?? period.renderedTime;
  for (const day of days) {
    if (period.isClosed === true || period.closed === true) week.close(day);
    else if (typeof text === "string") week.addText(day, text);
    else if (!week.addTimes(day, open, close)) return false;
  }
  return true;
}

const DAY_MINUTES = 24 * 60;

interface PointInWeek {
  readonly day: number;
  readonly time?: unknown;
}

/** { day: 1, time: "0900" } or { day: 1, hour: 9, minute: 0 }, as Google has it: 0 is Sunday. */
function isPoint(value: unknown): value is PointInWeek {
  return typeof value === "object" && value !== null && "day" in value && isDay(value.day);
}

function isDay(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 7;
}

function minutesAt(point: PointInWeek): number | undefined {
  return timeOf(point.time ?? point);
}

/** The weekdays of a period, 0 is Sunday; undefined if it has none. */
function daysOf(period: Fields, list: readonly unknown[]): readonly number[] | undefined {
  const { dayOfWeek, day = dayOfWeek, weekday = day, days = weekday } = period;
  if (isDay(days)) {
    // Yelp counts from 0, Monday, and has `start`; Foursquare from 1, Monday, to 7. Of others it is not known.
    if ("start" in period) return [(days + 1) % 7];
    const isFromOne = list.every((one) => (one as { day?: unknown } | null)?.day !== 0);
    return isFromOne ? [days % 7] : undefined;
  }
  if (days === undefined) return "opens" in period ? [0, 1, 2, 3, 4, 5, 6] : undefined;
  const words = [days].flat().map((word) => {
    const text = typeof word === "object" ? (word as { name?: unknown } | null)?.name : word;
    return String(text ?? "").replace(/^.*[/#]/, "");
  });
  const found = weekdaysOf(words).filter((weekday) => weekday !== undefined);
  return found.length === words.length ? found : undefined;
}
