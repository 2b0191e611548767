import { addressBlockOf } from "../address.ts";
import type { Caller } from "../caller.ts";
import type { Config } from "../config/config.ts";
import { memoryOwner } from "../location/owner.ts";

/** Who asks for a task, or about one. */
export interface Asker {
  /** The task of a subject is its subject's alone. That of nobody is whoever's who has its id. */
  readonly subject: string | undefined;
  /** Whose equal calls join one task; undefined: none do. */
  readonly joinsAs: string | undefined;
  /** Who has a share of the places, and a budget. */
  readonly holder: string;
}

/** @param handle of who has no session (src/location/owner.ts); one that this server has given out */
export function askerOf(
  caller: Pick<Caller, "principal" | "meta" | "sessionId" | "address">,
  handle: string | undefined,
  config: Pick<Config, "openaiRanges">,
): Asker {
  const { subject } = caller.principal;
  const owner = memoryOwner(caller, handle, config);
  const joinsAs = owner && `${owner.kind}:${owner.id}`;
  // Behind an assistant's address are many people.
  const user = owner?.kind === "openai" ? joinsAs : undefined;
  const holder = subject ?? user ?? addressBlockOf(caller.address) ?? "this machine";
  return { subject, joinsAs, holder };
}

/** The server itself: what it does is nobody's, and is not counted. */
export const THE_SERVER: Asker = {
  subject: "the server",
  joinsAs: "the server",
  holder: "the server",
};
