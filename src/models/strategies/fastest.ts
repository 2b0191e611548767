import type { Call } from "../call/call.ts";
import { type Answer, MOST_AT_ONCE, type Strategy } from "../call/strategy.ts";
import { type Model, ModelFailure } from "../contract.ts";

/**
 * Hedged requests (Dean and Barroso, The Tail at Scale, 2013): where a model takes longer than nearly always, another one is
 * asked besides. That costs few requests, and cuts off the tail.
 */
const fastest: Strategy = {
  name: "fastest",
  does: "asks another one, too, as soon as one is slow or fails; the first valid answer wins",
  async find(call) {
    const answer = await new Race(call).run();
    return answer && { answer };
  },
};
export default fastest;

const BEATEN = new ModelFailure("cancelled", "Another model was faster.", { mayHaveCost: true });

/** Lanes that share a queue of models: in each they are asked in turn, and the first valid answer of any ends all. */
class Race {
  readonly #call: Call;
  readonly #queue;
  readonly #over = new AbortController();
  readonly #won = Promise.withResolvers<Answer | undefined>();
  readonly #lanes: Promise<void>[] = [];
  readonly #hedges = new Set<ReturnType<typeof setTimeout>>();
  #running = 0;
  #isWon = false;
  #error: unknown;

  constructor(call: Call) {
    this.#call = call;
    this.#queue = [...call.models];
  }

  async run(): Promise<Answer | undefined> {
    this.#start(false);
    try {
      return await this.#won.promise;
    } finally {
      this.#over.abort(BEATEN);
      for (const hedge of this.#hedges) clearTimeout(hedge);
      // They note what they may have cost.
      await Promise.all(this.#lanes);
    }
  }

  #start(isHedge: boolean): void {
    this.#running++;
    this.#lanes.push(this.#lane(isHedge));
  }

  /** Never fails: what it throws counts where no other lane brings an answer. */
  async #lane(isHedge: boolean): Promise<void> {
    let hedge: ReturnType<typeof setTimeout> | undefined;
    let hasSent = false;
    const onSent = (model: Model) => {
      hasSent = true;
      // The one before has failed, and this one is asked in its place.
      clearTimeout(hedge);
      hedge = setTimeout(() => this.#hedge(), this.#call.hedgeMs(model));
      this.#hedges.add(hedge);
    };
    const { signal } = this.#over;
    try {
      const answer = await this.#call.inTurn(this.#queue, { isAlone: false, signal, onSent });
      if (isHedge && hasSent) this.#call.countHedge(answer && !this.#isWon ? "won" : "lost");
      if (answer) this.#win(answer);
    } catch (error) {
      this.#error ??= error;
    }
    clearTimeout(hedge);
    this.#running--;
    if (this.#running > 0) return;
    if (this.#error === undefined) this.#won.resolve(undefined);
    else this.#won.reject(this.#error);
  }

  #hedge(): void {
    if (this.#queue.length > 0 && this.#running < MOST_AT_ONCE) this.#start(true);
  }

  #win(answer: Answer): void {
    this.#isWon = true;
    this.#won.resolve(answer);
  }
}
