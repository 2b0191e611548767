/**
 * A clock of what is computed, in units of whoever computes: time itself stands still in a Worker meanwhile, so that what pauses by
 * the clock would never pause.
 */
export class Pace {
  /** So far. */
  spent = 0;
  #pausedAt = 0;
  readonly #between: number;
  readonly #pause: () => Promise<void>;

  /**
   * @param between how many units there are between two pauses
   * @param pause lets others have the isolate (contract.ts)
   */
  constructor(between: number, pause: () => Promise<void>) {
    this.#between = between;
    this.#pause = pause;
  }

  /** Counts some units, and tells whether a pause is due: for loops that would take longer if they awaited each time. */
  spend(units: number): boolean {
    this.spent += units;
    return this.spent - this.#pausedAt >= this.#between;
  }

  async pause(): Promise<void> {
    this.#pausedAt = this.spent;
    await this.#pause();
  }

  /** Counts some units, and pauses if that is due. */
  async count(units: number): Promise<void> {
    if (this.spend(units)) await this.pause();
  }
}
