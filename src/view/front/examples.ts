import { element, elementOf } from "../element.ts";
import type { Collection } from "./data.ts";

/** Of places that the default data has. */
const EXAMPLES = [
  {
    collection: "airports",
    text: "airports near Paris",
    near: "Paris",
    query: "airport",
    radius: 50,
  },
  {
    collection: "stations",
    text: "railway stations near Lyon",
    near: "Lyon",
    query: "station",
    radius: 5,
  },
  {
    collection: "ports",
    text: "ports near Singapore",
    near: "Singapore",
    query: "port",
    radius: 100,
  },
  {
    collection: "geonames",
    text: "villages near the Matterhorn",
    near: "45.976,7.658",
    query: "village",
    radius: 20,
  },
] as const;
const MOST_KINDS = 4;

/** Offers questions that this server can answer: of the default data, else of the kinds that it has most of. */
export function offerExamples(collections: readonly Collection[]): void {
  const ids = new Set(collections.map(({ id }) => id));
  const fitting = EXAMPLES.filter(({ collection }) => ids.has(collection)).map(
    ({ text, near, query, radius }) =>
      link(text, { query, near, radius: String(radius), unit: "km" }),
  );
  const kinds = collections
    .flatMap(({ categories }) => categories.slice(0, 1))
    .slice(0, MOST_KINDS)
    .map(({ label, path }) => link(label, { category: path }));
  const links = fitting.length > 0 ? fitting : kinds;
  const separated = links.flatMap((one, at) => (at > 0 ? [" · ", one] : [one]));
  elementOf("examples", HTMLElement).replaceChildren(
    ...(links.length > 0 ? ["Try ", ...separated] : []),
  );
}

function link(text: string, question: Record<string, string>): HTMLAnchorElement {
  return element("a", { href: `#${new URLSearchParams(question)}` }, text);
}
