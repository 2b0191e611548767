import { type FullPlace, fullPlaceOf, type Place, type ToolResult } from "../answer.ts";
import { button, element, link } from "../element.ts";
import { type DistanceFormat, formatWhere } from "../words/distance.ts";
import { factsOf } from "../words/facts.ts";
import { kindOf } from "../words/kind.ts";
import { arrowTo } from "./arrow.ts";
import { factsView } from "./facts-view.ts";

/** What a row needs of whoever shows it. */
export interface RowOptions {
  /** Asks for all that is known of a place. */
  readonly details: (id: string) => Promise<ToolResult>;
  readonly mayAsk: () => boolean;
  readonly openLink: (url: string) => void;
  /** The row was pressed. */
  readonly onPress: (id: string) => void;
  readonly resized: () => void;
}

/** How a place is marked: by its number, or as one beyond what was asked for. */
export type Mark = { readonly number: number } | { readonly beyond: string };

const BEYOND = "→";

/** One place of the list: what, where from here; when it is chosen, also what else is known. */
export class PlaceRow {
  readonly element: HTMLLIElement;
  readonly place: Place;
  readonly #options: RowOptions;
  readonly #name: HTMLButtonElement;
  readonly #more = element("div", { class: "more", hidden: true });

  constructor(place: Place, mark: Mark, format: DistanceFormat, options: RowOptions) {
    this.place = place;
    this.#options = options;
    this.#name = button("", () => options.onPress(place.id), {
      class: "name",
      "aria-expanded": "false",
    });
    this.#name.append(element("bdi", {}, place.name || place.id));
    const isBeyond = "beyond" in mark;
    const badge = isBeyond ? BEYOND : String(mark.number);
    this.element = element(
      "li",
      { class: isBeyond ? "place beyond" : "place" },
      element(
        "div",
        { class: "head" },
        element("span", { class: "badge" }, badge),
        this.#name,
        element(
          "p",
          { class: "under" },
          element(
            "span",
            { class: "away" },
            place.bearing && arrowTo(place.bearing.degrees),
            formatWhere(place, format),
          ),
          this.#about(mark),
        ),
      ),
      this.#more,
    );
  }

  focus(): void {
    this.#name.focus();
  }

  get isChosen(): boolean {
    return !this.#more.hidden;
  }

  setChosen(isChosen: boolean): void {
    this.element.classList.toggle("chosen", isChosen);
    this.#name.setAttribute("aria-expanded", String(isChosen));
    if (isChosen && !this.#more.hasChildNodes()) this.#fill(this.place);
    this.#more.hidden = !isChosen;
  }

  #about(mark: Mark): HTMLElement {
    const { category, opening, matched_name: matched } = this.place;
    const kind = kindOf(category);
    return element(
      "span",
      { class: "about" },
      "beyond" in mark && element("span", { class: "mark" }, mark.beyond),
      kind !== "" && element("span", { class: "kind", dir: "auto" }, kind),
      opening && element("span", { class: `opening ${opening.state}` }, opening.summary),
      matched && element("span", {}, "also called ", element("bdi", {}, matched)),
    );
  }

  #fill(place: FullPlace | Place, isWhole = false): void {
    const { mayAsk, openLink } = this.#options;
    const { latitude, longitude } = place;
    const at = `${latitude}/${longitude}`;
    const map = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17/${at}`;
    const press = button("Details", () => void this.#ask(press), { class: "quiet" });
    this.#more.replaceChildren(
      factsView(factsOf(place), openLink),
      element(
        "p",
        { class: "actions" },
        mayAsk() && !isWhole && press,
        link("Open in OpenStreetMap", map, openLink),
      ),
    );
  }

  async #ask(press: HTMLButtonElement): Promise<void> {
    if (press.ariaBusy === "true") return;
    press.ariaBusy = "true";
    press.textContent = "Looking it up …";
    try {
      const place = fullPlaceOf(await this.#options.details(this.place.id));
      if (!place) throw new Error("What else is known cannot be had at the moment.");
      const hadFocus = this.#more.contains(document.activeElement);
      this.#fill({ ...this.place, ...place }, true);
      if (!hadFocus) return;
      const facts = this.#more.querySelector<HTMLElement>(".facts")!;
      facts.tabIndex = -1;
      facts.focus();
    } catch {
      press.textContent = "That did not work: try again";
    } finally {
      press.ariaBusy = null;
      this.#options.resized();
    }
  }
}
