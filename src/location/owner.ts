import type { Caller } from "../caller.ts";
import { isFromOpenai, type RelaySettings } from "./relay-detection.ts";

/** Under what a caller's location is remembered: nobody else can come by the same. */
export interface MemoryKey {
  readonly kind: "subject" | "openai" | "session" | "handle";
  readonly id: string;
}

/**
 * To whom a memory belongs: the authenticated subject; else ChatGPT's user, if the connection is OpenAI's
 * own (the text identifies a user and anybody can send it); else the session of a 2025-era client; else whoever
 * holds the handle. Undefined: nobody in particular, and nothing is remembered.
 */
export function memoryKeyOf(
  caller: Caller,
  handle: string | undefined,
  settings: RelaySettings,
): MemoryKey | undefined {
  if (caller.subject !== undefined) return { kind: "subject", id: caller.subject };
  const openaiUser = caller.meta["openai/subject"];
  if (typeof openaiUser === "string" && openaiUser && isFromOpenai(caller, settings)) {
    return { kind: "openai", id: openaiUser };
  }
  if (caller.sessionId !== undefined) return { kind: "session", id: caller.sessionId };
  return handle === undefined ? undefined : { kind: "handle", id: handle };
}
