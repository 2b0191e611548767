import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { AUTHORIZE_PATH, REGISTER_PATH, TOKEN_PATH } from "../../oauth/server.ts";
import type { Deployment } from "../../services.ts";
import { answerClient } from "./clients.ts";
import { askForConsent, takeConsent } from "./consent.ts";
import { explainSignIn } from "./faults.ts";
import { metadataRoutes, openToAll } from "./metadata.ts";
import { CALLBACK_PATH, CONSENT_PATH } from "./paths.ts";
import { endSignIn } from "./sign-in.ts";

const MOST_BYTES = 64 * 1024;

/**
 * How programs come to tokens. Open to everybody: a program has to ask before anybody can allow it something.
 *
 * @param paths of the MCP endpoints that tokens are for
 */
export function oauthRoutes(paths: readonly string[]) {
  return new Hono<{ Bindings: Deployment }>({ strict: false })
    .route("/.well-known", metadataRoutes(paths))
    .route("/", clientRoutes(paths))
    .route("/", pageRoutes(paths));
}

const limitBody = bodyLimit({
  maxSize: MOST_BYTES,
  onError: (c) => c.json({ error: `A request may have at most ${MOST_BYTES} bytes.` }, 413),
});

function clientRoutes(paths: readonly string[]) {
  const routes = new Hono<{ Bindings: Deployment }>({ strict: false });
  for (const path of [TOKEN_PATH, REGISTER_PATH]) {
    routes.use(path, openToAll, limitBody).all((c) => answerClient(c, path, paths));
  }
  return routes;
}

function pageRoutes(paths: readonly string[]) {
  return new Hono<{ Bindings: Deployment }>({ strict: false })
    .get(AUTHORIZE_PATH, (c) => askForConsent(c, paths))
    .post(CONSENT_PATH, limitBody, (c) => takeConsent(c, paths))
    .get(CALLBACK_PATH, (c) => endSignIn(c, paths))
    .onError(explainSignIn);
}
