import type { Answer, Place, Point } from "../answer.ts";
import { button, element } from "../element.ts";
import { PlaceList } from "../list/place-list.ts";
import { PlaceMap } from "../map/map.ts";
import { formatOf, formatWhere } from "../words/distance.ts";
import { kindOf } from "../words/kind.ts";
import { notesOf } from "../words/notes.ts";
import { CreditsLine } from "./credits-line.ts";
import { MOST_BELOW, MOST_PX, mapHeight, rowsAtFirst } from "./height.ts";
import { notesView } from "./notes-view.ts";
import type { Surroundings } from "./surroundings.ts";

/** What can be done with the answer that is shown. */
export interface Ways {
  /** To search where the map has been moved to. */
  readonly area: boolean;
  /** To search as far as the nearest place beyond: what the button says. */
  readonly farther: string | undefined;
  /** To see the places after these. */
  readonly more: boolean;
}

export interface AnswerViewOptions {
  readonly surroundings: Surroundings;
  onArea(center: Point, radiusKm: number): void;
  onFarther(): void;
  onMore(): void;
}

/** Map and list of one answer. What is chosen in one of them is chosen in the other. */
export class AnswerView {
  readonly element: HTMLElement;
  readonly credits: HTMLElement;
  readonly #options: AnswerViewOptions;
  readonly #canvas = element("div", { class: "map" });
  readonly #again: HTMLButtonElement;
  readonly #notes = element("div");
  readonly #list: PlaceList;
  readonly #farther: HTMLButtonElement;
  readonly #more: HTMLButtonElement;
  readonly #credits: CreditsLine;
  #map: PlaceMap | undefined;
  #isInline: boolean;
  #answer: Answer | undefined;
  #ways: Ways = { area: false, farther: undefined, more: false };
  #selected: string | undefined;
  #area: { readonly center: Point; readonly radiusKm: number } | undefined;

