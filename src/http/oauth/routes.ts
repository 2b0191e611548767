import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { limitRefused, limitSignIn } from "../../access/rate-limit.ts";
import { AUTHORIZE_PATH, REGISTER_PATH, TOKEN_PATH } from "../../oauth/server.ts";
import type { Deployment } from "../../services.ts";
import { atMost } from "../body-limit.ts";
import { answerClient } from "./clients.ts";
import { askForConsent, takeConsent } from "./consent.ts";
import { explainSignIn } from "./faults.ts";
import { metadataRoutes, openToAll } from "./metadata.ts";
import { messagePage, showPage } from "./page.ts";
import { CALLBACK_PATH, CONSENT_PATH } from "./paths.ts";
import { endSignIn } from "./sign-in.ts";

type App = { Bindings: Deployment };

const MOST_BYTES = 64 * 1024;

/**
 * How programs come to tokens. Open to everybody: a program has to ask before anybody can allow it something.
 *
 * @param paths of the MCP endpoints that tokens are for
 */
export function oauthRoutes(paths: readonly string[]) {
  return new Hono<App>({ strict: false })
    .route("/.well-known", metadataRoutes(paths))
    .route("/", clientRoutes(paths))
    .route("/", pageRoutes(paths));
}

function clientRoutes(paths: readonly string[]) {
  return new Hono<App>({ strict: false })
    .use(REGISTER_PATH, openToAll, limitSignIn, atMost(MOST_BYTES))
    .all(REGISTER_PATH, (c) => answerClient(c, REGISTER_PATH, paths))
    .use(TOKEN_PATH, openToAll, limitRefusals, atMost(MOST_BYTES))
    .all(TOKEN_PATH, (c) => answerClient(c, TOKEN_PATH, paths));
}

/** Of an assistant all users come from few addresses, so that only what is refused counts by its address. */
const limitRefusals = createMiddleware<App>(async (c, next) => {
  await next();
  if (c.res.status < 400 || c.res.status >= 500) return;
  const tooMany = await limitRefused(c.env, c.req.raw);
  if (tooMany) c.res = tooMany;
});

function pageRoutes(paths: readonly string[]) {
  return new Hono<App>({ strict: false })
    .use(AUTHORIZE_PATH, explainLimit, limitAddress)
    .get(AUTHORIZE_PATH, (c) => askForConsent(c, paths))
    .use(CONSENT_PATH, explainLimit, limitSignIn, atMost(MOST_BYTES))
    .post(CONSENT_PATH, (c) => takeConsent(c, paths))
    .use(CALLBACK_PATH, explainLimit, limitAddress)
    .get(CALLBACK_PATH, (c) => endSignIn(c, paths))
    .onError(explainSignIn);
}

/** Each of these pages asks another server, or writes. */
const limitAddress = createMiddleware<App>(async (c, next) => {
  return (await limitRefused(c.env, c.req.raw)) ?? next();
});

/** What programs are told as JSON, as a page. */
const explainLimit = createMiddleware<App>(async (c, next) => {
  await next();
  const { status, headers } = c.res;
  if (status !== 429) return;
  const wait = headers.get("Retry-After") ?? "60";
  const page = messagePage("Too many tries", `Wait ${wait} seconds, go back, and try once more.`);
  c.res = undefined;
  c.res = await showPage(page, 429, new Headers({ "Retry-After": wait }));
});
