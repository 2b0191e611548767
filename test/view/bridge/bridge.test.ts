import { type Schema, validate } from "@cfworker/json-schema";
import schema from "@modelcontextprotocol/ext-apps/schema.json";
import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { Bridge, type Listeners } from "../../../src/view/bridge/bridge.ts";
import { type FramedWindow, NoResult } from "../../../src/view/bridge/channel.ts";

interface Sent {
  readonly jsonrpc: "2.0";
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
  readonly error?: unknown;
}

type Hear = Parameters<FramedWindow["addEventListener"]>[1];

/** A frame and whoever has it, without a browser. */
class Frame implements FramedWindow {
  readonly sent: Sent[] = [];
  readonly parent = {
    postMessage: (message: unknown) => {
      this.sent.push(structuredClone(message) as Sent);
    },
  };
  #hear: Hear | undefined;

  addEventListener(_: "message", hear: Hear): void {
    this.#hear = hear;
  }

  removeEventListener(): void {
    this.#hear = undefined;
  }

  say(message: unknown, source: unknown = this.parent): void {
    this.#hear?.({ source, data: message });
  }

  tell(method: string, params?: unknown): void {
    this.say({ jsonrpc: "2.0", method, params });
  }

  /** Answers the last request. */
  answer(result: unknown): void {
    this.say({ jsonrpc: "2.0", id: this.sent.at(-1)!.id, result });
  }

  refuse(): void {
    const error = { code: -32000, message: "<b>No</b>" };
    this.say({ jsonrpc: "2.0", id: this.sent.at(-1)!.id, error });
  }
}

function open() {
  const frame = new Frame();
  const heard = {
    asked: vi.fn<Listeners["asked"]>(),
    answered: vi.fn<Listeners["answered"]>(),
    cancelled: vi.fn<Listeners["cancelled"]>(),
    changed: vi.fn<Listeners["changed"]>(),
    ending: vi.fn<Listeners["ending"]>(),
  };
  return { frame, heard, bridge: new Bridge(frame) };
}

async function connected(greeting: unknown = {}) {
  const all = open();
  const connecting = all.bridge.connect();
  all.frame.answer(greeting);
  await connecting;
  all.bridge.listen(all.heard);
  return all;
}

/** What is wrong with a message, by the schema that the protocol's authors publish. */
function faultsIn({ jsonrpc: _1, id: _2, ...message }: Sent, definition: string): string[] {
  const definitions = schema.$defs as unknown as Readonly<Record<string, Schema>>;
  return validate(message, definitions[definition]!, "2020-12", undefined, false).errors.map(
    ({ instanceLocation, error }) => `${instanceLocation}: ${error}`,
  );
}

