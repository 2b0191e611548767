import { answerOf, type ToolResult } from "../answer.ts";
import type { Args, Listeners } from "../bridge/bridge.ts";

/** What becomes of the call that the host has shown the view for. */
interface Outcomes {
  asking(args: Args): void;
  show(result: ToolResult): void;
  cancelled(): void;
  /** Nothing has come in all that time. */
  nothing(args: Args | undefined): void;
  /** Asks the tool again; undefined where the host lets no view call tools. */
  again(args: Args): Promise<ToolResult> | undefined;
}

/** Longer than a call of this tool takes, unless it asks its user something. */
const PATIENCE_MS = 12_000;

/**
 * The call that the host has shown the view for. Hosts tell of it in any order, twice, in part or not at all; some tell of
 * the view's own calls in the same way.
 */
export class FirstCall implements Pick<Listeners, "asked" | "answered" | "cancelled"> {
  readonly #outcomes: Outcomes;
  readonly #patience: ReturnType<typeof setTimeout>;
  #args: Args | undefined;
  /** What was answered last, as text. */
  #last: string | undefined;
  /** Its words alone have come, and what was asked is not known yet. */
  #words: ToolResult | undefined;
  #isShown = false;
  /** How many calls of the view's own are under way. */
  #ownCalls = 0;
  #isOver = false;

  constructor(outcomes: Outcomes) {
    this.#outcomes = outcomes;
    this.#patience = setTimeout(() => outcomes.nothing(this.#args), PATIENCE_MS);
  }

  asked(args: Args): void {
    if (this.#isDeaf() || JSON.stringify(args) === JSON.stringify(this.#args)) return;
    this.#args = args;
    this.#outcomes.asking(args);
    if (this.#words) void this.#askAgain(this.#words);
  }

  answered(result: ToolResult): void {
    const text = JSON.stringify(result.structuredContent ?? result.content);
    if (this.#isDeaf() || text === this.#last) return;
    const isWhole = answerOf(result) !== undefined;
    if (this.#isShown && !isWhole) return;
    clearTimeout(this.#patience);
    this.#last = text;
    this.#words = undefined;
    if (isWhole || result.isError) this.#show(result, isWhole);
    else void this.#askAgain(result);
  }

  cancelled(): void {
    if (this.#isDeaf() || this.#isShown) return;
    clearTimeout(this.#patience);
    this.#outcomes.cancelled();
  }

  /** A call of the view's own. What it finds takes the place of the first call. */
  async own(call: Promise<ToolResult>): Promise<ToolResult> {
    this.#ownCalls++;
    try {
      const result = await call;
      if (answerOf(result)) this.end();
      return result;
    } finally {
      this.#ownCalls--;
    }
  }

  /** Whatever comes now comes too late. */
  end(): void {
    clearTimeout(this.#patience);
    this.#isOver = true;
  }

  #isDeaf(): boolean {
    return this.#isOver || this.#ownCalls > 0;
  }

  /** Some hosts hand on only the words. The tool changes nothing: asked again, it answers the view itself. */
  async #askAgain(words: ToolResult): Promise<void> {
    if (!this.#args) this.#words = words;
    const asked = this.#args && this.#outcomes.again(this.#args);
    const result = await asked?.catch(() => undefined);
    if (this.#isOver || this.#isShown) return;
    const isWhole = result !== undefined && answerOf(result) !== undefined;
    this.#show(isWhole ? result : words, isWhole);
  }

  #show(result: ToolResult, isWhole: boolean): void {
    this.#isShown ||= isWhole;
    this.#outcomes.show(result);
  }
}
