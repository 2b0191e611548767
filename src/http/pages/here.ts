import type { Context } from "hono";
import { html } from "hono/html";
import { originOf } from "../../oauth/resources.ts";
import type { Deployment } from "../../services.ts";
import { sendDocument } from "./document.ts";

/** The page on which people say where they are. Whatever its address holds, it is the same page. */
export async function sendHere(c: Context<{ Bindings: Deployment }>): Promise<Response> {
  const { config } = c.env;
  const { serverTitle: title = "Hereabouts" } = config;
  const origin = originOf(c.req.url, config);
  const isOpen = config.anonymousScopes.includes("location");
  const parts = {
    title: await html`${title}`,
    host: await html`${new URL(origin).host}`,
    duration: durationOf(config.sessionTtlSeconds),
  };
  const settings = { server: { address: `${origin}/mcp`, isOpen } };
  return sendDocument(c, { name: "here", settings, parts });
}

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** "1 hour", "90 minutes": in the largest unit of which it is a whole number. */
function durationOf(seconds: number): string {
  const [unit, secondsOfUnit] = UNITS.find(([, of]) => seconds % of === 0) ?? UNITS[3];
  const format = { style: "unit", unit, unitDisplay: "long" } as const;
  return new Intl.NumberFormat("en", format).format(seconds / secondsOfUnit);
}
