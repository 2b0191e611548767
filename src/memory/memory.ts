import { sha256Hex } from "../digest.ts";
import type { LocationMemory } from "../location/ladder.ts";
import type { Location } from "../location/location.ts";
import type { MemoryOwner } from "../location/owner.ts";
import type { Metrics } from "../observe/metrics.ts";
import { objectCall, Patience } from "../stores/patience.ts";
import type { Session } from "./session.ts";

/** Nobody guesses as many. */
const HANDLE_BYTES = 12;
const CHECK_BYTES = 6;
const HANDLE = /^([\w-]{16})[\w-]{8}$/;

/**
 * What callers have asked to be remembered, each in a Durable Object of its own.
 *
 * Its methods throw StoreDown where the object does not answer.
 */
export class Memory implements LocationMemory {
  /** What is not used for so long is forgotten. */
  readonly ttlSeconds: number;
  readonly #sessions: DurableObjectNamespace<Session>;
  readonly #patience: Patience;

  constructor(
    sessions: DurableObjectNamespace<Session>,
    ttlSeconds: number,
    metrics: Pick<Metrics, "count">,
  ) {
    this.#sessions = sessions;
    this.ttlSeconds = ttlSeconds;
    this.#patience = new Patience(metrics);
  }

  /** A text that nobody can guess, to pass back. */
  newHandle(): string {
    const random = crypto.getRandomValues(new Uint8Array(HANDLE_BYTES));
    return this.#withCheck(Buffer.from(random).toString("base64url"));
  }

  /** So that a text that we have not made up wakes no object, and is nobody's name. */
  isOurs(handle: string): boolean {
    const [, random] = HANDLE.exec(handle) ?? [];
    return random !== undefined && this.#withCheck(random) === handle;
  }

  async recall(owner: MemoryOwner): Promise<Location | undefined> {
    return this.#ask(owner, (session) => session.recall());
  }

  async remember(owner: MemoryOwner, location: Location): Promise<void> {
    await this.#ask(owner, (session) => session.remember(location));
  }

  /** Whether there was anything to forget. */
  async forget(owner: MemoryOwner): Promise<boolean> {
    const forget = (session: DurableObjectStub<Session>) => session.forget();
    return (await this.#ask(owner, forget, { isRepeatable: false })) ?? false;
  }

  /** Undefined for a handle that is none of ours. Objects are named by digests: the names show in consoles. */
  async #ask<Answer>(
    { kind, id }: MemoryOwner,
    ask: (session: DurableObjectStub<Session>) => Promise<Answer>,
    { isRepeatable = true } = {},
  ): Promise<Answer | undefined> {
    if (kind === "handle" && !this.isOurs(id)) return undefined;
    const name = `${kind}:${await sha256Hex(id)}`;
    const call = objectCall("memory", isRepeatable);
    return this.#patience.call(call, () => ask(this.#sessions.getByName(name)));
  }

  /** The id that the platform makes of a name depends on a key of this deployment that nobody else has. */
  #withCheck(random: string): string {
    const id = Buffer.from(this.#sessions.idFromName(`check:${random}`).toString(), "hex");
    return random + id.subarray(0, CHECK_BYTES).toString("base64url");
  }
}
