import type { HostContext } from "../bridge/bridge.ts";
import { variablesIn } from "./variables.ts";

/** The host's theme, colours and fonts. */
export class Look {
  readonly #fonts = document.createElement("style");
  #taken: readonly string[] = [];

  constructor() {
    document.head.append(this.#fonts);
  }

  /** @returns whether the theme is another one now */
  apply({ theme, styles }: HostContext): boolean {
    const { dataset, style } = document.documentElement;
    const before = dataset.theme;
    // Without a word of the host the browser's own preference counts.
    if (theme === "light" || theme === "dark") dataset.theme = theme;
    else delete dataset.theme;
    for (const name of this.#taken) style.removeProperty(name);
    const variables = variablesIn(styles?.variables);
    for (const [name, value] of variables) style.setProperty(name, value);
    this.#taken = variables.map(([name]) => name);
    const fonts = styles?.css?.fonts;
    const css = typeof fonts === "string" ? fonts : "";
    if (this.#fonts.textContent !== css) this.#fonts.textContent = css;
    return dataset.theme !== before;
  }
}
