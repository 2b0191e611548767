import { DurableObject } from "cloudflare:workers";
import { type Bundle, sumOf, type Values } from "./window.ts";

/** Of so many bundles it is known that they have come: of more than come until one is sent again. */
const MOST_KNOWN = 500;

interface State {
  readonly totals: Values;
  /** The ids of the newest bundles. */
  readonly known: readonly string[];
}

/**
 * The sums of what some of the isolates have counted; they outlive these. All of it is one value, because Cloudflare counts
 * rows written, and gives 100,000 a day for nothing, which sessions and keys need, too. The vocabulary bounds its size.
 */
export class MetricShard extends DurableObject<Env> {
  #state: State;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#state = state.storage.kv.get<State>("state") ?? { totals: new Map(), known: [] };
  }

  /** Adds bundles up. One that came before is passed over: whoever sent it did not hear that it had come. */
  add(bundles: readonly Bundle[]): void {
    const { totals, known } = this.#state;
    const fresh = bundles.filter(({ id }) => !known.includes(id));
    if (fresh.length === 0) return;
    const state = {
      totals: sumOf([totals, ...fresh.map(({ values }) => values)]),
      known: [...known, ...fresh.map(({ id }) => id)].slice(-MOST_KNOWN),
    };
    this.ctx.storage.kv.put("state", state);
    this.#state = state;
  }

  totals(): Values {
    return this.#state.totals;
  }
}
