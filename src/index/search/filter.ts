import * as z from "zod/v4";
import { CallerError } from "../../errors.ts";
import {
  type AttributeType,
  type Declarations,
  type JoinedAttribute,
  type JoinedType,
  joinAttributes,
} from "../../records/attributes.ts";
import { boundedText } from "../../text/plain-text.ts";
import { facetTerm, wholeTerm } from "../../text/tokens.ts";
import { booleanOf } from "../../text/yes-no.ts";

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
  z.strictObject(
    {
      attribute: z.string().max(LONGEST_TEXT).describe("Its name"),
      equals: value.optional().describe("As text, numbers too"),
      one_of: z.array(value).min(1).max(20).optional(),
      at_least: z.number().optional(),
      at_most: z.number().optional(),
    },
    { error: explainCondition },
  ),
);

/** Says how a condition is written to whom it came out otherwise, such as with `op` and `value`. */
function explainCondition(issue: z.core.$ZodRawIssue): string | undefined {
  const example = 'for example {"attribute": "stars", "at_least": 4}';
  if (issue.code === "unrecognized_keys") {
    const keys = listed(issue.keys.map(quote), MOST_KEYS_LISTED);
    return `a condition has no ${keys}. It has attribute, and equals (=), one_of (in), at_least (>=) or at_most (<=): ${example}.`;
  }
  return issue.code === "invalid_type" ? `must be an object, ${example}.` : undefined;
}

/**
 * The `filter` of a question: all conditions have to hold. Values are texts, because clients choke on
 * schemas with a choice of types and a number or a boolean is as clear as a text.
 */
export const Filter = z.array(condition).max(10);
export type Condition = z.output<typeof condition>;

/** A checked filter, for the index and the rows. */
export interface FilterPlan {
  /** A place's text has to hold one word of every list. */
  readonly words: readonly (readonly string[])[];
  /** A row has to pass all of them: `passesFilterSql` takes them as JSON. */
  readonly tests: readonly AttributeTest[];
}

/** What an attribute has to be: one of these, of which a row has the one that its collection declares. */
export type AttributeTest = readonly {
  /** Of the attribute in the rows: `rowKey`. */
  readonly key: string;
  readonly one_of?: readonly Value[] | undefined;
  readonly at_least?: number | undefined;
  readonly at_most?: number | undefined;
}[];

type Value = string | number | boolean;

/** What a row calls an attribute. It tells the type, because another collection may declare another one. */
export function rowKey(name: string, type: AttributeType): string {
  return `${type}:${name}`;
}

/** What a row has for the value of an attribute. */
export function rowValue(value: Value, type: AttributeType): Value {
  return type === "enum" ? wholeTerm(String(value)) : value;
}

/** Whether places have their values among the words of the index, too. */
export function isInWords(type: AttributeType): boolean {
  return type === "boolean" || type === "enum";
}

/**
 * Checks a filter against the attributes that are declared. Names and values match whatever their case and
 * gaps. A value has to be one by some collection's declaration, and a place passes by its own collection's.
 *
 * @throws CallerError that lists what there is
 */
export function checkFilter(filter: readonly Condition[], declared: Declarations): FilterPlan {
  const attributes = joinAttributes(declared);
  const words: string[][] = [];
  const tests: AttributeTest[] = [];
  for (const asked of filter) {
    const attribute = find(asked.attribute, attributes);
    const conditions = conditionsByType(asked, attribute);
    if (wordsSuffice(conditions, attribute)) words.push(conditions.flatMap(wordsOf));
    else tests.push(conditions.flatMap(testsOf));
  }
  return { words, tests };
}

/** The words as an FTS5 expression; undefined if there are none. They hold no quotes. */
export function filterExpression({ words }: FilterPlan): string | undefined {
  if (words.length === 0) return undefined;
  return words.map((list) => `(${list.map((word) => `"${word}"`).join(" OR ")})`).join(" AND ");
}

/**
 * SQL that is true where a row passes all tests. It takes two SQL expressions: of the row's attributes
 * and of the plan's tests, both JSON; an attribute that the row does not have passes none. Texts match
 * whatever the case of their ASCII letters.
 */
export function passesFilterSql(attributes: string, tests: string): string {
  return `NOT EXISTS (
    SELECT 1 FROM json_each(${tests}) AS condition
    WHERE NOT EXISTS (
      SELECT 1 FROM json_each(condition.value) AS test CROSS JOIN json_each(${attributes}) AS held
      WHERE held.key = test.value ->> 'key'
        AND (test.value ->> 'at_least' IS NULL OR held.value >= test.value ->> 'at_least')
        AND (test.value ->> 'at_most' IS NULL OR held.value <= test.value ->> 'at_most')
        AND (test.value -> 'one_of' IS NULL OR EXISTS (
          SELECT 1 FROM json_each(test.value, '$.one_of') AS wanted
          WHERE wanted.value = held.value COLLATE NOCASE))))`;
}

/** What a condition asks of the places whose collections declare the attribute as one type. */
interface TypedCondition {
  readonly joined: JoinedType;
  readonly values: readonly Value[];
  readonly bounds: Pick<Condition, "at_least" | "at_most">;
}

/** Whether the words of the index tell all: of a boolean and an enum, "true" may be the same word. */
function wordsSuffice(conditions: readonly TypedCondition[], { types }: JoinedAttribute): boolean {
  const inWords = new Set(types.map(({ type }) => type).filter(isInWords));
  return inWords.size === 1 && conditions.every(({ joined }) => isInWords(joined.type));
}

/** The names of a type differ in case and gaps only, so they have one word. */
function wordsOf({ joined: { names }, values }: TypedCondition): string[] {
  return values.map((value) => facetTerm(names[0]!, String(value)));
}

