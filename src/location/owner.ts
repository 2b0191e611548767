import type { Caller } from "../caller.ts";
import type { Config } from "../config/config.ts";
import { isFromOpenai } from "./relay-detection.ts";

/** To whom a remembered location belongs: nobody else can come by the same. */
export interface MemoryOwner {
  readonly kind: "subject" | "openai" | "session" | "handle";
  readonly id: string;
}

/**
 * The authenticated subject; else ChatGPT's user, if the connection is OpenAI's own (the text identifies a user, and
 * anybody can send it); else the session of a 2025-era client; else whoever holds the handle. Undefined: nobody in
 * particular, and nothing is remembered.
 */
export function memoryOwner(
  caller: Pick<Caller, "principal" | "meta" | "sessionId" | "address">,
  handle: string | undefined,
  config: Pick<Config, "openaiRanges">,
): MemoryOwner | undefined {
  const { principal, meta, sessionId } = caller;
  if (principal.subject !== undefined) return { kind: "subject", id: principal.subject };
  const openaiUser = meta["openai/subject"];
  if (typeof openaiUser === "string" && openaiUser && isFromOpenai(caller, config)) {
    return { kind: "openai", id: openaiUser };
  }
  if (sessionId !== undefined) return { kind: "session", id: sessionId };
  return handle === undefined ? undefined : { kind: "handle", id: handle };
}

/** All under whom a caller may find something, the handle's first: to pass one is to ask for what it stands for. */
export function memoryOwners(
  caller: Parameters<typeof memoryOwner>[0],
  handle: string | undefined,
  config: Pick<Config, "openaiRanges">,
): readonly MemoryOwner[] {
  const own = memoryOwner(caller, undefined, config);
  return [
    ...(handle === undefined ? [] : [{ kind: "handle", id: handle } as const]),
    ...(own ? [own] : []),
  ];
}
