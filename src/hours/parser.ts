import { DAY_MINUTES } from "./calendar.ts";
import type {
  DateEdge,
  DaySelector,
  OpeningHours,
  OrdinalRange,
  Rule,
  TimeOfDay,
  TimeSpan,
} from "./grammar.ts";
import { NotUnderstood, notUnderstood, type Token, TokenStream } from "./lexer.ts";

/** OpenStreetMap has no longer values than 255 characters; other sources write the days out. */
const LONGEST_TEXT = 1_000;
const FIRST_YEAR = 1900;
const LAST_YEAR = 2999;
const LAST_WEEK = 53;
const LAST_DAY_OF_MONTH = 31;
const LAST_ORDINAL = 5;
const WHOLE_DAY: TimeSpan = { from: clock(0), to: clock(DAY_MINUTES), openEnd: false };

/**
 * Parses opening hours in OpenStreetMap's `opening_hours` language, also as people bend it ("Mon-Fri
 * 9am-5pm"). Undefined if any part is not understood: half of the rules would say something else.
 */
export function parseOpeningHours(text: string): OpeningHours | undefined {
  if (text.length > LONGEST_TEXT) return undefined;
  try {
    const rules = parseRules(new TokenStream(text));
    return rules.length > 0 ? { rules } : undefined;
  } catch (error) {
    if (error instanceof NotUnderstood) return undefined;
    throw error;
  }
}

// A recursive descent: each function takes from the stream what it returns, and throws NotUnderstood where
// the text goes on with something else.

function parseRules(tokens: TokenStream): Rule[] {
  const rules: Rule[] = [];
  let separator: Rule["separator"] | undefined = "normal";
  while (tokens.peek()) {
    if (tokens.take(";")) separator = "normal";
    else if (tokens.take(",")) separator = rules.length > 0 ? "additional" : "normal";
    else if (tokens.take("||")) separator = "fallback";
    else {
      const rule = parseRule(tokens, separator ?? "normal");
      // Without a separator only whole rules can be told apart: "Mo-Fr 9:00-18:00 Sa 9:00-12:00".
      if (!separator && !(isWhole(rules.at(-1)!) && isWhole(rule))) notUnderstood();
      rules.push(rule);
      separator = undefined;
    }
  }
  return rules;
}

const isWhole = ({ days, times }: Rule): boolean => days.length > 0 && times.length > 0;

function parseRule(tokens: TokenStream, separator: Rule["separator"]): Rule {
  const lists: DayList[] = [];
  // "9:00-18:00 Apr-Sep" is clear, but "1-15 May" has no times.
  const timesFirst = tokens.sees("time");
  while (groupAt(tokens)) {
    parseDayList(tokens, lists);
    tokens.take(":");
  }
  if (lists.length > 0 && tokens.sees(",") && isTimeAt(tokens, 1)) tokens.take(",");
  const times = parseTimes(tokens);
  while (timesFirst && groupAt(tokens)) parseDayList(tokens, lists);

  // A comment can restrict anything: without a state beside it the state is unknown.
  const commentBefore = tokens.take("comment");
  const state = tokens.take("state")?.state;
  const comment = tokens.take("comment") ?? commentBefore;
  if (lists.length === 0 && times.length === 0 && !state && !comment) notUnderstood();
  const days = lists.map(({ selectors }) => selectors);
  return { separator, days, times, state: state ?? (comment ? "unknown" : "open") };
}

/** "Mo-Fr,PH", "Apr-Jun,Sep", "week 1-26", "2026-2027" */
interface DayList {
  readonly group: Group;
  readonly selectors: DaySelector[];
}

/** What may stand in one list. */
type Group = "days" | "dates" | "weeks" | "years";

/** The group of the selector that begins some tokens ahead; undefined if none does. */
function groupAt(tokens: TokenStream, ahead = 0): Group | undefined {
  const token = tokens.peek(ahead);
  const next = tokens.peek(ahead + 1)?.type;
  switch (token?.type) {
    case "weekday":
    case "holiday":
      return "days";
    case "month":
    case "easter":
      return "dates";
    case "week":
      return "weeks";
    case "number":
      if (isYear(token)) return next === "month" || next === "easter" ? "dates" : "years";
      return next === "month" ? "dates" : undefined;
    default:
      return undefined;
  }
}

