import type { Context } from "hono";
import { Busy, NotFound, retryAfterSeconds } from "../../errors.ts";
import { originOf } from "../../oauth/resources.ts";
import { REGISTER_PATH, type ServerAnswer } from "../../oauth/server.ts";
import { logLine } from "../../observe/log.ts";
import type { Deployment } from "../../services.ts";
import { brokenOff } from "../body-limit.ts";

/** Headers that matter to the authorization server. The origin of a page does not: any may ask. */
const HEADERS = ["authorization", "content-type"];

/**
 * Answers a program, at the addresses that the library serves.
 *
 * @param path as the metadata have it, whatever the request's address ends with
 */
export async function answerClient(
  c: Context<{ Bindings: Deployment }>,
  path: string,
  paths: readonly string[],
): Promise<Response> {
  const { oauth, config } = c.env;
  if (!oauth.policy.canSignIn) {
    throw new NotFound("Nobody signs in here: neither ADMIN_TOKEN nor SIGN_IN_ISSUER is set.");
  }
  const url = `${originOf(c.req.url, config)}${path}`;
  const sent = HEADERS.map((name) => [name, c.req.header(name)] as const);
  const headers = Object.fromEntries(sent.filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;
  // As bytes, because workerd warns of forms that are read as text.
  const bytes =
    c.req.method === "POST"
      ? await c.req.arrayBuffer().catch(() => {
          throw brokenOff();
        })
      : undefined;
  const body = bytes ? new TextDecoder().decode(bytes) : null;
  try {
    const answer = await oauth.answer({ url, method: c.req.method, headers, body }, paths);
    // Statuses like 204 have no body, not an empty one.
    const { status, headers: answered } = answer;
    report(c, path, body, answer);
    return new Response(answer.body || null, { status, headers: answered });
  } catch (error) {
    if (!(error instanceof Busy)) throw error;
    // Clients of OAuth know this code (RFC 6749, 4.1.2.1), and try again.
    const failure = { error: "temporarily_unavailable", error_description: error.message };
    return c.json(failure, 503, { "Retry-After": String(retryAfterSeconds(error)) });
  }
}

/** Counts what has happened, and logs which check a request has failed. */
function report(
  { env: { metrics, requestId } }: Context<{ Bindings: Deployment }>,
  path: string,
  body: string | null,
  { status, problems }: ServerAnswer,
): void {
  for (const { category, reason } of problems) {
    logLine("oauth", { request: requestId, category, reason });
  }
  if (body === null) return;
  const isGood = status < 400;
  const isRevocation = !new URLSearchParams(body).has("grant_type");
  const done =
    path === REGISTER_PATH ? "registered" : isRevocation ? "grant_revoked" : "token_issued";
  const refused = path === REGISTER_PATH ? "registration_refused" : "token_refused";
  metrics.count("hereabouts_oauth_events_total", { event: isGood ? done : refused });
}
