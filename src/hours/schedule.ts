import type { Point } from "../geo/point.ts";
import {
  DAY_MINUTES,
  dayOf,
  easterOf,
  MINUTE_MS,
  ordinalsOf,
  weekdayOf,
  weekOf,
  yearOf,
} from "./calendar.ts";
import { sunMinutes, toWallClockMs } from "./clock.ts";
import type {
  DateEdge,
  DaySelector,
  OpeningHours,
  OpenState,
  Rule,
  SunEvent,
  TimeOfDay,
} from "./grammar.ts";

/**
 * Whether a place is open at an instant, by the clocks of its IANA time zone. The point is for hours that go by
 * the sun. Which days are holidays is not known here. Public holidays are few, so the answer is for a day that
 * is none; school holidays are a quarter of the year, so the answer is `unknown` where they matter. It is also
 * `unknown` without such a time zone, and where the hours themselves say so.
 */
export function isOpen(
  hours: OpeningHours,
  instantMs: number,
  timeZone: string,
  point?: Point,
): OpenState {
  const minute = minuteAt(instantMs, timeZone);
  return minute === undefined ? "unknown" : stateIn(hours, minute, sunOf(timeZone, point));
}

/** What hours say of an instant. */
export interface Opening {
  readonly state: OpenState;
  /** What the place's clocks show when that ends, in ms as in clock.ts; undefined if it does not within a week. */
  readonly untilMs?: number;
  /**
   * When the place is open, of what begins on that day: minutes after its midnight, in their order. Undefined if the hours
   * leave that open.
   */
  readonly day?: readonly (readonly [fromMinutes: number, toMinutes: number])[];
}

/** As `isOpen`, with what is said about the rest of the time. */
export function openingAt(
  hours: OpeningHours,
  instantMs: number,
  timeZone: string,
  point?: Point,
): Opening {
  const minute = minuteAt(instantMs, timeZone);
  if (minute === undefined) return { state: "unknown" };
  const sun = sunOf(timeZone, point);
  const state = stateIn(hours, minute, sun);
  const today = Math.floor(minute / DAY_MINUTES);
  const until = boundariesOf(hours, today - 1, today + DAYS_AHEAD, sun).find(
    (boundary) => boundary > minute && stateIn(hours, boundary, sun) !== state,
  );
  const day = spansOf(hours, today, sun);
  return {
    state,
    ...(until !== undefined && { untilMs: until * MINUTE_MS }),
    ...(day && { day }),
  };
}

const DAYS_AHEAD = 7;

/** Minutes since 1970 by the clocks. */
function minuteAt(instantMs: number, timeZone: string): number | undefined {
  const wallClockMs = toWallClockMs(instantMs, timeZone);
  return wallClockMs === undefined ? undefined : Math.floor(wallClockMs / MINUTE_MS);
}

function sunOf(timeZone: string, point: Point | undefined): Conditions["sun"] {
  return (event, day) => point && sunMinutes(event, day, point, timeZone);
}

/** The state in a minute since 1970 by the clocks, whether it is in the school holidays or not. */
function stateIn(hours: OpeningHours, minute: number, sun: Conditions["sun"]): OpenState {
  const state = stateAt(hours, minute, { isSchoolHoliday: false, sun });
  if (!namesSchoolHolidays(hours)) return state;
  const inHolidays = stateAt(hours, minute, { isSchoolHoliday: true, sun });
  return state === inHolidays ? state : "unknown";
}

/** The minutes in which the state may change, of what begins on these days, sorted. */
function boundariesOf(
  hours: OpeningHours,
  firstDay: number,
  lastDay: number,
  sun: Conditions["sun"],
): number[] {
  const boundaries = new Set<number>();
  const holidays = namesSchoolHolidays(hours) ? [false, true] : [false];
  for (let day = firstDay; day <= lastDay; day++) {
    for (const isSchoolHoliday of holidays) {
      for (const interval of intervalsOf(hours, day, { isSchoolHoliday, sun })) {
        boundaries.add(day * DAY_MINUTES + interval.fromMinutes);
        boundaries.add(day * DAY_MINUTES + interval.toMinutes);
      }
    }
  }
  return [...boundaries].sort((a, b) => a - b);
}

