import type { Schema } from "@cfworker/json-schema";
import * as z from "zod/v4";
import { CallerError } from "../../errors.ts";
import { explain, quoted } from "../../text/schema-faults.ts";

/** Tells where a value does not fit a schema: the keyword, as a JSON Pointer into the schema. Undefined: it fits. */
export type FitsSchema = (value: unknown) => string | undefined;

export const MOST_SCHEMA_LENGTH = 16_384;
export const MOST_SCHEMA_DEPTH = 32;
const MOST_VALUE_DEPTH = 64;
/** What a check may cost: tenths of a second. An answer of a thousand objects of three fields takes half of it. */
const MOST_STEPS = 40_000;
/** So much of a schema is looked at in a step, in characters. */
const SCHEMA_A_STEP = 64;
/** So much of a text, in characters. */
const TEXT_A_STEP = 500;
/** So many items, or names. */
const LOOKS_A_STEP = 4;

/**
 * Who sends a schema may also have a model answer what it likes. So nothing may take long, whatever both are: regular
 * expressions are refused (V8's backtrack), and so is what looks elsewhere than at this very schema.
 */
const REFUSED: Readonly<Record<string, string>> = {
  pattern: "leave it out, or use enum, format or maxLength",
  patternProperties: "leave it out, or use properties",
  dependencies: "use dependentRequired or dependentSchemas",
  $dynamicRef: "use $ref",
  $recursiveRef: "use $ref",
};

/** Checked by the library with expressions that take time exponential in the length, or compile the caller's own. */
const UNCHECKED_FORMATS: ReadonlySet<string> = new Set(["url", "regex"]);

const TYPES = ["null", "boolean", "integer", "number", "string", "array", "object"] as const;
const ONE_OF_TYPES = z.enum(TYPES);
const count = z.int().min(0).optional();
const limit = z.number().optional();
const names = z.array(z.string());

/** Keywords without schemas in them. Others are annotations, which say nothing of what fits. */
const PLAIN = z.object({
  $ref: z
    .string()
    .startsWith("#", { error: "must begin with #: a part of this schema." })
    .optional(),
  $schema: z.string().optional(),
  type: z
    .union([ONE_OF_TYPES, z.array(ONE_OF_TYPES)], { error: `must be of ${TYPES.join(", ")}.` })
    .optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  required: names.optional(),
  dependentRequired: z.record(z.string(), names).optional(),
  format: z.string().optional(),
  minProperties: count,
  maxProperties: count,
  minContains: count,
  maxContains: count,
  minItems: count,
  maxItems: count,
  uniqueItems: z.boolean().optional(),
  minimum: limit,
  maximum: limit,
  exclusiveMinimum: limit,
  exclusiveMaximum: limit,
  multipleOf: z.number().positive().optional(),
  minLength: count,
  maxLength: count,
});

/** Keywords whose value is a schema, a list of them, or schemas by names. Those of the first list apply to the same value. */
const IN_PLACE = ["not", "if", "then", "else"] as const;
const BELOW = [
  "additionalItems",
  "unevaluatedItems",
  "items",
  "contains",
  "additionalProperties",
  "unevaluatedProperties",
  "propertyNames",
] as const;
const LISTS_IN_PLACE = ["allOf", "anyOf", "oneOf"] as const;
const LISTS_BELOW = ["prefixItems", "items"] as const;
const NAMED_IN_PLACE = ["dependentSchemas"] as const;
const NAMED_BELOW = ["properties", "$defs", "definitions"] as const;

/**
 * Reads a JSON Schema of a caller's: of 2020-12, or 2019-09 or draft 7 where `$schema` says so.
 *
 * @throws CallerError if it is none, or if checking against it could take long
 */
export async function readJsonSchema(
  given: Readonly<Record<string, unknown>>,
): Promise<FitsSchema> {
  const { dereference, validate } = await import("@cfworker/json-schema");
  if (lengthOf(given) > MOST_SCHEMA_LENGTH) {
    throw fault("", `must have at most ${MOST_SCHEMA_LENGTH} characters.`);
  }
  const fuse = new Fuse();
  const schema = copyOf(given, fuse);
  const lookup = unlessUnchecked(() => dereference(schema));
  if (!lookup) throw fault("", "must not have names that are no Unicode text.");
  checkReferences(lookup);
  const draft = draftOf(schema.$schema);
  return (value) => {
    const checked = unlessUnchecked(() => {
      fuse.renew(value);
      return validate(watched(value, fuse), schema, draft, lookup);
    });
    if (!checked) return UNCHECKED;
    return checked.valid ? undefined : checked.errors.at(-1)!.keywordLocation;
  };
}

/** What stands for the keyword where a value is not checked to its end. */
export const UNCHECKED = "unchecked";

/** What a check finds; undefined where it would take too long, goes too deep, or meets half a surrogate pair in a name. */
function unlessUnchecked<Found>(check: () => Found): Found | undefined {
  try {
    return check();
  } catch (error) {
    const isBound = [TooMuch, RangeError, URIError].some((kind) => error instanceof kind);
    if (isBound) return undefined;
    throw error;
  }
}

function lengthOf(value: unknown): number {
  return unlessUnchecked(() => JSON.stringify(value).length) ?? Number.POSITIVE_INFINITY;
}

class TooMuch extends Error {
  override readonly name = "TooMuch";
}

/** Ends a check that takes too many steps. */
class Fuse {
  #left = 0;
  #longestText = 0;

  /** Of the check of a value. */
  renew(value: unknown): void {
    this.#left = MOST_STEPS;
    this.#longestText = longestText(value);
  }

  /** @throws TooMuch */
  burn(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new TooMuch();
  }

