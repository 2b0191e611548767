import { type Context, Hono } from "hono";
import { html } from "hono/html";
import { basemapFor, basemapOrigins } from "../../basemap/basemap.ts";
import { hasTokenServer } from "../../config/sign-in.ts";
import { HERE_PATH } from "../../location/here-page.ts";
import { originOf } from "../../oauth/resources.ts";
import type { Deployment } from "../../services.ts";
import { version } from "../../version.ts";
import { connectSection } from "./connect-section.ts";
import { conditionally, sendDocument } from "./document.ts";
import { sendHere } from "./here.ts";

type App = { Bindings: Deployment };

const A_YEAR = "public, max-age=31536000, immutable";

/** What people see in a browser. Nothing else of the assets is served under its own name. */
export const pageRoutes = new Hono<App>({ strict: false })
  .get("/", conditionally, sendFront)
  .get(HERE_PATH, conditionally, sendHere)
  .get("/static/:file{[a-z]+-[0-9a-f]{16}\\.(?:js|css)}", conditionally, sendStatic);

/** The page at the server's address: ask what an assistant would ask, and connect one. */
async function sendFront(c: Context<App>): Promise<Response> {
  const { config } = c.env;
  const { serverName: name, serverTitle: title = "Hereabouts", anonymousScopes } = config;
  const origin = originOf(c.req.url, config);
  const address = `${origin}/mcp`;
  const access = {
    isOpen: anonymousScopes.includes("places:read"),
    signsIn: hasTokenServer(config),
  };
  const parts = {
    title: await html`${title}`,
    address: await html`${address}`,
    connect: await connectSection({ origin, name }, access),
    version: await html`${version}`,
  };
  const settings = {
    // The page asks the host that it is from, whose name and scheme a proxy may have changed: only the browser knows them.
    basemap: basemapFor(config, ""),
    server: { address, isOpen: access.isOpen },
  };
  const { resourceDomains: imageOrigins } = basemapOrigins(config, origin);
  return sendDocument(c, { name: "front", settings, parts, imageOrigins });
}

/** A script or a style. Its name has a hash of what it holds, so that it never changes. */
async function sendStatic(c: Context<App>): Promise<Response> {
  const file = await c.env.services.assets.file(c.req.path);
  if (!file.ok) return c.notFound();
  const headers = new Headers({ "Cache-Control": A_YEAR });
  for (const name of ["content-type", "etag"]) headers.set(name, file.headers.get(name) ?? "");
  return new Response(file.body, { headers });
}
