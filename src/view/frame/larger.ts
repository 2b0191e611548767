import type { Bridge } from "../bridge/bridge.ts";
import { isInline } from "./fit.ts";

/** The button that has the host show the view larger, and smaller again; only where the host can. */
export class Larger {
  readonly element = document.createElement("button");
  readonly #bridge: Bridge;

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
    this.element.type = "button";
    this.element.className = "larger";
    this.element.addEventListener("click", () => {
      // A host that refuses leaves all as it is.
      bridge.requestDisplayMode(this.#other()).catch(() => {});
    });
    this.apply();
  }

  apply(): void {
    const { availableDisplayModes: modes } = this.#bridge.context;
    const other = this.#other();
    this.element.hidden = !(Array.isArray(modes) && modes.includes(other));
    this.element.textContent = other === "fullscreen" ? "Larger" : "Smaller";
  }

  #other() {
    return isInline(this.#bridge.context.displayMode) ? "fullscreen" : "inline";
  }
}
