import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { createMCPClient } from "@ai-sdk/mcp";
import { Client as ClientV2, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Memory } from "./memory.ts";
import { execute, follow } from "./programs.ts";

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
  readonly name: string;
}

export interface Given {
  readonly server: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** The folder with the clients that are no part of this project. */
  readonly packages: string;
  readonly place: Place;
  /** Where a person signs in, and a port for the client's callback. */
  readonly signIn?: { readonly approve: (address: URL) => Promise<URL>; readonly port: number };
}

/** What a client got. */
export interface Got {
  readonly tools: number;
  /** The answer's text, or all of it as JSON. */
  readonly nearest: string;
  /** Who the server says that it is, where the client was asked to find out. */
  readonly subject?: string;
}

export interface Client {
  /** Whether it gets tokens by OAuth without a person at a screen. */
  readonly signsIn: boolean;
  use(given: Given): Promise<Got>;
}

const INFO = { name: "clients", version: "1" };
const TOOL = "get_nearby_data";
const argumentsOf = ({ latitude, longitude }: Place) => ({
  latitude,
  longitude,
  radius: 1,
  limit: 1,
});

/** Of the SDK, whatever its version. */
interface SdkClient {
  connect(transport: unknown): Promise<void>;
  listTools(): Promise<{ tools: unknown[] }>;
  callTool(call: { name: string; arguments: object }): Promise<unknown>;
  close(): Promise<void>;
}
interface SdkTransport {
  finishAuth(code: string, issuer?: string): Promise<void>;
}

/** Every client, with the eras that it can speak. */
export const CLIENTS: Readonly<Record<string, Client>> = {
  "SDK 1.12": sdk("sdk-1.12"),
  "SDK 1.25": sdk("sdk-1.25"),
  "SDK 1.32": sdk(),
  "client 2.x, 2025": v2("legacy"),
  "client 2.x, 2026": v2("auto"),
  "AI SDK": { signsIn: false, use: useAiSdk },
  "inspector --strict, 2025": inspector("legacy"),
  "inspector --strict, 2026": inspector("modern"),
  "mcp-remote": { signsIn: true, use: useMcpRemote },
  mcporter: { signsIn: false, use: useMcporter },
};

/** Version 1 of the SDK: this project's, or another one. */
function sdk(alias?: string): Client {
  return {
    signsIn: true,
    async use(given) {
      const load = (path: string) =>
        alias === undefined
          ? import(`@modelcontextprotocol/sdk/client/${path}.js`)
          : import(
              pathToFileURL(
                resolve(given.packages, `node_modules/${alias}/dist/esm/client/${path}.js`),
              ).href
            );
      const { Client } = await load("index");
      const { StreamableHTTPClientTransport } = await load("streamableHttp");
      return useSdk(
        () => new Client(INFO),
        (options) => new StreamableHTTPClientTransport(given.server, options),
        given,
      );
    },
  };
}

function v2(mode: "auto" | "legacy"): Client {
  return {
    signsIn: true,
    use: (given) =>
      useSdk(
        () => new ClientV2(INFO, { versionNegotiation: { mode } }) as unknown as SdkClient,
        (options) => new StreamableHTTPClientTransport(given.server, options as object),
        given,
      ),
  };
}

async function useSdk(
  makeClient: () => SdkClient,
  makeTransport: (options: object) => SdkTransport,
  { headers, place, signIn, server }: Given,
): Promise<Got> {
  const memory = signIn && new Memory(signIn.port);
  const options = { requestInit: { headers }, ...(memory && { authProvider: memory }) };
  if (memory && signIn) await signInFirst(server, memory, signIn, makeTransport(options));
  const client = makeClient();
  await client.connect(makeTransport(options));
  const { tools } = await client.listTools();
  const answer = await client.callTool({ name: TOOL, arguments: argumentsOf(place) });
  const subject = JSON.stringify(await client.callTool({ name: "whoami", arguments: {} }));
  await client.close();
  return { tools: tools.length, nearest: JSON.stringify(answer), subject };
}

