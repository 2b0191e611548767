import { element, link } from "../element.ts";
import type { Fact } from "../words/facts.ts";

/** Terms and what they are. Their texts are data, and go in as texts. */
export function factsView(facts: readonly Fact[], open: (url: string) => void): HTMLElement {
  return element(
    "dl",
    { class: "facts" },
    ...facts.flatMap(({ term, value, href }) => [
      element("dt", { dir: "auto" }, term),
      element("dd", { dir: "auto" }, href === undefined ? value : link(value, href, open)),
    ]),
  );
}
