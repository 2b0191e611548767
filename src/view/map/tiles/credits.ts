/** Words of a credit, with where they lead to: an address that anybody may have written. */
export interface Credit {
  readonly text: string;
  readonly href?: string;
}

/** The words and the links of an attribution, which archives hold as HTML. Nothing else of it is kept, and none of it is ever put into the page as HTML. */
export function creditsOf(attribution: string): Credit[] {
  // A document without a window: it loads nothing and runs nothing.
  const { body } = new DOMParser().parseFromString(attribution, "text/html");
  for (const element of body.querySelectorAll("script, style, template")) element.remove();
  const texts = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  const credits: Credit[] = [];
  while (texts.nextNode()) {
    const text = texts.currentNode.textContent!.replaceAll(/\s+/g, " ");
    if (!text) continue;
    const href = texts.currentNode.parentElement?.closest("a")?.getAttribute("href");
    credits.push(href ? { text, href } : { text });
  }
  if (credits.at(-1)?.text === " ") credits.pop();
  return credits;
}
