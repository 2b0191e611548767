import { UpstreamDown } from "../../errors.ts";
import { type Fetch, libraryFetch } from "../../upstream/library-fetch.ts";
import type { Model } from "../contract.ts";
import { failureOfAnswer, unreachable } from "./failures.ts";

const MEBIBYTE = 1024 * 1024;
/** An answer of a million tokens has as many. */
const MOST_BYTES = 4 * MEBIBYTE;
/** A stream has an event for each token, of 200 to 400 bytes. It is not kept. */
const MOST_BYTES_PER_TOKEN = 512;
const MOST_STREAM_BYTES = 32 * MEBIBYTE;
/** Models think in silence: how long that may be says the signal of each request, which no call lets be longer. */
const LONGEST_SILENCE_MS = 600_000;

/**
 * What a provider's library uses as `fetch`: its one request is sent once, and it sees nothing but good answers that are
 * not too long.
 *
 * @param send how requests get there; undefined: by HTTP
 * @throws ModelFailure for all others
 */
export function connectionTo(model: Model, send?: (request: Request) => Promise<Response>): Fetch {
  const mostBytesOf = ({ headers }: Response) =>
    headers.get("content-type")?.startsWith("text/event-stream")
      ? Math.min(MOST_BYTES + MOST_BYTES_PER_TOKEN * model.mostOutputTokens, MOST_STREAM_BYTES)
      : MOST_BYTES;
  const exchange = libraryFetch({ stallMs: LONGEST_SILENCE_MS }, mostBytesOf, send);
  return async (input: RequestInfo | URL, init?: RequestInit) => {
    const startedMs = Date.now();
    const response = await exchange(input, init).catch((error) => {
      throw error instanceof UpstreamDown ? unreachable(Date.now() - startedMs) : error;
    });
    if (response.ok) return response;
    throw await failureOfAnswer(response, model);
  };
}
