import type { Point } from "../answer.ts";
import { elementOf } from "../element.ts";
import type { Question } from "./question.ts";

/** What the field says while a point is asked with that stands in no address. */
const CHOSEN = { device: "My location", area: "The middle of the map" } as const;

/** What, where, within, category, open now. */
export class QuestionForm {
  readonly #form = elementOf("question", HTMLFormElement);
  readonly #note = elementOf("form-note", HTMLElement);
  #privatePoint: Point | undefined;
  #chosen: Question["chosen"];

  /**
   * @param ask is called with what was asked
   * @param locate asks the device where it is; undefined if it cannot be asked
   */
  constructor(ask: (question: Question) => void, locate: (() => Promise<Point>) | undefined) {
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(this.question);
    });
    this.#near.addEventListener("input", () => {
      this.#privatePoint = undefined;
      this.#chosen = undefined;
    });
    if (locate) this.#offerLocation(ask, locate);
  }

  get question(): Question {
    const told = new FormData(this.#form);
    const textOf = (name: string) => String(told.get(name) ?? "").trim();
    return {
      query: textOf("query"),
      near: this.#privatePoint ? "" : textOf("near"),
      privatePoint: this.#privatePoint,
      chosen: this.#chosen,
      radius: textOf("radius"),
      unit: textOf("unit") as Question["unit"],
      category: textOf("category"),
      openNow: told.get("open_now") !== null,
    };
  }

  /** Shows what was asked elsewhere: in the address, on the map. */
  show({ query, near, privatePoint, chosen, ...rest }: Question): void {
    this.#privatePoint = privatePoint;
    this.#chosen = chosen;
    this.#note.textContent = "";
    const where = chosen ? CHOSEN[chosen] : near;
    const { radius, unit, category, openNow } = rest;
    const texts = { query, near: where, radius, unit, category };
    for (const [name, value] of Object.entries(texts)) this.#field(name).value = value;
    elementOf("open-now", HTMLInputElement).checked = openNow;
  }

  /** What is shown was asked where the device is, which is not kept. */
  needsLocation(): void {
    this.#note.textContent = "Press “Use my location” to ask this again where you are.";
  }

  get #near(): HTMLInputElement | HTMLSelectElement {
    return this.#field("near");
  }

  #field(name: string): HTMLInputElement | HTMLSelectElement {
    return this.#form.elements.namedItem(name) as HTMLInputElement | HTMLSelectElement;
  }

  #offerLocation(ask: (question: Question) => void, locate: () => Promise<Point>): void {
    const button = elementOf("locate", HTMLButtonElement);
    button.hidden = false;
    button.addEventListener("click", async () => {
      button.disabled = true;
      this.#note.textContent = "Asking your device …";
      try {
        this.#privatePoint = await locate();
        this.#chosen = "device";
        this.#near.value = CHOSEN.device;
        this.#note.textContent = "";
        if (this.#form.reportValidity()) ask(this.question);
      } catch (error) {
        this.#note.textContent = (error as Error).message;
      } finally {
        button.disabled = false;
      }
    });
  }
}
