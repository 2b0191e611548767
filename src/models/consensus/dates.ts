import { COMMON, GERMAN_WORDS, OTHER_WORDS, type Word } from "../../hours/words.ts";
import { parseIsoTime } from "../../text/iso-time.ts";

const WORDS: ReadonlyMap<string, readonly Word[]> = new Map(
  [...OTHER_WORDS, GERMAN_WORDS, COMMON].flatMap((language) => [...language]),
);

/** Months that opening hours are not read in. From January. */
const MORE_MONTHS = [
  "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
  "يناير فبراير مارس ابريل مايو يونيو يوليو اغسطس سبتمبر اكتوبر نوفمبر ديسمبر",
].map((language) => language.split(" "));

/** What stands in dates and says nothing. */
const FILLERS: ReadonlySet<string> = new Set(
  "the of st nd rd th er de del den le el il o".split(" "),
);

/** A day, a day of every year, or a month of a year, in one spelling: "2026-5-1", "-5-1", "2026-5". Undefined for other words. */
export function dateOf(plain: string, words: readonly string[]): string | undefined {
  const iso = parseIsoTime(plain);
  if (iso?.isDay) return dayKey(plain.slice(0, 4), plain.slice(5, 7), plain.slice(8, 10));
  const numeric = NUMERIC.exec(plain);
  if (numeric) return numericDate(numeric);
  const eastern = EASTERN.exec(words.map(digitsOf).join(" "));
  if (eastern) return dayKey(eastern[1], eastern[2], eastern[3]);
  const parts = words.map(digitsOf).filter((word) => !FILLERS.has(word) && !isWeekday(word));
  const at = parts.findIndex((word) => monthOf(word) !== undefined);
  if (at < 0 || parts.length > 3) return undefined;
  const month = String(monthOf(parts[at]!)!);
  const numbers = parts.filter((_, other) => other !== at);
  if (!numbers.every((number) => /^\d{1,4}$/.test(number))) return undefined;
  const years = numbers.filter((number) => number.length > 2);
  const days = numbers.filter((number) => number.length <= 2);
  return years.length < 2 && days.length < 2 && numbers.length > 0
    ? dayKey(years[0], month, days[0])
    : undefined;
}

/** "25/12/2026", "25. 12. 2026", "2026/12/25". */
const NUMERIC = /^(?:(\d{1,2})([/-]|\. ?)(\d{1,2})\2(\d{4})|(\d{4})[/.](\d{1,2})[/.](\d{1,2}))$/;
const EASTERN = /^(?:(\d{4}) [年년] )?(\d{1,2}) [月월](?: (\d{1,2}) [日일号號])?$/;

/** Before a slash there may be the day or the month; with dots it is the day. Undefined where both may be. */
function numericDate([, first, mark, second, last, year, month, day]: RegExpExecArray) {
  if (year) return dayKey(year, month, day);
  const [a, b] = [Number(first), Number(second)];
  const isDayFirst = mark!.startsWith(".") || a > 12 || a === b;
  if (isDayFirst) return dayKey(last, second, first);
  return b > 12 ? dayKey(last, first, second) : undefined;
}

/** Undefined for a day that there is not. */
function dayKey(year: string | undefined, month: string | undefined, day: string | undefined) {
  if (year === undefined && day === undefined) return undefined;
  const date = new Date(Date.UTC(Number(year ?? 2000), Number(month) - 1, Number(day ?? 1)));
  if (date.getUTCMonth() !== Number(month) - 1) return undefined;
  return [year ?? "", Number(month), ...(day === undefined ? [] : [Number(day)])].join("-");
}

/** Numbers are in the spelling of `decimalKey`; days may have a nought before them. */
function digitsOf(word: string): string {
  return /^\d+e\d+$/.test(word) ? String(Number(word)) : word;
}

function monthOf(word: string): number | undefined {
  const [meant] = WORDS.get(word) ?? [];
  if (meant?.type === "month") return meant.month + 1;
  const language = MORE_MONTHS.find((months) => months.includes(word));
  return language && language.indexOf(word) + 1;
}

function isWeekday(word: string): boolean {
  const [meant, another] = WORDS.get(word) ?? [];
  return word.length > 2 && meant?.type === "weekday" && !another;
}

const CLOCK =
  /^(\d{1,2})(?::([0-5]\d))?(?::([0-5]\d))? ?(am|pm)?(?: ?uhr)?$|^(\d{1,2})[.h時点點] ?([0-5]\d)?(?: ?(?:uhr|分))?$/;
const NOON: ReadonlySet<string> = new Set(["正午", "中午", "meio dia", "الظهر"]);
const MIDNIGHT: ReadonlySet<string> = new Set(["午夜", "meia noite", "منتصف الليل"]);

/** A time of day in one spelling, "15:30". Undefined for other words, and for a number that may be anything. */
export function timeOf(plain: string): string | undefined {
  if (NOON.has(plain)) return "12:00";
  if (MIDNIGHT.has(plain)) return "0:00";
  const [meant] = WORDS.get(plain) ?? [];
  if (meant?.type === "time") return `${meant.minutes / 60}:00`;
  const text = plain.replace(/ oclock$/, ":00");
  // A number alone is no time, and "15h" may be a duration.
  if (/^\d+(?:[.]\d+)?$|^\d+h$/.test(text)) return undefined;
  const [, hours = "", minutes = "00", seconds, half, otherHours, otherMinutes = "00"] =
    CLOCK.exec(text) ?? [];
  const hour = Number(otherHours ?? (hours || Number.NaN));
  if (Number.isNaN(hour) || hour > 23 || (half && (hour < 1 || hour > 12))) return undefined;
  const ofDay = half ? (hour % 12) + (half === "pm" ? 12 : 0) : hour;
  const rest = seconds && seconds !== "00" ? `:${seconds}` : "";
  return `${ofDay}:${otherHours === undefined ? minutes : otherMinutes}${rest}`;
}
