import type { Grant, OAuthHelpers } from "@cloudflare/workers-oauth-provider";
import type { Config } from "../config/config.ts";
import { UpstreamDown } from "../errors.ts";
import type { Metrics } from "../observe/metrics.ts";
import { isScope, type Scope } from "../scopes.ts";
import { objectCall, Patience } from "../stores/patience.ts";
import {
  type Ended,
  endGrants,
  type GrantList,
  grantKey,
  grantsPage,
  sweepStep,
} from "./grants.ts";
import { isStillAllowed, type Person, type Policy, policyOf } from "./people.ts";
import type { GrantRefresh } from "./refresh.ts";
import { resourceOf } from "./resources.ts";
import {
  askServer,
  authorizationServer,
  type ClientRequest,
  type ServerAnswer,
  TOKEN_PATH,
} from "./server.ts";
import { patientNamespace } from "./store.ts";
import { noSuchGrant, TOKEN, type TokenForm, tokenFormOf } from "./token-form.ts";

/** What an access token of ours proves. */
export interface AccessToken {
  readonly userId: string;
  readonly scopes: readonly Scope[];
  readonly expiresAtMs: number;
}

/** Signing in: the authorization server of this deployment, and what it has granted. */
export class OAuth {
  /** Who may sign in, and what they may allow their programs. */
  readonly policy: Policy;
  readonly #publicUrl: string | undefined;
  readonly #store: KVNamespace;
  readonly #refreshes: DurableObjectNamespace<GrantRefresh>;
  readonly #patience: Patience;

  constructor(
    config: Config,
    store: KVNamespace,
    refreshes: DurableObjectNamespace<GrantRefresh>,
    metrics: Pick<Metrics, "count">,
  ) {
    this.policy = policyOf(config);
    this.#publicUrl = config.publicUrl;
    this.#patience = new Patience(metrics);
    this.#store = patientNamespace(store, this.#patience);
    this.#refreshes = refreshes;
  }

  /** What the pages need to have somebody allow something. */
  helpers(origin: string, paths: readonly string[]): OAuthHelpers {
    return this.#server(origin, paths).getOAuthApi(this.#environment);
  }

  /** Answers a request to the metadata, to registration, or for tokens. */
  async answer(request: ClientRequest, paths: readonly string[]): Promise<ServerAnswer> {
    const { origin, pathname } = new URL(request.url);
    const form = pathname === TOKEN_PATH ? tokenFormOf(request) : undefined;
    if (form && !(await this.#mayFetchFor(form))) return noSuchGrant(form);
    if (form?.asks !== "refresh" || form.grant === undefined) {
      return checked(await askServer(this.#server(origin, paths), request, this.#environment));
    }
    const resources = paths.map((path) => resourceOf(origin, path));
    const object = this.#refreshes.getByName(form.grant);
    // An answer that is asked for twice is the same.
    const answer = await this.#patience.call(objectCall("refresh"), async () =>
      object.answer(request, resources, this.policy),
    );
    return checked(answer);
  }

  /**
   * Whether the documents of the client are those of the grant that it shows. The library fetches them first of all, with
   * redirects, so that anybody could have the Worker call any address.
   */
  async #mayFetchFor({ documents, grant }: TokenForm): Promise<boolean> {
    if (documents.length === 0) return true;
    if (grant === undefined) return false;
    const known = await this.#store.get<Grant>(grantKey(grant), "json");
    return documents.every((address) => address === known?.clientId);
  }

  /**
   * What a token allows at a resource.
   *
   * @throws StoreDown if the store does not answer
   */
  async verifyAccessToken(
    resource: string,
    token: string,
  ): Promise<AccessToken | "malformed" | "unknown" | "wrong_audience" | "revoked"> {
    if (!this.policy.canSignIn) return "unknown";
    if (!TOKEN.test(token)) return "malformed";
    const { origin } = new URL(resource);
    const server = authorizationServer(origin, [resource], this.policy);
    const found = await server.getOAuthApi(this.#environment).unwrapToken<Person>(token);
    if (!found) return "unknown";
    if (found.audience !== resource) return "wrong_audience";
    if (!isStillAllowed(found.grant.props, this.policy)) return "revoked";
    return {
      userId: found.userId,
      scopes: found.scope
        .filter((one) => isScope(one))
        .filter((one) => this.policy.scopes.includes(one)),
      expiresAtMs: found.expiresAt * 1_000,
    };
  }

  /** What has been granted, page by page. */
  grants(cursor: string | undefined): Promise<GrantList> {
    return grantsPage(this.#store, cursor);
  }

  /** Ends one grant, or all of a person, page by page. */
  endGrants(userId: string, grantId?: string, cursor?: string): Promise<Ended> {
    const helpers = this.#anyServer.getOAuthApi(this.#environment);
    return endGrants(this.#store, helpers, userId, grantId, cursor);
  }

  /** Removes some of what has expired. The next call goes on where this one has stopped. */
  sweep(): Promise<void> {
    return sweepStep(this.#store, this.#anyServer.getOAuthApi(this.#environment));
  }

  get #environment() {
    return { OAUTH_KV: this.#store, policy: this.policy };
  }

  #server(origin: string, paths: readonly string[]) {
    const resources = paths.map((path) => resourceOf(origin, path));
    return authorizationServer(origin, resources, this.policy);
  }

  /** For what is the same at every address. */
  get #anyServer() {
    return this.#server(this.#publicUrl ?? "https://localhost", ["/"]);
  }
}

/**
 * The answer, if the client's document could be read. It was good when somebody allowed the grant: a client that was told
 * now that it is unknown would throw its tokens away.
 */
function checked(answer: ServerAnswer): ServerAnswer {
  if (!answer.problems.some(({ category }) => category === DOCUMENT_PROBLEM)) return answer;
  throw new UpstreamDown("The document that describes the client cannot be read: try again later.");
}

/** As the library calls it. */
const DOCUMENT_PROBLEM = "client-id-metadata-document";