describe("the bridge", () => {
  it("greets the host, then says that it has", async () => {
    const { frame, bridge } = await connected({
      hostCapabilities: { serverTools: {} },
      hostContext: { theme: "dark" },
    });
    expect(frame.sent.map(({ method }) => method)).toEqual([
      "ui/initialize",
      "ui/notifications/initialized",
    ]);
    expect(frame.sent[0]!.params).toMatchObject({
      protocolVersion: "2026-01-26",
      appCapabilities: { availableDisplayModes: ["inline", "fullscreen"] },
    });
    expect(bridge.context).toEqual({ theme: "dark" });
    expect(bridge.capabilities).toEqual({ serverTools: {} });
  });

  it("sends what the protocol's schema allows, and nothing else", async () => {
    const { frame, bridge } = await connected();
    bridge.reportHeight(480);
    const asked = [
      bridge.openLink("https://www.openstreetmap.org/"),
      bridge.tellModel("The user looked elsewhere."),
      bridge.requestDisplayMode("fullscreen"),
    ];
    expect(frame.sent.map((message) => faultsIn(message, definitionOf(message.method!)))).toEqual(
      frame.sent.map(() => []),
    );
    expect(frame.sent).toHaveLength(6);
    for (const { id } of frame.sent.slice(3)) frame.say({ jsonrpc: "2.0", id, result: {} });
    await Promise.all(asked);
  });

  it("calls a tool with the arguments, and hands on its result", async () => {
    const { frame, bridge } = await connected();
    const call = bridge.callTool("get_place", { id: "cities.1" });
    expect(frame.sent.at(-1)).toMatchObject({
      method: "tools/call",
      params: { name: "get_place", arguments: { id: "cities.1" } },
    });
    frame.answer({ content: [], structuredContent: { place: {} } });
    expect(await call).toEqual({ content: [], structuredContent: { place: {} } });
  });

  it("hands on what the host tells of the tool's call", async () => {
    const { frame, heard } = await connected();
    frame.tell("ui/notifications/tool-input", { arguments: { query: "cafe" } });
    frame.tell("ui/notifications/tool-result", { content: [], isError: true });
    frame.tell("ui/notifications/tool-cancelled", { reason: "user action" });
    expect(heard.asked).toHaveBeenCalledExactlyOnceWith({ query: "cafe" });
    expect(heard.answered).toHaveBeenCalledExactlyOnceWith({ content: [], isError: true });
    expect(heard.cancelled).toHaveBeenCalledOnce();
  });

  it("hands on what was told before anybody listened", async () => {
    const { frame, heard, bridge } = open();
    const connecting = bridge.connect();
    const result = { content: [], structuredContent: { results: [] } };
    frame.tell("ui/notifications/tool-input", {});
    frame.tell("ui/notifications/tool-result", result);
    frame.say({ jsonrpc: "2.0", id: frame.sent[0]!.id, result: {} });
    await connecting;
    expect(heard.answered).not.toHaveBeenCalled();
    bridge.listen(heard);
    expect(heard.asked).toHaveBeenCalledExactlyOnceWith({});
    expect(heard.answered).toHaveBeenCalledExactlyOnceWith(result);
  });

  it("keeps of the host's context what a change does not tell", async () => {
    const { frame, bridge, heard } = await connected({ hostContext: { theme: "dark" } });
    frame.tell("ui/notifications/host-context-changed", { displayMode: "fullscreen" });
    expect(bridge.context).toEqual({ theme: "dark", displayMode: "fullscreen" });
    const larger = bridge.requestDisplayMode("inline");
    frame.answer({ mode: "pip" });
    await larger;
    expect(bridge.context).toEqual({ theme: "dark", displayMode: "pip" });
    expect(heard.changed).toHaveBeenCalledTimes(2);
  });

  it("tells why there is no result in words of its own", async () => {
    const { frame, bridge } = await connected();
    const refused = bridge.callTool("get_place", {});
    frame.refuse();
    await expect(refused).rejects.toThrow("did not let the map do that");
    const link = bridge.openLink("https://example.com/");
    frame.answer({ isError: true });
    await expect(link).rejects.toThrow(NoResult);
  });

  it("does not wait for ever", async () => {
    vi.useFakeTimers();
    try {
      const { frame, bridge } = open();
      const connecting = expect(bridge.connect()).rejects.toThrow("did not answer in time");
      await vi.runAllTimersAsync();
      await connecting;
      // What comes too late is the answer to nothing.
      frame.answer({ hostContext: { theme: "dark" } });
      expect(bridge.context).toEqual({});
    } finally {
      vi.useRealTimers();
    }
  });

  it("answers a ping, and no method that it does not know", async () => {
    const { frame } = await connected();
    frame.say({ jsonrpc: "2.0", id: "a", method: "ping" });
    expect(frame.sent.at(-1)).toEqual({ jsonrpc: "2.0", id: "a", result: {} });
    frame.say({ jsonrpc: "2.0", id: "b", method: "tools/list" });
    expect(frame.sent.at(-1)).toMatchObject({ id: "b", error: { code: -32601 } });
  });

  it("ends when the host takes the frame away", async () => {
    const { frame, bridge, heard } = await connected();
    const open = bridge.callTool("get_place", {});
    frame.say({ jsonrpc: "2.0", id: 7, method: "ui/resource-teardown", params: {} });
    expect(frame.sent.at(-1)).toEqual({ jsonrpc: "2.0", id: 7, result: {} });
    expect(heard.ending).toHaveBeenCalledOnce();
    await expect(open).rejects.toThrow("has closed this map");
    await expect(bridge.callTool("get_place", {})).rejects.toThrow("has closed this map");
    bridge.reportHeight(300);
    frame.tell("ui/notifications/tool-result", { content: [] });
    expect(frame.sent.at(-1)).toMatchObject({ id: 7 });
    expect(heard.answered).not.toHaveBeenCalled();
  });

  it("hears nobody but the window that has the frame", async () => {
    const { frame, heard, bridge } = open();
    bridge.listen(heard);
    const connecting = bridge.connect();
    const id = frame.sent[0]!.id;
    for (const source of [null, frame, {}]) {
      frame.say({ jsonrpc: "2.0", id, result: { hostContext: { theme: "dark" } } }, source);
      frame.say({ jsonrpc: "2.0", method: "ui/notifications/tool-result", params: {} }, source);
    }
    expect(heard.answered).not.toHaveBeenCalled();
    frame.answer({});
    await connecting;
    expect(bridge.context).toEqual({});
  });

  it("withstands whatever a host sends", async () => {
    const { frame, bridge } = await connected();
    const method = fc.constantFrom(
      "ui/notifications/tool-input",
      "ui/notifications/tool-result",
      "ui/notifications/host-context-changed",
      "ping",
    );
    const nearly = fc.record(
      { jsonrpc: fc.constant("2.0"), method, params: fc.jsonValue(), id: fc.jsonValue() },
      { requiredKeys: ["jsonrpc"] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.anything(), nearly), (message) => {
        frame.say(message);
        expect(typeof bridge.context).toBe("object");
      }),
    );
  });
});

/** "ui/open-link" → "McpUiOpenLinkRequest" */
function definitionOf(method: string): string {
  const isNotification = method.startsWith("ui/notifications/");
  const words = method.replace(/^ui\/(?:notifications\/)?/, "").split("-");
  const name = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join("");
  return `McpUi${name}${isNotification ? "Notification" : "Request"}`;
}
