import { button, element } from "../element.ts";

const AT_FIRST = 5;

/** An answer of which a host has left only the words: some lines of it, and the rest on a press. */
export function wordsView(lines: readonly string[], resized: () => void): HTMLElement[] {
  const paragraphs = lines.map((line, index) =>
    element("p", { dir: "auto", hidden: index >= AT_FIRST }, line),
  );
  const words = element("div", { class: "words" }, ...paragraphs);
  if (lines.length <= AT_FIRST) return [words];
  const press = button(
    "Show all of it",
    () => {
      for (const paragraph of paragraphs) paragraph.hidden = false;
      words.classList.add("whole");
      press.remove();
      words.tabIndex = -1;
      words.focus();
      resized();
    },
    { class: "quiet" },
  );
  return [words, press];
}
