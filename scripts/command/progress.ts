const REDRAW_MS = 200;
const TENTH = 10;
/** In less time, a rate says nothing. */
const LEAST_MS = 1_000;

/** How far something is. */
export interface Mark {
  /** From 0 to 1. */
  readonly share: number;
  readonly count: number;
}

const BEGINNING: Mark = { share: 0, count: 0 };

/** Tells how far an import is: on a terminal in one line that is redrawn, elsewhere in a new line for each tenth. */
export class Progress {
  readonly #bytes: number;
  /** From when and where on the pace is measured: what an earlier run has sent is passed over quickly. */
  #startedAtMs: number | undefined;
  #start = BEGINNING;
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

  /** To be called when something is sent; the first time counts. */
  sends(): void {
    if (this.#startedAtMs !== undefined) return;
    this.#startedAtMs = performance.now();
    this.#start = this.#mark();
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
    const elapsedMs = nowMs - (this.#startedAtMs ?? nowMs);
    const line = progressText(this.#mark(), "rows", elapsedMs, this.#start);
    if (this.#isTerminal) {
      if (nowMs - this.#drawnAtMs < REDRAW_MS) return;
      this.#drawnAtMs = nowMs;
      process.stderr.write(`\r\x1b[K${this.#phase || line}`);
      return;
    }
    const tenth = Math.floor(this.#mark().share * TENTH);
    if (tenth <= this.#tenth || this.#phase) return;
    this.#tenth = tenth;
    process.stderr.write(`${line}\n`);
  }

  #mark(): Mark {
    const read = [...this.#read.values()].reduce((sum, bytes) => sum + bytes, 0);
    const share = this.#bytes > 0 ? Math.min(1, read / this.#bytes) : 1;
    return { share, count: this.rows };
  }
}

/**
 * How far something is: "45 %  1,200 rows, 300 a second, 5 s left".
 *
 * @param elapsedMs since it was at `start`
 */
export function progressText(
  { share, count }: Mark,
  unit: string,
  elapsedMs: number,
  start = BEGINNING,
): string {
  const far = `${(100 * share).toFixed(0)} %  ${grouped(count)} ${unit}`;
  if (elapsedMs < LEAST_MS || share <= start.share) return far;
  const seconds = elapsedMs / 1_000;
  const secondsLeft = (seconds * (1 - share)) / (share - start.share);
  const rate = Math.round((count - start.count) / seconds);
  return `${far}, ${grouped(rate)} a second, ${duration(secondsLeft)} left`;
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
