/** How to connect the usual clients to a deployed Worker. */
export function howToConnect(server: URL): string {
  const url = new URL("/mcp", server).href;
  return `Connect:
  Claude, claude.ai    Settings > Connectors > Add custom connector: ${url}
  Claude Code          claude mcp add --transport http hereabouts ${url}
  ChatGPT              Settings > Apps & Connectors > Advanced > Developer mode > Create: ${new URL("/chatgpt/mcp", server).href}
  VS Code              code --add-mcp '${JSON.stringify({ name: "hereabouts", type: "http", url })}'
  Cursor               ${cursorLink(url)}
  MCP Inspector        npx @modelcontextprotocol/inspector --cli ${url} --transport http --method tools/list`;
}

/** Cursor's link that installs a server. */
function cursorLink(url: string): string {
  const config = Buffer.from(JSON.stringify({ url })).toString("base64");
  return `cursor://anysphere.cursor-deeplink/mcp/install?name=hereabouts&config=${encodeURIComponent(config)}`;
}
