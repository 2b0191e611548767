import type { Context } from "hono";
import { etag, RETAINED_304_HEADERS } from "hono/etag";
import type { Deployment } from "../../services.ts";
import type { PageContent, PageName } from "../../stores/assets.ts";

type App = { Bindings: Deployment };

/** A page for people, and what it may do beside showing itself. */
export interface Document extends PageContent {
  readonly name: Exclude<PageName, "chat">;
  /** Origins, besides its own, whose pictures it loads. */
  readonly imageOrigins?: readonly string[];
}

/** Sends a page. It runs and loads what is its own alone, is shown in no frame, and tells nobody where it was. */
export async function sendDocument(c: Context<App>, document: Document): Promise<Response> {
  const { name, imageOrigins = [] } = document;
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src ${["'self'", "data:", ...imageOrigins].join(" ")}`,
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return c.html(await c.env.services.assets.page(name, document), 200, {
    // It changes with the settings and with each deployment, and is asked for again each time: by its ETag.
    "Cache-Control": "no-cache",
    "Content-Security-Policy": policy.join("; "),
    "Permissions-Policy": "geolocation=(self)",
    "Referrer-Policy": "no-referrer",
  });
}

/** Answers 304 to a browser that has the page already. It would otherwise take the headers of any other answer for the page's. */
export const conditionally = etag({
  retainedHeaders: [
    ...RETAINED_304_HEADERS,
    "content-security-policy",
    "permissions-policy",
    "referrer-policy",
  ],
});
