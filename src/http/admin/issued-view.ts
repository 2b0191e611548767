import { createMiddleware } from "hono/factory";
import type { Issued } from "../../credentials/issued.ts";

/** Of a request about keys or invitations. */
export const MOST_BYTES = 16 * 1024;

/** Nobody on the way may keep an answer: it may have the text of a key. */
export const neverStored = createMiddleware(async (c, next) => {
  await next();
  c.header("Cache-Control", "no-store");
});

/** What a key and an invitation have in common, as the API tells it. */
export function issuedView({ name, scopes, createdAtMs, expiresAtMs }: Issued) {
  return {
    name,
    scopes,
    createdAt: new Date(createdAtMs).toISOString(),
    expiresAt: new Date(expiresAtMs).toISOString(),
  };
}
