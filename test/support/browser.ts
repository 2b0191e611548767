import type { Fetch } from "./client.ts";

/** A page that a person sees. */
export interface Shown {
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  /** Where the browser was led, if it was. */
  readonly location: string | undefined;
}

/** A person's browser, as far as signing in needs one: it keeps cookies and sends forms. */
export class Browser {
  readonly #fetch: Fetch;
  readonly #origin: string;
  readonly #cookies = new Map<string, string>();

  constructor(fetch: Fetch, origin: string) {
    this.#fetch = fetch;
    this.#origin = origin;
  }

  open(address: string | URL): Promise<Shown> {
    return this.#ask(new URL(address, this.#origin), {});
  }

  /** Sends the page's form, with what the person has ticked and filled in. */
  send(
    { html }: Shown,
    fields: Readonly<Record<string, string | readonly string[]>>,
    headers: Readonly<Record<string, string>> = { origin: this.#origin },
  ): Promise<Shown> {
    const [, action] = /<form method="post" action="([^"]+)"/.exec(html) ?? [];
    if (action === undefined) throw new Error(`There is no form: ${html}`);
    const body = new URLSearchParams(hiddenFields(html));
    for (const [name, values] of Object.entries(fields)) {
      for (const value of [values].flat()) body.append(name, value);
    }
    return this.#ask(new URL(action, this.#origin), { method: "POST", body, headers });
  }

  async #ask(url: URL, init: RequestInit): Promise<Shown> {
    const request = new Request(url, { ...init, redirect: "manual" });
    const cookies = [...this.#cookies].map(([name, value]) => `${name}=${value}`);
    if (cookies.length > 0) request.headers.set("cookie", cookies.join("; "));
    const response = await this.#fetch(request);
    for (const cookie of response.headers.getSetCookie()) this.#keep(cookie);
    return {
      status: response.status,
      headers: response.headers,
      html: await response.text(),
      location: response.headers.get("location") ?? undefined,
    };
  }

  #keep(cookie: string): void {
    const [, name, value, attributes] = /^([^=]+)=([^;]*)(.*)$/.exec(cookie)!;
    if (/Max-Age=0\b/i.test(attributes!)) this.#cookies.delete(name!);
    else this.#cookies.set(name!, value!);
  }
}

function hiddenFields(html: string): [string, string][] {
  const fields = html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g);
  return Array.from(fields, ([, name, value]) => [name!, value!]);
}

/** The values of the boxes that are ticked. */
export function tickedBoxes({ html }: Shown): string[] {
  return Array.from(html.matchAll(/name="scope" value="([^"]+)" checked/g), ([, value]) => value!);
}

/** What the page says, without its marks. */
export function textOf({ html }: Shown): string {
  return html
    .replace(/<style[\s\S]*?<\/style>|<[^>]+>/g, " ")
    .replace(/&#39;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, "&")
    .replace(/\s+/g, " ");
}
