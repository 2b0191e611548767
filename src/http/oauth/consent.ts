import type { OAuthHelpers } from "@cloudflare/workers-oauth-provider";
import { within } from "../../deadline.ts";
import {
  BadClientDocument,
  checkClientDocument,
  isDocumentAddress,
} from "../../oauth/client-document.ts";
import { originOf } from "../../oauth/resources.ts";
import { AUTHORIZE_PATH, OFFLINE_ACCESS } from "../../oauth/server.ts";
import type { Scope } from "../../scopes.ts";
import { consentPage } from "./consent-page.ts";
import { ForeignForm } from "./faults.ts";
import { USUAL_SCOPES } from "./metadata.ts";
import { showPage } from "./page.ts";
import { count, grant, helpersOf, type PendingRequest, type RequestContext } from "./pending.ts";
import { beginSignIn } from "./sign-in.ts";

/** For all that is asked about a client. */
const patience = within(8_000, () => new BadClientDocument("The document takes too long."));

/** GET /authorize: the page that asks. */
export async function askForConsent(
  c: RequestContext,
  paths: readonly string[],
): Promise<Response> {
  const helpers = helpersOf(c, paths);
  const request = await patience(() => readRequest(c, helpers));
  const { offered } = choices(c);
  const asked = offered.filter((one) => request.scope.includes(one));
  const usual = offered.filter((one) => USUAL_SCOPES.includes(one));
  return showConsent(c, helpers, request, asked.length > 0 ? asked : usual);
}

async function readRequest(c: RequestContext, helpers: OAuthHelpers): Promise<PendingRequest> {
  const { search, searchParams } = new URL(c.req.url);
  const clientId = searchParams.get("client_id") ?? "";
  if (isDocumentAddress(clientId)) await checkClientDocument(clientId);
  const url = `${originOf(c.req.url, c.env.config)}${AUTHORIZE_PATH}${search}`;
  const request = await helpers.parseAuthRequest(new Request(url));
  return { ...request, client: await helpers.describeConsent(request) };
}

async function showConsent(
  c: RequestContext,
  helpers: OAuthHelpers,
  request: PendingRequest,
  ticked: readonly Scope[],
  { headers: old = new Headers(), problem }: { headers?: Headers; problem?: string } = {},
): Promise<Response> {
  const { config } = c.env;
  const { handle, headers } = await helpers.beginConsent(request);
  count(c, problem === undefined ? "consent_shown" : "invitation_refused");
  for (const cookie of old.getSetCookie()) headers.append("Set-Cookie", cookie);
  const { offered, asksForCode } = choices(c);
  const page = consentPage({
    server: config.serverTitle ?? "Hereabouts",
    client: request.client,
    offered,
    ticked,
    everybodys: config.anonymousScopes,
    handle,
    asksForCode,
    ...(config.signInIssuer !== undefined && { provider: new URL(config.signInIssuer) }),
    ...(problem !== undefined && { problem }),
  });
  return showPage(page, problem === undefined ? 200 : 400, headers);
}

/** POST /oauth/consent: what somebody has decided. */
export async function takeConsent(c: RequestContext, paths: readonly string[]): Promise<Response> {
  requireOwnPage(c);
  const helpers = helpersOf(c, paths);
  // What is no form has no handle: whoever sent it is to start again.
  const form = await c.req.formData().catch(() => new FormData());
  const handle = String(form.get("handle") ?? "");
  if (form.get("decision") !== "allow") {
    const { headers } = await helpers.denyConsent(c.req.raw, handle);
    count(c, "consent_denied");
    return new Response(null, { status: 303, headers });
  }
  const { request: kept, headers } = await helpers.approveConsent(c.req.raw, handle);
  const request = kept as PendingRequest;
  count(c, "consent_allowed");
  const { offered, asksForCode } = choices(c);
  const ticked = offered.filter((one) => form.getAll("scope").includes(one));
  if (!asksForCode) return beginSignIn(c, helpers, withScopes(request, ticked), headers);

  const code = String(form.get("code") ?? "");
  const redemption = await c.env.credentials.redeemInvitation(code);
  if (!redemption) {
    const problem = "This invitation code is not known, or is used up or over. Is it typed right?";
    return showConsent(c, helpers, request, ticked, { headers, problem });
  }
  count(c, "invitation_redeemed");
  const { invitation, number, scopes } = redemption;
  const allowed = ticked.filter((one) => scopes.includes(one));
  return grant(helpers, withScopes(request, allowed), headers, {
    userId: `${invitation}-${number}`,
    name: `invitation ${invitation}`,
    person: { way: "invitation" },
  });
}

function withScopes(request: PendingRequest, scopes: readonly Scope[]): PendingRequest {
  const staysSignedIn = request.scope.includes(OFFLINE_ACCESS);
  return { ...request, scope: [...scopes, ...(staysSignedIn ? [OFFLINE_ACCESS] : [])] };
}

function choices({ env: { oauth } }: RequestContext) {
  return { offered: oauth.policy.scopes, asksForCode: oauth.policy.issuer === undefined };
}

/** @throws ForeignForm if another site's page has sent the form, or one that hides whose it is */
function requireOwnPage(c: RequestContext): void {
  const origin = c.req.header("origin");
  const own = [new URL(c.req.url).origin, originOf(c.req.url, c.env.config)];
  if (origin !== undefined && !own.includes(origin)) throw new ForeignForm();
}