/** The library signs in when it is refused, and reading is open to everybody here: so it is asked to. */
async function signInFirst(
  server: URL,
  memory: Memory,
  { approve }: NonNullable<Given["signIn"]>,
  transport: SdkTransport,
): Promise<void> {
  const { auth } = await import("@modelcontextprotocol/sdk/client/auth.js");
  await auth(memory as never, { serverUrl: server });
  const back = await approve(memory.address!);
  const { code = "", iss } = Object.fromEntries(back.searchParams);
  await transport.finishAuth(code, iss);
}

async function useAiSdk({ server, headers, place }: Given): Promise<Got> {
  const client = await createMCPClient({ transport: { type: "http", url: server.href, headers } });
  const tools = await client.tools();
  const call = { toolCallId: "1", messages: [] } as never;
  const answer = await tools[TOOL]!.execute!(argumentsOf(place), call);
  const subject = JSON.stringify(await tools.whoami!.execute!({}, call));
  await client.close();
  return { tools: Object.keys(tools).length, nearest: JSON.stringify(answer), subject };
}

function inspector(era: "legacy" | "modern"): Client {
  return {
    signsIn: false,
    async use({ server, headers, packages, place }) {
      const named = Object.entries(headers).flatMap(([name, value]) => [
        "--header",
        `${name}: ${value}`,
      ]);
      const run = (...args: string[]) => {
        const given = [
          "--cli",
          server.href,
          "--transport",
          "http",
          "--protocol-era",
          era,
          ...named,
        ];
        return execute(packages, "inspector", [...given, "--format", "json", "-q", ...args]);
      };
      const tools = await run("--method", "tools/list", "--strict");
      const args = JSON.stringify(argumentsOf(place));
      const call = (tool: string, json: string) =>
        run("--method", "tools/call", "--tool-name", tool, "--tool-args-json", json);
      return {
        tools: tools.split('"inputSchema"').length - 1,
        nearest: await call(TOOL, args),
        subject: await call("whoami", "{}"),
      };
    },
  };
}

async function useMcporter({ server, headers, packages, place }: Given): Promise<Got> {
  const named = Object.entries(headers).flatMap(([name, value]) => [
    "--header",
    `${name}=${value}`,
  ]);
  const given = ["--http-url", server.href, "--allow-http", "--name", "here", ...named];
  const listed = await execute(packages, "mcporter", ["list", ...given, "--json"]);
  const args = JSON.stringify(argumentsOf(place));
  const call = (tool: string, json: string) =>
    execute(packages, "mcporter", [
      "call",
      ...given,
      "--tool",
      tool,
      "--args",
      json,
      "--no-oauth",
      "--output",
      "json",
    ]);
  return {
    tools: listed.split(`"${TOOL}"`).length - 1,
    nearest: await call(TOOL, args),
    subject: await call("whoami", "{}"),
  };
}

/** The bridge for programs that start servers: here the SDK does. It opens a browser, and prints the address. */
async function useMcpRemote({ server, headers, packages, place, signIn }: Given): Promise<Got> {
  const { StdioClientTransport } = await import("@modelcontextprotocol/sdk/client/stdio.js");
  const { Client } = await import("@modelcontextprotocol/sdk/client/index.js");
  const named = Object.entries(headers).flatMap(([name, value]) => [
    "--header",
    `${name}:${value}`,
  ]);
  const port = signIn ? [String(signIn.port)] : [];
  const transport = new StdioClientTransport({
    command: join(packages, "node_modules/.bin/mcp-remote"),
    args: [server.href, ...port, "--transport", "http-first", ...named],
    env: {
      ...process.env,
      BROWSER: "true",
      MCP_REMOTE_CONFIG_DIR: join(packages, `auth-${Date.now()}`),
    } as Record<string, string>,
    stderr: "pipe",
  });
  if (signIn) void follow(transport.stderr as unknown as NodeJS.ReadableStream, signIn.approve);
  const client = new Client(INFO);
  await client.connect(transport as Parameters<typeof client.connect>[0]);
  const { tools } = await client.listTools();
  const answer = await client.callTool({ name: TOOL, arguments: argumentsOf(place) });
  const subject = JSON.stringify(await client.callTool({ name: "whoami", arguments: {} }));
  await client.close();
  return { tools: tools.length, nearest: JSON.stringify(answer), ...(signIn ? {} : { subject }) };
}
