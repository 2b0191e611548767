import type * as z from "zod/v4";
import { boundedText } from "./plain-text.ts";

const MOST_QUOTED = 40;
const MOST_NAMED = 5;

/**
 * What is wrong with a value, in our words, to be read after the name of its field. It is given to zod as `error`: a message
 * that a schema brings along wins over it.
 */
export function explain(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined
        ? `is missing; pass ${withArticle(issue.expected)}.`
        : `must be ${withArticle(issue.expected)}, not ${describe(issue.input)}.`;
    case "too_big":
      return `must ${bound(issue.origin, issue.inclusive ? "at most" : "less than", issue.maximum)}${actual(issue.input)}.`;
    case "too_small":
      if (issue.input === "") return "must not be empty.";
      return `must ${bound(issue.origin, issue.inclusive ? "at least" : "more than", issue.minimum)}${actual(issue.input)}.`;
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}${actual(issue.input)}.`;
    case "invalid_value":
      return `must be ${issue.values.length > 1 ? "one of " : ""}${issue.values.map(String).join(", ")}.`;
    case "invalid_format":
      return issue.format === "regex"
        ? `must match ${issue.pattern}.`
        : `must be a valid ${issue.format}.`;
    case "unrecognized_keys": {
      const { shape } = (issue.inst as z.ZodObject).def;
      return `There is no input named ${issue.keys.slice(0, MOST_NAMED).map(quoted).join(", ")}; there are ${Object.keys(shape).join(", ")}.`;
    }
    default:
      return "has a form that is not allowed; see the input schema.";
  }
}

function bound(origin: string, limit: string, amount: number | bigint): string {
  if (origin === "string") return `have ${limit} ${amount} characters`;
  if (origin === "array" || origin === "set") return `have ${limit} ${amount} items`;
  return `be ${limit} ${amount}`;
}

function actual(input: unknown): string {
  if (typeof input === "number") return `, but is ${input}`;
  if (typeof input === "string" || Array.isArray(input)) return `, but has ${input.length}`;
  return "";
}

function withArticle(expected: string): string {
  if (expected === "int") return "a whole number";
  if (expected === "record") return "an object";
  return `${/^[aeiou]/.test(expected) ? "an" : "a"} ${expected}`;
}

function describe(input: unknown): string {
  if (input === null) return "null";
  if (typeof input === "number") return String(input);
  if (typeof input === "string") return `"${quoted(input)}"`;
  return withArticle(Array.isArray(input) ? "array" : typeof input);
}

/** A name or a value of the caller's, which may be anything, as far as it is repeated. */
export function quoted(name: string): string {
  return boundedText(name, MOST_QUOTED);
}
