import { elementOf } from "../element.ts";

/** What a header can have. */
const SENDABLE = /^[\x20-\x7e]+$/;

/** Asks for a key, where the server wants to know who asks. */
export class KeyForm {
  readonly #form = elementOf("key-form", HTMLFormElement);
  readonly #field = elementOf("key", HTMLInputElement);
  readonly #words = elementOf("key-words", HTMLElement);

  /** @param use is called with a key that was put in */
  constructor(use: (key: string) => void) {
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      // Browsers ask whether they are to keep what is in such a field when a page is left.
      const key = this.#field.value.trim();
      this.#field.value = "";
      if (SENDABLE.test(key)) return use(key);
      this.#words.textContent =
        "This is no key: there are letters or signs in it that no key has. Copy it once more.";
      this.#field.focus();
    });
  }

  /** @param tried the key that did not do, if there was one */
  show(tried: string | undefined): void {
    this.#words.textContent =
      tried === undefined
        ? "This server is not open to everybody. Assistants sign in by themselves; to ask from here, put in a key from whoever runs it."
        : "This key does not allow that, or is no longer valid. Put in another one.";
    this.#form.hidden = false;
  }

  hide(): void {
    this.#form.hidden = true;
  }
}
