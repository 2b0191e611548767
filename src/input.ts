import type * as z from "zod/v4";
import { CallerError } from "./errors.ts";
import { explain, quoted } from "./text/schema-faults.ts";
import { booleanOf } from "./text/yes-no.ts";

const MOST_FAULTS = 5;
/** A number as text, in an object as text, in a list as text. */
const DEEPEST_TEXT = 3;

/**
 * Checks what a caller sent. What clients are known to send in another form, such as numbers as texts, is taken as what it
 * means. The faults come back in our words, each naming its field and the way out; a message that a schema brings along
 * (`z.string({ error: "…" })`) wins over ours.
 */
export function parseInput<Schema extends z.ZodObject>(
  name: string,
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  let given = asSent(value, schema);
  let parsed = schema.safeParse(given, { error: explain });
  for (let depth = 0; !parsed.success && depth < DEEPEST_TEXT; depth++) {
    given = mend(given, parsed.error.issues);
    parsed = schema.safeParse(given, { error: explain });
  }
  if (parsed.success) return parsed.data;

  const faults = parsed.error.issues.slice(0, MOST_FAULTS).map(({ path, message }) => {
    return path.length === 0 ? message : `${quoted(path.join("."))}: ${message}`;
  });
  throw new CallerError(
    `The input of ${name} is not valid.\n${faults.map((fault) => `- ${fault}`).join("\n")}\nCorrect it and call again.`,
  );
}

/**
 * The input without what nobody meant. Hosts whose models must fill in every field send null, or an empty text, for what is
 * left out; and clients add keys of their own.
 */
function asSent(value: unknown, { shape }: z.ZodObject): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).filter(
      ([key, field]) =>
        field !== null && field !== "" && (Object.hasOwn(shape, key) || !isOfClient(key)),
    ),
  );
}

/**
 * Keys that clients add to the arguments and the model does not know of, without case and underscores: ids of the call and
 * the conversation, what n8n hands to all tools of an agent (n8n-io/n8n#21716), and the run controls of LangChain
 * (langchain-ai/langchain#40535).
 */
const OF_CLIENTS: ReadonlySet<string> = new Set(
  "toolcallid callid requestid messageid chatid threadid conversationid runid traceid userid agentid tool action chatinput config callbacks runmanager runtime metadata".split(
    " ",
  ),
);

function isOfClient(key: string): boolean {
  // n8n's `sessionId` in this spelling only: `session_id` may be a model's name for `session`.
  if (/^[_$]/.test(key) || key === "sessionId") return true;
  return OF_CLIENTS.has(key.replaceAll("_", "").toLowerCase());
}

/** A copy of the input, with what has the wrong type turned into the right one where it is clear what is meant. */
function mend(given: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  const root = { given: structuredClone(given) };
  for (const issue of issues) {
    const path = ["given", ...issue.path];
    const key = path.pop()!;
    const parent = path.reduce((value: unknown, step) => (value as never)?.[step], root);
    if (typeof parent !== "object" || parent === null) continue;
    const fields = parent as Record<PropertyKey, unknown>;
    const meant = meaningOf(fields[key], issue);
    if (meant === LEFT_OUT) delete fields[key];
    else if (meant !== undefined) fields[key] = meant;
  }
  return root.given;
}

const LEFT_OUT = Symbol("left out");
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const NOTHING = /^(?:null|none|undefined|nil)$/i;

/** What a value of a wrong type means; undefined if that is not clear. */
function meaningOf(value: unknown, issue: z.core.$ZodIssue): unknown {
  if (issue.code === "invalid_value") {
    const text = typeof value === "string" ? value.trim().toLowerCase() : undefined;
    return issue.values.find((choice) => choice === text);
  }
  if (issue.code !== "invalid_type" || value === undefined) return undefined;
  const text = typeof value === "string" ? value.trim() : undefined;
  if (text !== undefined && NOTHING.test(text)) return LEFT_OUT;
  switch (issue.expected) {
    case "number":
    case "int":
      return text !== undefined && NUMBER.test(text) ? Number(text) : undefined;
    case "boolean":
      return typeof value === "object" ? undefined : booleanOf(String(value));
    case "string":
      if (Array.isArray(value)) return value.length === 1 ? value[0] : undefined;
      return typeof value === "object" ? undefined : String(value);
    case "array":
      return isObject(value) ? [value] : parseJson(text);
    case "object":
      return parseJson(text);
    default:
      return undefined;
  }
}

/** A list or an object that came as its text. */
function parseJson(text: string | undefined): unknown {
  if (!text || !/^[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
