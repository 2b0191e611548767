import { inject } from "vitest";
import type { SeenRequest } from "./server.ts";

/** Models on the fake server that only this object knows: what they do is told, or said by their ids. */
export class FakeModels {
  readonly #url = `${inject("modelServer")}/${crypto.randomUUID()}`;

  /** For `openai-compatible`, `openai` and `anthropic`. */
  baseUrl(format: "openai" | "anthropic"): string {
    return `${this.#url}/${format}/v1`;
  }

  /** From now on the models of these ids behave so (behaviour.ts). */
  async tell(behaviours: Readonly<Record<string, string>>): Promise<void> {
    const request = { method: "PUT", body: JSON.stringify(behaviours) };
    await (await fetch(`${this.#url}/models`, request)).text();
  }

  /** The requests that have come, in their order. */
  async seen(): Promise<readonly SeenRequest[]> {
    return (await fetch(`${this.#url}/seen`)).json();
  }
}
