import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Schema, Validator } from "@cfworker/json-schema";

/** A message of JSON-RPC, as far as hosts look at it. */
export interface Message {
  readonly jsonrpc: "2.0";
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string };
}

/** What a view may send to hosts besides the extension's own messages. */
const OF_MCP = ["tools/call", "resources/read", "ping", "notifications/message"];

interface Definition extends Schema {
  readonly properties?: Readonly<Record<string, { readonly const?: unknown }>>;
}

const path = createRequire(import.meta.url).resolve("@modelcontextprotocol/ext-apps/schema.json");
const { $defs: DEFINITIONS } = JSON.parse(readFileSync(path, "utf8")) as {
  $defs: Readonly<Record<string, Definition>>;
};
const BY_METHOD = new Map(
  Object.values(DEFINITIONS).map((schema) => [schema.properties?.method?.const, schema] as const),
);

/** What the extension's JSON Schema has against a message; a request that it answers tells what the answer has to be. */
export function faultsOf(message: Message, answered?: Message): string[] {
  if (message.jsonrpc !== "2.0") return ["is no message of JSON-RPC 2.0"];
  const { method, params, result, error } = message;
  if (error) return [];
  if (method === undefined) {
    const name = answered?.method === "ui/initialize" ? "McpUiInitializeResult" : undefined;
    return name && result ? against(DEFINITIONS[name]!, withoutFaulty(result)) : [];
  }
  if (OF_MCP.includes(method)) return [];
  const schema = BY_METHOD.get(method);
  if (!schema) return [`${method} is no method of the extension`];
  const isContext = method === "ui/notifications/host-context-changed";
  const checked = isContext ? withoutFaulty({ hostContext: params }).hostContext : params;
  return against(schema, checked ? { method, params: checked } : { method });
}

/**
 * Without what the generated schema is wrong about: it takes no height together with a width, and none without one, because
 * it forbids each side's properties to the other; and it wants every variable of a style, where hosts may give any of them.
 */
function withoutFaulty<Told extends { readonly hostContext?: unknown }>(told: Told) {
  const { containerDimensions, styles, ...hostContext } = told.hostContext as Record<
    string,
    unknown
  >;
  return { ...told, hostContext };
}

function against(schema: Definition, value: unknown): string[] {
  const { valid, errors } = new Validator(schema, "2020-12").validate(value);
  if (valid) return [];
  return errors.slice(-2).map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`);
}
