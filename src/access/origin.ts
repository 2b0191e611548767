import {
  localhostAllowedHostnames,
  validateHostHeader,
  validateOriginHeader,
} from "@modelcontextprotocol/server";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { Config } from "../config/config.ts";

type App = { Bindings: { readonly config: Pick<Config, "allowedOrigins" | "publicUrl"> } };

/**
 * Answers 403 to host names that are not ours (DNS rebinding: a page of evil.example whose name suddenly means this
 * machine), and 400 to those that no address can have, before anything takes the request's address apart.
 */
export const guardHost = createMiddleware<App>(async (c, next) => {
  const named = c.req.header("host");
  if (!URL.canParse(c.req.url)) return c.json({ error: "The Host header names no host." }, 400);
  // By our own name: most requests, and nothing to take apart.
  if (c.req.url.startsWith(`https://${named}/`)) return next();
  const host = named ?? new URL(c.req.url).host;
  if (validateHostHeader(host, trustedBy(c)).ok) return next();
  const error = `Nothing is served as ${host} over plain http: use https, or list it in ALLOWED_ORIGINS.`;
  return c.json({ error }, 403);
});

/** Answers 403 to web pages that are not on the list. Programs send no `Origin` and pass. */
export const guardOrigin = createMiddleware<App>(async (c, next) => {
  const origin = c.req.header("origin");
  if (origin === undefined || validateOriginHeader(origin, trustedBy(c)).ok) return next();
  const error = "Pages of this origin may not call this server: ALLOWED_ORIGINS lists who may.";
  return c.json({ error }, 403);
});

/** The names of hosts that may be called, and whose pages may call. */
function trustedBy(c: Context<App>): string[] {
  const { protocol, hostname } = new URL(c.req.url);
  const { allowedOrigins, publicUrl } = c.env.config;
  const trusted = [...localhostAllowedHostnames(), ...allowedOrigins];
  // What is in front of the Worker may change the host name, and end TLS; its pages are ours all the same.
  if (publicUrl !== undefined) trusted.push(new URL(publicUrl).hostname);
  // A certificate vouches for the name in an https URL; over plain http any name can point here.
  return protocol === "https:" ? [...trusted, hostname] : trusted;
}
