type Attributes = Readonly<Record<string, string | boolean | undefined>>;
type Child = Node | string | undefined | false;

/** Makes an element. Texts go in as texts, never as HTML; a false attribute is left out. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== undefined && child !== false));
  return made;
}

export function button(
  label: string,
  onPress: () => void,
  attributes: Attributes = {},
): HTMLButtonElement {
  const made = element("button", { type: "button", ...attributes }, label);
  made.addEventListener("click", onPress);
  return made;
}

/**
 * A link to an address that anybody may have written.
 *
 * @returns only the text, if the address is none of https
 */
export function link(text: string, address: string, open: (url: string) => void): HTMLElement {
  const url = secureUrl(address);
  return url ? ownLink(text, url, open) : element("span", { dir: "auto" }, text);
}

/** A link that whoever shows the page opens: a frame in a chat may not open any itself. */
export function ownLink(text: string, url: string, open: (url: string) => void): HTMLElement {
  const made = element(
    "a",
    { href: url, target: "_blank", rel: "noopener noreferrer", dir: "auto" },
    text,
  );
  made.addEventListener("click", (event) => {
    event.preventDefault();
    open(url);
  });
  return made;
}

function secureUrl(address: string): string | undefined {
  const url = URL.parse(address.trim());
  return url?.protocol === "https:" ? url.href : undefined;
}

/** An element of the page that is there. */
export function elementOf<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`The page has no ${kind.name} "${id}".`);
  return found;
}
