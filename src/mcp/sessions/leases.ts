import { answerOf } from "../../durable-object.ts";
import type { Granted, Lease, Most, SessionRegister } from "./registry.ts";

/** One object counts all: it is asked when something begins or ends. */
const REGISTER = "register";

/** The register as sessions see it. */
export class Leases {
  readonly #register: DurableObjectNamespace<SessionRegister>;

  constructor(register: DurableObjectNamespace<SessionRegister>) {
    this.#register = register;
  }

  /** @throws StoreDown if the register does not answer */
  async take(lease: Lease, most: Most): Promise<Granted> {
    return this.#ask((register) => register.take(lease, most));
  }

  async end(id: string): Promise<void> {
    await this.#ask((register) => register.end(id));
  }

  /** How many sessions live. @throws StoreDown if the register does not answer */
  async count(): Promise<number> {
    return this.#ask((register) => register.count());
  }

  #ask<Answer>(
    ask: (register: DurableObjectStub<SessionRegister>) => Promise<Answer>,
  ): Promise<Answer> {
    const how = { what: "the register of sessions", isRepeatable: true };
    return answerOf(how, () => ask(this.#register.getByName(REGISTER)));
  }
}
