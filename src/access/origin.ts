import {
  localhostAllowedHostnames,
  validateHostHeader,
  validateOriginHeader,
} from "@modelcontextprotocol/server";
import { createMiddleware } from "hono/factory";

/**
 * Answers 403 to web pages that are not on the list, and to host names that are not ours (DNS rebinding: a page of
 * evil.example whose name suddenly means this machine). Programs send no `Origin` and pass.
 */
export const guardOrigin = createMiddleware<{ Bindings: Env }>(async (c, next) => {
  const url = new URL(c.req.url);
  const host = c.req.header("host") ?? url.host;
  const trusted = [...localhostAllowedHostnames(), ...hostnames(c.env.ALLOWED_ORIGINS)];
  // A certificate vouches for the name in an https URL; over plain http any name can point here.
  if (url.protocol === "https:") trusted.push(url.hostname);

  if (!validateHostHeader(host, trusted).ok) {
    const error = `Nothing is served as ${host} over plain http: use https, or list it in ALLOWED_ORIGINS.`;
    return c.json({ error }, 403);
  }
  if (!validateOriginHeader(c.req.header("origin"), trusted).ok) {
    const error = "Pages of this origin may not call this server: ALLOWED_ORIGINS lists who may.";
    return c.json({ error }, 403);
  }
  return next();
});

/** Host names from a list parted by blanks or commas; `https://app.example:8080` counts as `app.example`. */
function hostnames(list: string | undefined): string[] {
  const items = (list ?? "").split(/[\s,]+/).filter(Boolean);
  return items.flatMap(
    (item) => URL.parse(item.includes("://") ? item : `https://${item}`)?.hostname ?? [],
  );
}
