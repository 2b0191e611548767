import { createMiddleware } from "hono/factory";
import { secureHeaders } from "hono/secure-headers";
import type { Deployment } from "../services.ts";

/**
 * What browsers are told with every answer: to take it as what it says it is, to put it into no frame, and to let it load
 * nothing. A page that needs more sets its own `Content-Security-Policy` or `Referrer-Policy`, which stay.
 */
export const secureAnswers = secureHeaders({
  overwrite: false,
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  xFrameOptions: "DENY",
  // A program in a browser that opens our sign-in in a window hears from it when it is done.
  crossOriginOpenerPolicy: false,
  // Whether the whole domain is https only is for whoever runs the server to say: HSTS_SECONDS.
  strictTransportSecurity: false,
});

/** What only the deployment knows: how long browsers are to use https, and what the log calls the request. */
export const nameAnswer = createMiddleware<{ Bindings: Deployment }>(async (c, next) => {
  await next();
  const { config, requestId } = c.env;
  c.res.headers.set("X-Request-Id", requestId);
  if (config.hstsSeconds > 0) {
    c.res.headers.set("Strict-Transport-Security", `max-age=${config.hstsSeconds}`);
  }
});
