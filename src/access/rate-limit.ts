import { createMiddleware } from "hono/factory";
import { addressBlockOf, addressOf } from "../address.ts";
import { within } from "../deadline.ts";
import { rpcFailure } from "../mcp/rpc.ts";
import type { Connection } from "../mcp/sessions/connection.ts";
import type { Deployment } from "../services.ts";
import { addressBucket, type Bucket, bucketsOf, type Sender, signInBucket } from "./buckets.ts";
import { answeredId, type Facts, isObject } from "./facts.ts";

/** The `period` of the limits in wrangler.toml, which the binding does not tell. Periods begin with the clock's. */
export const PERIOD_SECONDS = 60;
/** A limiter that takes longer has failed. */
const PATIENCE_MS = 500;

type Limited = Pick<Deployment, "limits" | "metrics">;

/** The answer to an MCP request that is one too many; undefined if it may pass. A batch counts as many as it holds. */
export async function limitRequest(
  deployment: Limited & Pick<Deployment, "config">,
  { address, addressBlock, messages }: Facts,
  { principal, cf }: Pick<Connection, "principal" | "cf">,
): Promise<Response | undefined> {
  const meta = messages.map(({ params }) => params._meta).find(isObject) ?? {};
  const sender = { principal, cf: cf as Sender["cf"], address, addressBlock, meta };
  const buckets = await bucketsOf(sender, deployment.config);
  if (!(await isTooMuch(deployment, buckets, messages.length))) return undefined;
  return tooManyMessages(messages);
}

/**
 * The same for a request that is refused whoever sent it, because its credentials or its body are not right: it counts by
 * its address, so that guessing and nonsense come to an end.
 *
 * @param messages of an MCP request, as far as they are known
 */
export async function limitRefused(
  deployment: Limited,
  request: Request,
  messages?: Facts["messages"],
): Promise<Response | undefined> {
  const block = addressBlockOf(addressOf(request));
  if (block === undefined) return undefined;
  if (!(await isTooMuch(deployment, [addressBucket(block)], 1))) return undefined;
  if (messages) return tooManyMessages(messages);
  return withRetryAfter(Response.json({ error: tooMany() }, { status: 429 }));
}

/** The same for a route that speaks no MCP: each request is one, of whoever has shown who they are, or of its address. */
export const limitRoute = createMiddleware<{
  Bindings: Limited & Pick<Deployment, "config">;
  Variables: { readonly principal?: Sender["principal"] };
}>(async (c, next) => {
  const address = addressOf(c.req.raw);
  const sender = {
    principal: c.get("principal") ?? { subject: undefined },
    cf: c.req.raw.cf as Sender["cf"],
    address,
    addressBlock: addressBlockOf(address),
    meta: {},
  };
  if (!(await isTooMuch(c.env, await bucketsOf(sender, c.env.config), 1))) return next();
  return withRetryAfter(Response.json({ error: tooMany() }, { status: 429 }));
});

/** For the pages and endpoints by which people and programs sign in: few tries a minute from each address. */
export const limitSignIn = createMiddleware<{ Bindings: Limited }>(async (c, next) => {
  const block = addressBlockOf(addressOf(c.req.raw));
  if (block === undefined || !(await isTooMuch(c.env, [signInBucket(block)], 1))) return next();
  // RFC 6749 and 7591 have no error of their own for it; this one of the former says what to do.
  const body = { error: "temporarily_unavailable", error_description: tooMany() };
  return withRetryAfter(c.json(body, 429, { "Cache-Control": "no-store" }));
});

/** Counts, and tells whether it was more than one of the buckets takes. */
async function isTooMuch(
  { limits, metrics }: Limited,
  buckets: readonly Bucket[],
  times: number,
): Promise<boolean> {
  const turns = buckets.flatMap((bucket) => Array.from({ length: times }, () => bucket));
  const passes = await Promise.all(
    turns.map(({ limit, key }) => mayPass(limits[limit], key, metrics)),
  );
  const full = turns.find((_, at) => !passes[at]);
  if (full) metrics.count("hereabouts_rate_limited_total", { bucket: full.kind });
  return full !== undefined;
}

/** A limit that is not set lets pass, and so does one that fails: it must not stop the server. */
async function mayPass(
  limiter: RateLimit | undefined,
  key: string,
  metrics: Deployment["metrics"],
): Promise<boolean> {
  if (!limiter) return true;
  try {
    const { success } = await inTime(() => limiter.limit({ key }));
    return success;
  } catch {
    metrics.count("hereabouts_limiter_failures_total");
    return true;
  }
}

const inTime = within(PATIENCE_MS, () => new Error("The limiter does not answer."));

function tooManyMessages(messages: Facts["messages"]): Response {
  return withRetryAfter(rpcFailure(429, "refused", tooMany(), answeredId(messages)));
}

function secondsToWait(): number {
  return PERIOD_SECONDS - (Math.floor(Date.now() / 1_000) % PERIOD_SECONDS);
}

function tooMany(): string {
  return `Too many requests in this minute. Try again in ${secondsToWait()} seconds.`;
}

function withRetryAfter(response: Response): Response {
  response.headers.set("Retry-After", String(secondsToWait()));
  return response;
}
