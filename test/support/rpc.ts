import { ENDPOINT, type Fetch, worker } from "./client.ts";

export const MODERN = "2026-07-28";

type Params = Readonly<Record<string, unknown>>;
type Headers = Readonly<Record<string, string>>;

/** One JSON-RPC answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: globalThis.Headers;
  readonly body: {
    readonly id?: unknown;
    readonly result?: Params;
    readonly error?: { readonly code: number; readonly message: string; readonly data?: Params };
  };
}

/** Posts a body as any client would, without a client's manners. */
export async function post(
  body: unknown,
  headers: Headers = {},
  fetch: Fetch = worker,
): Promise<Response> {
  return fetch(
    new Request(ENDPOINT, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...headers,
      },
      body: typeof body === "string" ? body : JSON.stringify(body),
    }),
  );
}

/** What each request of 2026-07-28 says of its client. */
const ENVELOPE = {
  "io.modelcontextprotocol/protocolVersion": MODERN,
  "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": {},
};

/** The headers and the `_meta` that a call of a tool has in each era. */
export function erasOfCall(tool: string) {
  const headers = { "mcp-protocol-version": MODERN, "mcp-method": "tools/call", "mcp-name": tool };
  return [
    ["2026", headers, ENVELOPE],
    ["2025", {}, {}],
  ] as const;
}

/** A request of 2026-07-28, complete with envelope and headers; `headers` and `meta` override. */
export async function modern(
  method: string,
  params: Params = {},
  {
    headers = {},
    meta = {},
    fetch = worker,
  }: { headers?: Headers; meta?: Params; fetch?: Fetch } = {},
): Promise<Answer> {
  const name = params.name ?? params.uri ?? params.taskId;
  const _meta = { ...ENVELOPE, ...meta };
  const response = await post(
    { jsonrpc: "2.0", id: 7, method, params: { ...params, _meta } },
    {
      "mcp-protocol-version": MODERN,
      "mcp-method": method,
      ...(typeof name === "string" && { "mcp-name": name }),
      ...headers,
    },
    fetch,
  );
  return answerIn(response);
}

/** A request of a 2025 revision. */
export async function legacy(
  method: string,
  params: Params = {},
  { headers = {}, fetch = worker }: { headers?: Headers; fetch?: Fetch } = {},
): Promise<Answer> {
  return answerIn(await post({ jsonrpc: "2.0", id: 7, method, params }, headers, fetch));
}

/** The answer is the last event of a stream. */
async function answerIn(response: Response): Promise<Answer> {
  const text = await response.text();
  const [json = text] = text.match(/(?<=^data: ).*/gm)?.slice(-1) ?? [];
  return { status: response.status, headers: response.headers, body: JSON.parse(json) };
}
