import type { Metrics } from "../../observe/metrics.ts";
import { objectCall, Patience } from "../../stores/patience.ts";
import type { Granted, Lease, Most, SessionRegister } from "./registry.ts";

/** One object counts all: it is asked when something begins or ends. */
const REGISTER = "register";

/** The register as sessions see it. */
export class Leases {
  readonly #register: DurableObjectNamespace<SessionRegister>;
  readonly #patience: Patience;

  constructor(register: DurableObjectNamespace<SessionRegister>, metrics: Pick<Metrics, "count">) {
    this.#register = register;
    this.#patience = new Patience(metrics);
  }

  /** @throws StoreDown if the register does not answer */
  async take(lease: Lease, most: Most): Promise<Granted> {
    return this.#ask((register) => register.take(lease, most));
  }

  /** If the register does not hear of it, the lease lapses. */
  async end(id: string): Promise<void> {
    await this.#ask((register) => register.end(id)).catch(() => {});
  }

  /** How many sessions live. @throws StoreDown if the register does not answer */
  async count(): Promise<number> {
    return this.#ask((register) => register.count());
  }

  #ask<Answer>(
    ask: (register: DurableObjectStub<SessionRegister>) => Promise<Answer>,
  ): Promise<Answer> {
    return this.#patience.call(objectCall("the register of sessions"), () =>
      ask(this.#register.getByName(REGISTER)),
    );
  }
}
