import { AsyncLocalStorage } from "node:async_hooks";
import {
  GrantType,
  OAuthAuthorizationServer,
  OAuthError,
  type TokenExchangeCallbackOptions,
  type TokenExchangeCallbackResult,
} from "@cloudflare/workers-oauth-provider";
import { within } from "../deadline.ts";
import { UpstreamDown } from "../errors.ts";
import { isStillAllowed, type Person, type Policy } from "./people.ts";

/** What the library is given as the environment: the name of the store is the library's. */
export interface ServerEnvironment {
  readonly OAUTH_KV: KVNamespace;
  readonly policy: Policy;
}

type AuthorizationServer = OAuthAuthorizationServer<ServerEnvironment>;

/** A request of a client's, as it goes from the Worker to an object. */
export interface ClientRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** The answer, and which checks the request has failed. */
export interface ServerAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly problems: readonly Problem[];
}

/** Words of a fixed vocabulary of the library, for metrics. */
export interface Problem {
  readonly category: string;
  readonly reason: string;
}

export const AUTHORIZE_PATH = "/authorize";
export const TOKEN_PATH = "/oauth/token";
export const REGISTER_PATH = "/oauth/register";

/** Asked for by clients that want to stay signed in. All do here, so that it stands for nothing else. */
export const OFFLINE_ACCESS = "offline_access";

const MONTH_SECONDS = 30 * 24 * 3_600;

/** Servers hold nothing of a request. A deployment has few addresses, whatever names point to it. */
const MOST_SERVERS = 20;
const servers = new Map<string, AuthorizationServer>();

/**
 * The authorization server of an origin.
 *
 * @param resources for which it gives tokens; the first one is for clients that name none
 */
export function authorizationServer(
  origin: string,
  resources: readonly string[],
  policy: Policy,
): AuthorizationServer {
  const { scopes } = policy;
  const key = [origin, resources, scopes].join(" ");
  const known = servers.get(key);
  if (known) return known;
  const server = new OAuthAuthorizationServer<ServerEnvironment>({
    issuer: origin,
    resources,
    defaultResource: resources[0]!,
    authorizeEndpoint: AUTHORIZE_PATH,
    tokenEndpoint: TOKEN_PATH,
    clientRegistrationEndpoint: REGISTER_PATH,
    clientIdMetadataDocumentEnabled: true,
    scopesSupported: [...scopes, OFFLINE_ACCESS],
    refreshTokenTTL: MONTH_SECONDS,
    tokenExchangeCallback: renew,
    onError: ({ internal: { category, reason } }) => {
      problems.getStore()?.push({ category, reason });
    },
  });
  if (servers.size === MOST_SERVERS) servers.delete(servers.keys().next().value!);
  servers.set(key, server);
  return server;
}

/** Servers are shared by requests: this tells whose problem it was. */
const problems = new AsyncLocalStorage<Problem[]>();

/** Clients wait ten seconds. The library waits as long for a client's own document. */
const patience = within(8_000, () => {
  return new UpstreamDown("This takes too long: try again in a moment.");
});

/**
 * What the library answers at its own endpoints: metadata, registration, tokens and their revocation.
 *
 * @throws UpstreamDown if that takes too long, or the store does not answer
 */
export async function askServer(
  server: AuthorizationServer,
  { url, ...init }: ClientRequest,
  environment: ServerEnvironment,
): Promise<ServerAnswer> {
  const seen: Problem[] = [];
  const answer = async () => {
    // It hands the context on to handlers, of which there are none.
    const context = undefined as unknown as ExecutionContext;
    const response = await server.fetch(new Request(url, init), environment, context);
    return { response, body: await response.text() };
  };
  const { response, body } = await patience(() => problems.run(seen, answer));
  const headers = Object.fromEntries(response.headers);
  return { status: response.status, headers, body, problems: seen };
}

/** Lets a grant live on only while its person would still be let in. */
async function renew({
  grantType,
  props,
  env,
}: TokenExchangeCallbackOptions<ServerEnvironment>): Promise<TokenExchangeCallbackResult> {
  const person: Person = props;
  if (!isStillAllowed(person, env.policy)) {
    throw new OAuthError("invalid_grant", { description: "Sign in again." });
  }
  // An invitation cannot be used again each month, so that its grants live as long as they are used. A provider is asked
  // anew whether it still knows the person.
  const isRefresh = grantType === GrantType.REFRESH_TOKEN;
  return isRefresh && person.way === "invitation" ? { refreshTokenIdleTTL: MONTH_SECONDS } : {};
}
