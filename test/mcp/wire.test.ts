import { expect, it } from "vitest";
import type { Fetch } from "../support/client.ts";
import { legacy, modern } from "../support/rpc.ts";
import { takeWireFaults, watched } from "../support/wire/watch.ts";

const TOOL = { name: "a", inputSchema: { type: "object" } };
const LISTED = { resultType: "complete", ttlMs: 0, cacheScope: "public", tools: [TOOL] };

const answering = (message: object, asEvent = false): Fetch =>
  watched(() => {
    const json = JSON.stringify({ jsonrpc: "2.0", id: 7, ...message });
    if (!asEvent) return new Response(json, { headers: { "content-type": "application/json" } });
    const headers = { "content-type": "text/event-stream" };
    return new Response(`event: message\ndata: ${json}\n\n`, { headers });
  });

/** What the schema of the revision says of an answer to `tools/list`. */
async function faultsIn(message: object, version?: string, asEvent?: boolean): Promise<string> {
  const fetch = answering(message, asEvent);
  if (version === undefined) await modern("tools/list", {}, { fetch });
  else await legacy("tools/list", {}, { fetch, headers: { "mcp-protocol-version": version } });
  return takeWireFaults().join("\n");
}

it.each([undefined, "2025-11-25", "2025-06-18", "2025-03-26"])(
  "messages of a server are checked by the schema of the revision (%s)",
  async (version) => {
    expect(await faultsIn({ result: LISTED }, version)).toBe("");
    expect(await faultsIn({ result: { ...LISTED, tools: [{ name: 5 }] } }, version)).toContain(
      "ListToolsResult",
    );
    expect(await faultsIn({ error: { code: "x", message: "y" } }, version)).toContain(
      "JSONRPCError",
    );
    expect(await faultsIn({}, version)).toContain("JSONRPC");
  },
);

it("events of a stream are checked as well, and calls of the server", async () => {
  const wrong = { result: { ...LISTED, tools: "none" } };
  expect(await faultsIn(wrong, "2025-11-25", true)).toContain("ListToolsResult #/tools");
  const question = { method: "elicitation/create", params: { message: 5 } };
  expect(await faultsIn(question, "2025-11-25", true)).toContain("ElicitRequest");
});

it("a result of 2026 has what that revision demands of it", async () => {
  const { ttlMs, ...forever } = LISTED;
  expect(await faultsIn({ result: forever })).toContain("ttlMs");
  expect(await faultsIn({ result: forever }, "2025-11-25")).toBe("");
});
