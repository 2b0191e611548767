import { parseOpeningHours } from "../../hours/parser.ts";
import { weekdaysOf } from "../../hours/weekdays.ts";
import { cleanText } from "../../text/plain-text.ts";
import { booleanOf } from "../../text/yes-no.ts";
import type { Fields } from "../readers/row.ts";
import type { DeclaredAttributes } from "./attributes.ts";
import { columnKey } from "./column-names.ts";
import { timeOf, Week } from "./week.ts";

/** Where the opening hours of places are: in one field, or in columns of the weekdays. */
export type HoursSource =
  | { readonly by: "field"; readonly path: string }
  | { readonly by: "days"; readonly columns: readonly DayColumn[] };

interface DayColumn {
  readonly column: string;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** When the place opens, when it closes, whether it is closed, or all of it. */
  readonly part: "open" | "close" | "closed" | "text";
  /** Of several times a day, which; else empty. */
  readonly turn: string;
}

/** The attribute that hours become if a collection does not declare another one. */
export const OPENING_HOURS = "opening_hours";

/** What such fields are called, as `columnKey` writes it, the surest first. Those behind the bar can be something else. */
const [SURE, UNSURE] =
  `opening_hours regular_opening_hours opening_hours_specification openinghours openinghoursspecification hours_of_operation
  business_hours opening_times open_hours store_hours working_hours trading_hours operating_hours oeffnungszeiten
  offnungszeiten horaires_ouverture horaires_d_ouverture horario_apertura horario_atencion horario_funcionamento
  orari_apertura orario_apertura orari_di_apertura openingstijden godziny_otwarcia часы_работы режим_работы время_работы
  営業時間 开放时间 营业时间 營業時間 영업시간 운영시간 |
  hours horaires horaire horario horarios orari orario godziny schedule weekday_text openings`
    .split("|")
    .map((list) => list.trim().split(/\s+/)) as [string[], string[]];
/** A field of these is one of the place itself. */
const PARENTS = new Set(
  "tags attributes properties place poi store location data details result extra info".split(" "),
);
const MOST_TRIED = 200;

/** The attribute of a collection that has the hours. */
export function hoursAttribute(declared: DeclaredAttributes): string {
  const [name] = Object.entries(declared).find(([, type]) => type === "opening_hours") ?? [];
  return name ?? OPENING_HOURS;
}

/** Guesses from the names of all fields, by their paths, and from some rows. */
export function guessHours(
  rows: readonly Fields[],
  names: readonly string[],
  declared: DeclaredAttributes,
): HoursSource | undefined {
  const paths = [...new Set(names.flatMap(pathsTo))].filter(isOfPlace);
  const byKey = Map.groupBy(paths, (path) => columnKey(lastOf(path)));
  const called = (key: string) => byKey.get(key) ?? [];
  const own = paths.filter((path) => lastOf(path) === hoursAttribute(declared));
  const sure = [...own, ...SURE.flatMap(called)].find((path) => isFilled(rows, path));
  if (sure) return { by: "field", path: sure };
  const unsure = UNSURE.flatMap(called).find((path) => isUnderstood(rows, path));
  if (unsure) return { by: "field", path: unsure };
  const source: HoursSource = { by: "days", columns: dayColumns(names) };
  const hasTimes = rows.some((fields) => /\d:\d/.test(hoursOf(fields, source) ?? ""));
  return hasTimes ? source : undefined;
}

/** The hours that a row tells, if possible in OpenStreetMap's language. */
export function hoursOf(fields: Fields, source: HoursSource): string | undefined {
  const text =
    source.by === "field"
      ? hoursText(valueAt(fields, source.path))
      : textOfDays(fields, source.columns);
  return text && cleanText(text);
}

/** Whether a path of a row's fields is of its hours. */
export function isOfHours(path: string, source: HoursSource): boolean {
  if (source.by === "days") return source.columns.some(({ column }) => column === path);
  return path === source.path || path.startsWith(`${source.path}.`);
}

/** "a.b.0.c" → "a", "a.b", "a.b.0", "a.b.0.c" */
function pathsTo(name: string): string[] {
  const parts = name.split(".");
  return parts.map((_, index) => parts.slice(0, index + 1).join("."));
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}

/** Whether a field says something of the place itself, rather than of a part of it. */
export function isOfPlace(path: string): boolean {
  return path
    .split(".")
    .slice(0, -1)
    .every((parent) => PARENTS.has(columnKey(parent)));
}

function valuesOf(rows: readonly Fields[], path: string): unknown[] {
  return rows.map((fields) => filled(valueAt(fields, path))).filter((value) => value !== undefined);
}

function isFilled(rows: readonly Fields[], path: string): boolean {
  return valuesOf(rows, path).some((value) => hoursText(value) !== undefined);
}

function isUnderstood(rows: readonly Fields[], path: string): boolean {
  const tried = valuesOf(rows, path).slice(0, MOST_TRIED);
  return tried.filter((value) => isHours(hoursText(value))).length > tried.length / 2;
}

function isHours(text: string | undefined): boolean {
  return text !== undefined && parseOpeningHours(text) !== undefined;
}

function valueAt(fields: Fields, path: string): unknown {
  if (Object.hasOwn(fields, path)) return fields[path];
  let value: unknown = fields;
  for (const part of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part))
      return undefined;
    value = (value as Fields)[part];
  }
  return value;
}

