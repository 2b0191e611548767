import type { Config } from "../../config/config.ts";
import { sha256Hex } from "../../digest.ts";
import type { Metrics } from "../../observe/metrics.ts";
import { objectCall, Patience } from "../../stores/patience.ts";
import type { Admission, Admitted, Bid, Health, Ledger, Settlement } from "../contract.ts";
import type { ModelLedger } from "./model-ledger.ts";

/** What is not admitted by then is refused: whoever asked has gone, and has given back what was not yet reserved. */
const PATIENCE_MS = 3_000;
/** The one object has this name. */
const NAME = "all";

type Settings = Pick<Config, "models" | "modelsCacheShared">;

/** The ledger of all isolates, in a Durable Object. */
export class ObjectLedger implements Ledger {
  readonly #objects: DurableObjectNamespace<ModelLedger>;
  readonly #config: Settings;
  readonly #patience: Patience;

  constructor(
    objects: DurableObjectNamespace<ModelLedger>,
    config: Settings,
    metrics: Pick<Metrics, "count">,
  ) {
    this.#objects = objects;
    this.#config = config;
    this.#patience = new Patience(metrics);
  }

  async admit(admission: Admission): Promise<Admitted> {
    const unpriced = admission.bids.filter((bid) => this.#mustBePriced(bid, admission));
    const given: Admission = {
      ...admission,
      holder: await sha256Hex(admission.holder),
      cacheKey: admission.cacheKey && (await this.#cacheKey(admission.holder, admission.cacheKey)),
      bids: admission.bids.filter((bid) => !unpriced.includes(bid)),
    };
    const givenUpAtMs = Date.now() + PATIENCE_MS;
    // Made twice, it would reserve twice.
    const admitted = await this.#call((ledger) => ledger.admit(given, givenUpAtMs), false);
    const outcome = "unpriced" as const;
    const passedOver = [...unpriced.map(({ key }) => ({ key, outcome })), ...admitted.passedOver];
    return { ...admitted, passedOver };
  }

  async settle(settlement: Settlement): Promise<void> {
    const { holder, keep } = settlement;
    const given: Settlement = {
      ...settlement,
      holder: await sha256Hex(holder),
      keep: keep && { ...keep, cacheKey: await this.#cacheKey(holder, keep.cacheKey) },
    };
    // What failed was logged and counted.
    await this.#call((ledger) => ledger.settle(given), true).catch(() => {});
  }

  /** How the configured models are, by their keys. @throws StoreDown if the object does not answer */
  async health(): Promise<Readonly<Record<string, Health>>> {
    const keys = this.#config.models.map(({ key }) => key);
    return this.#call((ledger) => ledger.health(keys), true);
  }

  /** Nobody knows what it would cost. */
  #mustBePriced({ key }: Bid, { mostADay }: Admission): boolean {
    if (mostADay.nanodollars === 0) return false;
    return !this.#config.models.some((model) => model.key === key && model.price);
  }

  /** An answer is its holder's alone, unless the operator wants it shared. */
  async #cacheKey(holder: string, cacheKey: string): Promise<string> {
    const owner = this.#config.modelsCacheShared === "yes" ? "" : holder;
    return sha256Hex(JSON.stringify([owner, cacheKey]));
  }

  #call<Answer>(
    ask: (ledger: DurableObjectStub<ModelLedger>) => Promise<Answer>,
    isRepeatable: boolean,
  ): Promise<Answer> {
    const call = objectCall("the ledger of models", isRepeatable, PATIENCE_MS);
    return this.#patience.call(call, () => ask(this.#objects.getByName(NAME)));
  }
}
