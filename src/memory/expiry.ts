/** A due date is moved only if it moves by so much of its time: most uses then write nothing. */
const WORTH_WRITING = 0.05;

/**
 * When something in a Durable Object's storage is due to be deleted: so long after its last use. The
 * alarm comes at the due date, and again if there was a use in between.
 */
export class Expiry {
  readonly #storage: DurableObjectStorage;
  readonly #ttlMs: number;

  constructor(storage: DurableObjectStorage, ttlSeconds: number) {
    this.#storage = storage;
    this.#ttlMs = ttlSeconds * 1_000;
  }

  isOver(): boolean {
    return this.#dueAtMs() <= Date.now();
  }

  /** Notes a use. */
  async renew(): Promise<void> {
    const dueAtMs = Date.now() + this.#ttlMs;
    if (dueAtMs - this.#dueAtMs() <= WORTH_WRITING * this.#ttlMs) return;
    this.#storage.kv.put("dueAtMs", dueAtMs);
    await this.keepAlarm();
  }

  /** Has the alarm ring at the due date. */
  async keepAlarm(): Promise<void> {
    await this.#storage.setAlarm(this.#dueAtMs());
  }

  #dueAtMs(): number {
    return this.#storage.kv.get<number>("dueAtMs") ?? 0;
  }
}
