import {
  AuthorizationError,
  authorizationErrorRedirect,
  CimdFetchError,
} from "@cloudflare/workers-oauth-provider";
import { html } from "hono/html";
import { Busy, NotFound, retryAfterSeconds, UpstreamDown } from "../../errors.ts";
import { isLoopback } from "../../loopback.ts";
import { BadClientDocument } from "../../oauth/client-document.ts";
import { NotIdentified } from "../../oauth/provider.ts";
import { reportFailure } from "../../observe/failures.ts";
import { logLine } from "../../observe/log.ts";
import { messagePage, type Page, showPage } from "./page.ts";
import { count, type RequestContext } from "./pending.ts";

/** The request came from a page that is not ours. */
export class ForeignForm extends Error {
  override readonly name = "ForeignForm";
}

/** Somebody whom the provider knows, but who may not sign in here. */
export class NotInvited extends Error {
  override readonly name = "NotInvited";
  readonly email: string | undefined;
  /** Tells the program that nobody has allowed it anything. */
  readonly wayBack: string;

  constructor(
    email: string | undefined,
    request: Parameters<typeof authorizationErrorRedirect>[0],
  ) {
    super();
    this.email = email;
    this.wayBack = authorizationErrorRedirect(request, "access_denied");
  }
}

const START_AGAIN = "Go back to your program and start signing in again.";

/** Tells a person, on a page, why they cannot sign in. */
export function explainSignIn(error: Error, c: RequestContext): Response | Promise<Response> {
  if (error instanceof AuthorizationError) return explainRequest(error, c);
  if (error instanceof BadClientDocument || error instanceof CimdFetchError) {
    count(c, "client_document_refused");
    const fault = error instanceof CimdFetchError ? error.detail : error.message;
    return showPage(badDocument(fault), 400);
  }
  if (error instanceof ForeignForm) {
    return showPage(messagePage("This form was sent from elsewhere", START_AGAIN), 403);
  }
  if (error instanceof NotInvited) {
    count(c, "upstream_refused");
    return showPage(notInvited(error), 403);
  }
  if (error instanceof NotIdentified) {
    count(c, "upstream_refused");
    logLine("sign_in", { problem: error.message });
    return showPage(messagePage("You could not be signed in", error.message, START_AGAIN), 502);
  }
  if (error instanceof Busy) {
    // Failures of our own stores are counted where they are asked.
    if (error instanceof UpstreamDown) count(c, "upstream_failed");
    const page = messagePage("Signing in does not work at the moment", error.message, START_AGAIN);
    return showPage(page, 503, new Headers({ "Retry-After": String(retryAfterSeconds(error)) }));
  }
  if (error instanceof NotFound) {
    return showPage(messagePage("Nobody signs in here", error.message), 404);
  }
  count(c, "error");
  const reference = reportFailure(`${c.req.method} ${c.req.routePath}`, error);
  const page = messagePage("Something went wrong on our side", `Reference: ${reference}`);
  return showPage(page, 500);
}

/**
 * A program on this computer is told what was wrong with its request. A page elsewhere is not gone to by itself: anybody
 * can register one, and our address must not lead people there (RFC 9700, 4.11.2).
 */
function explainRequest(
  { description, redirectTo }: AuthorizationError,
  c: RequestContext,
): Response | Promise<Response> {
  if (redirectTo === undefined) return showPage(badRequest(description), 400);
  const target = new URL(redirectTo);
  if (isLoopback(target)) return c.redirect(redirectTo);
  const link = html`<a href="${redirectTo}">Back to ${target.hostname}</a>`;
  return showPage(badRequest(description, link), 400);
}

function badRequest(description: string, ...more: Parameters<typeof messagePage>[1][]): Page {
  return messagePage(
    "This sign-in cannot go on",
    html`What was wrong: ${description}.`,
    ...more,
    `${START_AGAIN} If that does not help, remove this server from the program and add it again.`,
  );
}

function badDocument(fault: string): Page {
  return messagePage(
    "The program that sent you here cannot be verified",
    html`Its maker has to mend this: <code>${fault}</code>`,
    `A client ID metadata document must be JSON of at most 5 KiB, at a public https address, which answers within
     four seconds with status 200 and does not redirect.`,
  );
}

function notInvited({ email, wayBack }: NotInvited): Page {
  const who = email === undefined ? "The account you signed in with" : email;
  return messagePage(
    "You may not sign in here",
    html`${who} is not on this server’s list. Ask whoever runs it, or sign in with another account.`,
    html`<a href="${wayBack}">Back to your program</a>`,
  );
}
