import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** A page for people. It runs no script and loads nothing. */
export interface Page {
  readonly title: string;
  readonly content: Html;
  /** Where its form may end up, besides here: browsers hold redirects to that, too. */
  readonly formTargets?: readonly string[];
}

/** A page as an answer. */
export async function showPage(
  { title, content, formTargets = [] }: Page,
  status: number,
  headers: Headers = new Headers(),
): Promise<Response> {
  const nonce = crypto.randomUUID();
  const policy = [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `form-action ${["'self'", ...formTargets].join(" ")}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  headers.set("Content-Type", "text/html; charset=utf-8");
  headers.set("Content-Security-Policy", policy.join("; "));
  headers.set("X-Frame-Options", "DENY");
  headers.set("X-Content-Type-Options", "nosniff");
  headers.set("Cache-Control", "no-store");
  // Without a referrer, the form would be sent with the origin "null".
  headers.set("Referrer-Policy", "same-origin");
  const page = await html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${title}</title>
    <style nonce="${nonce}">
      :root { color-scheme: light dark; }
      body { font: 1.0625rem/1.55 system-ui, sans-serif; max-width: 36rem; margin: 2rem auto; padding: 0 1rem; }
      body, code { overflow-wrap: anywhere; }
      h1 { font-size: 1.5rem; line-height: 1.3; }
      dt { font-weight: 600; }
      dd { margin: 0 0 0.75rem; }
      fieldset { border: 1px solid; border-radius: 0.5rem; margin: 1.25rem 0; padding: 0.5rem 1rem; min-width: 0; }
      fieldset label { display: flex; gap: 0.6rem; padding: 0.4rem 0; }
      fieldset small { display: block; }
      input[type="checkbox"] { flex: none; width: 1.2rem; height: 1.2rem; margin: 0.2rem 0 0; }
      .field label { display: block; font-weight: 600; }
      .field input { box-sizing: border-box; width: 100%; max-width: 20rem; font: inherit; padding: 0.5rem; }
      .notice { border-inline-start: 0.3rem solid; padding: 0.25rem 0 0.25rem 0.75rem; }
      .choices { display: flex; flex-wrap: wrap; gap: 0.75rem; margin-top: 1.5rem; }
      button { font: inherit; padding: 0.6rem 1.5rem; min-width: 8rem; cursor: pointer; }
      :focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
    </style>
  </head>
  <body>
    <main>
      <h1>${title}</h1>
      ${content}
    </main>
  </body>
</html>`;
  return new Response(page, { status, headers });
}

/** A page that only says something. */
export function messagePage(title: string, ...sentences: readonly (string | Html)[]): Page {
  return { title, content: html`${sentences.map((sentence) => html`<p>${sentence}</p>`)}` };
}
