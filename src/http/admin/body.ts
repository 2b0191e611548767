import type { Context } from "hono";
import type * as z from "zod/v4";
import { CallerError } from "../../errors.ts";
import { explain, quoted } from "../../text/schema-faults.ts";

const MOST_FAULTS = 5;

/** The body, checked by a schema of the contract. */
export async function json<Schema extends z.ZodType>(
  c: Context,
  schema: Schema,
): Promise<z.output<Schema>> {
  return parse(schema, await object(c));
}

export async function object(c: Context): Promise<object> {
  const body: unknown = await c.req.json().catch(() => undefined);
  if (typeof body === "object" && body !== null) return body;
  throw new CallerError("Send a JSON object.");
}

export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value, { error: explain });
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.slice(0, MOST_FAULTS).map(({ path, message }) => {
    return `${quoted(path.join(".")) || "body"}: ${message.replace(/\.$/, "")}`;
  });
  throw new CallerError(`The request is not valid: ${faults.join("; ")}.`);
}
