/** Some 5 ms of a processor, 50 ms of a slow one. */
const OPERATIONS_BETWEEN_PAUSES = 8_000_000;

/**
 * A clock of floating-point operations. Time itself stands still while a Worker computes, so that what pauses by the clock
 * would never pause.
 */
export class Pace {
  /** So far. */
  operations = 0;
  #pausedAt = 0;
  readonly #pause: () => Promise<void>;

  constructor(pause: () => Promise<void>) {
    this.#pause = pause;
  }

  /** Counts some that have been done, and tells whether a pause is due. */
  spend(operations: number): boolean {
    this.operations += operations;
    return this.operations - this.#pausedAt >= OPERATIONS_BETWEEN_PAUSES;
  }

  async pause(): Promise<void> {
    this.#pausedAt = this.operations;
    await this.#pause();
  }
}
