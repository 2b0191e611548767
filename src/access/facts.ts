import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  isJsonContentType,
  PROTOCOL_VERSION_META_KEY,
  type StandardSchemaV1Sync,
  specTypeSchemas,
} from "@modelcontextprotocol/server";
import { addressBlockOf, addressOf } from "../address.ts";
import { type RpcId, rpcFailure } from "../mcp/rpc.ts";
import { plainText } from "../text/plain-text.ts";

/** What an MCP request says, read once. */
export interface Facts {
  /** The address of the connection, as Cloudflare saw it. */
  readonly address: string | undefined;
  /** What limits count by (address.ts). */
  readonly addressBlock: string | undefined;
  /** The JSON of the body. */
  readonly body: unknown;
  readonly messages: readonly Message[];
  /** `modern` from revision 2026-07-28 on. */
  readonly era: "modern" | "legacy";
  /** Whether the client says that it reads streams of events; if not, it gets plain JSON. */
  readonly readsStreams: boolean;
}

/** One JSON-RPC message, as far as it is one. */
export interface Message {
  readonly id: RpcId | undefined;
  readonly method: string | undefined;
  /** The tool, prompt, resource or task that the message is about. */
  readonly target: string | undefined;
  readonly params: Readonly<Record<string, unknown>>;
  /** All of it, as it came. */
  readonly request: unknown;
}

/** The protocol library walks through a body recursively; no real message is nested so deep. */
const MOST_DEPTH = 64;
/**
 * It also looks at each value, several times: a megabyte of empty lists would take a second of a processor. So many are 5,000
 * points, each with a name, and a matrix of 100 × 100: they take some 10 ms.
 */
const MOST_VALUES = 25_000;
const EVENT_STREAM = "text/event-stream";
const ACCEPTED = `application/json, ${EVENT_STREAM}`;

/** A request with its facts, or why it is refused. */
export type Read =
  | { readonly facts: Facts; readonly request: Request }
  | {
      readonly refusal: Response;
      readonly isBatch?: true;
      /** As far as they can be read. */
      readonly messages?: readonly Message[];
    };

/** What is said of a body that a client, maybe gone by then, has not sent to its end. */
export const BROKEN_OFF = "The body broke off: send the request again.";

/** Reads the body of a POST, and refuses what the protocol library would answer with its inner workings. */
export async function readFacts(request: Request): Promise<Read> {
  if (!isJsonContentType(request.headers.get("content-type"))) {
    const error = "Send the request with Content-Type: application/json.";
    return { refusal: Response.json({ error }, { status: 415 }) };
  }
  const text = await request.text().catch(() => undefined);
  if (text === undefined) {
    return { refusal: rpcFailure(400, "parse", BROKEN_OFF) };
  }
  const { depth, values } = sizeOf(text);
  if (depth > MOST_DEPTH || values > MOST_VALUES) {
    const what = `Nested deeper than ${MOST_DEPTH} levels, or more than ${MOST_VALUES} values.`;
    return { refusal: rpcFailure(400, "invalidRequest", what) };
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { refusal: rpcFailure(400, "parse", "The body is not valid JSON.") };
  }
  const batch = Array.isArray(body) && refuseBatch(body, request.headers);
  if (batch) return { refusal: batch, isBatch: true };
  const messages = [body].flat().map(messageOf);
  const refusal =
    refuseDoubleIds(messages) ??
    messages.map((one) => refuseText(one) ?? refuseShape(one)).find(Boolean);
  if (refusal) return { refusal, messages };
  const address = addressOf(request);
  const facts: Facts = {
    address,
    addressBlock: addressBlockOf(address),
    body,
    messages,
    era: eraOf(messages),
    readsStreams: (request.headers.get("accept") ?? "").includes(EVENT_STREAM),
  };
  return { facts, request: new Request(request, { body: text, headers: headersFor(request) }) };
}

/** Of later revisions none has batches. A client that names no revision is of this one. */
const REVISION_WITH_BATCHES = "2025-03-26";
const MOST_MESSAGES = 10;

/** Each message of a batch is work, and all of them come in one request. */
function refuseBatch(batch: readonly unknown[], headers: Headers): Response | undefined {
  const refuse = (why: string) => rpcFailure(400, "invalidRequest", why);
  const revision = headers.get("mcp-protocol-version") ?? REVISION_WITH_BATCHES;
  const isModernOne = batch.some((value) => isModern(messageOf(value)));
  if (revision > REVISION_WITH_BATCHES || isModernOne) {
    return refuse("This revision of the protocol has no batches: send each message by itself.");
  }
  if (batch.length > MOST_MESSAGES) {
    return refuse(`A batch may have at most ${MOST_MESSAGES} messages: send the rest in another.`);
  }
  return batch.length === 0 ? refuse("The batch is empty.") : undefined;
}

