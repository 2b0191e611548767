import { dayOf, easterOf, ordinalsOf, weekdayOf, weekOf, yearOf } from "./calendar.ts";
import type { DateEdge, DaySelector } from "./opening-hours.ts";
import type { Holiday } from "./vocabulary.ts";

/** Whether one selector of every list is for the day. */
export function matchesDay(
  lists: readonly (readonly DaySelector[])[],
  day: number,
  holidays: readonly Holiday[],
): boolean {
  return lists.every((list) => list.some((selector) => matches(selector, day, holidays)));
}

function matches(selector: DaySelector, day: number, holidays: readonly Holiday[]): boolean {
  switch (selector.kind) {
    case "weekdays":
      return isWithin(weekdayOf(day), selector.from, selector.to) && hasOrdinal(selector, day);
    case "holiday":
      return holidays.includes(selector.holiday);
    case "dates":
      return isBetween(selector, day);
    case "weeks":
      return isStep(weekOf(day), selector);
    case "years":
      return isStep(yearOf(day), selector);
  }
}

/** In a range that may go around the end of the week. */
function isWithin(value: number, from: number, to: number): boolean {
  return from <= to ? value >= from && value <= to : value >= from || value <= to;
}

function isStep(value: number, { from, to, step }: { from: number; to: number; step: number }) {
  return value >= from && value <= to && (value - from) % step === 0;
}

function hasOrdinal({ ordinals }: DaySelector & { kind: "weekdays" }, day: number): boolean {
  if (!ordinals) return true;
  const { fromStart, fromEnd } = ordinalsOf(day);
  return ordinals.some(({ from, to }) =>
    from < 0 ? fromEnd === -from : fromStart >= from && fromStart <= to,
  );
}

/** In a range that may go over the end of the year. */
function isBetween({ from, to }: DaySelector & { kind: "dates" }, day: number): boolean {
  const years = from.year === undefined ? [yearOf(day) - 1, yearOf(day)] : [from.year];
  return years.some((year) => {
    const first = edgeOf(from, year);
    let last = edgeOf(to, to.year ?? year);
    if (last < first && to.year === undefined) last = edgeOf(to, year + 1);
    return day >= first && day <= last;
  });
}

function edgeOf(edge: DateEdge, year: number): number {
  if (edge.kind === "date") return dayOf(year, edge.month, edge.day);
  return easterOf(year) + edge.offsetDays;
}
