import { retryAfterSeconds, UpstreamDown } from "../errors.ts";
import { rpcFailure } from "../mcp/rpc.ts";
import type { Connection } from "../mcp/sessions/connection.ts";
import type { Scope } from "../scopes.ts";
import type { Deployment } from "../services.ts";
import { authenticate } from "./authenticate/authenticate.ts";
import type { Verdict } from "./authenticate/verdict.ts";
import { admit, challengeOf } from "./challenge.ts";
import { answeredId, type Facts } from "./facts.ts";
import { limitRefused, limitRequest } from "./rate-limit.ts";

/** A request to an MCP endpoint. */
export interface Visit extends Pick<Connection, "path" | "cf"> {
  readonly request: Request;
  /** Of a POST. */
  readonly facts?: Facts;
  /** All the scopes that its messages need. */
  readonly needed: readonly Scope[];
}

type Entry = Pick<Connection, "principal"> | { readonly refusal: Response };

/** Tells who asks, if they may, and not too often; else what they are to be answered. */
export async function enter(visit: Visit, deployment: Deployment): Promise<Entry> {
  const { request, path, needed, facts } = visit;
  const { config } = deployment;
  const id = answeredId(facts?.messages ?? []);
  let verdict: Verdict;
  try {
    verdict = await authenticate(request, deployment, path);
  } catch (error) {
    if (!(error instanceof UpstreamDown)) throw error;
    const headers = { "Retry-After": String(retryAfterSeconds(error)) };
    return { refusal: rpcFailure(503, "refused", error.message, id, headers) };
  }
  const limited = await limit(verdict, visit, deployment);
  if (limited) return { refusal: limited };
  const admission = admit(verdict, needed, config);
  if ("principal" in admission) return admission;
  const resource = { url: request.url, path, config };
  const { status, message, header } = challengeOf(admission.denied, resource);
  return { refusal: rpcFailure(status, "refused", message, id, { "WWW-Authenticate": header }) };
}

async function limit(
  verdict: Verdict,
  { request, facts, cf }: Visit,
  deployment: Deployment,
): Promise<Response | undefined> {
  if ("refused" in verdict) return limitRefused(deployment, request, facts?.messages ?? []);
  return facts && limitRequest(deployment, facts, { principal: verdict.principal, cf });
}
