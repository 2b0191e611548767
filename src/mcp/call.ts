import {
  CLIENT_INFO_META_KEY,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  type ServerContext,
} from "@modelcontextprotocol/server";
import type { Caller, Principal, Vantage } from "../caller.ts";
import type { Config } from "../config/config.ts";
import { within } from "../deadline.ts";
import { Busy, CallerError, UserQuestion } from "../errors.ts";
import { herePageOf } from "../location/here-page.ts";
import { originOf } from "../oauth/resources.ts";
import { type Outcome, reportCall } from "../observe/call.ts";
import { reportFailure } from "../observe/failures.ts";
import { costSince } from "../observe/meter.ts";
import type { Scope } from "../scopes.ts";
import type { Deployment } from "../services.ts";
import { traceOf } from "../trace.ts";
import type { Catalog } from "./define.ts";
import { answersOf, SHOWS_NOTHING, type Shows, wayOf } from "./elicitation.ts";
import type { Forms } from "./sessions/forms.ts";

/** Whom a server serves: one request, or all requests of a session. */
export interface Served {
  readonly era: "modern" | "legacy";
  /** The session of a 2025-era client that has one. */
  readonly sessionId: string | undefined;
  /** The forms of that session, which its user answers while the call is open. */
  readonly forms?: Forms;
  /** The tool, where one is called and nothing else is asked for: the server then has only that. */
  readonly tool?: string | undefined;
}

/** A call of a tool, resource or prompt. */
export interface Call {
  /** For example `tools/call`. */
  readonly method: string;
  /** The tool, resource or prompt. */
  readonly target: string;
  readonly scope: Scope | undefined;
  /** What the client can show to its user; left out: nothing. */
  readonly shows?: Shows;
  /** How long it may wait, besides the time that any call may take. */
  readonly waitMs?: number;
}

/**
 * Carries out every call: checks what the caller may do, and tells how the call ended and what it cost.
 *
 * @param work what the call is to do
 * @param fail makes the result of an error, or throws what the library is to answer
 */
export async function carryOut<Result>(
  call: Call,
  caller: Caller,
  deployment: Deployment,
  { era }: Served,
  work: () => Promise<Result>,
  fail: (error: unknown) => Result,
): Promise<Result> {
  const { meter } = deployment;
  const startedAtMs = Date.now();
  const before = meter.cost;
  meter.calls++;
  let outcome: Outcome = "ok";
  let result: Result | undefined;
  try {
    requireScope(call.scope, caller.principal);
    result = await inTime(call, work);
    return result;
  } catch (error) {
    outcome = outcomeOf(error, call);
    return fail(error);
  } finally {
    const { method, target } = call;
    const ended = {
      request: caller.requestId,
      trace: caller.trace,
      era,
      method,
      tool: target,
      outcome,
      milliseconds: Date.now() - startedAtMs,
      cost: costSince(before, meter.cost),
      cached: isCached(result),
    };
    reportCall(ended, deployment);
  }
}

/** Clients wait for longer, but users do not. What is slow is a store, or an object: a search reads only so much. */
const PATIENCE_MS = 9_000;

function inTime<Result>({ waitMs = 0 }: Call, work: () => Promise<Result>): Promise<Result> {
  const late = () =>
    new Busy("This server is too slow at the moment to answer that. Try again in a few seconds.");
  return within(PATIENCE_MS + waitMs, late)(work);
}

/** The front door has asked before, by the address that the message names: here it is what is about to run. */
function requireScope(scope: Scope | undefined, { scopes }: Principal): void {
  if (scope === undefined || scopes.includes(scope)) return;
  throw new CallerError(`This needs the scope "${scope}", which these credentials do not have.`);
}

function outcomeOf(error: unknown, { shows = SHOWS_NOTHING }: Call): Outcome {
  if (error instanceof UserQuestion && wayOf(error, shows)) return "asked";
  if (error instanceof Busy) return "failure";
  const isOfCaller = error instanceof CallerError || error instanceof ResourceNotFoundError;
  return isOfCaller ? "caller_error" : "failure";
}

function isCached(result: unknown): boolean | undefined {
  const { structuredContent } = (result ?? {}) as { structuredContent?: { cached?: unknown } };
  return typeof structuredContent?.cached === "boolean" ? structuredContent.cached : undefined;
}

/** The words that may leave: the caller's mistake as we put it; of ours only a reference into the log. */
export function wordsFor(error: unknown, where: string): string {
  if (error instanceof CallerError) return error.message;
  const reference = reportFailure(where, error);
  return `Something went wrong on our side; it is logged as ${reference}. Try again in a moment.`;
}

export function protocolError(error: unknown, where: string): ProtocolError {
  if (error instanceof ResourceNotFoundError) return error;
  const { InvalidParams, InternalError } = ProtocolErrorCode;
  const isOfCaller = error instanceof CallerError && !(error instanceof Busy);
  const code = isOfCaller ? InvalidParams : InternalError;
  return new ProtocolError(code, wordsFor(error, where));
}

/** What the front door knows of a request. */
export interface Entrant {
  readonly principal: Principal;
  readonly requestId: string;
}

/** The library hands this from the front door to the call, in the place that it has for a verified token. */
export function authInfoOf({ principal, requestId }: Entrant) {
  return {
    token: "",
    clientId: "",
    scopes: [...principal.scopes],
    extra: { principal, requestId },
  };
}

/** @param shows what the client can show: what nobody can have asked for is no answer */
export function callerOf(
  { http, mcpReq }: ServerContext,
  { sessionId }: Served,
  catalog: Catalog,
  config: Config,
  shows: Shows = SHOWS_NOTHING,
): Caller {
  const { cf, headers, url } = http!.req!;
  const { principal, requestId } = http!.authInfo!.extra as unknown as Entrant;
  const envelope: Readonly<Record<string, { readonly name?: string }>> = mcpReq.envelope ?? {};
  return {
    ...vantageOf(url, catalog, config),
    principal,
    requestId,
    trace: traceOf(mcpReq._meta?.traceparent, headers.get("traceparent")),
    cf: cf as IncomingRequestCfProperties | undefined,
    address: headers.get("cf-connecting-ip") ?? undefined,
    userAgent: headers.get("user-agent") ?? undefined,
    clientName: envelope[CLIENT_INFO_META_KEY]?.name,
    sessionId,
    meta: mcpReq._meta ?? {},
    answers: shows.forms || shows.pages ? answersOf(mcpReq.inputResponses) : new Map(),
  };
}

/** @param url of the request */
export function vantageOf(url: string, { variant }: Catalog, config: Config): Vantage {
  const origin = originOf(url, config);
  const isLocatedByHost = variant === "hostLocated";
  // Tools that take no place take no session either.
  const herePage = isLocatedByHost ? undefined : herePageOf(origin, config);
  return { origin, isLocatedByHost, herePage };
}
