import { weekdaysOf } from "../../../hours/weekdays.ts";
import { booleanOf } from "../../../text/yes-no.ts";
import type { Fields } from "../../readers/row.ts";
import { columnKey } from "../column-names.ts";
import { timeOf, Week } from "./week.ts";

/** A column of a weekday. */
export interface DayColumn {
  readonly column: string;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** When the place opens, when it closes, whether it is closed, or all of it. */
  readonly part: "open" | "close" | "closed" | "text";
  /** Of several times a day, which; else empty. */
  readonly turn: string;
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
export function dayColumns(names: readonly string[], leastDays = LEAST_DAYS): DayColumn[] {
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

export function textOfDays(fields: Fields, columns: readonly DayColumn[]): string | undefined {
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
    if (!isClear || !week.addTimes(weekday, open, close)) {
      week.addText(
        weekday,
        open === close && timeOf(open) === undefined ? String(open) : `${open} - ${close}?`,
      );
    }
  }
}

/** A text, or an object or a list of times of one day. */
function addDay(week: Week, weekday: number, value: unknown): void {
  if (Array.isArray(value)) {
    if (value.length === 0) week.close(weekday);
    if (value.length === 2 && value.every((time) => timeOf(time) !== undefined)) {
      week.addTimes(weekday, value[0], value[1]);
    } else for (const part of value) addDay(week, weekday, part);
  } else if (typeof value === "object" && value !== null) {
    const { open, opens = open, start = opens, from = start } = value as Fields;
    const { close, closes = close, end = closes, to = end } = value as Fields;
    const { isClosed, closed = isClosed, isOpen } = value as Fields;
    if (closed === true || isOpen === false) week.close(weekday);
    else if (!week.addTimes(weekday, from, to)) week.addText(weekday, JSON.stringify(value));
  } else week.addText(weekday, paddedTimes(String(value)));
}

/** "8:0-17:30", as Yelp's data set has it, → "8:00-17:30" */
function paddedTimes(text: string): string {
  return text.replace(/(\d):(\d)(?!\d)/g, "$1:0$2");
}

/** Undefined for what is empty. */
export function filled(value: unknown): unknown {
  return typeof value === "string" && value.trim() === "" ? undefined : (value ?? undefined);
}
