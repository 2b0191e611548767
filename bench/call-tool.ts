let calls = 0;

/** Calls a tool of a server, and waits for its result. @throws Error for anything else */
export async function callTool(
  base: string,
  name: string,
  input: object,
): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(`${base}/mcp`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: ++calls,
      method: "tools/call",
      params: { name, arguments: input },
    }),
  });
  const text = await response.text();
  const json = text.startsWith("{") ? text : (/^data: (\{.*"id":.*)$/m.exec(text)?.[1] ?? "{}");
  const { result } = JSON.parse(json) as {
    result?: { isError?: boolean; structuredContent?: Record<string, unknown> };
  };
  if (result?.structuredContent && !result.isError) return result.structuredContent;
  throw new Error(`${name}: ${response.status} ${text.slice(0, 500)}`);
}

/** How long something took, and what came of it. */
export async function timed<Result>(
  act: () => Promise<Result>,
): Promise<{ ms: number; result: Result }> {
  const startedAtMs = performance.now();
  const result = await act();
  return { ms: performance.now() - startedAtMs, result };
}
