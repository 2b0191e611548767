import * as z from "zod";
import { CallerError } from "../errors.ts";
import { attributeWord, wholeWord } from "./words.ts";

/** What a collection declares of an attribute, so that questions can filter by it. */
export interface Attribute {
  readonly type: "number" | "boolean" | "enum" | "text" | "opening_hours";
  /** The name shown to people. */
  readonly title?: string;
  /** The values of an `enum`. */
  readonly values?: readonly string[];
}

const LONGEST_TEXT = 200;

/** Models send numbers and booleans as what they are, and null for what they leave out. */
const value = z.preprocess(
  (given) => (typeof given === "number" || typeof given === "boolean" ? String(given) : given),
  z.string().max(LONGEST_TEXT),
);
const condition = z.preprocess(
  (given) =>
    typeof given === "object" && given !== null && !Array.isArray(given)
      ? Object.fromEntries(
          Object.entries(given).filter(([, field]) => field !== null && field !== ""),
        )
      : given,
  z.strictObject({
    attribute: z.string().max(LONGEST_TEXT).describe("The name of an attribute"),
    equals: value.optional().describe('The value, as text also if it is a number or "true"'),
    one_of: z.array(value).min(1).max(20).optional().describe("Any of these values"),
    at_least: z.number().optional().describe("For numbers"),
    at_most: z.number().optional().describe("For numbers"),
  }),
);

/**
 * The `filter` of a question: all conditions have to hold. Values are texts, because clients choke on
 * schemas with a choice of types and a number or a boolean is as clear as a text.
 */
export const Filter = z.array(condition).max(10);
export type Condition = z.output<typeof condition>;

/** A checked filter, for the index and the rows. */
export interface FilterPlan {
  /** For booleans and enums: a place's text has to hold one word of every list. */
  readonly words: readonly (readonly string[])[];
  /** For numbers and texts: `passesFilterSql` tests a row by them, as JSON. */
  readonly tests: readonly AttributeTest[];
}

export interface AttributeTest {
  /** The name as it is declared. */
  readonly attribute: string;
  readonly one_of?: readonly (number | string)[];
  readonly at_least?: number;
  readonly at_most?: number;
}

/**
 * Checks a filter against the attributes that are declared. Names and values match whatever their case and
 * gaps. Throws a `CallerError` that lists what there is.
 */
export function checkFilter(
  filter: readonly Condition[],
  declared: Readonly<Record<string, Attribute>>,
): FilterPlan {
  const words: string[][] = [];
  const tests: AttributeTest[] = [];
  for (const asked of filter) {
    const { name, attribute } = find(asked.attribute, declared);
    const values = valuesOf(asked, name, attribute);
    switch (attribute.type) {
      case "boolean":
        words.push(values.map((text) => attributeWord(name, readBoolean(text, name))));
        break;
      case "enum":
        words.push(values.map((text) => attributeWord(name, readEnum(text, name, attribute))));
        break;
      case "number":
        tests.push({
          attribute: name,
          ...(values.length > 0 && { one_of: values.map((text) => readNumber(text, name)) }),
          ...(asked.at_least !== undefined && { at_least: asked.at_least }),
          ...(asked.at_most !== undefined && { at_most: asked.at_most }),
        });
        break;
      case "text":
        tests.push({ attribute: name, one_of: values.map((text) => text.trim()) });
    }
  }
  return { words, tests };
}

/** The words as an FTS5 expression; undefined if there are none. They hold no quotes. */
export function filterExpression({ words }: FilterPlan): string | undefined {
  if (words.length === 0) return undefined;
  return words.map((list) => `(${list.map((word) => `"${word}"`).join(" OR ")})`).join(" AND ");
}

/**
 * SQL that is true where a row passes all tests. It takes two SQL expressions: of the row's attributes and
 * of the plan's tests, both JSON; an attribute that the row does not have passes none. Texts match
 * whatever the case of their ASCII letters.
 */
export function passesFilterSql(attributes: string, tests: string): string {
  return `NOT EXISTS (
    SELECT 1 FROM json_each(${tests}) AS test
    WHERE NOT EXISTS (
      SELECT 1 FROM json_each(${attributes}) AS held
      WHERE held.key = test.value ->> 'attribute'
        AND (test.value ->> 'at_least' IS NULL
          OR held.type IN ('integer', 'real') AND held.value >= test.value ->> 'at_least')
        AND (test.value ->> 'at_most' IS NULL
          OR held.type IN ('integer', 'real') AND held.value <= test.value ->> 'at_most')
        AND (test.value -> 'one_of' IS NULL OR EXISTS (
          SELECT 1 FROM json_each(test.value, '$.one_of') AS wanted
          WHERE wanted.value = held.value COLLATE NOCASE))))`;
}

