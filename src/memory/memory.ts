import { sha256Hex } from "../digest.ts";
import type { Location } from "../location/location.ts";
import type { MemoryKey } from "../location/owner.ts";
import type { Session } from "./session.ts";

const HANDLE_BYTES = 18;
const HANDLE = /^[\w-]{24}$/;

/** What callers have asked to be remembered, each in a Durable Object of its own. */
export class Memory {
  /** What is not used for so long is forgotten. */
  readonly ttlSeconds: number;
  readonly #sessions: DurableObjectNamespace<Session>;

  constructor(sessions: DurableObjectNamespace<Session>, ttlSeconds: number) {
    this.#sessions = sessions;
    this.ttlSeconds = ttlSeconds;
  }

  /** A text that nobody can guess, to pass back. */
  newHandle(): string {
    const bytes = crypto.getRandomValues(new Uint8Array(HANDLE_BYTES));
    return btoa(String.fromCharCode(...bytes))
      .replaceAll("+", "-")
      .replaceAll("/", "_");
  }

  async recall(key: MemoryKey): Promise<Location | undefined> {
    return (await this.#of(key))?.recall();
  }

  async remember(key: MemoryKey, location: Location): Promise<void> {
    await (await this.#of(key))?.remember(location);
  }

  /** Whether there was anything to forget. */
  async forget(key: MemoryKey): Promise<boolean> {
    return (await (await this.#of(key))?.forget()) ?? false;
  }

  /** Undefined for a handle that is none of ours. Objects are named by digests: the names show in consoles. */
  async #of({ kind, id }: MemoryKey): Promise<DurableObjectStub<Session> | undefined> {
    if (kind === "handle" && !HANDLE.test(id)) return undefined;
    return this.#sessions.getByName(`${kind}:${await sha256Hex(id)}`);
  }
}
