import type { Moment, TimeSpan } from "./opening-hours.ts";
import { notUnderstood, type TokenReader } from "./token-reader.ts";

const DAY_MINUTES = 24 * 60;

/** Whether a span of time begins here. */
export function atTime(reader: TokenReader, ahead = 0): boolean {
  const kind = reader.peek(ahead)?.kind;
  if (kind === "number") return reader.peek(ahead + 1)?.kind !== "month";
  return kind === "time" || kind === "event" || kind === "(";
}

/** `08:00-18:00`, `22:00-04:00`, `9-17`, `18:00+`, `sunrise-(sunset-01:00)`. */
export function readSpan(reader: TokenReader): TimeSpan {
  const from = readMoment(reader);
  if (isLate(from.moment, DAY_MINUTES - 1)) notUnderstood();
  if (reader.take("+")) return { from: from.moment, to: undefined, openEnd: true };
  reader.need("-");
  const to = readMoment(reader);
  if (isLate(to.moment, 2 * DAY_MINUTES)) notUnderstood();
  if (from.halfDay !== to.halfDay) notUnderstood();
  return {
    from: from.moment,
    to: later(from, to),
    openEnd: reader.take("+") !== undefined,
  };
}

interface Reading {
  readonly moment: Moment;
  /** A number of hours only. */
  readonly bare: boolean;
  /** With am or pm. */
  readonly halfDay: boolean;
}

function readMoment(reader: TokenReader): Reading {
  const time = reader.take("time");
  if (time) return { moment: clock(time.minutes), bare: false, halfDay: time.halfDay };
  const hours = reader.take("number");
  if (hours) return { moment: clock(hours.value * 60), bare: true, halfDay: false };
  const inParentheses = reader.take("(") !== undefined;
  const { event } = reader.need("event");
  let offsetMinutes = 0;
  if (inParentheses) {
    const sign = reader.take("+") ? 1 : reader.take("-") ? -1 : 0;
    if (sign !== 0) offsetMinutes = sign * reader.need("time").minutes;
    reader.need(")");
  }
  return { moment: { kind: "sun", event, offsetMinutes }, bare: false, halfDay: false };
}

/** The end of a span, on the next day if the clock shows less than at its beginning. */
function later(from: Reading, to: Reading): Moment {
  if (from.moment.kind === "sun" || to.moment.kind === "sun") return to.moment;
  if (to.moment.minutes > from.moment.minutes) return to.moment;
  // "9-5" is rather meant to end in the afternoon.
  if (from.bare && to.bare && to.moment.minutes <= DAY_MINUTES / 2) notUnderstood();
  return clock(to.moment.minutes + DAY_MINUTES);
}

function isLate(moment: Moment, mostMinutes: number): boolean {
  return moment.kind === "clock" && moment.minutes > mostMinutes;
}

const clock = (minutes: number): Moment => ({ kind: "clock", minutes });