const MOST_LISTED = 20;
const MOST_VALUES_LISTED = 8;
const MOST_QUOTED = 40;

function find(
  asked: string,
  declared: Readonly<Record<string, Attribute>>,
): { name: string; attribute: Attribute } {
  const word = wholeWord(asked);
  const entries = Object.entries(declared);
  const found =
    entries.find(([name]) => name === asked) ??
    entries.find(([name]) => wholeWord(name) === word) ??
    entries.find(([, { title }]) => title !== undefined && wholeWord(title) === word);
  if (found) return { name: found[0], attribute: found[1] };
  if (entries.length === 0) {
    throw new CallerError(
      '"filter": the places of this server have no attributes to filter by. Call again without it.',
    );
  }
  throw new CallerError(
    `"filter": there is no attribute ${quote(asked)}. There are ${listed(entries.map(describe))}. Correct it and call again.`,
  );
}

/** The values asked for, if the attribute has tests of this kind. */
function valuesOf(asked: Condition, name: string, attribute: Attribute): readonly string[] {
  if (attribute.type === "opening_hours") {
    throw new CallerError(
      `"filter": ${quote(name)} are opening hours. Ask by open_now or open_at instead.`,
    );
  }
  const { equals, one_of, at_least, at_most } = asked;
  const bounded = at_least !== undefined || at_most !== undefined;
  const values = equals === undefined ? one_of : [equals];
  if (bounded && attribute.type !== "number") {
    throw new CallerError(
      `"filter": ${describe([name, attribute])} has no at_least and at_most. Pass equals or one_of.`,
    );
  }
  if (equals !== undefined && one_of !== undefined) {
    throw new CallerError(`"filter": pass equals or one_of for ${quote(name)}, not both.`);
  }
  if (values === undefined && !bounded) {
    const tests =
      attribute.type === "number" ? "equals, one_of, at_least or at_most" : "equals or one_of";
    throw new CallerError(`"filter": say what ${describe([name, attribute])} has to be: ${tests}.`);
  }
  if (at_least !== undefined && at_most !== undefined && at_least > at_most) {
    throw new CallerError(
      `"filter": no number is at least ${at_least} and at most ${at_most}, as asked of ${quote(name)}.`,
    );
  }
  return values ?? [];
}

function readBoolean(text: string, name: string): boolean {
  const word = wholeWord(text);
  if (["true", "yes", "1"].includes(word)) return true;
  if (["false", "no", "0"].includes(word)) return false;
  throw new CallerError(`"filter": ${quote(name)} is true or false, not ${quote(text)}.`);
}

function readEnum(text: string, name: string, { values }: Attribute): string {
  if (!values) return text;
  const word = wholeWord(text);
  const found = values.find((known) => wholeWord(known) === word);
  if (found !== undefined) return found;
  throw new CallerError(
    `"filter": ${quote(name)} is never ${quote(text)}. It is one of ${listed(values.map(quote))}.`,
  );
}

function readNumber(text: string, name: string): number {
  const number = Number(text);
  if (text.trim() !== "" && Number.isFinite(number)) return number;
  throw new CallerError(`"filter": ${quote(name)} is a number, and ${quote(text)} is none.`);
}

function describe([name, { type, values }]: readonly [string, Attribute]): string {
  if (type === "enum" && values) {
    return `${quote(name)} (one of ${listed(values.map(quote), MOST_VALUES_LISTED)})`;
  }
  const kind = { number: "a number", boolean: "true or false", enum: "a word", text: "a text" };
  return `${quote(name)} (${type === "opening_hours" ? "opening hours" : kind[type]})`;
}

function listed(items: readonly string[], most = MOST_LISTED): string {
  const more = items.length - most;
  const shown = items.slice(0, most).join(", ");
  return more > 0 ? `${shown} and ${more} more` : shown;
}

/** Names and values may be anything. */
function quote(text: string): string {
  return `"${text.length > MOST_QUOTED ? `${text.slice(0, MOST_QUOTED)}…` : text}"`;
}
