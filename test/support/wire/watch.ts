import type { Fetch } from "../client.ts";
import { faultsOf, type WireMessage } from "./message.ts";

const found: string[] = [];

/** What servers have said, since this was last asked, that the revision of the request does not allow. */
export function takeWireFaults(): string[] {
  return found.splice(0);
}

/** What a request says of how its answer is to be read. */
interface Asked {
  readonly revision: string;
  readonly methods: ReadonlyMap<unknown, string>;
}

/** Where no revision is named, this one is meant (2025-11-25, transports). */
const UNNAMED = "2025-03-26";
const INTRODUCED = "io.modelcontextprotocol/protocolVersion";

/** The same, with every message that it answers to MCP requests checked by the schema of its revision. */
export function watched(fetch: Fetch): Fetch {
  return async (request) => {
    if (request.method !== "POST" || !new URL(request.url).pathname.endsWith("/mcp")) {
      return fetch(request);
    }
    // Before the server has it: of a body that a server leaves unread, its copy does not end either.
    const asked = askedBy(await request.clone().text(), request.headers);
    const response = await fetch(request);
    const type = response.headers.get("content-type") ?? "";
    if (type.startsWith("application/json")) {
      const text = await response.text();
      const body: unknown = JSON.parse(text);
      // What is refused before it is read as MCP may have the form of this server's other routes.
      if (response.ok || Array.isArray(body) || "jsonrpc" in (body as object)) check(body, asked);
      return new Response(text, response);
    } else if (type.startsWith("text/event-stream") && response.body) {
      return new Response(response.body.pipeThrough(reading(asked)), response);
    }
    return response;
  };
}

function askedBy(body: string, headers: Headers): Asked {
  const messages = messagesOf(body);
  const methods = messages.flatMap(({ id, method }) => {
    return typeof method === "string" ? [[id, method] as const] : [];
  });
  const named = messages.map(({ params }) => {
    const { _meta, protocolVersion } = (params ?? {}) as Record<string, unknown>;
    return (_meta as Record<string, unknown> | undefined)?.[INTRODUCED] ?? protocolVersion;
  });
  const revision = [...named, headers.get("mcp-protocol-version")].find(isRevision) ?? UNNAMED;
  return { revision, methods: new Map(methods) };
}

function messagesOf(body: string): readonly (WireMessage & { readonly params?: unknown })[] {
  try {
    return [JSON.parse(body)].flat().filter((one) => typeof one === "object" && one !== null);
  } catch {
    return [];
  }
}

/** Passes on the events of a stream, and checks each. */
function reading(asked: Asked): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  let rest = "";
  return new TransformStream({
    transform(part, controller) {
      controller.enqueue(part);
      const lines = (rest + decoder.decode(part, { stream: true })).split("\n");
      rest = lines.pop()!;
      for (const line of lines) {
        const [, json] = /^data: ?(.+)$/.exec(line) ?? [];
        if (json) check(JSON.parse(json), asked);
      }
    },
  });
}

function check(body: unknown, { revision, methods }: Asked): void {
  for (const message of [body].flat() as WireMessage[]) {
    const { protocolVersion } = (message.result ?? {}) as { protocolVersion?: unknown };
    const spoken = isRevision(protocolVersion) ? protocolVersion : revision;
    const faults = faultsOf(message, spoken, methods.get(message.id));
    found.push(...faults.map((fault) => `${spoken}: ${fault} in ${JSON.stringify(message)}`));
  }
}

const REVISIONS = ["2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"];

function isRevision(text: unknown): text is string {
  return typeof text === "string" && REVISIONS.includes(text);
}
