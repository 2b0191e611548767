import { type Agent, request } from "node:http";

const VERSION = "2026-07-28";
const META = {
  "io.modelcontextprotocol/protocolVersion": VERSION,
  "io.modelcontextprotocol/clientInfo": { name: "bench", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": {},
};

export interface Call {
  readonly method: string;
  readonly name?: string;
  readonly body: string;
}

/** What came of a call: `ok`, or what the caller was told. */
export interface Answered {
  readonly outcome: string;
  readonly status: number;
  readonly text: string;
  readonly milliseconds: number;
}

export interface Told {
  readonly seconds: number;
  readonly answers: readonly Answered[];
}

function call(
  method: string,
  params: { readonly name?: string } & Record<string, unknown> = {},
): Call {
  const body = JSON.stringify({
    jsonrpc: "2.0",
    id: 1,
    method,
    params: { ...params, _meta: META },
  });
  return { method, body, ...(params.name !== undefined && { name: params.name }) };
}

/** The same for every route, so that its size makes no difference. */
export function whoami(_path: string): Call {
  return call("tools/call", { name: "whoami", arguments: {} });
}

/** Questions that find something or nothing, about places that are asked for again or not; lists and records. */
export function* mixedCalls(): Generator<Call, never> {
  for (let turn = 0; ; turn++) {
    const point = { latitude: 45.005 + (turn % 997) / 9_000, longitude: 5.005 + (turn % 89) / 900 };
    yield call("tools/call", { name: "get_nearby_data", arguments: { ...point, radius: 5 } });
    yield call("tools/call", {
      name: "get_nearby_data",
      arguments: { ...point, radius: 10, query: "station" },
    });
    yield call("tools/call", {
      name: "get_nearby_data",
      arguments: { near: "Lyon", query: "airport" },
    });
    yield call("tools/call", {
      name: "get_place",
      arguments: { id: `made-up.made-up ${turn % 50}` },
    });
    yield whoami("/mcp");
    yield call("tools/list");
    yield call("resources/list");
  }
}

/** Sends a call, and reads the whole answer. */
export function askOver(
  agent: Agent,
  url: URL,
  headers: Readonly<Record<string, string>>,
  { method, name, body }: Call,
): Promise<Answered> {
  const startedAtMs = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request(
      url.href,
      {
        agent,
        method: "POST",
        headers: {
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
          "mcp-protocol-version": VERSION,
          "mcp-method": method,
          ...(name !== undefined && { "mcp-name": name }),
          // Tokens are for the name by which callers know this machine.
          host: `localhost:${url.port}`,
          ...headers,
        },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part) => {
          text += part;
        });
        response.on("end", () => {
          const status = response.statusCode ?? 0;
          const milliseconds = performance.now() - startedAtMs;
          resolve({
            outcome: outcomeOf(status, text),
            status,
            text: text.slice(0, 300),
            milliseconds,
          });
        });
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

/** What fails on our side; that there is no such place is an answer. */
function outcomeOf(status: number, text: string): string {
  const [, message] = /"(?:text|message|error)":"([^"]{0,200})/.exec(text) ?? [];
  if (status !== 200) return `${status} ${message}`;
  if (!/"isError":true|"error":\{/.test(text)) return "ok";
  if (/no place|No place|is known/.test(message ?? "")) return "ok";
  return `error: ${message?.replace(/\b[0-9a-f]{8}\b/, "…")}`;
}
