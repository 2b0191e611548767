import type * as z from "zod";
import { CallerError } from "../errors.ts";
import { boundedText } from "../text/plain-text.ts";

const MOST_FAULTS = 5;
const MOST_QUOTED = 40;

/**
 * Checks what a caller sent. The faults come back in our words, each naming its field and the way out; a message
 * that a schema brings along (`z.string({ error: "…" })`) wins over ours.
 */
export function parseInput<Schema extends z.ZodObject>(
  name: string,
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const names = Object.keys(schema.shape);
  const parsed = schema.safeParse(withoutBlanks(value), {
    error: (issue) => explain(issue, names),
  });
  if (parsed.success) return parsed.data;

  const faults = parsed.error.issues.slice(0, MOST_FAULTS).map(({ path, message }) => {
    return path.length === 0 ? message : `${shorten(path.join("."))}: ${message}`;
  });
  throw new CallerError(
    `The input of ${name} is not valid.\n${faults.map((fault) => `- ${fault}`).join("\n")}\nCorrect it and call again.`,
  );
}

/** Hosts whose models must fill in every field send null, or an empty text, for what is left out. */
function withoutBlanks(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).filter(([, field]) => field !== null && field !== ""),
  );
}

function explain(issue: z.core.$ZodRawIssue, names: readonly string[]): string {
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
    case "unrecognized_keys":
      return `There is no input named ${issue.keys.slice(0, MOST_FAULTS).map(shorten).join(", ")}; there are ${names.join(", ")}.`;
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
  return withArticle(Array.isArray(input) ? "array" : typeof input);
}

/** Names come from the caller and may be anything. */
function shorten(name: string): string {
  return boundedText(name, MOST_QUOTED);
}
