/** What those wait for who wait for a change, whatever it is. */
export class Stir {
  #next = Promise.withResolvers<void>();

  /** Something has changed. */
  up(): void {
    this.#next.resolve();
    this.#next = Promise.withResolvers();
  }

  /** Waits until something changes, but not longer than this. */
  within(ms: number): Promise<void> {
    const { promise } = this.#next;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      promise.then(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
