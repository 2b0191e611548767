import { exports } from "cloudflare:workers";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

export const ORIGIN = "https://hereabouts.example";
export const ENDPOINT = `${ORIGIN}/mcp`;

/** `auto` speaks 2026-07-28 here, `legacy` 2025-11-25. */
export type Era = "auto" | "legacy";

/** Whatever answers requests: the Worker, or an app made for one test. */
export type Fetch = (request: Request) => Promise<Response> | Response;

export const worker: Fetch = (request) => exports.default.fetch(request);

/** A real MCP client that talks to the Worker in process. */
export async function connect(era: Era = "auto", fetch: Fetch = worker): Promise<Client> {
  const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode: era } });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(ENDPOINT), {
      fetch: async (url, init) => fetch(new Request(url, init)),
    }),
  );
  return client;
}
