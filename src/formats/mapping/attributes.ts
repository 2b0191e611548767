import type { AttributeType } from "../../records/attributes.ts";
import { MOST_ATTRIBUTE_NAME, MOST_ATTRIBUTE_TEXT, MOST_ATTRIBUTES } from "../../records/schema.ts";
import { cleanText, cutText } from "../../text/plain-text.ts";
import { parseNumber } from "../geometry/coordinates.ts";
import { textOf, type Value } from "./flat-fields.ts";

/** The attributes that a collection declares, so that places can be filtered by them. */
export type DeclaredAttributes = Readonly<Record<string, AttributeType>>;

/** Called for what could not be kept as it was. */
export type Note = (what: string) => void;

/** Parts of other standards' records that tell nothing of the place. */
const IGNORED = /^(bbox|sources|geometry|geom|the_geom)(\.|$)/;
/** Our own records and OpenStreetMap keep attributes in a part of that name. */
const PART = /^(attributes|tags)\./;

/**
 * Fields as attributes, by their names; the declared ones first, as their type. More than a record may have are left
 * out, longer texts are cut.
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
    const name = cutText(cleanText(path.replace(PART, "")), MOST_ATTRIBUTE_NAME);
    if (!name) continue;
    const type = declared[name];
    if (!type) {
      others.push([name, plain(value, note)]);
      continue;
    }
    const typed = valueAs(type, value, note);
    if (typed === undefined) note(`${name} is no ${type}: left out`);
    else attributes.push([name, typed]);
  }
  attributes.push(...others);
  if (attributes.length > MOST_ATTRIBUTES)
    note(`more than ${MOST_ATTRIBUTES} attributes: the rest left out`);
  return Object.fromEntries(attributes.slice(0, MOST_ATTRIBUTES));
}

function plain(value: Value, note: Note): string | number | boolean {
  if (typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  const text = cleanText(textOf(value));
  const kept = cutText(text, MOST_ATTRIBUTE_TEXT);
  if (kept !== text) note(`a text longer than ${MOST_ATTRIBUTE_TEXT} characters cut`);
  return kept;
}

const YES = new Set("yes true 1 y t ja oui si sí sim tak да はい designated".split(" "));
const NO = new Set("no false 0 n f nein non não nie нет いいえ none".split(" "));

function valueAs(type: AttributeType, value: Value, note: Note) {
  if (type === "number") {
    const number = parseNumber(value);
    return Number.isFinite(number) ? number : undefined;
  }
  return type === "boolean" ? booleanOf(textOf(value)) : plain(textOf(value), note);
}

/** What a word says, in some languages; undefined for what is neither yes nor no: "limited". */
export function booleanOf(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  if (YES.has(word)) return true;
  return NO.has(word) ? false : undefined;
}
