import type { Value } from "../mapping/flat-fields.ts";

export type Axis = "latitude" | "longitude";

const NUMBER = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i;
/** What people and word processors write for a minus. */
const MINUS = /^[−–‒﹣－]\s*/;
/** What a spreadsheet makes of 52.520008 where points stand between thousands. */
const GROUPED = /^([+-]?\d{1,3})([.,])(\d{3}(?:\2\d{3})+)$/;

/** A number as people and programs write it, also with a decimal comma; NaN for anything else. */
export function parseNumber(value: Value | undefined): number {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return Number.NaN;
  const text = value
    .trim()
    .replace(/\s*[°º]$/, "")
    .replace(MINUS, "-");
  return NUMBER.test(text) ? Number(text.replace(",", ".")) : Number.NaN;
}

/** The words and signs for the four directions, and which way they count. */
const DIRECTIONS: Readonly<Record<Axis, readonly (readonly [words: string, sign: 1 | -1])[]>> = {
  latitude: [
    ["n north nord norte noord 北緯 北纬 с с.ш. сш", 1],
    ["s south süd sud sur sul zuid 南緯 南纬 ю ю.ш. юш", -1],
  ],
  // O is east in German and west in Spanish and French.
  longitude: [
    ["e east ost est este leste oost 東経 东经 в в.д. вд", 1],
    ["w west ouest oeste 西経 西经 з з.д. зд", -1],
  ],
};

const signsOf = (axis: Axis): ReadonlyMap<string, 1 | -1> =>
  new Map(
    DIRECTIONS[axis].flatMap(([words, sign]) => words.split(" ").map((word) => [word, sign])),
  );
const SIGNS = { latitude: signsOf("latitude"), longitude: signsOf("longitude") };

/** 1 for north and east, -1 for south and west; undefined for what is no direction along the axis. */
export function directionOf(text: string, axis: Axis): 1 | -1 | undefined {
  return SIGNS[axis].get(text.trim().toLowerCase());
}

const LETTERED =
  /^(?<before>[\p{L}.]*?\p{L}[\p{L}.]*)?\s*(?<number>[-\d.][^\p{L}]*)(?<behind>\p{L}[\p{L}.\s]*)?$/u;
/** What stands behind degrees, minutes and seconds. */
const UNITS = /[°º˚∘:′'’‘´`"″“”¨度分秒]/g;
/** The same in letters: 40d42m46s. */
const LETTER_UNITS = /(\d)\s*d(?:eg)?\s*([\d.,]+)\s*m(?:in)?\s*(?:([\d.,]+)\s*s(?:ec)?)?/;

/**
 * Degrees along an axis, as people write them: a number, with N, S, E or W before or behind it, or degrees, minutes and
 * seconds: `40°42'46" N`, `N 40 42.77`. NaN for anything else, and for a direction along the other axis.
 */
export function parseDegrees(value: Value | undefined, axis: Axis): number {
  const number = parseNumber(value);
  if (typeof value !== "string" || !Number.isNaN(number)) return number;
  const [, whole, , rest] = GROUPED.exec(value.trim()) ?? [];
  if (whole && rest) return Number(`${whole}.${rest.replace(/[.,]/g, "")}`);
  const text = value
    .trim()
    .toLowerCase()
    .replace(MINUS, "-")
    .replace(UNITS, " ")
    .replace(LETTER_UNITS, "$1 $2 $3 ")
    .trim();
  const { before, number: digits, behind } = LETTERED.exec(text)?.groups ?? {};
  if (digits === undefined || (before && behind)) return Number.NaN;
  const word = (before ?? behind)?.replace(/\s/g, "");
  const sign = word === undefined ? 1 : directionOf(word, axis);
  const parts = digits.trim().split(/\s+/).map(parseNumber);
  const [degrees = Number.NaN, minutes = 0, seconds = 0] = parts;
  const isNegative = digits.startsWith("-");
  // What is north by a letter cannot be below zero.
  const isContradictory = word !== undefined && isNegative && sign === 1;
  if (sign === undefined || parts.length > 3 || isContradictory) return Number.NaN;
  if (!(minutes >= 0 && minutes < 60 && seconds >= 0 && seconds <= 60)) return Number.NaN;
  return (isNegative ? -1 : sign) * (Math.abs(degrees) + minutes / 60 + seconds / 3600);
}
