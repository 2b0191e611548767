import { element, link } from "../element.ts";
import type { Credits } from "../map/map.ts";

/** Why there is nothing to be seen under the places. */
const LACKING: Readonly<Partial<Record<Credits["state"], string>>> = {
  failed: "no detailed map could be loaded here",
  unmapped: "there is no detailed map of this area",
};

/** Whose data and whose map this is: one line that is always in sight, and all of it on a press. */
export class CreditsLine {
  readonly element: HTMLElement;
  readonly #line = element("span", { class: "line" });
  readonly #whole = element("div", { class: "whole" });
  readonly #open: (url: string) => void;

  constructor(open: (url: string) => void, resized: () => void) {
    this.#open = open;
    const title = element("span", { class: "title" }, "Credits");
    const details = element(
      "details",
      {},
      element("summary", { class: "fold" }, title, this.#line),
      this.#whole,
    );
    details.addEventListener("toggle", resized);
    this.element = element("footer", { class: "credits" }, details);
  }

  show(places: readonly string[], map: Credits): void {
    const maps = map.parts.map(({ text }) => text).join("");
    const lacking = LACKING[map.state] ?? "";
    const credits = [
      { of: "Places", line: places.join(" · "), whole: places.map((text) => [text]) },
      {
        of: "Map",
        line: [maps, lacking].filter(Boolean).join(" · "),
        whole: [
          map.parts.map(({ text, href }) => (href ? link(text, href, this.#open) : text)),
          lacking ? [lacking] : [],
        ].filter((parts) => parts.length > 0),
      },
    ].filter(({ line }) => line !== "");
    this.element.hidden = credits.length === 0;
    this.#line.replaceChildren(
      ...credits.map(({ of, line }) =>
        element("span", { class: "credit" }, `${of}: `, element("bdi", {}, line)),
      ),
    );
    this.#whole.replaceChildren(
      ...credits.flatMap(({ of, whole }) => [
        element("p", { class: "of" }, of),
        ...whole.map((parts) => element("p", { dir: "auto" }, ...parts)),
      ]),
    );
  }
}
