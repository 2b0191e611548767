import type { Key } from "./issued.ts";

/** A key that was revoked elsewhere is taken for so long at most. */
export const REMEMBERED_MS = 30_000;
const MOST_KEYS = 1_000;

/** The keys that this isolate has seen a moment ago, by their digests. Keys that are not there are not remembered. */
export class RememberedKeys {
  readonly #seen = new Map<string, { readonly key: Key; readonly untilMs: number }>();
  readonly #now: () => number;

  /** @param now the clock, in milliseconds */
  constructor(now: () => number = () => Date.now()) {
    this.#now = now;
  }

  get(digest: string): Key | undefined {
    const seen = this.#seen.get(digest);
    if (seen && seen.untilMs > this.#now()) return seen.key;
    this.#seen.delete(digest);
    return undefined;
  }

  set(digest: string, key: Key): void {
    // A map keeps the order of insertion: so the key that was looked up longest ago comes first.
    this.#seen.delete(digest);
    this.#seen.set(digest, { key, untilMs: this.#now() + REMEMBERED_MS });
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > MOST_KEYS) this.#seen.delete(oldest!);
  }

  forget(name: string): void {
    for (const [digest, { key }] of this.#seen) if (key.name === name) this.#seen.delete(digest);
  }
}
