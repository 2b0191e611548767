import type { AttributeType } from "../../records/attributes.ts";
import { MOST_ATTRIBUTE_NAME, MOST_ATTRIBUTE_TEXT, MOST_ATTRIBUTES } from "../../records/schema.ts";
import { cleanText, cutText } from "../../text/plain-text.ts";
import { booleanOf } from "../../text/yes-no.ts";
import { parseNumber } from "../geometry/degrees.ts";
import { textOf, type Value } from "./flat-fields.ts";

/** The attributes that a collection declares, so that places can be filtered by them. */
export type DeclaredAttributes = Readonly<Record<string, AttributeType>>;

/** Called with what could not be kept as it was: "stars is no number: left out". */
export type Note = (what: string) => void;

/** What records of other standards have that says nothing about the place. */
const IGNORED = /^(bbox|sources|geometry|geom|the_geom)(\.|$)/;
/** Where our own records and OpenStreetMap have their attributes. */
const PREFIX = /^(attributes|tags)\./;

/**
 * Fields as attributes by their names, the declared ones first and of their type. Attributes beyond MOST_ATTRIBUTES are
 * left out, texts beyond MOST_ATTRIBUTE_TEXT cut.
 */
export function attributesOf(
  fields: readonly (readonly [path: string, value: Value])[],
  declared: DeclaredAttributes,
  note: Note,
): Record<string, string | number | boolean> {
  const attributes: [string, string | number | boolean][] = [];
  const others: [string, string | number | boolean][] = [];
  for (const [path, value] of fields) {
    if (IGNORED.test(path)) continue;
    const name = cutText(cleanText(path.replace(PREFIX, "")), MOST_ATTRIBUTE_NAME);
    if (!name) continue;
    const type = declared[name];
    if (!type) {
      others.push([name, untyped(value, note)]);
      continue;
    }
    const typed = typedAs(type, value, note);
    if (typed === undefined) note(`${name} is no ${type}: left out`);
    else attributes.push([name, typed]);
  }
  attributes.push(...others);
  if (attributes.length > MOST_ATTRIBUTES)
    note(`more than ${MOST_ATTRIBUTES} attributes: the rest left out`);
  return Object.fromEntries(attributes.slice(0, MOST_ATTRIBUTES));
}

function untyped(value: Value, note: Note): string | number | boolean {
  if (typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  const text = cleanText(textOf(value));
  const kept = cutText(text, MOST_ATTRIBUTE_TEXT);
  if (kept !== text) note(`a text longer than ${MOST_ATTRIBUTE_TEXT} characters cut`);
  return kept;
}

/** Undefined for what is not of the type. */
function typedAs(type: AttributeType, value: Value, note: Note) {
  if (type === "number") {
    const number = parseNumber(value);
    return Number.isFinite(number) ? number : undefined;
  }
  return type === "boolean" ? booleanOf(textOf(value)) : untyped(textOf(value), note);
}
