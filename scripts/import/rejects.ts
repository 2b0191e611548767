import { createWriteStream, type WriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import type { RejectedRow } from "../../src/imports/batches.ts";

/** So many reasons are counted one by one. */
const MOST_REASONS = 100;
const OTHERS = "other problems";

/** The skipped rows: counted by reason, and written to a file, a RejectedRow as JSON on each line. */
export class Rejects {
  readonly file: string | undefined;
  #stream: WriteStream | undefined;
  readonly #counts = new Map<string, number>();

  /** Without a file they are only counted. */
  constructor(file?: string) {
    this.file = file;
  }

  add(rejected: RejectedRow): void {
    const isKnown = this.#counts.has(rejected.reason) || this.#counts.size < MOST_REASONS;
    const reason = isKnown ? rejected.reason : OTHERS;
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
    if (!this.file) return;
    this.#stream ??= createWriteStream(this.file);
    this.#stream.write(`${JSON.stringify(rejected)}\n`);
  }

  /** How often each reason came, the most frequent first. */
  reasons(): [reason: string, count: number][] {
    return [...this.#counts].sort((a, b) => b[1] - a[1]);
  }

  /** Ends the file. If nothing was skipped, a file of an earlier run is deleted: its rows are mended. */
  async close(): Promise<void> {
    if (this.#stream) {
      const stream = this.#stream;
      await new Promise<void>((resolve, reject) => {
        stream.on("error", reject);
        stream.end(resolve);
      });
    } else if (this.file) {
      await rm(this.file, { force: true });
    }
  }
}
