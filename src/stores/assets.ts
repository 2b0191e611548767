import type { Patience } from "./patience.ts";

/** The documents that src/view makes. */
export type PageName = "chat" | "front" | "here";

/** What a page gets of the server that serves it. */
export interface PageContent {
  /** What its script reads. Nothing secret: whoever opens the page can read it, too. */
  readonly settings: object;
  /** HTML, by the names of the comments in whose place it comes: `<!-- connect -->`. */
  readonly parts?: Readonly<Record<string, string>>;
}

/** As the binding names files; no such host is ever asked. */
const ORIGIN = "https://assets.invalid";
const NO_SETTINGS = '<script type="application/json" id="settings">{}</script>';

/** A hash is asked for with every list of tools; files change only with a deployment, and with it the isolate. */
const HASHES = new WeakMap<Fetcher, Map<PageName, string>>();

/** The map and the pages that people see: the files that `npm run view` has made. */
export class Assets {
  readonly #binding: Fetcher;
  readonly #patience: Patience;

  constructor(binding: Fetcher, patience: Patience) {
    this.#binding = binding;
    this.#patience = patience;
  }

  /** A document, with what this server puts into it. */
  async page(name: PageName, { settings, parts = {} }: PageContent): Promise<string> {
    const file = await this.#ask(new Request(fileOf(name)));
    if (!file.ok) throw missing(name);
    // In JSON this character is only ever in a text. As it is, it could end the script, or begin a comment.
    const json = JSON.stringify(settings).replaceAll("<", "\\u003c");
    const given = NO_SETTINGS.replace("{}", () => json);
    return Object.entries(parts).reduce(
      (html, [part, content]) => html.replaceAll(`<!-- ${part} -->`, () => content),
      (await file.text()).replace(NO_SETTINGS, () => given),
    );
  }

  /** Tells whether a document, without settings, is still the same: letters and digits. */
  async hashOf(name: PageName): Promise<string> {
    const kept = HASHES.get(this.#binding) ?? new Map<PageName, string>();
    HASHES.set(this.#binding, kept);
    const known = kept.get(name);
    if (known !== undefined) return known;
    const { headers } = await this.#ask(new Request(fileOf(name), { method: "HEAD" }));
    const hash = headers.get("etag")?.replace(/^W\/|\W/g, "");
    if (!hash) throw missing(name);
    kept.set(name, hash);
    return hash;
  }

  /** A file; 404 if there is none. */
  file(path: string): Promise<Response> {
    return this.#ask(new Request(new URL(path, ORIGIN)));
  }

  #ask(request: Request): Promise<Response> {
    return this.#patience.call({ store: "assets", isRepeatable: true }, () =>
      this.#binding.fetch(request.clone()),
    );
  }
}

function fileOf(name: PageName): URL {
  return new URL(`/${name}.html`, ORIGIN);
}

function missing(name: PageName): Error {
  return new Error(`There is no ${name}.html among the assets: npm run view makes it.`);
}
