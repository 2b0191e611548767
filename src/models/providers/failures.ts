import { AnswerTooLong, UpstreamDown } from "../../errors.ts";
import { retryAfterMs } from "../../upstream/retry-after.ts";
import { type Model, ModelFailure } from "../contract.ts";

/** The fault that an answer with another status than 200 tells. What the provider says only chooses among our own words. */
export async function failureOfAnswer(response: Response, model: Model): Promise<ModelFailure> {
  const { status, headers } = response;
  const said = SAYS_MORE.has(status) ? await response.text() : "";
  const mayHaveCost = LOST_ON_THE_WAY.has(status);
  return failureOfStatus(status, said, model, { mayHaveCost, ...retryAfter(headers) });
}

/** The fault of a request, by what the provider's library has thrown or told in a stream. */
export function failureOf(thrown: unknown, model: Model): ModelFailure {
  if (thrown instanceof ModelFailure) return thrown;
  if (thrown instanceof AnswerTooLong) return tooLong();
  if (thrown instanceof UpstreamDown) return broken("The connection broke off in the answer.");
  const told = errorIn(thrown);
  // The provider has begun to answer, and bills what it has written by then.
  if (told) {
    return failureOfStatus(statusOf(told), JSON.stringify(told), model, { mayHaveCost: true });
  }
  if (thrown instanceof Error && thrown.cause !== undefined) return failureOf(thrown.cause, model);
  return broken("The answer is not whole, or not in the provider's format.");
}

/**
 * workerd does not tell a connection that was refused from one that was closed. But a refusal is quick, while a provider, or a
 * load balancer before it, that hangs up later may do so in the middle of the work: what is not streamed has no headers
 * until it is whole.
 *
 * @param tookMs from the request to that
 */
export function unreachable(tookMs: number): ModelFailure {
  return new ModelFailure("unreachable", "The provider could not be reached, or hung up.", {
    mayHaveCost: tookMs >= QUICK_MS,
  });
}

export function broken(message: string): ModelFailure {
  return new ModelFailure("broken", message, { mayHaveCost: true });
}

export function tooLong(): ModelFailure {
  return new ModelFailure("too_long", "The answer is longer than may be taken.", {
    mayHaveCost: true,
  });
}

/** So soon no model has written anything. */
const QUICK_MS = 1_000;
/** A gateway says that it has not got the answer in time, or whole: the model behind it may have written one. */
const LOST_ON_THE_WAY: ReadonlySet<number> = new Set([408, 502, 504, 520, 521, 522, 523, 524]);
/** With these, the body tells things that are worth telling apart. */
const SAYS_MORE: ReadonlySet<number> = new Set([400, 422]);
/** The words of OpenAI, Anthropic, vLLM, Together and OpenRouter. */
const PROMPT_TOO_LONG =
  /context[_ ](?:length|window)|prompt is too long|too many (?:input )?tokens|tokens.{0,40} must be <=/i;
const FILTERED = /"content_(?:filter|policy_violation)"/;

function failureOfStatus(
  status: number,
  said: string,
  { id, secret }: Model,
  options: FailureOptions,
): ModelFailure {
  const fault = (outcome: ModelFailure["outcome"], message: string) =>
    new ModelFailure(outcome, `${message} (${status}).`, options);
  if (status === 429) return fault("rate_limited", "The provider wants fewer requests");
  if (status === 413 || PROMPT_TOO_LONG.test(said)) {
    return fault("prompt_too_long", "The prompt is longer than the model takes");
  }
  if (FILTERED.test(said)) return fault("refused", "The provider's filter refused the prompt");
  switch (status) {
    case 401:
    case 403:
      return fault("rejected", `The provider does not take ${keyNamed(secret)}`);
    case 402:
      return fault("rejected", "The provider wants to be paid first");
    case 404:
      return fault("rejected", `The provider has no model ${id} at its address`);
    case 400:
    case 405:
    case 422:
      return fault("rejected", `The provider does not understand what is asked of ${id}`);
  }
  if (status < 400) return fault("error", "The provider redirects, which is not followed");
  return fault("error", "The provider answers with an error");
}

type FailureOptions = ConstructorParameters<typeof ModelFailure>[2];

function retryAfter(headers: Headers): FailureOptions {
  const ms = retryAfterMs(headers);
  return ms === undefined ? {} : { retryAfterMs: ms };
}

function keyNamed(secret: string | undefined): string {
  return secret === undefined ? "requests without a key" : `the key in the secret ${secret}`;
}

/** What a provider has told in place of an answer, or in the middle of one. */
interface ToldError {
  readonly statusCode?: unknown;
  readonly code?: unknown;
  readonly type?: unknown;
}

/** It may be the whole that was told, be in a value that was no answer, or have been given a status by the library. */
function errorIn(thrown: unknown): ToldError | undefined {
  if (!(thrown instanceof Error)) return Object(thrown);
  const { value, statusCode } = thrown as {
    readonly value?: unknown;
    readonly statusCode?: number;
  };
  if (statusCode !== undefined && statusCode >= 400) return { statusCode };
  const { error } = Object(value);
  return error === undefined ? undefined : Object(error);
}

const STATUS_OF: Readonly<Record<string, number>> = {
  rate_limit_exceeded: 429,
  rate_limit_error: 429,
  insufficient_quota: 429,
  invalid_request_error: 400,
  authentication_error: 401,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
};

/** As OpenAI and Anthropic name it; for OpenRouter `code` is the status itself. */
function statusOf({ statusCode, code, type }: ToldError): number {
  const statuses = [statusCode, code, type].map((said) => STATUS_OF[String(said)] ?? Number(said));
  return statuses.find((status) => status >= 400 && status < 600) ?? 500;
}