/** What Google, Foursquare, Yelp, schema.org and others write for opening hours; undefined for what is none of it. */
function hoursText(value: unknown): string | undefined {
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
    else if (!addSpan(week, day, open, close)) return false;
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

/** False if one of the times cannot be read. Equal ones are how schema.org says that a day is closed. */
function addSpan(week: Week, weekday: number, open: unknown, close: unknown): boolean {
  const [from, to] = [timeOf(open), timeOf(close)];
  if (from === undefined || to === undefined) return false;
  if (from === to) week.close(weekday);
  else week.add(weekday, from, to > from ? to : to + DAY_MINUTES);
  return true;
}

const OPEN = new Set(
  "open opening opens from start von ouverture apertura begin opened".split(" "),
);
const CLOSE = new Set(
  "close closing closes to end bis fermeture chiusura cierre till until".split(" "),
);
const CLOSED = new Set(["closed"]);
const TURN = /^(?:\d|am|pm|morning|afternoon|evening)$/;
const NEUTRAL = new Set(
  "hours hour time times h opening_hours store business regular day is at horaires horario orari".split(
    " ",
  ),
);
/** So many different days are no coincidence. */
const LEAST_DAYS = 5;

/**
 * The columns of weekdays: "monday", "mon_open" and "mon_close", "hours_monday", "Montag von", "mon_1_open". With fewer than so
 * many days it is nothing, unless these are all names.
 */
function dayColumns(names: readonly string[], leastDays = LEAST_DAYS): DayColumn[] {
  const parts = names.map((name) =>
    columnKey(name)
      .replace(/(\p{L})(\d)$/u, "$1_$2")
      .split("_"),
  );
  const words = [...new Set(parts.flat())];
  const weekdays = new Map(weekdaysOf(words).map((weekday, index) => [words[index]!, weekday]));
  const columns = names.flatMap((column, index): DayColumn[] => {
    const days = parts[index]!.filter((word) => weekdays.get(word) !== undefined);
    const others = parts[index]!.filter((word) => weekdays.get(word) === undefined);
    const turn = others.filter((word) => TURN.test(word)).join("_");
    const rest = others.filter((word) => !TURN.test(word));
    const isOf = (set: ReadonlySet<string>) => rest.some((word) => set.has(word));
    const isKnown = rest.every((word) =>
      [OPEN, CLOSE, CLOSED, NEUTRAL].some((set) => set.has(word)),
    );
    if (days.length !== 1 || !isKnown) return [];
    const isText = isOf(OPEN) === isOf(CLOSE) || rest.includes("hours");
    const part = isOf(CLOSED) ? "closed" : isText ? "text" : isOf(OPEN) ? "open" : "close";
    return [{ column, weekday: weekdays.get(days[0]!)!, part, turn }];
  });
  const found = new Set(columns.map(({ weekday }) => weekday)).size;
  const isEnough = found >= LEAST_DAYS || (found >= leastDays && columns.length === names.length);
  return isEnough ? columns : [];
}

function textOfDays(fields: Fields, columns: readonly DayColumn[]): string | undefined {
  const week = new Week();
  for (const [weekday, ofDay] of Map.groupBy(columns, ({ weekday }) => weekday)) {
    const isClosed = ofDay.some(
      ({ column, part }) => part === "closed" && booleanOf(String(fields[column] ?? "")),
    );
    if (isClosed) week.close(weekday);
    else
      for (const ofTurn of Map.groupBy(ofDay, ({ turn }) => turn).values()) {
        addTurn(week, weekday, fields, ofTurn);
      }
  }
  return week.toText();
}

function addTurn(week: Week, weekday: number, fields: Fields, columns: readonly DayColumn[]): void {
  const find = (wanted: DayColumn["part"]) => {
    const { column } = columns.find(({ part }) => part === wanted) ?? {};
    return column === undefined ? undefined : filled(fields[column]);
  };
  const [open, close, text] = [find("open"), find("close"), find("text")];
  if (text !== undefined) addDay(week, weekday, text);
  else if (open !== undefined && close === undefined) addDay(week, weekday, open);
  else if (open === undefined && close !== undefined) addDay(week, weekday, close);
  else if (open !== undefined && close !== undefined) {
    const [from, to] = [timeOf(open), timeOf(close)];
    // 0:00 to 0:00 is all of a day in some tables, and none of it in others.
    const isClear = from !== undefined && to !== undefined && from !== to;
    if (!isClear || !addSpan(week, weekday, open, close)) {
      week.addText(
        weekday,
        open === close && timeOf(open) === undefined ? String(open) : `${open} - ${close}?`,
      );
    }
  }
}

function filled(value: unknown): unknown {
  return typeof value === "string" && value.trim() === "" ? undefined : (value ?? undefined);
}

/** A text, or an object or a list of times of one day. */
function addDay(week: Week, weekday: number, value: unknown): void {
  if (Array.isArray(value)) {
    if (value.length === 0) week.close(weekday);
    if (value.length === 2 && value.every((time) => timeOf(time) !== undefined)) {
      addSpan(week, weekday, value[0], value[1]);
    } else for (const part of value) addDay(week, weekday, part);
  } else if (typeof value === "object" && value !== null) {
    const { open, opens = open, start = opens, from = start } = value as Fields;
    const { close, closes = close, end = closes, to = end } = value as Fields;
    const { isClosed, closed = isClosed, isOpen } = value as Fields;
    if (closed === true || isOpen === false) week.close(weekday);
    else if (!addSpan(week, weekday, from, to)) week.addText(weekday, JSON.stringify(value));
  } else week.addText(weekday, paddedTimes(String(value)));
}

/** "8:0-17:30", as Yelp's data set has it, → "8:00-17:30" */
function paddedTimes(text: string): string {
  return text.replace(/(\d):(\d)(?!\d)/g, "$1:0$2");
}
