import type { FuzzRequest } from "./request.ts";

/** An answer, wholly read. */
export interface FuzzAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  readonly milliseconds: number;
}

/** D1 ends a statement after 30 s, and hosts give up sooner. */
const MOST_MS = 10_000;
const STREAM_REFUSED = 501;
const UNAVAILABLE = 503;
const LEAST_SECRET = 12;

/** What no answer may tell: frames of stacks, SQL, paths, names of bindings, classes and libraries, values that are none. */
const INSIDE = [
  /\bat (?:async )?[\w.<>$]+ \(?[^\s)]+:\d+:\d+/,
  /\b(?:worker|file|wrangler):\/\/\S+|\/(?:work|home|tmp|node_modules)\/\S+|\b[\w-]+\.[jt]s:\d+/,
  /\b(?:SELECT|INSERT INTO|DELETE FROM|CREATE TABLE)\b/,
  /\b(?:D1|SQLITE|ERR|JWT|JWS|JWK)_[A-Z_]+\b/,
  /\b(?:PLACES_DB|PLACES_BUCKET|PROTOCOL_SESSION|SESSION_REGISTER|OAUTH_KV|CREDENTIALS|BUDGETS|MODEL_LEDGER|METRIC_SHARDS?|TASKS|TASK_REGISTER)\b/,
  /\b(?:Type|Range|Reference|Syntax|Zod|JOSE|Internal)Error\b|Maximum call stack|is not a function|Cannot read propert/,
  /\b(?:zod|miniflare|workerd|cockatiel|hono|fast-check)\b/i,
  /invalid_type|unrecognized_keys|invalid_union|"issues":/,
  /\[object \w+\]|\bundefined\b|\bNaN\b/,
  /on our side/,
];

/** Headers that every answer has, whatever was asked. */
const PROMISED: readonly (readonly [name: string, value: RegExp])[] = [
  ["x-content-type-options", /^nosniff$/],
  ["x-frame-options", /^DENY$/],
  ["content-security-policy", /default-src 'none'.*frame-ancestors 'none'/],
  ["x-request-id", /^[\w-]{8,64}$/],
];

/** What the HTTP server before the Worker refuses: addresses and headers that are too long. */
const BEFORE_THE_WORKER = [414, 431];

/** What is wrong with an answer; nothing, if it is as it should be. */
export function faultsOf(request: FuzzRequest, answer: FuzzAnswer): string[] {
  if (BEFORE_THE_WORKER.includes(answer.status)) return [];
  return [
    ...statusFaults(request, answer),
    ...leaks(request, answer),
    ...headerFaults(answer),
    ...bodyFaults(request, answer),
  ];
}

function* statusFaults({ method }: FuzzRequest, answer: FuzzAnswer): Iterable<string> {
  const { status, headers, milliseconds } = answer;
  if (milliseconds > MOST_MS) yield `took ${Math.round(milliseconds / 1000)} s`;
  if (status < 500) return;
  if (status === STREAM_REFUSED && ["GET", "HEAD"].includes(method)) return;
  if (status === UNAVAILABLE && headers.has("retry-after")) return;
  yield `status ${status}`;
}

/** What the request had in it does not count: answers may repeat it. */
function* leaks({ path, headers, body = "" }: FuzzRequest, answer: FuzzAnswer): Iterable<string> {
  const sent = [path, safeDecoded(path), ...headers.map(([, value]) => value), body].join("\n");
  const said = `${[...answer.headers].map((header) => header.join(": ")).join("\n")}\n${answer.body}`;
  for (const pattern of INSIDE) {
    const [found] = pattern.exec(said) ?? [];
    if (found !== undefined && !sent.includes(found)) yield `tells ${JSON.stringify(found)}`;
  }
  // An answer may also repeat what stands elsewhere in the request, such as the names of headers that a browser asks for.
  const others = headers.filter(([name]) => name !== "authorization").map(([, value]) => value);
  const elsewhere = [path, safeDecoded(path), ...others, body].join("\n");
  for (const [name, value] of headers) {
    if (name !== "authorization") continue;
    const secret = value.replace(/^\w+ +/, "");
    const isTold = said.includes(secret) && !elsewhere.includes(secret);
    if (secret.length >= LEAST_SECRET && isTold) yield "tells the credentials";
  }
}

function safeDecoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function* headerFaults({ headers }: FuzzAnswer): Iterable<string> {
  for (const [name, value] of PROMISED) {
    if (!value.test(headers.get(name) ?? "")) yield `header ${name} is ${headers.get(name)}`;
  }
}

function* bodyFaults(
  request: FuzzRequest,
  { status, headers, body }: FuzzAnswer,
): Iterable<string> {
  const type = headers.get("content-type") ?? "";
  if (request.method === "HEAD" || body === "") return;
  if (!type.includes("json") && !type.startsWith("text/event-stream")) return;
  const texts = type.includes("json")
    ? [body]
    : [...body.matchAll(/^data: ?(.+)$/gm)].map(([, json]) => json!);
  const answers: unknown[] = [];
  for (const text of texts) {
    try {
      answers.push(...[JSON.parse(text)].flat());
    } catch {
      yield "has no valid JSON";
      return;
    }
  }
  yield* idFaults(request.body, status, answers);
}

interface Message {
  readonly jsonrpc?: unknown;
  readonly id?: unknown;
  readonly method?: unknown;
  readonly error?: { readonly code?: unknown; readonly message?: unknown };
}

/** Answers of JSON-RPC have the ids of requests, each once, or null where no id could be read. */
function* idFaults(sent = "", status: number, answers: readonly unknown[]): Iterable<string> {
  const responses = (answers as Message[]).filter(
    (one) => one?.jsonrpc && one.method === undefined,
  );
  const asked = idsIn(sent);
  const answered = responses.map(({ id }) => id).filter((id) => id !== null && id !== undefined);
  if (new Set(answered).size < answered.length) yield "answers an id twice";
  for (const id of answered) {
    if (!asked.includes(id)) yield "answers an id that was not asked";
  }
  const [only, ...more] = sent.trimStart().startsWith("[") ? [] : asked;
  const isAnswered = status === 200 && responses.length > 0;
  if (isAnswered && more.length === 0 && only !== undefined && answered[0] !== only) {
    yield "does not tell the id";
  }
}

/** The ids that an answer may have. */
function idsIn(sent: string): unknown[] {
  try {
    // As it is sent: UTF-8 has no halves of pairs.
    const messages = [JSON.parse(sent.toWellFormed())].flat() as (Message | null)[];
    return messages.flatMap((one) => {
      return typeof one?.id === "string" || typeof one?.id === "number" ? [one.id] : [];
    });
  } catch {
    return [];
  }
}
