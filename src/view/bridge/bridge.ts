import type { CallToolRequest } from "@modelcontextprotocol/client";
import type {
  McpUiHostCapabilities,
  McpUiHostContext,
  McpUiInitializedNotification,
  McpUiInitializeRequest,
  McpUiOpenLinkRequest,
  McpUiRequestDisplayModeRequest,
  McpUiSizeChangedNotification,
  McpUiUpdateModelContextRequest,
} from "@modelcontextprotocol/ext-apps";
import type { ToolResult } from "../answer.ts";
import { Channel, type FramedWindow, isObject, NoResult } from "./channel.ts";

export type Args = Readonly<Record<string, unknown>>;
export type HostContext = McpUiHostContext;
export type DisplayMode = NonNullable<McpUiHostContext["displayMode"]>;

type Request =
  | McpUiInitializeRequest
  | McpUiOpenLinkRequest
  | McpUiRequestDisplayModeRequest
  | McpUiUpdateModelContextRequest
  | Pick<CallToolRequest, "method" | "params">;
type Notification = McpUiInitializedNotification | McpUiSizeChangedNotification;

/** What a host tells. */
export interface Listeners {
  /** What the tool is asked with, before it has answered. */
  asked(args: Args): void;
  answered(result: ToolResult): void;
  /** The call of the tool was ended; the reason is the host's. */
  cancelled(): void;
  /** The host has said something of itself: at first, and whenever it changes. */
  changed(): void;
  /** The host is about to take the frame away. */
  ending(): void;
}

/** The revision of the specification, SEP-1865. */
const PROTOCOL_VERSION = "2026-01-26";
const ABOUT = { name: "hereabouts-map", title: "Map of places nearby", version: "1" };

/** How long a host may take that only has to look at a message. */
const ANSWER_MS = 10_000;
/** How long a call of a tool may take: some hosts ask their user first. */
const CALL_MS = 60_000;

/**
 * What a view asks of the host that shows it, and hears from it (MCP Apps, SEP-1865). The App class of the protocol's own
 * package does the same in 149 KB (gzip), most of them schemas: its types alone are used. They are what a host should send;
 * whoever reads them makes sure of what it needs.
 */
export class Bridge {
  readonly #channel: Channel;
  #listeners: Listeners | undefined;
  /** What was told while nobody listened. */
  #early: (readonly [method: string, params: Args])[] = [];
  #context: HostContext = {};
  #capabilities: McpUiHostCapabilities = {};

  constructor(window: FramedWindow) {
    this.#channel = new Channel(window, {
      asked: (method) => this.#answer(method),
      told: (method, params) => this.#hear(method, params),
    });
  }

  get context(): HostContext {
    return this.#context;
  }

  get capabilities(): McpUiHostCapabilities {
    return this.#capabilities;
  }

  /** Greets the host. @throws NoResult if it does not greet back */
  async connect(): Promise<void> {
    const appCapabilities = { availableDisplayModes: ["inline" as const, "fullscreen" as const] };
    const params = { protocolVersion: PROTOCOL_VERSION, appInfo: ABOUT, appCapabilities };
    const greeting = await this.#request({ method: "ui/initialize", params });
    if (isObject(greeting)) {
      const { hostCapabilities, hostContext } = greeting;
      if (isObject(hostCapabilities)) this.#capabilities = hostCapabilities;
      this.#change(hostContext);
    }
    this.#notify({ method: "ui/notifications/initialized", params: {} });
  }

  /** Hands on what the host tells from now on, and of the tool's call what it has told before. */
  listen(listeners: Listeners): void {
    this.#listeners = listeners;
    for (const [method, params] of this.#early.splice(0)) this.#hear(method, params);
  }

  /** @throws NoResult */
  async callTool(name: string, args: Args): Promise<ToolResult> {
    const call = { method: "tools/call" as const, params: { name, arguments: { ...args } } };
    const result = await this.#request(call, CALL_MS);
    return isObject(result) ? result : {};
  }

  /** @throws NoResult if the host does not open it */
  async openLink(url: string): Promise<void> {
    const result = await this.#request({ method: "ui/open-link", params: { url } });
    if (isObject(result) && result.isError) throw new NoResult("refused");
  }

  /** Tells the model something for its next turn. It replaces what was told before. */
  async tellModel(text: string): Promise<void> {
    const params = { content: [{ type: "text" as const, text }] };
    await this.#request({ method: "ui/update-model-context", params });
  }

  /** The host decides; what it has decided is heard as a change. @throws NoResult */
  async requestDisplayMode(mode: DisplayMode): Promise<void> {
    const result = await this.#request({ method: "ui/request-display-mode", params: { mode } });
    if (isObject(result)) this.#change({ displayMode: result.mode });
  }

  /** @param height in pixels. The width is the host's. */
  reportHeight(height: number): void {
    this.#notify({ method: "ui/notifications/size-changed", params: { height } });
  }

  #answer(method: string): object | undefined {
    if (method === "ping") return {};
    if (method !== "ui/resource-teardown") return undefined;
    this.#listeners?.ending();
    // The answer goes out before the channel is closed.
    queueMicrotask(() => this.#channel.close());
    return {};
  }

  #hear(method: string, params: Args): void {
    const listeners = this.#listeners;
    if (method === "ui/notifications/host-context-changed") this.#change(params);
    else if (!listeners) this.#early.push([method, params]);
    else if (method === "ui/notifications/tool-input")
      listeners.asked(isObject(params.arguments) ? params.arguments : {});
    else if (method === "ui/notifications/tool-result") listeners.answered(params);
    else if (method === "ui/notifications/tool-cancelled") listeners.cancelled();
  }

  #change(changes: unknown): void {
    if (isObject(changes)) this.#context = { ...this.#context, ...changes };
    this.#listeners?.changed();
  }

  #request(request: Request, deadlineMs = ANSWER_MS): Promise<unknown> {
    return this.#channel.request(request, deadlineMs);
  }

  #notify(notification: Notification): void {
    this.#channel.notify(notification);
  }
}
