import { html } from "hono/html";
import { type Connectable, type Way, waysToConnect } from "../../connect.ts";

type Html = ReturnType<typeof html>;

/** In the place of a key that its reader has. */
const KEY = "<your key>";

/** What a page says of who may come in. */
export interface Access {
  /** Whether anybody may ask for places, without credentials. */
  readonly isOpen: boolean;
  /** Whether people can sign in. */
  readonly signsIn: boolean;
}

/** How to connect each client, for a page that runs no script, too. */
export function connectSection(server: Connectable, access: Access): Html {
  const ways = waysToConnect(server);
  const first = ways.findIndex(({ copy }) => copy !== undefined);
  return html`<p class="access">${wordsOf(access)}</p>
      <div class="ways">${ways.map((way, at) => viewWay(way, access, at === first))}</div>`;
}

function wordsOf({ isOpen, signsIn }: Access): string {
  if (isOpen) return "No account and no key are needed to find places.";
  return signsIn
    ? "This server is not open to everybody. Your assistant opens a page on which you sign in; programs without that need a key from whoever runs it."
    : "This server is not open to everybody: you need a key from whoever runs it.";
}

function viewWay(
  { client, how, copy, install, copyWithKey }: Way,
  access: Access,
  isOpen: boolean,
) {
  const withKey = access.isOpen ? undefined : copyWithKey?.(KEY);
  return html`
        <details name="way" ${isOpen ? "open" : ""}>
          <summary>${client}</summary>
          <p>${how}</p>
          ${copy === undefined ? "" : viewCopy(copy)}
          ${withKey === undefined ? "" : html`<p>With a key:</p>${viewCopy(withKey)}`}
          ${install === undefined ? "" : html`<p><a href="${install}">Install it with one click</a></p>`}
        </details>`;
}

/** Its button is made by the page's script. */
function viewCopy(text: string): Html {
  return html`<div class="copy"><pre><code>${text}</code></pre></div>`;
}
