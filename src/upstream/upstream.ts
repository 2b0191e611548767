import { setTimeout as wait } from "node:timers/promises";
import { UpstreamDown, UpstreamRefused } from "../errors.ts";
import { checkAddress, headersFor, redirectOf } from "./address.ts";
import { bounded, heardFrom } from "./body.ts";
import { Breakers } from "./breakers.ts";
import type { UpstreamPolicy } from "./policy.ts";
import { retryAfterMs } from "./retry-after.ts";

export interface UpstreamRequest {
  readonly url: URL;
  /** GET if left out. */
  readonly method?: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** Ends the call, and closes its connection. */
  readonly signal?: AbortSignal;
}

/**
 * Takes what is wanted from an answer of any status but those that are tried again. The answer is gone when it returns.
 * It may be called again with the next attempt's answer, if this one's body breaks off.
 *
 * @param url where the answer is from, behind all redirects
 */
export type ReadAnswer<T> = (response: Response, url: URL) => T | Promise<T>;

/**
 * Calls another server.
 *
 * @throws UpstreamRefused where the address, a redirect or the size of the answer is not allowed
 * @throws UpstreamDown where no answer comes, or not in time, or one that says to ask again later
 * @throws the reason of the signal, and whatever `read` throws
 */
export type Upstream = <T>(request: UpstreamRequest, read: ReadAnswer<T>) => Promise<T>;

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/** Those may be sent twice (RFC 9110, 9.2.2). */
const IDEMPOTENT: ReadonlySet<string> = new Set(["GET", "HEAD", "PUT", "DELETE"]);
/** Only those follow redirects: they have no body that another server would get. Others have to read the redirect. */
const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD"]);
/** Ask again later. */
const PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Makes the way to other servers under one policy, with a memory of which of them are down. */
export function upstream(policy: UpstreamPolicy): Upstream {
  const breakers = new Breakers(policy.deadlineMs);
  return async (request, read) => {
    checkAddress(request.url, policy);
    const deadline = new AbortController();
    const { host } = request.url;
    const late = new UpstreamDown(`${host} took longer than ${policy.deadlineMs / 1_000} s.`);
    const timer = setTimeout(() => deadline.abort(late), policy.deadlineMs);
    const endsAtMs = Date.now() + policy.deadlineMs;
    const signal = AbortSignal.any([deadline.signal, ...(request.signal ? [request.signal] : [])]);
    try {
      return await withRetries(request, policy, endsAtMs, signal, () =>
        followRedirects({ ...request, signal }, policy, breakers, read),
      );
    } finally {
      clearTimeout(timer);
    }
  };
}

async function withRetries<T>(
  { method = "GET" }: UpstreamRequest,
  { mostRetries }: UpstreamPolicy,
  endsAtMs: number,
  signal: AbortSignal,
  attempt: () => Promise<T>,
): Promise<T> {
  const retries = IDEMPOTENT.has(method) ? mostRetries : 0;
  for (let retry = 0; ; retry++) {
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof UpstreamDown) || retry === retries) throw error;
      const longest = Math.min(FIRST_PAUSE_MS * 2 ** retry, LONGEST_PAUSE_MS);
      const pauseMs = Math.max(Math.random() * longest, error.retryAfterMs ?? 0);
      if (Date.now() + pauseMs > endsAtMs) throw error;
      await paused(pauseMs, signal);
    }
  }
}

/** @throws the reason of the signal */
async function paused(pauseMs: number, signal: AbortSignal): Promise<void> {
  await wait(pauseMs, undefined, { signal }).catch(() => {});
  signal.throwIfAborted();
}

/** A request whose signal knows of the deadline, too. */
type BoundedRequest = UpstreamRequest & { readonly signal: AbortSignal };

async function followRedirects<T>(
  request: BoundedRequest,
  policy: UpstreamPolicy,
  breakers: Breakers,
  read: ReadAnswer<T>,
): Promise<T> {
  const { host } = request.url;
  let { url } = request;
  let headers = new Headers(request.headers);
  for (let redirects = 0; redirects <= policy.mostRedirects; redirects++) {
    const call = () => exchange({ ...request, url }, headers, policy, read);
    const step = await (policy.sparesOrigins === false ? call() : breakers.call(url, call));
    if ("value" in step) return step.value;
    headers = headersFor(headers, url, step.redirect);
    url = step.redirect;
  }
  const { mostRedirects: most } = policy;
  const what = most === 0 ? "redirects, which it must not" : `redirects more than ${most} times`;
  throw new UpstreamRefused(`${host} ${what}.`);
}

/** One request and its answer, read to where `read` is done with it. */
async function exchange<T>(
  { url, method = "GET", body, signal }: BoundedRequest,
  headers: Headers,
  policy: UpstreamPolicy,
  read: ReadAnswer<T>,
): Promise<{ value: T } | { redirect: URL }> {
  const ended = new AbortController();
  const both = AbortSignal.any([signal, ended.signal]);
  const init = { method, headers, body: body ?? null, signal: both, redirect: "manual" as const };
  try {
    const response = await heardFrom(url.host, policy, fetch(url, init));
    if (PASSING.has(response.status)) throw busy(url, response);
    const redirect = SAFE.has(method) && redirectOf(url, response, policy);
    if (redirect) return { redirect };
    return { value: await read(bounded(url.host, response, policy), url) };
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    // Closes the connection, if there is something left of the answer.
    ended.abort();
  }
}

function busy({ host }: URL, { status, headers }: Response): UpstreamDown {
  const message = `${host} answers ${status}: try again later.`;
  return new UpstreamDown(message, retryAfterMs(headers), status);
}