/** Parses a list and adds it to those of its rule. */
function parseDayList(tokens: TokenStream, lists: DayList[]): void {
  const group = groupAt(tokens) ?? notUnderstood();
  if (group === "weeks") tokens.need("week");
  const selectors = [parseSelector(tokens, group)];
  while (tokens.sees(",") && continuesAfterComma(tokens, group, selectors.at(-1)!)) {
    tokens.take(",");
    selectors.push(parseSelector(tokens, group, selectors.at(-1)));
  }

  const before = lists.find((list) => list.group === group);
  // "SH Mo-Fr" are the weekdays in the holidays; but "Mo We Fr" is a list without its commas.
  if (!before || (group === "days" && before.selectors.every(isHoliday))) {
    lists.push({ group, selectors });
  } else if (group === "days" && !selectors.every(isHoliday)) before.selectors.push(...selectors);
  else notUnderstood();
}

const isHoliday = ({ type }: DaySelector): boolean => type === "holiday";

/** Whether the list goes on: also with "26" in "Dec 24,26". */
function continuesAfterComma(tokens: TokenStream, group: Group, last: DaySelector): boolean {
  if (groupAt(tokens, 1) === group) return group !== "weeks";
  if (tokens.peek(1)?.type !== "number") return false;
  return group === "weeks" || (last.type === "dates" && hasDay(last.to));
}

const hasDay = (date: DateEdge): boolean => date.type === "date" && date.day !== undefined;

function parseSelector(tokens: TokenStream, group: Group, before?: DaySelector): DaySelector {
  switch (group) {
    case "days":
      return parseHolidayOrWeekdays(tokens);
    case "dates":
      return parseDates(tokens, before?.type === "dates" ? before.to : undefined);
    case "weeks":
      return { type: "weeks", ...parseSteppedRange(tokens, 1, LAST_WEEK) };
    case "years": {
      const years = parseSteppedRange(tokens, FIRST_YEAR, LAST_YEAR);
      const isOpenEnded = years.from === years.to && tokens.take("+");
      return { type: "years", ...years, ...(isOpenEnded && { to: LAST_YEAR }) };
    }
  }
}

/** "PH", "Mo", "Mo-Fr", "Mo[1,-1]" */
function parseHolidayOrWeekdays(tokens: TokenStream): DaySelector {
  const holiday = tokens.take("holiday")?.holiday;
  if (holiday) return { type: "holiday", holiday };
  const from = tokens.need("weekday").weekday;
  const to = tokens.take("-") ? tokens.need("weekday").weekday : from;
  if (!tokens.take("[")) return { type: "weekdays", from, to };
  if (from !== to) notUnderstood();
  const ordinals = [parseOrdinals(tokens)];
  while (tokens.take(",")) ordinals.push(parseOrdinals(tokens));
  tokens.need("]");
  return { type: "weekdays", from, to, ordinals };
}

/** "1", "1-3", "-1" */
function parseOrdinals(tokens: TokenStream): OrdinalRange {
  if (tokens.take("-")) {
    const ordinal = -tokens.number(1, LAST_ORDINAL);
    return { from: ordinal, to: ordinal };
  }
  const from = tokens.number(1, LAST_ORDINAL);
  return { from, to: tokens.take("-") ? tokens.number(from, LAST_ORDINAL) : from };
}

/** "1", "1-26", "2-52/2" */
function parseSteppedRange(tokens: TokenStream, least: number, most: number) {
  const from = tokens.number(least, most);
  const to = tokens.take("-") ? tokens.number(from, most) : from;
  const step = tokens.take("/") ? tokens.number(1, most) : 1;
  return { from, to, step };
}

/**
 * "Apr-Oct", "Dec 24-26", "1 May-31 Oct", "2026 Jan 1-2027 Mar 5", "easter -2 days". A bare day has its month,
 * and a date without a year its year, from the date before it in the list.
 */
function parseDates(tokens: TokenStream, before: DateEdge | undefined): DaySelector {
  const from = isDayAt(tokens) ? parseDay(tokens, before) : parseDate(tokens, true, before);
  const isMonth = from.type === "date" && !hasDay(from);
  let to = from;
  if (tokens.take("-")) {
    // "Apr-15" is no range; and the number in "Apr-Oct 9-17" is an hour.
    if (!isDayAt(tokens)) to = parseDate(tokens, !isMonth);
    else to = isMonth ? notUnderstood() : parseDay(tokens, from);
    if (to.year !== undefined && from.year === undefined) notUnderstood();
  }
  return { type: "dates", from, to };
}

/** Whether the next token is a day whose month is named before it. */
function isDayAt(tokens: TokenStream): boolean {
  return tokens.sees("number") && !isYear(tokens.peek()) && !tokens.sees("number", "month");
}

