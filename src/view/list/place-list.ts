import "./list.css";
import { type Answer, numberOf, type Place } from "../answer.ts";
import { button, element } from "../element.ts";
import { formatOf } from "../words/distance.ts";
import { type Mark, PlaceRow, type RowOptions } from "./place-row.ts";

/** So many rows are looked at when it is decided how many of them are to be seen. */
const MOST_MEASURED = 8;

export interface ListOptions extends RowOptions {
  /** Others of the places are to be seen than before. */
  readonly onTrim: () => void;
}

/** The places of an answer, by the numbers that they have on the map. */
export class PlaceList {
  // With no markers before its items it would be no list to some screen readers.
  readonly element = element("ol", { class: "places", role: "list" });
  /** Shows those that are not to be seen at first. */
  readonly toggle: HTMLButtonElement;
  readonly #options: ListOptions;
  #rows: readonly PlaceRow[] = [];
  #atFirst: number | undefined;
  #isWhole = false;

  constructor(options: ListOptions) {
    this.#options = options;
    this.toggle = button("", () => this.#setWhole(!this.#isWhole), {
      class: "quiet",
      hidden: true,
    });
  }

  /** @param goesOn whether the places that are shown stay, and others come after them */
  show(answer: Answer, goesOn = false): void {
    const before = new Map(goesOn ? this.#rows.map((row) => [row.place.id, row]) : []);
    const format = formatOf(answer);
    const rowOf = (place: Place, mark: Mark) =>
      before.get(place.id) ?? new PlaceRow(place, mark, format, this.#options);
    const { results, nearest_beyond: beyond } = answer;
    const how = results.length === 0 ? "nearest beyond" : "nearest with exactly these words";
    this.#rows = [
      ...results.map((place, index) => rowOf(place, { number: numberOf(answer, index) })),
      ...(beyond ? [rowOf(beyond, { beyond: how })] : []),
    ];
    if (!goesOn) this.#isWhole = false;
    for (const [index, { element: row }] of this.#rows.entries()) {
      // What is there already keeps the focus.
      if (this.element.children[index] !== row) {
        this.element.insertBefore(row, this.element.children[index] ?? null);
      }
    }
    while (this.element.children.length > this.#rows.length) this.element.lastChild!.remove();
  }

  /** How high each of the first rows is. */
  measure(): number[] {
    this.#showFirst(MOST_MEASURED);
    return this.#rows
      .slice(0, MOST_MEASURED)
      .map(({ element: row }) => row.getBoundingClientRect().height);
  }

  /** @param count how many are to be seen at first; undefined: all */
  limit(count: number | undefined): void {
    this.#atFirst = count !== undefined && count < this.#rows.length ? count : undefined;
    this.#trim();
  }

  /** Whether somebody has asked for all of them. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Whether some are not to be seen now. */
  get isCut(): boolean {
    return this.#atFirst !== undefined && !this.#isWhole;
  }

  select(id: string | undefined): void {
    for (const row of this.#rows) row.setChosen(row.place.id === id);
    this.#trim();
    const [chosen] = this.element.getElementsByClassName("chosen");
    const side = this.element.closest<HTMLElement>(".side");
    if (chosen && side && side.scrollHeight > side.clientHeight) {
      const { top } = chosen.getBoundingClientRect();
      side.scrollTop += top - side.getBoundingClientRect().top - 8;
    }
  }

  focusOn(id: string): void {
    this.#rows.find(({ place }) => place.id === id)?.focus();
  }

  /** All are to be seen, and whoever reads goes on with this one. */
  goOn(index: number): void {
    this.#isWhole = true;
    this.#trim();
    this.#rows[index]?.focus();
  }

  #setWhole(isWhole: boolean): void {
    if (isWhole) this.goOn(this.#atFirst!);
    else {
      this.#isWhole = false;
      this.#trim();
    }
    this.#options.onTrim();
  }

  #trim(): void {
    const isCut = this.#atFirst !== undefined;
    this.#showFirst(isCut && !this.#isWhole ? this.#atFirst! : this.#rows.length);
    this.toggle.hidden = !isCut;
    this.toggle.textContent = this.#isWhole ? "Show fewer" : `Show all ${this.#rows.length}`;
    this.toggle.ariaExpanded = String(this.#isWhole);
  }

  #showFirst(count: number): void {
    for (const [index, { element: row, isChosen }] of this.#rows.entries()) {
      row.hidden = index >= count && !isChosen;
    }
  }
}