/** When a place is open, of what begins on a day; undefined if that is not known for all of it. */
function spansOf(hours: OpeningHours, day: number, sun: Conditions["sun"]): Opening["day"] {
  const own = intervalsOf(hours, day, { isSchoolHoliday: false, sun });
  const midnight = day * DAY_MINUTES;
  const boundaries = boundariesOf(hours, day - 1, day + 1, sun);
  const spans: [number, number][] = [];
  for (const [index, boundary] of boundaries.entries()) {
    const [from, to] = [boundary - midnight, (boundaries[index + 1] ?? boundary) - midnight];
    const state = stateIn(hours, boundary, sun);
    if (from >= 0 && from < DAY_MINUTES && state === "unknown") return undefined;
    if (state !== "open" || stateAmong(own, from) !== "open") continue;
    const last = spans.at(-1);
    if (last?.[1] === from) last[1] = to;
    else spans.push([from, to]);
  }
  return spans;
}

/** What the state of a minute depends on, beside the hours. */
interface Conditions {
  readonly isSchoolHoliday: boolean;
  /** In minutes from the day's midnight by the clocks; undefined if it is not known. */
  readonly sun: (event: SunEvent, day: number) => number | undefined;
}

function namesSchoolHolidays({ rules }: OpeningHours): boolean {
  const selectors = rules.flatMap(({ days }) => days.flat());
  return selectors.some((selector) => selector.type === "holiday" && selector.holiday === "school");
}

/**
 * The state in a minute, counted from 1970 by the clocks. An interval belongs to the day on which it begins,
 * whatever the rules of the next day are: a bar that is closed on Sundays is open until 2 in Saturday's night.
 * Only an interval that is itself closed wins over that: "02:00-06:00 off".
 */
function stateAt(hours: OpeningHours, minute: number, conditions: Conditions): OpenState {
  const day = Math.floor(minute / DAY_MINUTES);
  const minuteOfDay = minute - day * DAY_MINUTES;
  const today = stateAmong(intervalsOf(hours, day, conditions), minuteOfDay);
  const yesterday = stateAmong(intervalsOf(hours, day - 1, conditions), minuteOfDay + DAY_MINUTES);
  if (today === "closed" || yesterday === "closed") return "closed";
  if (today === "open" || yesterday === "open") return "open";
  return today ?? yesterday ?? "closed";
}

/** Begins on some day; in minutes from that day's midnight, up to 48 hours. */
interface Interval {
  readonly fromMinutes: number;
  readonly toMinutes: number;
  readonly state: OpenState;
  /** Holds only where the intervals before it leave the place closed. */
  readonly isFallback: boolean;
}

/** The state that intervals give to a minute; undefined outside of them. */
function stateAmong(intervals: readonly Interval[], minute: number): OpenState | undefined {
  let state: OpenState | undefined;
  for (const interval of intervals) {
    if (minute < interval.fromMinutes || minute >= interval.toMinutes) continue;
    if (!interval.isFallback || (state ?? "closed") === "closed") state = interval.state;
  }
  return state;
}

/** The intervals that begin on a day; a later one wins over those before. */
function intervalsOf({ rules }: OpeningHours, day: number, conditions: Conditions): Interval[] {
  let intervals: Interval[] = [];
  for (const [index, rule] of rules.entries()) {
    if (!matchesDay(rule, day, conditions)) continue;
    if (replacesDay(rule, rules[index - 1])) intervals = [];
    intervals.push(...intervalsOfRule(rule, day, conditions));
  }
  return intervals;
}

/**
 * Whether a rule replaces what those before it say of its days. Times without days only add to rules with
 * days ("Mo-Sa 7:30-12:30; 16:00-19:00"), and times that are off only cut out of them.
 */
function replacesDay(rule: Rule, before: Rule | undefined): boolean {
  if (rule.state === "closed") return isWholeDay(rule) && rule.separator !== "fallback";
  return rule.separator === "normal" && (rule.days.length > 0 || before?.days.length === 0);
}

const isWholeDay = ({ times }: Rule): boolean => times.length === 0;

