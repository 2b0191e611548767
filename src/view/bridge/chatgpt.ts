import type { Listeners } from "./bridge.ts";
import { isObject } from "./channel.ts";

/** A window in which ChatGPT keeps the call. */
interface KeepingWindow {
  readonly openai?: {
    readonly toolInput?: unknown;
    /** The tool's structured content. */
    readonly toolOutput?: unknown;
  };
  addEventListener(type: "openai:set_globals", listener: () => void): void;
}

/**
 * Hears the call from ChatGPT's own global, too: in a conversation that is opened again it is there, while no message comes
 * (ext-apps#522).
 */
export function hearFromChatGpt(
  window: KeepingWindow,
  listeners: Pick<Listeners, "asked" | "answered">,
): void {
  const read = () => {
    const { toolInput, toolOutput } = window.openai ?? {};
    if (isObject(toolInput)) listeners.asked(toolInput);
    if (isObject(toolOutput)) listeners.answered({ structuredContent: toolOutput });
  };
  read();
  window.addEventListener("openai:set_globals", read);
}
