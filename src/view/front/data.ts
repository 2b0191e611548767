import { element, elementOf, link } from "../element.ts";

/** What `places://collections` tells of one. Its texts are data: they may say anything. */
export interface Collection {
  readonly id: string;
  readonly title: string;
  readonly places: number;
  readonly license: string;
  readonly attribution: string;
  readonly url: string;
  /** The date of the data, as its source has it. */
  readonly as_of: string;
  readonly loaded_at: string;
  /** Those with most places first. */
  readonly categories: readonly Category[];
}

interface Category {
  readonly path: string;
  readonly label: string;
  readonly places: number;
}

const MOST_KINDS = 4;
/** A browser offers them while somebody types. */
const MOST_OFFERED = 300;

const numbers = new Intl.NumberFormat("en");

/** Shows what data is here, and offers its categories to the form. */
export function showCollections(
  collections: readonly Collection[],
  openLink: (url: string) => void,
): void {
  const places = collections.reduce((sum, one) => sum + one.places, 0);
  const sorted = [...collections].sort((a, b) => b.places - a.places);
  const sum = `${numbers.format(places)} places in ${collections.length} ${collections.length === 1 ? "collection" : "collections"}.`;
  elementOf("collections", HTMLElement).replaceChildren(
    element("p", {}, places > 0 ? sum : "There are no places yet."),
    element("ul", {}, ...sorted.map((one) => viewCollection(one, openLink))),
  );
  const offered = collections.flatMap(({ categories }) => categories).slice(0, MOST_OFFERED);
  elementOf("categories", HTMLDataListElement).replaceChildren(
    ...offered.map(({ path, label }) => new Option(label, path)),
  );
}

/** Says why that is not known. */
export function showNoCollections(why: string): void {
  elementOf("collections", HTMLElement).replaceChildren(element("p", { class: "note" }, why));
}

function viewCollection(collection: Collection, openLink: (url: string) => void): HTMLLIElement {
  const { id, title, url, places, license, attribution, as_of, loaded_at, categories } = collection;
  const kinds = categories.slice(0, MOST_KINDS).map(({ label }) => label);
  const more = categories.length > MOST_KINDS ? " …" : "";
  return element(
    "li",
    {},
    element("h3", {}, link(title || id, url, openLink)),
    element(
      "dl",
      {},
      ...fact("Places", numbers.format(places)),
      ...fact("Kinds", kinds.join(", ") + more),
      ...fact("Licence", license),
      ...fact("Credit", attribution === title ? "" : attribution),
      ...fact("Data of", as_of),
      ...fact("Loaded", loaded_at.slice(0, "2026-11-30".length)),
    ),
  );
}

function fact(name: string, text: string): HTMLElement[] {
  return text ? [element("dt", {}, name), element("dd", { dir: "auto" }, text)] : [];
}
