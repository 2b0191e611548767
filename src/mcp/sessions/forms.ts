import type { Leases } from "./leases.ts";

/** As long as a user may take to fill in a form. */
export const FORM_PATIENCE_MS = 120_000;
const MOST_OF_SESSION = 3;
const MOST_OF_HOLDER = 10;

/** The forms of a session that wait for answers: each keeps the session's object in memory, which is billed by time. */
export class Forms {
  readonly #leases: Leases;
  readonly #holder: string | undefined;
  readonly #mostInAll: number;
  #open = 0;

  /** @param holder who has a share of all forms */
  constructor(leases: Leases, holder: string | undefined, mostInAll: number) {
    this.#leases = leases;
    this.#holder = holder;
    this.#mostInAll = mostInAll;
  }

  /** What comes of showing one more; undefined if there are too many already. */
  async show<Answer>(show: () => Promise<Answer>): Promise<Answer | undefined> {
    if (this.#open >= MOST_OF_SESSION) return undefined;
    this.#open++;
    const id = crypto.randomUUID();
    try {
      return (await this.#mayOpen(id)) ? await show() : undefined;
    } finally {
      this.#open--;
      await this.#leases.end(id);
    }
  }

  async #mayOpen(id: string): Promise<boolean> {
    const lease = {
      id,
      kind: "form",
      holder: this.#holder,
      expiresAtMs: Date.now() + FORM_PATIENCE_MS,
    } as const;
    const most = { inAll: this.#mostInAll, ofHolder: MOST_OF_HOLDER };
    // A register that does not answer gives none.
    return this.#leases.take(lease, most).then(
      (granted) => granted === "granted",
      () => false,
    );
  }
}
