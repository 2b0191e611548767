import { element } from "../element.ts";

/** So much of one note is always shown. */
const MOST_CHARACTERS = 90;

/** What to know of an answer: a short note as it is; of more than that the beginning, and the rest on a press. */
export function notesView(notes: readonly string[], resized: () => void): HTMLElement[] {
  const [first, ...others] = notes;
  if (first === undefined) return [];
  if (others.length === 0 && first.length <= MOST_CHARACTERS) {
    return [element("p", { class: "notes", dir: "auto" }, first)];
  }
  const details = element(
    "details",
    { class: "notes" },
    element("summary", {}, element("span", { dir: "auto" }, first)),
    ...others.map((note) => element("p", { dir: "auto" }, note)),
  );
  details.addEventListener("toggle", resized);
  return [details];
}
