import type { Principal } from "../../caller.ts";
import { Busy, UpstreamDown } from "../../errors.ts";
import { originOf, resourceOf } from "../../oauth/resources.ts";
import { reportFailure } from "../../observe/failures.ts";
import { logLine } from "../../observe/log.ts";
import type { Deployment } from "../../services.ts";
import { ADMIN, isAdminToken } from "./admin-token.ts";
import { bearerToken } from "./bearer-token.ts";
import { verifyJwt } from "./jwt.ts";
import { verifyKey } from "./key.ts";
import { verifyOwnToken } from "./oauth.ts";
import type { Judged, Verdict } from "./verdict.ts";

/** Longer ones are refused before anything is done with them. */
const MOST_CHARACTERS = 8 * 1024;

interface Way {
  readonly name: "key" | "jwt" | "oauth";
  /** What its tokens look like. */
  readonly look: RegExp;
  verify(token: string, judged: Judged): Promise<Verdict>;
}

const WAYS: readonly Way[] = [
  { name: "key", look: /^hereabouts_/, verify: verifyKey },
  { name: "oauth", look: /^[^:]+:[^:]+:[^:]+$/, verify: verifyOwnToken },
  { name: "jwt", look: /^ey[\w-]*\.[\w-]*\.[\w-]*$/, verify: verifyJwt },
];

/**
 * Who asks, by the credentials of the request, at the endpoint of a path. Everybody may do what nobody has to show
 * anything for. Credentials that are not good are refused wherever they are shown.
 *
 * @throws UpstreamDown if who could tell does not answer
 */
export async function authenticate(
  { headers, url }: Request,
  deployment: Deployment,
  path: string,
): Promise<Verdict> {
  const { anonymousScopes } = deployment.config;
  const header = headers.get("authorization");
  // An empty header names no scheme, so that it holds no credentials (RFC 9110, 11.4).
  if (!header) return { principal: { ...NOBODY, scopes: anonymousScopes } };
  const resource = resourceOf(originOf(url, deployment.config), path);
  const { way, verdict } = await judge(header, { resource, deployment });
  if ("refused" in verdict) {
    const labels = { way, reason: verdict.refused };
    deployment.metrics.count("hereabouts_refused_credentials_total", labels);
    return verdict;
  }
  const scopes = new Set([...anonymousScopes, ...verdict.principal.scopes]);
  return { principal: { ...verdict.principal, scopes: [...scopes] } };
}

const NOBODY: Omit<Principal, "scopes"> = {
  subject: undefined,
  credential: "none",
  expiresAtMs: undefined,
};

/** Judges what the header shows. */
async function judge(header: string, judged: Judged): Promise<Judgement> {
  if (header.length > MOST_CHARACTERS) return { way: "none", verdict: { refused: "too_long" } };
  const token = bearerToken(header);
  if (token === undefined) return { way: "none", verdict: { refused: "malformed" } };
  const isAdmin = await isAdminToken(token, judged.deployment.config);
  if (isAdmin) return { way: "admin_token", verdict: { principal: ADMIN } };
  const way = WAYS.find(({ look }) => look.test(token));
  if (!way) return { way: "admin_token", verdict: { refused: "unknown" } };
  try {
    return { way: way.name, verdict: await way.verify(token, judged) };
  } catch (error) {
    throw cannotTell(way, error);
  }
}

interface Judgement {
  /** By which the credentials were judged; what looks like nothing else can only be the admin token. */
  readonly way: Way["name"] | "admin_token" | "none";
  readonly verdict: Verdict;
}

const RETRY_AFTER_MS = 5_000;

/** Clients throw their credentials away if they are refused, so that it must not be said of those that nobody has judged. */
function cannotTell({ name }: Way, error: unknown): UpstreamDown {
  const retryAfterMs = error instanceof Busy ? error.retryAfterMs : undefined;
  // What a store said that is down was reported where it was asked.
  if (error instanceof Busy) logLine("sign_in", { way: name, problem: error.message });
  else reportFailure(`sign-in by ${name}`, error);
  return new UpstreamDown(
    "Who could vouch for these credentials does not answer. They may be good: try again in a few seconds.",
    retryAfterMs ?? RETRY_AFTER_MS,
  );
}
