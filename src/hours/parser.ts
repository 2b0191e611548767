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
import { NotUnderstood, notUnderstood, readingsOf, type Token, type TokenStream } from "./lexer.ts";

/** OpenStreetMap has no longer values than 255 characters; other sources write the days out. */
const LONGEST_TEXT = 1_000;
const FIRST_YEAR = 1900;
const LAST_YEAR = 2999;
const MOST_YEARS = 100;
const LAST_WEEK = 53;
const LAST_DAY_OF_MONTH = 31;
const LAST_ORDINAL = 5;
const HALF_DAY = DAY_MINUTES / 2;
/** Bare hours before 7 may be those of the evening. */
const EARLIEST_BARE = 7 * 60;
const WHOLE_DAY: TimeSpan = { from: clock(0), to: clock(DAY_MINUTES), openEnd: false };

/**
 * Parses opening hours in OpenStreetMap's `opening_hours` language, also as people and other services write them in common
 * languages ("Mon-Fri 9am-5pm", "Lun. à ven. 9h-18h"). Undefined if any part is not understood, or may mean several things:
 * half of the rules would say something else.
 */
export function parseOpeningHours(text: string): OpeningHours | undefined {
  if (text.length > LONGEST_TEXT) return undefined;
  try {
    for (const streams of readingsOf(text)) {
      const read = new Map<string, OpeningHours>();
      for (const stream of streams) {
        const rules = parsed(stream);
        if (rules) read.set(JSON.stringify(rules), { rules });
      }
      if (read.size > 1) return undefined;
      for (const hours of read.values()) return hours;
    }
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error;
  }
  return undefined;
}

/** Undefined where there are no rules, or something else. */
function parsed(tokens: TokenStream): Rule[] | undefined {
  try {
    const rules = parseRules(tokens);
    return rules.length > 0 ? rules : undefined;
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
      if (!separator && !canFollow(rule, rules.at(-1)!)) notUnderstood();
      rules.push(rule);
      separator = undefined;
    }
  }
  return rules;
}

/**
 * Whether a rule can be told from the one before it without a separator, as both have all that they may: "Mo-Fr 9:00-18:00
 * Sa 9:00-12:00", "9:00-18:00 closed on Sundays".
 */
function canFollow(rule: Rule, before: Rule): boolean {
  if (!isWhole(rule)) return false;
  // But in "1-15 May off" the beginning is no rule.
  const isDayOff =
    rule.state === "closed" && rule.days.flat().every(({ type }) => type === "weekdays");
  return isWhole(before) || (isDayOff && before.times.length > 0 && before.state === "open");
}

/** "Mo 9:00-18:00", "Su closed" */
function isWhole({ days, times, state }: Rule): boolean {
  return days.length > 0 && state === (times.length > 0 ? "open" : "closed");
}

