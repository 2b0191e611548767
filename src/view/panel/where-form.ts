import { button, element, ownLink } from "../element.ts";

export interface WhereOptions {
  onPlace(near: string): void;
  /** Undefined where the device's location is not to be had. */
  readonly onDevice: (() => void) | undefined;
  /** The page on which people say where they are. */
  readonly herePage: string | undefined;
  /** Without it there are only choices. */
  readonly hasField: boolean;
  openLink(url: string): void;
  onClose(): void;
}

const MOST_CHARACTERS = 200;

/**
 * Where to look: by a name, or by the device. It is no form of HTML: what is sandboxed without `allow-forms` gets no
 * `submit` event.
 */
export class WhereForm {
  readonly element: HTMLElement;
  readonly #field = element("input", {
    type: "text",
    maxlength: String(MOST_CHARACTERS),
    autocomplete: "off",
    spellcheck: "false",
    enterkeyhint: "search",
    dir: "auto",
    placeholder: "Town, station …",
  });
  readonly #choices = element("div", { class: "choices", role: "group", hidden: true });
  readonly #options: WhereOptions;

  constructor(options: WhereOptions) {
    this.#options = options;
    const { onDevice, herePage, hasField } = options;
    const look = () => {
      const near = this.#field.value.trim();
      if (near) options.onPlace(near);
      else this.#field.focus();
    };
    this.#choices.setAttribute("aria-label", "Which one");
    this.element = element(
      "div",
      { class: "where-form", role: "search", "aria-label": "Where to look", hidden: true },
      this.#choices,
      ...(hasField
        ? [
            element(
              "div",
              { class: "field" },
              element("label", {}, element("span", { class: "unseen" }, "Place"), this.#field),
              button("Look there", look, { class: "main" }),
            ),
            onDevice
              ? button("Use my location", onDevice, { class: "quiet mine" })
              : herePage !== undefined && this.#toHerePage(herePage),
          ]
        : []),
    );
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target === this.#field && !event.isComposing) look();
      if (event.key === "Escape") options.onClose();
    });
  }

  /** @param choices places that may be meant, each a text that names one */
  open(choices: readonly string[] = []): void {
    this.#choices.hidden = choices.length === 0;
    this.element.hidden = this.#choices.hidden && !this.#options.hasField;
    this.#choices.replaceChildren(
      ...choices.map((choice) =>
        button(choice, () => this.#options.onPlace(choice), { dir: "auto" }),
      ),
    );
  }

  /** What was typed stays, so that it can be mended. */
  close(): void {
    this.element.hidden = true;
  }

  clear(): void {
    this.#field.value = "";
  }

  focus(): void {
    const [choice] = this.#choices.hidden ? [] : this.#choices.children;
    ((choice as HTMLElement | undefined) ?? this.#field).focus();
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  #toHerePage(address: string): HTMLElement {
    return element(
      "p",
      { class: "here-page" },
      "Or ",
      // Of this server, which on one's own machine has no https.
      ownLink("share where you are", address, this.#options.openLink),
      " on a page of this server, and paste what it says into the chat.",
    );
  }
}
