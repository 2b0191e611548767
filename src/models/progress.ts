import { visibleLines } from "../text/plain-text.ts";
import type { Attempt } from "./question.ts";

/** A message costs more than the few characters that it brings. */
const BETWEEN_MESSAGES_MS = 150;

/** How a call is going on: `done` is more each time. */
export type Report = (done: number, total: undefined, message: string) => void;

/** Tells of a call while it lasts: the text as it comes, and in square brackets which models have failed. */
export class ModelsProgress {
  readonly #report: Report;
  #done = 0;
  /** Text that was not told yet. */
  #waiting = "";
  /** Whose text was told last; undefined before any was, and where that counts no more. */
  #writer: string | undefined;
  #hasTold = false;
  #toldAtMs = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  /** The next piece of an answer. */
  text(piece: string, model: string): void {
    if (this.#writer !== model) {
      this.flush();
      if (this.#hasTold) this.#tell(`[${model} begins anew]`);
      this.#writer = model;
    }
    this.#waiting += piece;
    if (Date.now() - this.#toldAtMs >= BETWEEN_MESSAGES_MS) this.flush();
  }

  /** An attempt has ended. */
  attempt({ model, outcome }: Attempt): void {
    this.flush();
    if (outcome === "ok" && this.#writer === model) return;
    this.#writer = undefined;
    this.#tell(`[${model}: ${outcome}]`);
  }

  /** Tells what was not told yet, whole characters only. */
  flush(): void {
    const isSplit = /[\ud800-\udbff]$/.test(this.#waiting);
    const text = isSplit ? this.#waiting.slice(0, -1) : this.#waiting;
    this.#waiting = this.#waiting.slice(text.length);
    if (text === "") return;
    this.#hasTold = true;
    this.#tell(visibleLines(text));
  }

  #tell(message: string): void {
    this.#done += Math.max(1, message.length);
    this.#toldAtMs = Date.now();
    this.#report(this.#done, undefined, message);
  }
}
