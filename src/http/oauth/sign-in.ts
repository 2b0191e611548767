import {
  type AuthRequest,
  authorizationErrorRedirect,
  type OAuthHelpers,
} from "@cloudflare/workers-oauth-provider";
import { isAllowed } from "../../oauth/people.ts";
import {
  type Attempt,
  findProvider,
  identify,
  NotIdentified,
  newAttempt,
  signInAddress,
} from "../../oauth/provider.ts";
import { originOf } from "../../oauth/resources.ts";
import { NotInvited } from "./faults.ts";
import { CALLBACK_PATH } from "./paths.ts";
import { count, grant, helpersOf, type PendingRequest, type RequestContext } from "./pending.ts";

/** Sends somebody who has agreed to the provider, which is to tell who they are. */
export async function beginSignIn(
  c: RequestContext,
  helpers: OAuthHelpers,
  request: AuthRequest,
  consentHeaders: Headers,
): Promise<Response> {
  const { config } = c.env;
  const attempt = newAttempt(await findProvider(config.signInIssuer!));
  const options = { data: attempt, headers: consentHeaders };
  const { state, headers } = await helpers.beginUpstream(request, options);
  headers.set("Location", await signInAddress(attempt, config, callbackOf(c), state));
  return new Response(null, { status: 303, headers });
}

/** GET /oauth/callback: the provider sends somebody back. */
export async function endSignIn(c: RequestContext, paths: readonly string[]): Promise<Response> {
  const { config } = c.env;
  const helpers = helpersOf(c, paths);
  const { request, data, headers } = await helpers.finishUpstream<Attempt>(c.req.raw);
  const { code, error, iss } = c.req.query();
  if (error !== undefined) {
    count(c, "upstream_refused");
    headers.set("Location", authorizationErrorRedirect(request, "access_denied"));
    return new Response(null, { status: 303, headers });
  }
  // Another provider's code would be shown to ours (RFC 9207).
  if (code === undefined || (iss !== undefined && iss !== data.provider.issuer)) {
    throw new NotIdentified("The provider’s answer is not for this sign-in.");
  }
  const { userId, email } = await identify(code, data, config, callbackOf(c));
  count(c, "upstream_signed_in");
  if (!isAllowed(email, c.env.oauth.policy)) throw new NotInvited(email, request);
  return grant(helpers, request as PendingRequest, headers, {
    userId,
    name: email ?? `somebody of ${new URL(data.provider.issuer).host}`,
    person: { way: "provider", issuer: data.provider.issuer, email },
  });
}

function callbackOf(c: RequestContext): string {
  return `${originOf(c.req.url, c.env.config)}${CALLBACK_PATH}`;
}
