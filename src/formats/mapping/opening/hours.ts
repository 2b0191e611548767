import { parseOpeningHours } from "../../../hours/parser.ts";
import { cleanText } from "../../../text/plain-text.ts";
import type { Fields } from "../../readers/row.ts";
import type { DeclaredAttributes } from "../attributes.ts";
import { columnKey } from "../column-names.ts";
import { type DayColumn, dayColumns, filled, textOfDays } from "./day-columns.ts";
import { hoursText } from "./stated-hours.ts";

/** Where the opening hours of places are: in one field, or in columns of the weekdays. */
export type HoursSource =
  | { readonly by: "field"; readonly path: string }
  | { readonly by: "days"; readonly columns: readonly DayColumn[] };

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
