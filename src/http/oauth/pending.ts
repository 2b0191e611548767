import type {
  AuthRequest,
  ConsentDescription,
  OAuthHelpers,
} from "@cloudflare/workers-oauth-provider";
import type { Context } from "hono";
import { NotFound } from "../../errors.ts";
import type { GrantNote } from "../../oauth/grants.ts";
import type { Person } from "../../oauth/people.ts";
import { originOf } from "../../oauth/resources.ts";
import type { LabelsOf } from "../../observe/vocabulary.ts";
import type { Deployment } from "../../services.ts";
import { boundedText } from "../../text/plain-text.ts";

export type RequestContext = Context<{ Bindings: Deployment }>;

/** What somebody is asked, as it is kept while they think: the library keeps a request with all that it has. */
export interface PendingRequest extends AuthRequest {
  readonly client: ConsentDescription;
}

type OAuthEvent = LabelsOf<"hereabouts_oauth_events_total">["event"];

export function count({ env: { metrics } }: RequestContext, event: OAuthEvent): void {
  metrics.count("hereabouts_oauth_events_total", { event });
}

/** @throws NotFound where nobody can sign in */
export function helpersOf(c: RequestContext, paths: readonly string[]): OAuthHelpers {
  const { oauth, config } = c.env;
  if (oauth.policy.canSignIn) return oauth.helpers(originOf(c.req.url, config), paths);
  throw new NotFound("Neither ADMIN_TOKEN nor SIGN_IN_ISSUER is set on this server.");
}

interface SignedIn {
  readonly userId: string;
  /** For whoever runs the server. */
  readonly name: string;
  readonly person: Person;
}

const MOST_NAME = 100;

/** Grants what a request has, and leads back to the program. */
export async function grant(
  helpers: OAuthHelpers,
  request: PendingRequest,
  headers: Headers,
  { userId, name, person }: SignedIn,
): Promise<Response> {
  const note: GrantNote = {
    client: boundedText(request.client.clientName, MOST_NAME),
    person: name,
  };
  const { redirectTo } = await helpers.completeAuthorization({
    request,
    userId,
    metadata: note,
    scope: request.scope,
    props: person,
  });
  headers.set("Location", redirectTo);
  return new Response(null, { status: 303, headers });
}
