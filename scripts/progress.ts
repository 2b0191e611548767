const REDRAW_MS = 200;
const TENTH = 10;

/** One line that tells how far an import is: on a terminal always the same, elsewhere a new one each tenth. */
export class Progress {
  readonly #bytes: number;
  /** When the first row was read: before that the server may have been started. */
  #startedAt = 0;
  readonly #isTerminal = process.stderr.isTTY;
  readonly #readOf = new Map<string, number>();
  #drawnAt = 0;
  #tenth = 0;
  #phase = "";
  rows = 0;

  /** @param bytes The size of all files. */
  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  read(file: string, bytes: number): void {
    this.#readOf.set(file, bytes);
    this.#draw();
  }

  phase(phase: string): void {
    const isNew = phase !== this.#phase;
    this.#phase = phase;
    if (this.#isTerminal) this.#draw();
    else if (isNew) process.stderr.write(`${phase}\n`);
  }

  /** Leaves the line. */
  end(): void {
    if (this.#isTerminal && this.#drawnAt > 0) process.stderr.write("\r\x1b[K");
  }

  #draw(): void {
    // The files are only looked into.
    if (this.rows === 0) return;
    this.#startedAt ||= performance.now();
    const now = performance.now();
    if (this.#isTerminal) {
      if (now - this.#drawnAt < REDRAW_MS) return;
      this.#drawnAt = now;
      process.stderr.write(`\r\x1b[K${this.#phase || this.#line(now)}`);
      return;
    }
    const tenth = Math.floor(this.#share() * TENTH);
    if (tenth <= this.#tenth || this.#phase) return;
    this.#tenth = tenth;
    process.stderr.write(`${this.#line(now)}\n`);
  }

  #share(): number {
    const read = [...this.#readOf.values()].reduce((sum, bytes) => sum + bytes, 0);
    return this.#bytes > 0 ? Math.min(1, read / this.#bytes) : 1;
  }

  #line(now: number): string {
    const seconds = (now - this.#startedAt) / 1_000;
    const share = this.#share();
    const left = share > 0 ? (seconds * (1 - share)) / share : 0;
    const rate = Math.round(this.rows / Math.max(seconds, 0.001));
    return `${(100 * share).toFixed(0)} %  ${grouped(this.rows)} rows, ${grouped(rate)} a second, ${duration(left)} left`;
  }
}

export function grouped(count: number): string {
  return count.toLocaleString("en");
}

function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