function intervalsOfRule(rule: Rule, day: number, { sun }: Conditions): Interval[] {
  const interval = (fromMinutes: number, toMinutes: number, state = rule.state): Interval => {
    return { fromMinutes, toMinutes, state, isFallback: rule.separator === "fallback" };
  };
  if (isWholeDay(rule)) {
    // A closed day has no interval, as that would cut off the night before.
    return rule.state === "closed" ? [] : [interval(0, DAY_MINUTES)];
  }
  const minutesOf = (time: TimeOfDay): number | undefined => {
    if (time.type === "clock") return time.minutes;
    const minutes = sun(time.event, day);
    return minutes === undefined ? undefined : minutes + time.offsetMinutes;
  };
  return rule.times.flatMap(({ from, to, openEnd }) => {
    const begin = minutesOf(from);
    let end = to && minutesOf(to);
    if (to && end !== undefined && passesMidnightBySun(from, to)) end += DAY_MINUTES;
    if (begin === undefined || (to && end === undefined)) {
      return [interval(begin ?? 0, end ?? DAY_MINUTES, "unknown")];
    }
    const intervals = end === undefined ? [] : [interval(begin, end)];
    if (openEnd) {
      const last = end ?? begin;
      const state = rule.state === "open" ? "unknown" : rule.state;
      intervals.push(interval(last, openEndMinutes(last), state));
    }
    return intervals;
  });
}

/** Whether a span ends after midnight, rather than being empty on days when the sun sets early. */
function passesMidnightBySun(from: TimeOfDay, to: TimeOfDay): boolean {
  if (from.type === "clock" && to.type === "clock") return false;
  return usualMinutes(to) <= usualMinutes(from);
}

function usualMinutes(time: TimeOfDay): number {
  if (time.type === "clock") return time.minutes;
  return USUAL_SUN_MINUTES[time.event] + time.offsetMinutes;
}

const USUAL_SUN_MINUTES: Readonly<Record<SunEvent, number>> = {
  dawn: 5.5 * 60,
  sunrise: 6 * 60,
  sunset: 18 * 60,
  dusk: 18.5 * 60,
};

/**
 * How long a place without a closing time may be open: as OpenStreetMap's reference implementation has
 * it, until midnight, or for 10 hours from the evening, or for 8 from the night.
 */
function openEndMinutes(sinceMinutes: number): number {
  if (sinceMinutes < 17 * 60) return DAY_MINUTES;
  const mostMinutes = (sinceMinutes < 22 * 60 ? 10 : 8) * 60;
  return Math.min(sinceMinutes + mostMinutes, 2 * DAY_MINUTES);
}

/** Whether one selector of every list matches the day. */
function matchesDay(rule: Rule, day: number, { isSchoolHoliday }: Conditions): boolean {
  return rule.days.every((list) =>
    list.some((selector) => matches(selector, day, isSchoolHoliday)),
  );
}

function matches(selector: DaySelector, day: number, isSchoolHoliday: boolean): boolean {
  switch (selector.type) {
    case "weekdays":
      return isInWeek(weekdayOf(day), selector) && hasOrdinal(day, selector);
    case "holiday":
      return selector.holiday === "school" && isSchoolHoliday;
    case "dates":
      return isBetween(day, selector);
    case "weeks":
      return isStep(weekOf(day), selector);
    case "years":
      return isStep(yearOf(day), selector);
  }
}

/** In a range that may pass the end of the week. */
function isInWeek(weekday: number, { from, to }: DaySelector & { type: "weekdays" }): boolean {
  return from <= to ? weekday >= from && weekday <= to : weekday >= from || weekday <= to;
}

function hasOrdinal(day: number, { ordinals }: DaySelector & { type: "weekdays" }): boolean {
  if (!ordinals) return true;
  const { fromStart, fromEnd } = ordinalsOf(day);
  return ordinals.some(({ from, to }) =>
    from < 0 ? fromEnd === -from : fromStart >= from && fromStart <= to,
  );
}

function isStep(value: number, range: DaySelector & { type: "weeks" | "years" }): boolean {
  const { from, to, step } = range;
  return value >= from && value <= to && (value - from) % step === 0;
}

/** In a range that may pass the end of the year. */
function isBetween(day: number, { from, to }: DaySelector & { type: "dates" }): boolean {
  const years = from.year === undefined ? [yearOf(day) - 1, yearOf(day)] : [from.year];
  return years.some((year) => {
    const first = dateIn(year, from, 1);
    let last = dateIn(to.year ?? year, to, 31);
    if (last < first && to.year === undefined) last = dateIn(year + 1, to, 31);
    return day >= first && day <= last;
  });
}

function dateIn(year: number, date: DateEdge, defaultDay: number): number {
  if (date.type === "easter") return easterOf(year) + date.offsetDays;
  return dayOf(year, date.month, date.day ?? defaultDay);
}
