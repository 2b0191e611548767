import type { DateEdge, DaySelector } from "./opening-hours.ts";
import { isYear, notUnderstood, numberWithin, type TokenReader } from "./token-reader.ts";

const LAST_DAY = 31;

/** A date as it is written: perhaps a whole month. */
type Written = Exclude<DateEdge, { kind: "date" }> | (MonthOrDay & { readonly kind: "date" });
interface MonthOrDay {
  readonly year: number | undefined;
  readonly month: number;
  readonly day: number | undefined;
}

/**
 * `Apr-Oct`, `Dec 24-26`, `1 May-31 Oct`, `2026 Jan 1-2027 Mar 5`, `easter -2 days`. In a list, the date
 * before gives a bare number its month, and a date its year.
 */
export function readDates(reader: TokenReader, before: DateEdge | undefined): DaySelector {
  const from = isDayOnly(reader) ? readDay(reader, before) : readDate(reader, before?.year, true);
  const whole = from.kind === "date" && from.day === undefined;
  let to = from;
  if (reader.take("-")) {
    if (!isDayOnly(reader)) to = readDate(reader, undefined, !whole);
    else to = whole ? notUnderstood() : readDay(reader, from);
    if (to.year !== undefined && from.year === undefined) notUnderstood();
  }
  const namesDay = to.kind === "date" && to.day !== undefined;
  return { kind: "dates", from: withDay(from, 1), to: withDay(to, LAST_DAY), namesDay };
}

const isDayOnly = (reader: TokenReader): boolean => {
  const token = reader.peek();
  return token?.kind === "number" && !isYear(token.value) && !reader.sees("number", "month");
};

function readDay(reader: TokenReader, before: Written | DateEdge | undefined): Written {
  if (before?.kind !== "date") return notUnderstood();
  return { ...before, day: numberWithin(reader, 1, LAST_DAY) };
}

function readDate(
  reader: TokenReader,
  yearBefore: number | undefined,
  mayNameDay: boolean,
): Written {
  const year = readYear(reader) ?? yearBefore;
  if (reader.take("easter")) {
    return { kind: "easter", year, offsetDays: readOffsetDays(reader) };
  }
  if (mayNameDay && reader.sees("number", "month")) {
    const day = numberWithin(reader, 1, LAST_DAY);
    return { kind: "date", year, month: reader.need("month").month, day };
  }
  const { month } = reader.need("month");
  const day = mayNameDay && isDayOnly(reader) ? numberWithin(reader, 1, LAST_DAY) : undefined;
  return { kind: "date", year, month, day };
}

function readYear(reader: TokenReader): number | undefined {
  const token = reader.peek();
  return token?.kind === "number" && isYear(token.value) ? reader.need("number").value : undefined;
}

function readOffsetDays(reader: TokenReader): number {
  for (const [symbol, sign] of [
    ["+", 1],
    ["-", -1],
  ] as const) {
    if (!reader.sees(symbol, "number", "day")) continue;
    reader.take(symbol);
    const { value } = reader.need("number");
    reader.need("day");
    return sign * value;
  }
  return 0;
}

function withDay(date: Written, day: number): DateEdge {
  return date.kind === "date" ? { ...date, day: date.day ?? day } : date;
}
