import type {
  McpUiDisplayMode,
  McpUiHostCapabilities,
  McpUiHostContext,
} from "@modelcontextprotocol/ext-apps/app-bridge";
import type { Page } from "playwright-core";
import type { Framing, Origins } from "./frames.ts";
import type { Message } from "./messages.ts";
import type { Program, ToolResult } from "./program.ts";
import { Wire } from "./wire.ts";

type Arguments = Readonly<Record<string, unknown>>;

/** A call of a tool, by the model or by the view. */
export interface Call {
  readonly name: string;
  readonly arguments: Arguments;
}

/** What a host is like, and what it has asked. What is left out is as the specification has it. */
export interface Setting {
  /** What the model has called the tool with; left out by hosts that do not tell, as some do on reopening. */
  readonly args?: Arguments;
  /** What calls of tools are answered with; by the server, if it is left out. */
  readonly answer?: (call: Call, ask: () => Promise<ToolResult>) => Promise<ToolResult>;
  readonly framing?: Framing;
  /** Which policy: of what the view declares, of that without `connectDomains`, or of nothing declared. */
  readonly csp?: "declared" | "no connections" | "nothing";
  /** When the tool's result comes. */
  readonly result?: "in time" | "before the view is ready" | "twice" | "never" | "cancelled";
  readonly dropsStructuredContent?: boolean;
  readonly serverTools?: boolean;
  readonly refusesLinks?: boolean;
  /** Whether the frame may ask for the device's location. */
  readonly geolocation?: boolean;
  /** Changes of what the view is told of its surroundings. */
  readonly context?: McpUiHostContext;
}

const CONTEXT: McpUiHostContext = {
  theme: "light",
  displayMode: "inline",
  availableDisplayModes: ["inline", "fullscreen"],
  containerDimensions: { maxHeight: 2_000 },
  locale: "en-US",
  platform: "web",
};
/** Of a frame, until the view tells its own. */
const FIRST_HEIGHT_PX = 120;

/** A host that keeps to the specification of 2026-01-26, and gives nothing that it does not name. */
export class StrictHost {
  /** What the model was told last. */
  told: string | undefined;
  /** The links that it was asked to open. */
  readonly opened: string[] = [];
  /** The calls of tools that the view has made. */
  readonly called: Call[] = [];
  readonly heightsPx: number[] = [];
  /** What the view must not do here. */
  readonly faults: string[] = [];
  readonly #wire: Wire;
  readonly #program: Program;
  readonly #setting: Setting;
  #context: McpUiHostContext;
  #isInitialized = false;

  private constructor(wire: Wire, program: Program, setting: Setting) {
    this.#wire = wire;
    this.#program = program;
    this.#setting = setting;
    this.#context = { ...CONTEXT, toolInfo: { tool: program.tool }, ...setting.context };
    wire.onmessage = (message) => {
      this.#take(message).catch((error) => this.faults.push(`The host: ${error}`));
    };
  }

  /** Shows the view of the program's tool in a page. */
  static async open(page: Page, origins: Origins, program: Program, setting: Setting) {
    const { html, declared } = program.view;
    const { containerDimensions = {}, theme } = { ...CONTEXT, ...setting.context };
    const policies = {
      declared: declared.csp,
      "no connections": { ...declared.csp, connectDomains: [] },
      nothing: undefined,
    };
    const wire = await Wire.open(page, origins, {
      framing: setting.framing ?? "srcdoc",
      csp: policies[setting.csp ?? "declared"],
      allow: setting.geolocation ? "geolocation" : "",
      heightPx: "height" in containerDimensions ? containerDimensions.height! : FIRST_HEIGHT_PX,
      dark: theme === "dark",
    });
    const host = new StrictHost(wire, program, setting);
    const view = await wire.show(html);
    return { host, view, wire };
  }

  /** Tells the view that its surroundings have changed. */
  async change(context: McpUiHostContext): Promise<void> {
    this.#context = { ...this.#context, ...context };
    await this.#notify("host-context-changed", { ...context });
  }

  /** Tells the view what its tool was called with. */
  tell(args: Arguments): Promise<void> {
    return this.#notify("tool-input", { arguments: args });
  }