  /** For a look at a text that may be any of the value. */
  burnText(): void {
    this.burn(this.#longestText / TEXT_A_STEP);
  }
}

function longestText(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce((most, member) => Math.max(most, longestText(member)), 0);
}

/**
 * A copy of a value that burns the fuse whenever somebody looks at one of its items: the library compares each item with each,
 * and may come to the same value many times.
 *
 * @throws TooMuch if it is nested too deeply
 */
function watched(value: unknown, fuse: Fuse, depth = 0): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth > MOST_VALUE_DEPTH) throw new TooMuch();
  const copied = (member: unknown) => watched(member, fuse, depth + 1);
  const copy: object = Array.isArray(value)
    ? value.map(copied)
    : Object.fromEntries(Object.entries(value).map(([key, member]) => [key, copied(member)]));
  return new Proxy(copy, {
    get(target, key) {
      fuse.burn(1 / LOOKS_A_STEP);
      return Reflect.get(target, key);
    },
    ownKeys(target) {
      const keys = Reflect.ownKeys(target);
      fuse.burn(keys.length / LOOKS_A_STEP);
      return keys;
    },
  });
}

/** A schema with nothing but what is checked. @throws CallerError */
function copyOf(given: unknown, fuse: Fuse, path = "", depth = 0): Schema {
  if (depth > MOST_SCHEMA_DEPTH)
    throw fault(path, `is nested more than ${MOST_SCHEMA_DEPTH} deep.`);
  if (given === true) return armed({}, fuse);
  if (given === false) return armed({ not: armed({}, fuse) }, fuse);
  if (!isObject(given)) throw fault(path, "must be an object, true or false.");
  for (const [keyword, instead] of Object.entries(REFUSED)) {
    if (Object.hasOwn(given, keyword)) {
      throw fault(path, `must be without ${keyword}, which cannot be checked here: ${instead}.`);
    }
  }
  const plain = PLAIN.safeParse(given, { error: explain });
  if (!plain.success) {
    const [{ path: at, message }] = plain.error.issues as [z.core.$ZodIssue];
    throw fault([path, ...at].join("/"), message);
  }
  const copy: Record<string, unknown> = Object.fromEntries(
    Object.entries(plain.data).filter(([keyword]) => Object.hasOwn(given, keyword)),
  );
  if (UNCHECKED_FORMATS.has(String(copy.format))) delete copy.format;

  const copied = (value: unknown, ...keys: (string | number)[]) =>
    copyOf(value, fuse, [path, ...keys].join("/"), depth + 1);
  for (const keyword of [...LISTS_IN_PLACE, ...LISTS_BELOW]) {
    const list = given[keyword];
    if (list === undefined || (keyword === "items" && !Array.isArray(list))) continue;
    if (!Array.isArray(list)) throw fault(`${path}/${keyword}`, "must be an array.");
    copy[keyword] = list.map((value, index) => copied(value, keyword, index));
  }
  for (const keyword of [...IN_PLACE, ...BELOW]) {
    if (given[keyword] === undefined || copy[keyword] !== undefined) continue;
    copy[keyword] = copied(given[keyword], keyword);
  }
  for (const keyword of [...NAMED_IN_PLACE, ...NAMED_BELOW]) {
    const named = given[keyword];
    if (named === undefined) continue;
    if (!isObject(named)) throw fault(`${path}/${keyword}`, "must be an object.");
    copy[keyword] = Object.fromEntries(
      Object.entries(named).map(([name, value]) => [name, copied(value, keyword, name)]),
    );
  }
  return armed(copy, fuse);
}

/** The library reads this keyword of every schema it comes to, each time: whoever reads it burns the fuse. */
function armed(schema: Schema, fuse: Fuse): Schema {
  const steps = 1 + JSON.stringify(schema).length / SCHEMA_A_STEP;
  const readsText = ["minLength", "maxLength", "format"].some((keyword) => keyword in schema);
  return Object.defineProperty(schema, "$recursiveAnchor", {
    get() {
      fuse.burn(steps);
      if (readsText) fuse.burnText();
    },
  });
}

/** @throws CallerError where a reference leads nowhere, or back to itself without going into the value */
function checkReferences(lookup: Readonly<Record<string, Schema | boolean>>): void {
  const known = new Map<Schema, "open" | "done">();
  const visit = (schema: Schema, path: string): void => {
    const seen = known.get(schema);
    if (seen === "done") return;
    if (seen === "open") throw fault(path, "refers to itself without an end.");
    known.set(schema, "open");
    if (schema.$ref !== undefined) {
      const target = lookup[schema.__absolute_ref__ ?? ""];
      if (!isObject(target)) throw fault(`${path}/$ref`, `leads nowhere: ${quoted(schema.$ref)}.`);
      visit(target, `${path}/$ref`);
    }
    for (const keyword of IN_PLACE)
      if (schema[keyword]) visit(schema[keyword], `${path}/${keyword}`);
    for (const keyword of [...LISTS_IN_PLACE, ...NAMED_IN_PLACE]) {
      for (const [key, value] of Object.entries<Schema>(schema[keyword] ?? {})) {
        visit(value, `${path}/${keyword}/${key}`);
      }
    }
    known.set(schema, "done");
  };
  for (const schema of Object.values(lookup)) if (isObject(schema)) visit(schema, pathIn(schema));
}

function pathIn({ __absolute_uri__: uri = "" }: Schema): string {
  return decodeURIComponent(new URL(uri).hash.slice(1));
}

function draftOf($schema: string | undefined): "7" | "2019-09" | "2020-12" {
  if ($schema?.includes("draft-07")) return "7";
  return $schema?.includes("2019-09") ? "2019-09" : "2020-12";
}

function fault(path: string, message: string): CallerError {
  const where = path === "" ? "it" : quoted(path);
  return new CallerError(`json_schema is no JSON Schema that can be checked: ${where} ${message}`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
