import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/client";
import {
  AppBridge,
  type McpUiHostCapabilities,
  type McpUiHostContext,
} from "@modelcontextprotocol/ext-apps/app-bridge";
import type { Frame, Page } from "playwright-core";
import type { Origins } from "./frames.ts";
import type { Message } from "./messages.ts";
import type { Program } from "./program.ts";
import { Wire } from "./wire.ts";

const CAPABILITIES: McpUiHostCapabilities = {
  serverTools: {},
  openLinks: {},
  updateModelContext: { text: {} },
};
const CONTEXT: McpUiHostContext = {
  theme: "light",
  displayMode: "inline",
  availableDisplayModes: ["inline", "fullscreen"],
  containerDimensions: { maxHeight: 1_500 },
};

/** A host made of the extension's own library, which checks what the view sends. */
export class OfficialHost {
  readonly view: Frame;
  readonly wire: Wire;
  readonly bridge: AppBridge;
  /** What the model was told last. */
  readonly told: () => string | undefined;

  private constructor(view: Frame, wire: Wire, bridge: AppBridge, told: () => string | undefined) {
    this.view = view;
    this.wire = wire;
    this.bridge = bridge;
    this.told = told;
  }

  static async open(
    page: Page,
    origins: Origins,
    { client, tool, view: { html, declared } }: Program,
    args: Record<string, unknown>,
  ): Promise<OfficialHost> {
    const wire = await Wire.open(page, origins, {
      framing: "srcdoc",
      csp: declared.csp,
      allow: "",
      heightPx: 200,
      dark: false,
    });
    const hostContext = { ...CONTEXT, toolInfo: { tool } };
    const bridge = new AppBridge(client, { name: "official host", version: "1" }, CAPABILITIES, {
      hostContext,
    });
    let told: string | undefined;
    bridge.onupdatemodelcontext = async (params) => {
      told = JSON.stringify(params);
      return {};
    };
    bridge.onopenlink = async () => ({});
    bridge.onrequestdisplaymode = async ({ mode }) => {
      bridge.setHostContext({ ...hostContext, displayMode: mode });
      return { mode };
    };
    bridge.onsizechange = ({ height }) => {
      void page.evaluate((px) => {
        document.querySelector("iframe")!.style.height = `${px}px`;
      }, height);
    };
    bridge.oninitialized = async () => {
      await bridge.sendToolInput({ arguments: args });
      await bridge.sendToolResult(await client.callTool({ name: tool.name, arguments: args }));
    };
    const transport: Transport = {
      start: async () => {},
      send: (message) => wire.send(message as Message),
      close: async () => {},
    };
    wire.onmessage = (message) => transport.onmessage?.(message as JSONRPCMessage);
    await bridge.connect(transport);
    const view = await wire.show(html);
    return new OfficialHost(view, wire, bridge, () => told);
  }
}