function parseRule(tokens: TokenStream, separator: Rule["separator"]): Rule {
  const lists: DayList[] = [];
  // "Closed on Sundays", "Open daily 9-17"
  const stateBefore = tokens.take("state")?.state;
  if (stateBefore) tokens.take(":");
  // "9:00-18:00 Apr-Sep" is clear, but "1-15 May" has no times.
  const timesFirst =
    tokens.sees("time") || tokens.sees("always") || tokens.sees("number", "-", "number", "weekday");
  while (groupAt(tokens) && !isTimeAfterDays(tokens, lists)) {
    parseDayList(tokens, lists);
    tokens.take(":");
  }
  if (lists.length > 0 && tokens.sees(",") && isTimeAt(tokens, 1)) tokens.take(",");
  // "Monday: open 24 hours"
  const isTimeNext = isTimeAt(tokens, 1) || tokens.peek(1)?.type === "always";
  if (isOpenWord(tokens.peek()) && isTimeNext) tokens.take("state");
  const times = parseTimes(tokens);
  while (timesFirst && groupAt(tokens)) parseDayList(tokens, lists);

  // A comment can restrict anything: without a state beside it the state is unknown.
  const commentBefore = tokens.take("comment");
  // In "Mo-Fr 9-17 closed Su" the state is the next rule's.
  const isOfNext = times.length > 0 && groupAt(tokens, tokens.sees("state", ":") ? 2 : 1);
  const state = (isOfNext ? undefined : tokens.take("state")?.state) ?? stateBefore;
  const comment = tokens.take("comment") ?? commentBefore;
  if (lists.length === 0 && times.length === 0 && !state && !comment) notUnderstood();
  // "9:00-17:00 Sunday closed" can be one rule or two.
  if (timesFirst && lists.length > 0 && state === "closed") notUnderstood();
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

/** Whether "1900" is a time rather than a year: years come before weekdays. */
function isTimeAfterDays(tokens: TokenStream, lists: readonly DayList[]): boolean {
  return isYear(tokens.peek()) && lists.some(({ group }) => group === "days");
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
      // "1900-2200" are rather times.
      if (years.to - years.from >= MOST_YEARS && years.to !== LAST_YEAR) notUnderstood();
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
  const to = parseTimeOfDay(tokens, 2 * DAY_MINUTES);
  const openEnd = tokens.take("+") !== undefined;
  if (from.type !== "clock" || to.type !== "clock") return { from, to, openEnd };
  const [begin, end] = clarified(from.minutes, fromToken, to.minutes, toToken);
  return { from: clock(begin), to: clock(end <= begin ? end + DAY_MINUTES : end), openEnd };
}

/**
 * A beginning and an end as they are meant, in minutes after midnight. With am or pm at one of them the other is the nearest
 * that fits: "5-9pm", "9-5pm", "11am-2". Without, bare hours up to 12 go to the next such hour, as nobody opens at night for
 * all of the day: "9-5".
 */
function clarified(
  from: number,
  fromToken: Token | undefined,
  to: number,
  toToken: Token | undefined,
): readonly [from: number, to: number] {
  const [isFromClear, isToClear] = [isHalfDay(fromToken), isHalfDay(toToken)];
  const isHalfDayHour = (minutes: number) => minutes >= 60 && minutes < HALF_DAY + 60;
  if (isFromClear && isToClear) return [from, to];
  if (isToClear) {
    if (!isHalfDayHour(from)) return notUnderstood();
    const sameHalf = (from % HALF_DAY) + (to >= HALF_DAY ? HALF_DAY : 0);
    return [sameHalf < (to || DAY_MINUTES) ? sameHalf : (sameHalf + HALF_DAY) % DAY_MINUTES, to];
  }
  if (isFromClear) {
    if (!isHalfDayHour(to)) return [from, to];
    const sameHalf = (to % HALF_DAY) + (from >= HALF_DAY ? HALF_DAY : 0);
    return [from, sameHalf > from ? sameHalf : sameHalf + HALF_DAY];
  }
  if (!isHalfDayHour(from) || !isHalfDayHour(to)) return [from, to];
  const areBare = fromToken?.type === "number" && toToken?.type === "number";
  const areHours = areBare && fromToken.digits <= 2 && toToken.digits <= 2;
  if (areHours) {
    // "5-9" may be in the evening.
    if (from < to && from < EARLIEST_BARE) return notUnderstood();
    return [from, to <= from ? to + HALF_DAY : to];
  }
  // So may the end of "9:00-5:00" be, while "09:00-05:00" is the whole night.
  const isShort = toToken?.type === "time" && toToken.isShort;
  return to <= from && isShort ? notUnderstood() : [from, to];
}

/** "18:00", "18", "1800", "sunset", "(sunset-01:00)" */
function parseTimeOfDay(tokens: TokenStream, mostMinutes: number): TimeOfDay {
  const number = tokens.take("number");
  const minutes = number ? minutesOf(number) : tokens.take("time")?.minutes;
  if (minutes !== undefined) return minutes <= mostMinutes ? clock(minutes) : notUnderstood();
  const isInParentheses = tokens.take("(") !== undefined;
  const { event } = tokens.need("event");
  const sign = isInParentheses ? parseSign(tokens) : 0;
  const offsetMinutes = sign === 0 ? 0 : sign * tokens.need("time").minutes;
  if (isInParentheses) tokens.need(")");
  return { type: "sun", event, offsetMinutes };
}

/** 9 or 0930 */
function minutesOf({ value, digits }: Token & { type: "number" }): number {
  if (digits <= 2) return value * 60;
  const minutes = value % 100;
  return minutes < 60 ? Math.floor(value / 100) * 60 + minutes : notUnderstood();
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

function isOpenWord(token: Token | undefined): boolean {
  return token?.type === "state" && token.state === "open";
}

const isHalfDay = (token: Token | undefined): boolean => token?.type === "time" && token.isHalfDay;
