const REDRAW_MS = 200;
const TENTH = 10;

/** Tells how far an import is: on a terminal in one line that is redrawn, elsewhere in a new line for each tenth. */
export class Progress {
  readonly #bytes: number;
  /** When the first row was read: before that the server may have been started. */
  #startedAtMs = 0;
  readonly #isTerminal = process.stderr.isTTY;
  /** How many bytes of each file are read. */
  readonly #read = new Map<string, number>();
  #drawnAtMs = 0;
  #tenth = 0;
  #phase = "";
  rows = 0;

  /** @param bytes The size of all files. */
  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  read(file: string, bytes: number): void {
    this.#read.set(file, bytes);
    this.#draw();
  }

  phase(phase: string): void {
    const isNew = phase !== this.#phase;
    this.#phase = phase;
    if (this.#isTerminal) this.#draw();
    else if (isNew) process.stderr.write(`${phase}\n`);
  }

  /** Clears the line. */
  end(): void {
    if (this.#isTerminal && this.#drawnAtMs > 0) process.stderr.write("\r\x1b[K");
  }

  #draw(): void {
    // Until then only the samples are read.
    if (this.rows === 0) return;
    const nowMs = performance.now();
    this.#startedAtMs ||= nowMs;
    const line = progressText(this.#share(), this.rows, "rows", nowMs - this.#startedAtMs);
    if (this.#isTerminal) {
      if (nowMs - this.#drawnAtMs < REDRAW_MS) return;
      this.#drawnAtMs = nowMs;
      process.stderr.write(`\r\x1b[K${this.#phase || line}`);
      return;
    }
    const tenth = Math.floor(this.#share() * TENTH);
    if (tenth <= this.#tenth || this.#phase) return;
    this.#tenth = tenth;
    process.stderr.write(`${line}\n`);
  }

  #share(): number {
    const read = [...this.#read.values()].reduce((sum, bytes) => sum + bytes, 0);
    return this.#bytes > 0 ? Math.min(1, read / this.#bytes) : 1;
  }
}

/** How far something is: "45 %  1,200 rows, 300 a second, 5 s left". */
export function progressText(
  share: number,
  count: number,
  unit: string,
  elapsedMs: number,
): string {
  const seconds = elapsedMs / 1_000;
  const secondsLeft = share > 0 ? (seconds * (1 - share)) / share : 0;
  const rate = Math.round(count / Math.max(seconds, 0.001));
  return `${(100 * share).toFixed(0)} %  ${grouped(count)} ${unit}, ${grouped(rate)} a second, ${duration(secondsLeft)} left`;
}

/** "1,200,000" */
export function grouped(count: number): string {
  return count.toLocaleString("en");
}

function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
