import { isLoopback } from "./loopback.ts";

/** A server, as far as clients have to know it. */
export interface Connectable {
  /** Where clients reach it: scheme, host and port. */
  readonly origin: string;
  /** What programs call it. */
  readonly name: string;
}

/** How one kind of client gets to know a server. */
export interface Way {
  readonly client: string;
  /** What to do, in a sentence or two. */
  readonly how: string;
  /** What to copy for it: an address, a command, or a configuration. */
  readonly copy?: string;
  /** A link that does it, where the client is on this computer. */
  readonly install?: string;
  /** What to copy in its place, with a key; undefined if the client can only sign in. */
  copyWithKey?(key: string): string;
}

/** Of the environment: what mcp-remote sends in a header. */
const VARIABLE = "AUTHORIZATION";

/** The most used clients first. */
export function waysToConnect(server: Connectable): readonly Way[] {
  return [...fromTheInternet(server), ...fromThisComputer(server)];
}

/** Clients whose vendor's computers call the server. */
function fromTheInternet({ origin }: Connectable): Way[] {
  const connectors = [
    {
      client: "Claude (claude.ai and apps)",
      how: "Customize › Connectors › Add custom connector, with this address:",
      copy: `${origin}/mcp`,
    },
    {
      client: "ChatGPT",
      how: "Settings › Apps › Advanced settings: turn developer mode on. Then Create app, with this address:",
      copy: `${origin}/chatgpt/mcp`,
    },
  ];
  if (!isLoopback(new URL(origin))) return connectors;
  const how =
    "It calls from the internet, and this server is on your computer: deploy it first (npm run deploy).";
  return connectors.map(({ client }) => ({ client, how }));
}

function fromThisComputer({ origin, name }: Connectable): Way[] {
  const url = `${origin}/mcp`;
  const http = { type: "http", url };
  const command = `claude mcp add --transport http ${name} ${url}`;
  const withKey = (key: string) => ({ ...http, headers: { Authorization: bearer(key) } });
  const stdio = { command: "npx", args: ["-y", "mcp-remote", url] };
  // The blank is in the variable: some programs part arguments at blanks.
  const stdioWithKey = (key: string) => ({
    command: stdio.command,
    args: [...stdio.args, "--header", `Authorization:\${${VARIABLE}}`],
    env: { [VARIABLE]: bearer(key) },
  });
  return [
    {
      client: "Claude Code",
      how: "Run this in a terminal:",
      copy: command,
      copyWithKey: (key) => `${command} --header "Authorization: ${bearer(key)}"`,
    },
    {
      client: "VS Code",
      how: "Put this into .vscode/mcp.json:",
      copy: json({ servers: { [name]: http } }),
      copyWithKey: (key) => json({ servers: { [name]: withKey(key) } }),
      install: `vscode:mcp/install?${encodeURIComponent(JSON.stringify({ name, ...http }))}`,
    },
    {
      client: "Cursor",
      how: "Put this into ~/.cursor/mcp.json. Others with a JSON configuration take the same:",
      copy: json({ mcpServers: { [name]: http } }),
      copyWithKey: (key) => json({ mcpServers: { [name]: withKey(key) } }),
      install: `cursor://anysphere.cursor-deeplink/mcp/install?name=${name}&config=${encodeURIComponent(btoa(JSON.stringify({ url })))}`,
    },
    {
      client: "Programs that speak stdio only",
      how: "Put this into their configuration. mcp-remote logs that this server has no event stream: that is normal.",
      copy: json({ mcpServers: { [name]: stdio } }),
      copyWithKey: (key) => json({ mcpServers: { [name]: stdioWithKey(key) } }),
    },
    {
      client: "MCP Inspector, or your own",
      how: "Any client of MCP over Streamable HTTP, of revision 2025-03-26 or later, takes the address as it is. To look at the tools:",
      copy: `npx @modelcontextprotocol/inspector --cli ${url} --transport http --method tools/list`,
      copyWithKey: (key) =>
        `npx @modelcontextprotocol/inspector --cli ${url} --transport http --header "Authorization: ${bearer(key)}" --method tools/list`,
    },
  ];
}

function bearer(key: string): string {
  return `Bearer ${key}`;
}

function json(configuration: object): string {
  return JSON.stringify(configuration, undefined, 2);
}
