import { Agent, request as send } from "node:http";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { FuzzRequest, Offered } from "../../test/fuzz/request.ts";
import type { FuzzAnswer } from "../../test/fuzz/verdict.ts";

/** Beyond it an answer is not waited for: it is a fault already. */
const PATIENCE_MS = 30_000;

/** A server, as those see it who knock at it. */
export interface Door {
  readonly offered: Offered;
  /** Sends a request as it is: Node's own fetch would put headers right. */
  send(request: FuzzRequest): Promise<FuzzAnswer>;
  statuses(): string;
  slowestMs(): number;
  close(): void;
}

export async function openDoor(url: URL, adminToken: string): Promise<Door> {
  const agent = new Agent({ keepAlive: true });
  const statuses = new Map<number, number>();
  let slowestMs = 0;
  return {
    offered: await offeredBy(url, [adminToken]),
    async send(request) {
      const answer = await answerTo(request, url, agent);
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      slowestMs = Math.max(slowestMs, Math.round(answer.milliseconds));
      return answer;
    },
    statuses: () =>
      [...statuses]
        .sort(([a], [b]) => a - b)
        .map(([status, times]) => `${status} ${times}`)
        .join(", "),
    slowestMs: () => slowestMs,
    close: () => agent.destroy(),
  };
}

/** What the lists of a server tell, and a session. */
async function offeredBy(url: URL, tokens: readonly string[]): Promise<Offered> {
  // With roots, so that a session is opened; and no form, for which a call would wait.
  const client = new Client({ name: "fuzz", version: "1" }, { capabilities: { roots: {} } });
  const transport = new StreamableHTTPClientTransport(new URL("/mcp", url));
  // The SDK's own types disagree under exactOptionalPropertyTypes.
  await client.connect(transport as Parameters<Client["connect"]>[0]);
  const { tools } = await client.listTools();
  const { prompts } = await client.listPrompts();
  const { resources } = await client.listResources();
  return {
    tools,
    prompts: prompts.map(({ name }) => name),
    resources: resources.map(({ uri }) => uri),
    tokens,
    sessions: transport.sessionId ? [transport.sessionId] : [],
  };
}

function answerTo(request: FuzzRequest, url: URL, agent: Agent): Promise<FuzzAnswer> {
  const { method, path, headers, body } = request;
  const startedAtMs = performance.now();
  return new Promise((resolve, reject) => {
    const sent = send(
      {
        agent,
        method,
        host: url.hostname,
        port: url.port,
        path,
        // A list of lines: two headers of one name stay two.
        headers: headersOf(request, url),
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("error", reject);
        response.on("end", () => {
          const milliseconds = performance.now() - startedAtMs;
          const told = Object.entries(response.headersDistinct).flatMap(([name, values = []]) => {
            return values.map((value): [string, string] => [name, value]);
          });
          resolve({
            status: response.statusCode ?? 0,
            headers: new Headers(told),
            body: Buffer.concat(parts).toString("utf8"),
            milliseconds,
          });
        });
      },
    );
    sent.setTimeout(PATIENCE_MS, () => sent.destroy(new Error(`no answer in ${PATIENCE_MS} ms`)));
    sent.on("error", (error) =>
      reject(new Error(`${error.message} (${method} ${path} ${headers.length})`)),
    );
    sent.end(body);
  });
}

function headersOf({ headers, body }: FuzzRequest, url: URL): string[] {
  const named = new Set(headers.map(([name]) => name));
  const lines = headers.flatMap(([name, value]) => [name, latin1(value)]);
  if (!named.has("host")) lines.push("host", url.host);
  if (body !== undefined) lines.push("content-length", String(Buffer.byteLength(body)));
  return lines;
}

/** Node writes each character of a header as a byte. */
function latin1(value: string): string {
  return value.replace(/[^\x20-\x7e\x80-\xff]/g, "");
}