function testsOf({ joined: { type, names }, values, bounds }: TypedCondition): AttributeTest {
  const one_of = values.map((value) => rowValue(value, type));
  const test = { ...bounds, ...(one_of.length > 0 && { one_of }) };
  return names.map((name) => ({ key: rowKey(name, type), ...test }));
}

function find(asked: string, attributes: readonly JoinedAttribute[]): JoinedAttribute {
  const word = wholeTerm(asked);
  const named = attributes.find(({ name }) => wholeTerm(name) === word);
  if (named) return named;
  const titled = attributes.filter(({ titles }) => titles.has(word));
  if (titled[0]) return { ...titled[0], types: titled.flatMap(({ types }) => types) };
  if (attributes.length === 0) {
    throw new CallerError(
      '"filter": the places of this server have no attributes to filter by. Call again without it.',
    );
  }
  throw new CallerError(
    `"filter": there is no attribute ${quote(asked)}. There are ${listed(attributes.map(describe))}. Correct it and call again.`,
  );
}

/** A condition by each type that can meet it. @throws CallerError if a value is one of none of them */
function conditionsByType(asked: Condition, attribute: JoinedAttribute): TypedCondition[] {
  const { equals, one_of, ...rest } = asked;
  const values = equals === undefined ? one_of : [equals];
  const bounds = boundsOf(rest);
  const isBounded = Object.keys(bounds).length > 0;
  const types = typesFor(attribute, isBounded);
  refuseSenseless(asked, attribute, types);
  for (const text of values ?? []) {
    if (types.every((joined) => read(text, joined) === undefined)) {
      throw new CallerError(`"filter": ${isNever(text, attribute.name, types)}`);
    }
  }
  const conditions = types.map((joined) => ({
    joined,
    values: (values ?? []).flatMap((text) => read(text, joined) ?? []),
    bounds,
  }));
  return values ? conditions.filter((each) => each.values.length > 0) : conditions;
}

function boundsOf({ at_least, at_most }: Pick<Condition, "at_least" | "at_most">) {
  return {
    ...(at_least !== undefined && { at_least }),
    ...(at_most !== undefined && { at_most }),
  };
}

/** The types that can be asked about, in this way. @throws CallerError if there is none */
function typesFor(attribute: JoinedAttribute, isBounded: boolean): readonly JoinedType[] {
  const askable = attribute.types.filter(({ type }) => type !== "opening_hours");
  if (askable.length === 0) {
    throw new CallerError(
      `"filter": ${quote(attribute.name)} are opening hours. Ask by open_now or open_at instead.`,
    );
  }
  if (!isBounded) return askable;
  const numbers = askable.filter(({ type }) => type === "number");
  if (numbers.length > 0) return numbers;
  throw new CallerError(
    `"filter": ${describe(attribute)} has no at_least and at_most. Pass equals or one_of.`,
  );
}

function refuseSenseless(
  { equals, one_of, at_least, at_most }: Condition,
  attribute: JoinedAttribute,
  types: readonly JoinedType[],
): void {
  const name = quote(attribute.name);
  if (equals !== undefined && one_of !== undefined) {
    throw new CallerError(`"filter": pass equals or one_of for ${name}, not both.`);
  }
  if ([equals, one_of, at_least, at_most].every((test) => test === undefined)) {
    const isNumber = types.some(({ type }) => type === "number");
    const tests = isNumber ? "equals, one_of, at_least or at_most" : "equals or one_of";
    throw new CallerError(`"filter": say what ${describe(attribute)} has to be: ${tests}.`);
  }
  if (at_least !== undefined && at_most !== undefined && at_least > at_most) {
    throw new CallerError(
      `"filter": no number is at least ${at_least} and at most ${at_most}, as asked of ${name}.`,
    );
  }
}

/** A value as a type has it; undefined if the type has no such one. */
function read(text: string, { type, values }: JoinedType): Value | undefined {
  switch (type) {
    case "number": {
      const number = Number(text);
      return text.trim() !== "" && Number.isFinite(number) ? number : undefined;
    }
    case "boolean":
      return booleanOf(text);
    case "enum":
      return values ? values.find((known) => wholeTerm(known) === wholeTerm(text)) : text;
    case "text":
      return text.trim();
    case "opening_hours":
      return undefined;
  }
}

const MOST_LISTED = 20;
const MOST_KEYS_LISTED = 5;
const MOST_VALUES_LISTED = 8;
const MOST_QUOTED = 40;

function isNever(text: string, name: string, types: readonly JoinedType[]): string {
  const known = types.map((joined) => describeType(joined, MOST_LISTED)).join(", or ");
  return `${quote(name)} is never ${quote(text)}. It is ${known}.`;
}

function describe({ name, types }: JoinedAttribute): string {
  const known = types.map((joined) => describeType(joined, MOST_VALUES_LISTED)).join(", or ");
  return `${quote(name)} (${known})`;
}

function describeType({ type, values }: JoinedType, most: number): string {
  if (type === "enum" && values) return `one of ${listed(values.map(quote), most)}`;
  return TYPES[type];
}

const TYPES = {
  number: "a number",
  boolean: "true or false",
  enum: "a word",
  text: "a text",
  opening_hours: "opening hours",
} as const;

function listed(items: readonly string[], most = MOST_LISTED): string {
  const more = items.length - most;
  const shown = items.slice(0, most).join(", ");
  return more > 0 ? `${shown} and ${more} more` : shown;
}

/** Names and values may be anything. */
function quote(text: string): string {
  return `"${boundedText(text, MOST_QUOTED)}"`;
}