/** How deep brackets are nested in JSON, and about how many values it has. */
function sizeOf(json: string): { readonly depth: number; readonly values: number } {
  let [depth, deepest, values, inText] = [0, 0, 1, false];
  for (let at = 0; at < json.length; at++) {
    const sign = json.charCodeAt(at);
    if (inText) {
      if (sign === BACKSLASH) at++;
      else if (sign === QUOTE) inText = false;
    } else if (sign === QUOTE) inText = true;
    else if (sign === COMMA) values++;
    else if (sign === OPEN_BRACKET || sign === OPEN_BRACE) deepest = Math.max(deepest, ++depth);
    else if (sign === CLOSE_BRACKET || sign === CLOSE_BRACE) depth--;
  }
  return { depth: deepest, values };
}
const [QUOTE, BACKSLASH, COMMA] = [34, 92, 44];
const [OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [91, 93, 123, 125];

function messageOf(value: unknown): Message {
  const { id, method, params } = objectOf(value);
  const { name, uri, taskId, ref } = objectOf(params);
  const called = typeof method === "string" ? method : undefined;
  const [room = ""] = (called ?? "").split("/");
  const { uri: template, name: prompt } = objectOf(ref);
  const named: Readonly<Record<string, unknown>> = {
    resources: uri,
    tasks: taskId,
    completion: template ?? prompt,
  };
  const target = Object.hasOwn(named, room) ? named[room] : name;
  return {
    id: typeof id === "string" || typeof id === "number" || id === null ? id : undefined,
    method: called,
    target: typeof target === "string" ? target : undefined,
    params: objectOf(params),
    request: value,
  };
}

/** The id that a refusal has: that of the request; those of a batch are answered together. */
export function answeredId([only, ...more]: readonly Message[]): RpcId {
  return more.length > 0 ? null : (only?.id ?? null);
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function eraOf(messages: readonly Message[]): Facts["era"] {
  return messages.some(isModern) ? "modern" : "legacy";
}

function isModern({ params }: Message): boolean {
  return objectOf(params._meta)[PROTOCOL_VERSION_META_KEY] !== undefined;
}

/** The library would answer only one of two requests with the same id. */
function refuseDoubleIds(messages: readonly Message[]): Response | undefined {
  const ids = messages.flatMap(({ id }) => (id === undefined || id === null ? [] : [id]));
  if (new Set(ids).size === ids.length) return undefined;
  return rpcFailure(400, "invalidRequest", "Two requests of the batch have the same id.");
}

/** A control character or a line separator: a client that reads lines would break where the library repeats it. */
const NOT_IN_LINES = /[\p{Cc}\p{Zl}\p{Zp}]/u;

/** Refuses what the library would repeat as it is. */
function refuseText({ id, method, target }: Message): Response | undefined {
  if (![id, method, target].some((text) => typeof text === "string" && NOT_IN_LINES.test(text))) {
    return undefined;
  }
  const message = "The id, the method or the name has a control character or a line separator.";
  return rpcFailure(400, "invalidRequest", message);
}

/** The requests with params that this server answers, as the protocol has them. */
const REQUESTS = new Map(
  Object.entries({
    initialize: specTypeSchemas.InitializeRequest,
    "tools/list": specTypeSchemas.ListToolsRequest,
    "tools/call": specTypeSchemas.CallToolRequest,
    "resources/list": specTypeSchemas.ListResourcesRequest,
    "resources/templates/list": specTypeSchemas.ListResourceTemplatesRequest,
    "resources/read": specTypeSchemas.ReadResourceRequest,
    "prompts/list": specTypeSchemas.ListPromptsRequest,
    "prompts/get": specTypeSchemas.GetPromptRequest,
    "completion/complete": specTypeSchemas.CompleteRequest,
  }),
);
const MOST_FAULTS = 3;

/** Says in words what is wrong, where the library would tell its schemas, or take `constructor` for a tool's name. */
function refuseShape(message: Message): Response | undefined {
  const { id = null, method, target, request } = message;
  if (method === undefined && objectOf(request).method !== undefined) {
    return rpcFailure(400, "invalidRequest", "The method is not a text.", id);
  }
  if (method === "initialize" && isModern(message)) {
    return rpcFailure(404, "methodNotFound", "There is no initialize from 2026-07-28 on.", id);
  }
  const envelopeFaults = faultsOfEnvelope(message);
  if (envelopeFaults.length > 0) {
    const text = `_meta has values of another type than the protocol's: ${namesOf(envelopeFaults)}.`;
    return rpcFailure(400, "invalidParams", text, id);
  }
  const schema = method === undefined ? undefined : REQUESTS.get(method);
  if (!schema) return undefined;
  const faults = faultsOf(schema, request);
  if (faults.length > 0) {
    const text = `${method} has params that are missing or of another type than the protocol's: ${namesOf(faults)}.`;
    return rpcFailure(200, "invalidParams", text, id);
  }
  if (target === undefined || !(target in Object.prototype)) return undefined;
  return rpcFailure(200, "invalidParams", `There is no ${target} for ${method}.`, id);
}

/** What a request of the modern era says of its client. */
const ENVELOPE = {
  [CLIENT_INFO_META_KEY]: specTypeSchemas.Implementation,
  [CLIENT_CAPABILITIES_META_KEY]: specTypeSchemas.ClientCapabilities,
};

/** What is missing is for the library to say. */
function faultsOfEnvelope(message: Message): string[] {
  if (!isModern(message)) return [];
  const meta = objectOf(message.params._meta);
  return Object.entries(ENVELOPE).flatMap(([key, schema]) => {
    if (meta[key] === undefined) return [];
    return faultsOf(schema, meta[key]).map((path) => [key, path].filter(Boolean).join("."));
  });
}

function namesOf(faults: readonly string[]): string {
  return [...new Set(faults)].slice(0, MOST_FAULTS).map(plainText).join(", ");
}

/** Where a request is not as the protocol has it: `params.clientInfo.name`. */
function faultsOf(schema: StandardSchemaV1Sync, request: unknown): string[] {
  const { issues = [] } = schema["~standard"].validate(request);
  return issues.map(({ path = [] }) => path.map(String).join("."));
}

/**
 * The headers that the library gets. It serves nobody who does not name both forms of an answer: whoever takes JSON, or
 * anything, is served. Credentials end at the front door.
 */
function headersFor(request: Request): Headers {
  const headers = new Headers(request.headers);
  headers.delete("authorization");
  const accept = headers.get("accept") ?? "*/*";
  if (/(?:\*|application)\/(?:\*|json)/i.test(accept)) headers.set("accept", ACCEPTED);
  return headers;
}