function parseDay(tokens: TokenStream, before: DateEdge | undefined): DateEdge {
  if (before?.type !== "date") return notUnderstood();
  return { ...before, day: tokens.number(1, LAST_DAY_OF_MONTH) };
}

function parseDate(tokens: TokenStream, mayHaveDay: boolean, before?: DateEdge): DateEdge {
  const year = isYear(tokens.peek()) ? tokens.need("number").value : before?.year;
  if (tokens.take("easter")) return { type: "easter", year, offsetDays: parseOffsetDays(tokens) };
  const dayFirst = mayHaveDay && tokens.sees("number", "month");
  let day = dayFirst ? tokens.number(1, LAST_DAY_OF_MONTH) : undefined;
  const { month } = tokens.need("month");
  if (mayHaveDay && !dayFirst && isDayAt(tokens)) day = tokens.number(1, LAST_DAY_OF_MONTH);
  return { type: "date", year, month, day };
}

/** "+39 days", "-2 days", or nothing */
function parseOffsetDays(tokens: TokenStream): number {
  if (!tokens.sees("+", "number", "day") && !tokens.sees("-", "number", "day")) return 0;
  const sign = parseSign(tokens);
  const { value } = tokens.need("number");
  tokens.need("day");
  return sign * value;
}

/** "24/7", "08:00-12:00,14:00-18:00", or nothing */
function parseTimes(tokens: TokenStream): TimeSpan[] {
  if (tokens.take("always")) return [WHOLE_DAY];
  const times: TimeSpan[] = [];
  while (isTimeAt(tokens)) {
    times.push(parseTimeSpan(tokens));
    if (tokens.sees(",") && isTimeAt(tokens, 1)) tokens.take(",");
  }
  return times;
}

/** Whether a time span begins some tokens ahead. */
function isTimeAt(tokens: TokenStream, ahead = 0): boolean {
  const type = tokens.peek(ahead)?.type;
  if (type === "number") return tokens.peek(ahead + 1)?.type !== "month";
  return type === "time" || type === "event" || type === "(";
}

/** "08:00-18:00", "22:00-04:00", "9-17", "18:00+", "sunrise-(sunset-01:00)" */
function parseTimeSpan(tokens: TokenStream): TimeSpan {
  const fromToken = tokens.peek();
  const from = parseTimeOfDay(tokens, DAY_MINUTES - 1);
  if (tokens.take("+")) return { from, to: undefined, openEnd: true };
  tokens.need("-");
  const toToken = tokens.peek();
  let to = parseTimeOfDay(tokens, 2 * DAY_MINUTES);
  if (isHalfDay(fromToken) !== isHalfDay(toToken)) notUnderstood();
  if (from.type === "clock" && to.type === "clock" && to.minutes <= from.minutes) {
    // The end of "9-5" is probably in the afternoon.
    const areBare = fromToken?.type === "number" && toToken?.type === "number";
    if (areBare && to.minutes <= DAY_MINUTES / 2) notUnderstood();
    to = clock(to.minutes + DAY_MINUTES);
  }
  return { from, to, openEnd: tokens.take("+") !== undefined };
}

/** "18:00", "18", "sunset", "(sunset-01:00)" */
function parseTimeOfDay(tokens: TokenStream, mostMinutes: number): TimeOfDay {
  const hours = tokens.take("number")?.value;
  const minutes = hours === undefined ? tokens.take("time")?.minutes : hours * 60;
  if (minutes !== undefined) return minutes <= mostMinutes ? clock(minutes) : notUnderstood();
  const isInParentheses = tokens.take("(") !== undefined;
  const { event } = tokens.need("event");
  const sign = isInParentheses ? parseSign(tokens) : 0;
  const offsetMinutes = sign === 0 ? 0 : sign * tokens.need("time").minutes;
  if (isInParentheses) tokens.need(")");
  return { type: "sun", event, offsetMinutes };
}

function clock(minutes: number): TimeOfDay {
  return { type: "clock", minutes };
}

/** 0 without a sign. */
function parseSign(tokens: TokenStream): 1 | -1 | 0 {
  if (tokens.take("+")) return 1;
  return tokens.take("-") ? -1 : 0;
}

/** Whether a number is a year rather than a day, an hour or a week. */
function isYear(token: Token | undefined): boolean {
  return token?.type === "number" && token.value >= FIRST_YEAR && token.value <= LAST_YEAR;
}

const isHalfDay = (token: Token | undefined): boolean => token?.type === "time" && token.isHalfDay;
