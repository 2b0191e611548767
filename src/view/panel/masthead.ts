import type { Answer } from "../answer.ts";
import { button, element } from "../element.ts";
import { type Chosen, headingOf } from "../words/heading.ts";
import { provenanceOf } from "../words/provenance.ts";

/** What there is to do instead of looking at an answer. */
export interface Action {
  readonly label: string;
  readonly press: () => void;
}

/** The heading, how the point is known, and what stands there instead of an answer. */
export class Masthead {
  /** Its last child is for whoever puts the form there. */
  readonly element = element("header");
  readonly #title: HTMLHeadingElement;
  readonly #from = element("div", { class: "from" });
  readonly #change: HTMLButtonElement;

  /** @param id of the heading, for what it labels */
  constructor(id: string, onChange: () => void) {
    // The page has a heading of its own, the view in the chat has none.
    const level = document.querySelector("h1") ? "h2" : "h1";
    this.#title = element(level, { id, tabindex: "-1" });
    this.#change = button("Change", onChange, { class: "quiet", "aria-expanded": "false" });
    this.element.append(this.#title, this.#from);
  }

  focus(): void {
    this.#title.focus();
  }

  focusChange(): void {
    if (this.#change.isConnected) this.#change.focus();
    else this.focus();
  }

  setChanging(isChanging: boolean): void {
    this.#change.ariaExpanded = String(isChanging);
  }

  /** @param isChangeable whether another place can be asked for */
  tell(answer: Answer, isChangeable: boolean, chosen?: Chosen): string {
    const { what, within, where } = headingOf(answer, chosen);
    this.#title.replaceChildren(
      element("span", { class: "what" }, what),
      " ",
      element("span", { class: "within" }, `${within} `, element("bdi", {}, where)),
    );
    const { text, exactness, isDoubtful } = provenanceOf(answer, chosen);
    this.#from.replaceChildren(
      element(
        "p",
        {},
        element("span", { class: isDoubtful ? "doubtful" : false }, text),
        exactness !== "" && ", ",
        exactness !== "" && element("span", { class: "exactness" }, exactness),
        isChangeable && " ",
        isChangeable && this.#change,
      ),
    );
    return `${what} ${within} ${where}`;
  }

  /** What stands there instead of an answer. */
  say(title: string, why = "", actions: readonly Action[] = []): void {
    this.#title.replaceChildren(element("span", { class: "what" }, title));
    this.#from.replaceChildren(
      ...(why ? [element("p", { class: "why", dir: "auto" }, why)] : []),
      ...(actions.length > 0
        ? [
            element(
              "p",
              { class: "actions" },
              ...actions.map(({ label, press }) => button(label, press)),
            ),
          ]
        : []),
    );
  }
}
