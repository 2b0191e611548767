import { dereference, type Schema, validate } from "@cfworker/json-schema";
import { inject } from "vitest";

/** A JSON-RPC message, as far as it is one. */
export interface WireMessage {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}

interface Revision {
  readonly draft: "7" | "2020-12";
  readonly definitions: Readonly<Record<string, Schema>>;
  readonly lookup: Readonly<Record<string, Schema | boolean>>;
  /** The definitions of requests and notifications, by their method. */
  readonly byMethod: ReadonlyMap<unknown, string>;
  /** The definitions of errors that have one of their own, by their code. */
  readonly byCode: ReadonlyMap<unknown, string>;
}

const opened = new Map<string, Revision>();

/**
 * What is wrong with a message of the server, by the schema of the revision.
 *
 * @param asked the method of the request that it answers
 * @throws if there is no schema of that revision
 */
export function faultsOf(message: WireMessage, revision: string, asked?: string): string[] {
  const schema = opened.get(revision) ?? open(revision);
  const { byMethod, byCode, definitions } = schema;
  if (typeof message.method === "string") {
    const named = byMethod.get(message.method);
    return violations(message, named ?? "JSONRPCNotification", schema);
  }
  if (message.error !== undefined) {
    const { code } = (message.error ?? {}) as { code?: unknown };
    const general = "JSONRPCError" in definitions ? "JSONRPCError" : "JSONRPCErrorResponse";
    // JSON-RPC 2.0 §5 wants null where the request's id could not be read, and knows fractions; the protocol's schemas do not.
    const { id } = message;
    const answered = { ...message, id: typeof id === "string" ? id : 0 };
    return violations(answered, byCode.get(code) ?? general, schema);
  }
  const { resultType } = (message.result ?? {}) as { resultType?: unknown };
  const result = resultType === "input_required" ? "InputRequiredResult" : resultOf(asked, schema);
  return [
    ...violations(message, envelopeOf(definitions), schema),
    ...(result && message.result ? violations(message.result, result, schema) : []),
  ];
}

function open(revision: string): Revision {
  const json = inject("wireSchemas")[revision] as Schema | undefined;
  if (!json) throw new Error(`There is no schema of ${revision}`);
  const definitions = (json.$defs ?? json.definitions) as Record<string, Schema>;
  const methods = Object.entries(definitions).flatMap(([name, { properties }]) => {
    const method = (properties?.method as Schema | undefined)?.const;
    return method === undefined ? [] : [[method, name] as const];
  });
  const codes = Object.entries(definitions).flatMap(([name, { properties }]) => {
    const parts = ((properties?.error as Schema | undefined)?.allOf ?? []) as Schema[];
    return parts.flatMap((part) => {
      const code = (part.properties?.code as Schema | undefined)?.const;
      return code === undefined ? [] : [[code, name] as const];
    });
  });
  const schema: Revision = {
    draft: json.$schema?.includes("2020-12") ? "2020-12" : "7",
    definitions,
    lookup: dereference(json),
    byMethod: new Map(methods),
    byCode: new Map(codes),
  };
  opened.set(revision, schema);
  return schema;
}

/** The definition of a request's result: `CallToolResult` for `CallToolRequest`. */
function resultOf(asked: string | undefined, { byMethod, definitions }: Revision) {
  const result = byMethod.get(asked)?.replace(/Request$/, "Result");
  return result !== undefined && result in definitions ? result : undefined;
}

function envelopeOf(definitions: Revision["definitions"]): string {
  return "JSONRPCResultResponse" in definitions ? "JSONRPCResultResponse" : "JSONRPCResponse";
}

function violations(value: unknown, definition: string, schema: Revision): string[] {
  const { definitions, draft, lookup } = schema;
  const { errors } = validate(value, definitions[definition]!, draft, { ...lookup }, false);
  return errors.map(({ instanceLocation, error }) => `${definition} ${instanceLocation}: ${error}`);
}
