import type { ToolResult } from "../answer.ts";

const REVISION = "2026-07-28";
/** Longer than the server takes at most. */
const PATIENCE_MS = 30_000;

export type Header = readonly [name: string, value: string];

/** A request and its response, as they were. What the browser adds to the request by itself is not known. */
export interface Exchange {
  /** The later a request was sent, the greater. */
  readonly id: number;
  /** What was asked for: the name of a tool, or the address of a resource. */
  readonly subject: string;
  readonly requestHeaders: readonly Header[];
  readonly requestBody: string;
  readonly status: number;
  readonly responseHeaders: readonly Header[];
  readonly responseBody: string;
  /** From the press to the last byte. */
  readonly milliseconds: number;
}

/** Why there is no answer. The message is for the person. */
export class McpError extends Error {
  override readonly name = "McpError";
  /** Of the response; undefined if none came. */
  readonly status: number | undefined;
  /** Whether another key, or one at all, may help. */
  readonly needsKey: boolean;

  constructor(message: string, response?: Response) {
    super(message);
    this.status = response?.status;
    this.needsKey = response !== undefined && asksForKey(response);
  }
}

/** Servers, and what is in front of them, refuse by 403 for other reasons, too. */
function asksForKey({ status, headers }: Response): boolean {
  return status === 401 || (status === 403 && headers.has("www-authenticate"));
}

/** Asks the server that this page came from, over MCP of 2026-07-28. */
export class McpClient {
  /** Shown with each request, if it is set. It is kept here alone, in memory. */
  key: string | undefined;
  readonly #name: string;
  readonly #onExchange: ((exchange: Exchange) => void) | undefined;
  #lastId = 0;

  /** @param name what the server is told of who asks */
  constructor(name: string, onExchange?: (exchange: Exchange) => void) {
    this.#name = name;
    this.#onExchange = onExchange;
  }

  /** @throws McpError if there is no result; a tool that has failed has one */
  async callTool(name: string, args: object): Promise<ToolResult> {
    const params = { name, arguments: args };
    return this.#ask("tools/call", name, params, isToolResult);
  }

  /** The text of a resource. @throws McpError */
  async readResource(uri: string): Promise<string> {
    const { contents } = await this.#ask("resources/read", uri, { uri }, isResourceText);
    return contents[0].text;
  }

  async #ask<Result>(
    method: string,
    subject: string,
    params: object,
    isWhole: (result: unknown) => result is Result,
  ): Promise<Result> {
    const requestHeaders: Header[] = [
      ["Content-Type", "application/json"],
      ["Accept", "application/json, text/event-stream"],
      ["MCP-Protocol-Version", REVISION],
      ["Mcp-Method", method],
      ["Mcp-Name", subject],
      ...(this.key === undefined ? [] : [["Authorization", `Bearer ${this.key}`] as const]),
    ];
    this.#lastId += 1;
    const id = this.#lastId;
    const requestBody = JSON.stringify({
      jsonrpc: "2.0",
      id,
      method,
      params: { ...params, _meta: this.#envelope() },
    });
    const startedAtMs = performance.now();
    const { response, responseBody } = await send(requestHeaders, requestBody);
    this.#onExchange?.({
      id,
      subject,
      requestHeaders,
      requestBody,
      status: response.status,
      responseHeaders: [...response.headers],
      responseBody,
      milliseconds: Math.round(performance.now() - startedAtMs),
    });
    const { result, error } = messageIn(response, responseBody);
    if (isWhole(result)) return result;
    const isOfServer = !response.ok || error !== undefined;
    throw new McpError(isOfServer ? wordsOf(response) : OF_ANOTHER, response);
  }

  /** What each request says of its client. */
  #envelope() {
    return {
      "io.modelcontextprotocol/protocolVersion": REVISION,
      "io.modelcontextprotocol/clientInfo": { name: this.#name, version: "1" },
      "io.modelcontextprotocol/clientCapabilities": {},
    };
  }
}

async function send(headers: readonly Header[], body: string) {
  try {
    const response = await fetch("/mcp", {
      method: "POST",
      headers: headers.map(([name, value]) => [name, value] as [string, string]),
      body,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return { response, responseBody: await response.text() };
  } catch (error) {
    const isLate = (error as Error).name === "TimeoutError";
    throw new McpError(
      isLate
        ? "The server takes too long. Try again in a moment."
        : "The server cannot be reached. Look whether you are online, and try again.",
    );
  }
}

interface Message {
  readonly result?: unknown;
  readonly error?: unknown;
}

/** The message of a response, which may be a stream of events: its last one. */
function messageIn(response: Response, body: string): Message {
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream");
  const events = isStream ? [...body.matchAll(/^data: ?(\{.*)$/gm)] : [];
  try {
    return JSON.parse(events.at(-1)?.[1] ?? body) ?? {};
  } catch {
    return {};
  }
}

function isToolResult(result: unknown): result is ToolResult {
  return Array.isArray((result as ToolResult | null | undefined)?.content);
}

/** What a resource of text has. */
interface ResourceText {
  readonly contents: readonly [{ readonly text: string }];
}

function isResourceText(result: unknown): result is ResourceText {
  const { contents } = (result ?? {}) as Partial<ResourceText>;
  return typeof contents?.[0]?.text === "string";
}

/** The page of a network that wants people to sign in, for example. */
const OF_ANOTHER =
  "Something in between has answered in place of this server. Look whether your network wants you to sign in, and try again.";

function wordsOf(response: Response): string {
  const { status, headers } = response;
  switch (status) {
    case 401:
      return "This server wants to know who asks.";
    case 403:
      return asksForKey(response)
        ? "This server does not allow that."
        : "This server takes no questions from this page. Tell whoever runs it.";
    case 429:
      return `Those were many questions in a short time. Try again in ${headers.get("retry-after") ?? "60"} seconds.`;
    default:
      return status >= 500
        ? "The server cannot answer at the moment. Try again in a few seconds."
        : `The server has not understood the question (${status}).`;
  }
}