  constructor(options: AnswerViewOptions) {
    const { surroundings, onFarther, onMore } = options;
    const openLink = (url: string) => surroundings.openLink(url);
    const resized = () => surroundings.resized?.();
    this.#options = options;
    this.#isInline = surroundings.inline;
    this.#again = button("Search this area", () => this.#searchArea(), {
      class: "main again",
      hidden: true,
    });
    this.#farther = button("", onFarther);
    this.#more = button("More places", onMore);
    this.#credits = new CreditsLine(openLink, resized);
    this.credits = this.#credits.element;
    this.#list = new PlaceList({
      details: (id) => surroundings.details(id),
      mayAsk: () => surroundings.mayCall?.() ?? true,
      openLink,
      onPress: (id) => this.#select(id === this.#selected ? undefined : id),
      resized,
      onTrim: () => this.#afterTrim(),
    });
    const frame = element("div", { class: "map-frame" }, this.#canvas, this.#again);
    const side = element(
      "section",
      { class: "side", "aria-labelledby": "heading" },
      this.#notes,
      this.#list.element,
      element("div", { class: "actions" }, this.#list.toggle, this.#farther, this.#more),
    );
    this.element = element("div", { class: "stage" }, frame, side);
  }

  /** To be called when it is in sight: a map has to know how large it is. */
  show(answer: Answer, ways: Ways, how: { readonly keepView: boolean; readonly goesOn: boolean }) {
    const before = this.#answer?.results.length ?? 0;
    this.#answer = answer;
    this.#ways = ways;
    this.#area = undefined;
    this.#again.hidden = true;
    this.#farther.hidden = ways.farther === undefined;
    this.#farther.textContent = ways.farther ?? "";
    this.#notes.replaceChildren(...notesView(notesOf(answer), () => this.#resized()));
    this.#list.show(answer, how.goesOn);
    this.#map ??= this.#makeMap();
    this.#map.show(answer, { keepView: how.keepView || how.goesOn });
    this.#showCredits();
    if (how.goesOn) this.#list.goOn(before);
    else this.#list.select(this.#map.selected);
    this.#selected = this.#map.selected;
    this.trim();
  }

  setBusy(isBusy: boolean): void {
    this.element.ariaBusy = isBusy ? "true" : null;
    this.#again.textContent = isBusy ? "Searching …" : "Search this area";
    this.#more.textContent = isBusy ? "Searching …" : "More places";
  }

  setInline(inline: boolean): void {
    this.#isInline = inline;
    this.#map?.setInline(inline);
    this.trim();
  }

  setTheme(): void {
    this.#map?.setTheme();
  }

  /** Decides how much is to be seen at first, by the width that there is: in a chat a long list would push the talk away. */
  trim(): void {
    const panel = this.element.parentElement;
    if (!this.#answer || !panel) return;
    const hasOwnHeight = document.documentElement.dataset.fit !== "host";
    this.#canvas.parentElement!.style.height = "";
    if (this.#isInline && hasOwnHeight) this.#fit(panel);
    else this.#list.limit(undefined);
    this.#afterTrim();
  }

  #afterTrim(): void {
    this.#more.hidden = !this.#ways.more || this.#list.isCut;
    this.#resized();
  }

  #fit(panel: HTMLElement): void {
    const { toggle, element: list } = this.#list;
    const frame = this.#canvas.parentElement!;
    const side = list.parentElement!;
    this.#more.hidden = true;
    toggle.hidden = false;
    const buttonPx = heightOf(toggle.parentElement!);
    toggle.hidden = true;
    const rowsPx = this.#list.measure();
    if (side.offsetTop < frame.offsetTop + heightOf(frame)) {
      const roomPx = heightOf(frame) - heightOf(side) + heightOf(list);
      this.#list.limit(rowsAtFirst(rowsPx, roomPx, buttonPx));
      return;
    }
    // Of what scrolls all counts.
    const wholePx = () => heightOf(panel) - heightOf(this.element) + this.element.scrollHeight;
    const { maxHeight } = getComputedStyle(panel);
    const mostPx = Math.min(MOST_PX, Number.parseFloat(maxHeight) || MOST_PX);
    const roomPx = mostPx - wholePx() + heightOf(list);
    this.#list.limit(rowsAtFirst(rowsPx, roomPx, buttonPx, MOST_BELOW));
    if (!this.#list.isWhole) {
      frame.style.height = `${mapHeight(heightOf(frame), wholePx() - mostPx)}px`;
    }
  }

  #makeMap(): PlaceMap {
    const { settings, onPage = false } = this.#options.surroundings;
    return new PlaceMap(this.#canvas, {
      basemap: settings.basemap,
      inline: this.#isInline || onPage,
      // Pressed again, what is chosen stays chosen.
      onSelect: (id) => id !== this.#selected && this.#selectOnMap(id),
      onMove: (center, radiusKm) => {
        this.#area = { center, radiusKm };
        this.#again.hidden = !this.#ways.area;
      },
      onCredits: () => this.#showCredits(),
      popup: (place) => this.#popup(place),
    });
  }

  #select(id: string | undefined): void {
    this.#selected = id;
    this.#list.select(id);
    this.#map?.select(id);
    this.#resized();
  }

  #selectOnMap(id: string | undefined): void {
    const before = this.#selected;
    this.#select(id);
    // With a popup goes the focus that was in it.
    if (before !== undefined && document.activeElement === document.body)
      this.#list.focusOn(before);
  }

  #popup(place: Place): HTMLElement {
    const kind = kindOf(place.category);
    const where = formatWhere(place, formatOf(this.#answer!));
    return element(
      "div",
      { class: "popup" },
      element("strong", { dir: "auto" }, place.name),
      element("p", {}, [kind, where].filter(Boolean).join(" · ")),
      button("Show in the list", () => this.#list.focusOn(place.id), { class: "quiet" }),
    );
  }

  #searchArea(): void {
    if (this.#area) this.#options.onArea(this.#area.center, this.#area.radiusKm);
  }

  #showCredits(): void {
    if (this.#answer && this.#map) this.#credits.show(this.#answer.attribution, this.#map.credits);
    this.#resized();
  }

  #resized(): void {
    this.#options.surroundings.resized?.();
  }
}

const heightOf = ({ offsetHeight }: HTMLElement) => offsetHeight;
