/** What came of the tasks of each kind. */
export class Tally {
  readonly #kinds: ReadonlyMap<string, Counts>;
  #others = 0;

  constructor(kinds: readonly string[]) {
    const none = (): Counts => ({
      ...{ completed: 0, cancelled: 0, unanswered: 0, wrong: 0 },
      goneOnMs: [],
    });
    this.#kinds = new Map(kinds.map((name) => [name, none()]));
  }

  /** Nobody was told that there is a task. */
  unanswered(kind: string): void {
    this.#of(kind).unanswered += 1;
  }

  /** @param goneOnMs how long after the start it ended; undefined: it had ended before the kill */
  ended(kind: string, how: string, goneOnMs: number | undefined): void {
    const counts = this.#of(kind);
    if (how === "completed" || how === "cancelled") counts[how] += 1;
    else counts.wrong += 1;
    if (goneOnMs !== undefined) counts.goneOnMs.push(goneOnMs);
  }

  /** Something is wrong that is of no kind. */
  fault(): void {
    this.#others += 1;
  }

  get faults(): number {
    return [...this.#kinds.values()].reduce((sum, { wrong }) => sum + wrong, this.#others);
  }

  table(): string {
    const rows = [...this.#kinds].map(([name, { goneOnMs, ...counts }]) => {
      const sorted = goneOnMs.toSorted((a, b) => a - b);
      const seconds = (ms: number | undefined) => (ms === undefined ? "" : (ms / 1_000).toFixed(1));
      const [median, most] = [sorted[sorted.length >> 1], sorted.at(-1)];
      const { completed, cancelled, unanswered, wrong } = counts;
      return [name, completed, cancelled, unanswered, wrong, seconds(median), seconds(most)];
    });
    const head = ["kind", "completed", "cancelled", "not answered", "wrong", "median s", "most s"];
    return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
  }

  #of(kind: string): Counts {
    return this.#kinds.get(kind)!;
  }
}

interface Counts {
  completed: number;
  cancelled: number;
  unanswered: number;
  wrong: number;
  /** How long after the start each ended that had not ended before. */
  readonly goneOnMs: number[];
}