  /** Calls the tool again, and sends the result. */
  async ask(args: Arguments): Promise<void> {
    await this.give(await this.#call({ name: this.#program.tool.name, arguments: args }));
  }

  /** Sends a result, as if the tool had been called. */
  async give(result: ToolResult): Promise<void> {
    const { structuredContent, _meta, ...words } = result;
    const whole = this.#setting.dropsStructuredContent ? words : result;
    await this.#notify("tool-result", { ...whole });
  }

  async #take({ id, method, params = {} }: Message): Promise<void> {
    if (method === "ui/notifications/initialized") {
      this.#isInitialized = true;
      return this.#setting.result === "before the view is ready" ? undefined : this.#deliver();
    }
    if (method === "ui/notifications/size-changed") return this.#resize(Number(params.height));
    if (id === undefined || method === undefined) return;
    try {
      const result = await this.#answer(method, params);
      await this.#wire.send({ jsonrpc: "2.0", id, result });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.faults.push(`${method} ends with: ${message}`);
      await this.#wire.send({ jsonrpc: "2.0", id, error: { code: -32_000, message } });
    }
  }

  async #answer(method: string, params: Arguments): Promise<Arguments> {
    if (method === "ui/initialize") {
      if (this.#setting.result === "before the view is ready") await this.#deliver();
      const hostInfo = { name: "strict host", version: "1" };
      const hostCapabilities = this.#capabilities;
      const hostContext = this.#context;
      return { protocolVersion: "2026-01-26", hostInfo, hostCapabilities, hostContext };
    }
    if (!this.#isInitialized) this.faults.push(`${method} comes before initialized`);
    switch (method) {
      case "tools/call":
        return { ...(await this.#callForView(params)) };
      case "ui/open-link":
        this.opened.push(String(params.url));
        return this.#setting.refusesLinks ? { isError: true } : {};
      case "ui/update-model-context":
        this.told = JSON.stringify(params);
        return {};
      case "ui/request-display-mode":
        return this.#changeMode(params.mode as McpUiDisplayMode);
      case "ping":
        return {};
      default:
        throw new Error("This host does no such thing.");
    }
  }

  get #capabilities(): McpUiHostCapabilities {
    const { serverTools = true, geolocation = false } = this.#setting;
    return {
      ...(serverTools && { serverTools: {} }),
      openLinks: {},
      updateModelContext: { text: {} },
      sandbox: { permissions: geolocation ? { geolocation: {} } : {} },
    };
  }

  async #deliver(): Promise<void> {
    const { args, result = "in time" } = this.#setting;
    if (args) await this.tell(args);
    if (result === "cancelled")
      return this.#notify("tool-cancelled", { reason: "The user said so." });
    if (!args || result === "never") return;
    const given = await this.#call({ name: this.#program.tool.name, arguments: args });
    await this.give(given);
    if (result === "twice") await this.give(given);
  }

  async #callForView(params: Arguments): Promise<ToolResult> {
    const call = { name: String(params.name), arguments: (params.arguments ?? {}) as Arguments };
    this.called.push(call);
    if (this.#setting.serverTools === false)
      this.faults.push("calls a tool, which it may not here");
    return this.#call(call);
  }

  #call(call: Call): Promise<ToolResult> {
    const ask = () => this.#program.call(call.name, call.arguments);
    return this.#setting.answer?.(call, ask) ?? ask();
  }

  async #changeMode(mode: McpUiDisplayMode): Promise<Arguments> {
    const { availableDisplayModes = [], displayMode } = this.#context;
    if (!availableDisplayModes.includes(mode)) {
      this.faults.push(`asks for ${mode}, which is not to be had`);
      return { mode: displayMode };
    }
    await this.#wire.page.evaluate((isFull) => {
      const frame = document.querySelector("iframe")!;
      frame.style.cssText += isFull
        ? "; position: fixed; inset: 0; height: 100%"
        : "; position: static; height: 120px";
    }, mode === "fullscreen");
    await this.change({ displayMode: mode });
    return { mode };
  }

  async #resize(heightPx: number): Promise<void> {
    this.heightsPx.push(heightPx);
    const { containerDimensions = {}, displayMode } = this.#context;
    if (displayMode !== "inline" || "height" in containerDimensions) return;
    const { maxHeight = Number.POSITIVE_INFINITY } = containerDimensions as { maxHeight?: number };
    await this.#wire.page.evaluate(
      (height) => {
        document.querySelector("iframe")!.style.height = `${height}px`;
      },
      Math.min(heightPx, maxHeight),
    );
  }

  #notify(name: string, params: Arguments): Promise<void> {
    return this.#wire.send({ jsonrpc: "2.0", method: `ui/notifications/${name}`, params });
  }
}
