import {
  type CallToolResult,
  Client,
  StreamableHTTPClientTransport,
  type Tool,
} from "@modelcontextprotocol/client";
import {
  getToolUiResourceUri,
  type McpUiResourceMeta,
} from "@modelcontextprotocol/ext-apps/app-bridge";

export type ToolResult = CallToolResult;

const ERAS = { "2026-07-28": "auto", "2025-11-25": "legacy" } as const;
export type Era = keyof typeof ERAS;

/** What hosts show of a tool. */
export interface View {
  readonly uri: string;
  readonly html: string;
  /** What it declares of itself. */
  readonly declared: McpUiResourceMeta;
}

/** A program with a real client that has found out what tool has a view, and has read it. */
export class Program {
  readonly client: Client;
  readonly tool: Tool;
  readonly view: View;
  readonly #told: Record<string, unknown>;

  private constructor(client: Client, tool: Tool, view: View, told: Record<string, unknown>) {
    this.client = client;
    this.tool = tool;
    this.view = view;
    this.#told = told;
  }

  /** @param told what each call tells of its user */
  static async connect(endpoint: URL, era: Era, told = {}): Promise<Program> {
    const mimeTypes = ["text/html;profile=mcp-app"];
    const client = new Client(
      { name: "strict host", version: "1" },
      {
        capabilities: { extensions: { "io.modelcontextprotocol/ui": { mimeTypes } } },
        versionNegotiation: { mode: ERAS[era] },
      },
    );
    await client.connect(new StreamableHTTPClientTransport(endpoint));
    const { tools } = await client.listTools();
    const tool = tools.find((one) => getToolUiResourceUri(one));
    if (!tool) throw new Error("No tool has a view.");
    const uri = getToolUiResourceUri(tool)!;
    const { contents } = await client.readResource({ uri });
    const [content] = contents;
    if (!content || content.mimeType !== mimeTypes[0] || !("text" in content)) {
      throw new Error(`The view is ${content?.mimeType}, which no host shows.`);
    }
    const declared = (content._meta?.ui ?? {}) as McpUiResourceMeta;
    return new Program(client, tool, { uri, html: content.text, declared }, told);
  }

  call(name: string, args: Readonly<Record<string, unknown>>): Promise<ToolResult> {
    const call = { name, arguments: args, _meta: this.#told };
    return this.client.callTool(call) as Promise<ToolResult>;
  }

  close(): Promise<void> {
    return this.client.close();
  }
}
