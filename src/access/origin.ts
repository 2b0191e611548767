import {
  localhostAllowedHostnames,
  validateHostHeader,
  validateOriginHeader,
} from "@modelcontextprotocol/server";
import { createMiddleware } from "hono/factory";
import type { Config } from "../config/config.ts";

/** Answers 400 to a `Host` that no address can have, before anything takes the request's address apart. */
export const guardHost = createMiddleware(async (c, next) => {
  if (URL.canParse(c.req.url)) return next();
  return c.json({ error: "The Host header names no host." }, 400);
});

/**
 * Answers 403 to web pages that are not on the list, and to host names that are not ours (DNS rebinding: a page of
 * evil.example whose name suddenly means this machine). Programs send no `Origin` and pass.
 */
export const guardOrigin = createMiddleware<{
  Bindings: { readonly config: Pick<Config, "allowedOrigins"> };
}>(async (c, next) => {
  const origin = c.req.header("origin");
  const named = c.req.header("host");
  // A program that calls us by our own name: most requests, and nothing to take apart.
  if (origin === undefined && c.req.url.startsWith(`https://${named}/`)) return next();
  const url = new URL(c.req.url);
  const host = named ?? url.host;
  const trusted = [...localhostAllowedHostnames(), ...c.env.config.allowedOrigins];
  // A certificate vouches for the name in an https URL; over plain http any name can point here.
  if (url.protocol === "https:") trusted.push(url.hostname);

  if (!validateHostHeader(host, trusted).ok) {
    const error = `Nothing is served as ${host} over plain http: use https, or list it in ALLOWED_ORIGINS.`;
    return c.json({ error }, 403);
  }
  if (!validateOriginHeader(origin, trusted).ok) {
    const error = "Pages of this origin may not call this server: ALLOWED_ORIGINS lists who may.";
    return c.json({ error }, 403);
  }
  return next();
});
