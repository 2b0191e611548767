/**
 * Has a client of each era wait for work that says nothing for 100 seconds, through a proxy on this machine that cuts what
 * is silent for 60: `npm run waits`. A client that takes no stream shows that the proxy does.
 */
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as TransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { impatientProxy } from "./waits/impatient-proxy.ts";

const WORK_SECONDS = 100;
const PATIENCE_MS = 60_000;
const CLIENT_PATIENCE_MS = 250_000;
const ENDPOINT = "/real/mcp";
const INFO = { name: "waits", version: "1" };

interface Told {
  readonly message?: string | undefined;
}
type Call = (
  data: object,
  onprogress: (told: Told) => void,
) => Promise<{ readonly structuredContent?: unknown; readonly content?: unknown }>;

const options = (onprogress: (told: Told) => void) => ({
  onprogress,
  timeout: CLIENT_PATIENCE_MS,
  maxTotalTimeout: CLIENT_PATIENCE_MS,
});
const asked = (data: object) => ({
  name: "distributed_compute",
  arguments: { task_type: "pause", data },
});

async function newest(url: URL, mode: "auto" | "legacy"): Promise<Call> {
  const client = new Client(INFO, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(url));
  return (data, onprogress) => client.callTool(asked(data), options(onprogress));
}

async function older(url: URL, capabilities: object): Promise<Call> {
  const client = new ClientV1(INFO, { capabilities });
  const transport = new TransportV1(url);
  // The SDK's own types disagree under exactOptionalPropertyTypes.
  await client.connect(transport as Parameters<ClientV1["connect"]>[0]);
  return async (data, onprogress) =>
    (await client.callTool(asked(data), undefined, options(onprogress))) as Awaited<
      ReturnType<Call>
    >;
}

/** Plain JSON: nothing comes before the end. */
async function withoutStreams(url: URL): Promise<Call> {
  return async (data) => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({
        jsonrpc: "2.0",
        id: 1,
        method: "tools/call",
        params: { ...asked(data), _meta: { progressToken: 1 } },
      }),
    });
    return ((await response.json()) as { result: object }).result;
  };
}

const CLIENTS: Readonly<Record<string, (url: URL) => Promise<Call>>> = {
  "client 2.x, revision 2026": (url) => newest(url, "auto"),
  "client 2.x, revision 2025": (url) => newest(url, "legacy"),
  "SDK 1.x": (url) => older(url, {}),
  "SDK 1.x, in a session": (url) => older(url, { elicitation: {} }),
};

Object.assign(process.env, {
  CI: "1",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_SEND_METRICS: "false",
});
const { createTestHarness } = await import("wrangler");
const harness = createTestHarness({
  workers: [
    {
      configPath: "test/conformance/wrangler.toml",
      vars: { ANONYMOUS_SCOPES: "places:read tasks", MAX_RUNNING_TASKS_PER_CALLER: "8" },
    },
  ],
});
let failed = 0;
try {
  const { url: server } = await harness.listen();
  const proxy = await impatientProxy(server, PATIENCE_MS);
  const url = new URL(ENDPOINT, proxy.url);
  const waits = Object.entries(CLIENTS).map(async ([name, open], at) => {
    const line = await outcome(() => waitFor(open, url, at));
    console.log(`${name}: ${line}`);
  });
  const control = withoutStreams(url).then(async (call) => {
    const isCut = await call({ seconds: WORK_SECONDS, number: -1 }, () => {}).then(
      () => false,
      () => true,
    );
    if (!isCut) failed += 1;
    console.log(
      `without a stream: ${isCut ? "cut, as it has to be" : "NOT cut: this shows nothing"}`,
    );
  });
  await Promise.all([...waits, control]);
  console.log(`The proxy has cut ${proxy.cuts()} of ${waits.length + 1} calls.`);
  if (proxy.cuts() !== 1) failed += 1;
  proxy.close();
} finally {
  await harness.close();
}
process.exit(failed > 0 ? 1 : 0);

async function waitFor(
  open: (url: URL) => Promise<Call>,
  url: URL,
  number: number,
): Promise<string> {
  const call = await open(url);
  const messages: string[] = [];
  const startedAtMs = Date.now();
  const { structuredContent, content } = await call(
    { seconds: WORK_SECONDS, number },
    ({ message }) => messages.push(message ?? ""),
  );
  if (!structuredContent) throw new Error(JSON.stringify(content));
  const { status, task_id: id } = structuredContent as { status: string; task_id: string };
  if (status !== "completed") throw new Error(`is ${status}`);
  if (!messages[0]?.includes(id)) throw new Error(`was not told the task's id: ${messages[0]}`);
  const seconds = ((Date.now() - startedAtMs) / 1_000).toFixed(1);
  return `completed after ${seconds} s, with ${messages.length} messages of progress`;
}

async function outcome(work: () => Promise<string>): Promise<string> {
  try {
    return await work();
  } catch (error) {
    failed += 1;
    return `FAILS: ${error instanceof Error ? error.message : error}`;
  }
}
